//! Files of a repository that pages show or link to beside its runbooks.

/// A file that is copied into the handbook.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Attachment {
    /// What it is.
    pub(crate) kind: AttachmentKind,
    /// What is copied: the file as it is, or without what a page must not run.
    pub(crate) bytes: Vec<u8>,
}

/// What a file is that is copied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum AttachmentKind {
    /// A picture: the ending of its name, and width and height in pixels where the file tells them.
    Picture(&'static str, Option<(u32, u32)>),
    /// A text.
    Text,
}
