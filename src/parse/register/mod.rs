//! Registers that people keep by hand: YAML or JSON -> exceptions and duties. A key that is not known is a problem with its line, since a
//! misspelt `expires` would otherwise accept a failure for good.

pub(crate) mod duty;
pub(crate) mod exception;
mod fields;
