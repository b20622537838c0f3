//! What a kind of file for other programs is.

use crate::site::file::File;
use crate::site::shared::Site;

/// A kind of file for other programs.
pub(crate) struct Feed {
    /// Makes all files of the kind. They are small, and few.
    pub(crate) files: fn(&Site) -> Vec<File>,
}
