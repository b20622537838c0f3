//! The lines of the list from A to Z.

use std::sync::Arc;

/// One line of the list from A to Z. There are several of each page, and each is kept until the last page is made.
pub(crate) struct Entry {
    /// The letter that it stands under; `#` for what begins with none.
    pub(crate) letter: Box<str>,
    /// The words.
    pub(crate) words: Box<str>,
    /// What it is, in words that stand in front of those about its page: `command in `.
    pub(crate) kind: &'static str,
    /// Its page.
    pub(crate) page: Arc<EntryPage>,
    /// The place in the page; empty for the page itself.
    pub(crate) anchor: Box<str>,
}

/// A page of that list.
pub(crate) struct EntryPage {
    /// The title.
    pub(crate) title: String,
    /// The address.
    pub(crate) url: String,
    /// The product; empty where there is one only.
    pub(crate) product: String,
}

impl Entry {
    /// What it is, and where: `command in Release process`.
    pub(crate) fn about(&self) -> String {
        let EntryPage { title, product, .. } = &*self.page;
        // Of a page itself its title is the words.
        let title = if self.kind.ends_with(' ') { title.as_str() } else { "" };
        let comma = if product.is_empty() { "" } else { ", " };
        format!("{}{title}{comma}{product}", self.kind)
    }

    /// The page and the place in it.
    pub(crate) fn href(&self) -> String {
        let mark = if self.anchor.is_empty() { "" } else { "#" };
        format!("{}index.html{mark}{}", self.page.url, self.anchor)
    }
}
