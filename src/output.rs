//! Writes a site to disk: changed files only, atomically; removes what is no longer made.
