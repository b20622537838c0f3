//! How the components of two releases differ.
