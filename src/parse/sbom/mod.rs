//! Bills of materials.

use crate::parse::artifact::Format;

/// Every format of bills of materials, sorted by name.
pub(crate) const FORMATS: &[Format] = &[];
