//! The only door to disk and git: trees, history, tags, evidence stores.
