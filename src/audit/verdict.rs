//! How a gate went, and a release as a whole. Fail-closed.
