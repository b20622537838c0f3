//! The look that a repository gives its handbook, checked but not yet put over that of the program.

use std::collections::BTreeMap;

/// A look. By default nothing is changed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Theme {
    /// Custom properties of the style sheet with their values, in the order of their file.
    pub(crate) tokens: Vec<(String, String)>,
    /// Templates by the names of their files, such as `home.html`.
    pub(crate) templates: BTreeMap<String, String>,
}
