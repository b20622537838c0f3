//! What a run sheet asks for once: everything that the commands of a text need to be filled in with.

use serde::Serialize;

use crate::model::blank::{Blank, BlankPlace};
use crate::site::escape::{self, Reading};

/// A value that is asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Field {
    /// The name by which commands know it.
    pub(crate) name: String,
    /// What is asked for, in the words of the author.
    pub(crate) label: String,
    /// How the text writes it.
    pub(crate) example: String,
    /// Whether it is something that must not be kept, such as a password.
    pub(crate) is_secret: bool,
}

/// The values, in the order in which they are first needed.
#[derive(Clone, Debug, Default)]
pub(crate) struct Fields {
    /// The values.
    pub(crate) list: Vec<Field>,
}

/// Words in the name of something that must not be kept.
const SECRET: &[&str] = &[
    "apikey", "credential", "key", "passphrase", "password", "pat", "secret", "token",
];

/// Whether a name is that of something that must not be kept.
pub(super) fn is_secret(name: &str) -> bool {
    name.split('-').any(|word| SECRET.contains(&word))
}

impl Fields {
    /// Writes something to fill in and notes what is asked for. Tells whether it holds hidden characters.
    pub(super) fn take(&mut self, html: &mut String, blank: &Blank, words: &str) -> bool {
        let place = match blank.place {
            BlankPlace::Bare => "bare",
            BlankPlace::Double => "double",
            BlankPlace::Single => "single",
            BlankPlace::Plain => "plain",
            BlankPlace::Choice => {
                html.push_str("<var>");
                let has_hidden = escape::code(html, words, Reading::Command);
                html.push_str("</var>");
                return has_hidden;
            }
        };
        self.write(html, blank, place, words)
    }

    /// The same in a sentence, where a value stands as it is: nobody copies a sentence into a shell.
    pub(super) fn mention(&mut self, html: &mut String, blank: &Blank, words: &str) -> bool {
        self.write(html, blank, "prose", words)
    }

    fn write(&mut self, html: &mut String, blank: &Blank, place: &str, words: &str) -> bool {
        if !self.list.iter().any(|field| field.name == blank.name) {
            self.list.push(Field {
                name: blank.name.clone(),
                label: blank.label.clone(),
                example: words.to_owned(),
                is_secret: is_secret(&blank.name),
            });
        }
        html.push_str("<var data-v=\"");
        escape::text(html, &blank.name);
        html.push_str("\" data-q=\"");
        html.push_str(place);
        html.push_str(if blank.is_without_v { "\" data-bare>" } else { "\">" });
        let has_hidden = escape::code(html, words, Reading::Command);
        html.push_str("</var>");
        has_hidden
    }
}
