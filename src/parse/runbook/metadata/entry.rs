//! What a runbook says about itself, one field at a time.

use crate::model::runbook::Field;

/// The field of front matter that holds a stamp.
pub(crate) const FIELD: &str = "reviewed";

/// A field and the elements of its value.
pub(crate) struct Entry {
    /// The field.
    pub(crate) field: Field,
    /// The elements of its value.
    pub(crate) elements: Vec<String>,
}
