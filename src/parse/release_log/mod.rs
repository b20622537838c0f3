//! What people write about releases: changelogs, release notes, tag messages, records, logs of rollbacks and rotations.
