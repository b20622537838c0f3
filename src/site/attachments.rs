//! Files of the repository that stand in the site: pictures as they are, texts as pages. Named by what they hold, so that a file that is
//! the same in many editions is there once.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use sha2::{Digest, Sha256};

use crate::model::attachment::{Attachment, AttachmentKind};
use crate::model::handbook::Handbook;
use crate::site::address::part;
use crate::site::body::written::hex;
use crate::site::file::File;

/// The files of the repository that stand in the site.
#[derive(Default)]
pub(crate) struct Attachments<'handbook> {
    /// The pictures, by their address.
    pictures: BTreeMap<String, &'handbook Attachment>,
    /// The texts, by the address of their page: the path and the text.
    pub(crate) texts: BTreeMap<String, (&'handbook str, &'handbook str)>,
    /// The digest of each file, by where it lies in memory.
    digests: HashMap<usize, String>,
}

impl<'handbook> Attachments<'handbook> {
    /// Collects the files of all editions.
    pub(crate) fn of(handbook: &'handbook Handbook) -> Self {
        let mut all = Self::default();
        let editions = handbook.products.iter().flat_map(|product| &product.editions);
        for (path, attachment) in editions.flat_map(|edition| &edition.attachments) {
            let digest = all.digests.entry(place(attachment)).or_insert_with(|| {
                let digest = hex(&Sha256::digest(&attachment.bytes));
                digest[..16].to_owned()
            });
            let address = address(path, attachment, digest);
            match attachment.kind {
                AttachmentKind::Picture(..) => {
                    all.pictures.insert(address, attachment);
                }
                AttachmentKind::Text => {
                    let text = std::str::from_utf8(&attachment.bytes).unwrap_or_default();
                    all.texts.entry(address).or_insert((path, text));
                }
            }
        }
        all
    }

    /// The address of a file.
    pub(crate) fn address(&self, path: &str, attachment: &Arc<Attachment>) -> Option<String> {
        Some(address(path, attachment, self.digests.get(&place(attachment))?))
    }

    /// The pictures as files of the site.
    pub(crate) fn files(&self) -> Vec<File> {
        let file = |(url, picture): (&String, &&Attachment)| File {
            url: url.clone(),
            bytes: picture.bytes.clone(),
        };
        self.pictures.iter().map(file).collect()
    }
}

fn address(path: &str, attachment: &Attachment, digest: &str) -> String {
    match attachment.kind {
        AttachmentKind::Picture(ending, _) => format!("pictures/{digest}.{ending}"),
        AttachmentKind::Text => {
            let name = path.rsplit('/').next().unwrap_or_default();
            format!("files/{digest}/{}/", part(name))
        }
    }
}

/// Where a file lies in memory, which only tells two files apart.
fn place(attachment: &Arc<Attachment>) -> usize {
    Arc::as_ptr(attachment).addr()
}
