//! XML as a flat run of events: no recursion, no entities but the five of XML itself, nothing fetched.
//!
//! Stricter than the library below it where a file is ambiguous: one root element, everything closed, no `<` inside a tag,
//! no attribute twice. More lenient where tools are: control characters and comments are taken as they come.

use std::borrow::Cow;
use std::sync::LazyLock;

use quick_xml::Reader;
use quick_xml::escape::unescape;
use quick_xml::events::{BytesStart, Event};
use regex::Regex;

use crate::model::finding::Problem;
use crate::parse::artifact::decode::line_at;

/// Elements may stand so deep in each other.
const MAX_DEPTH: usize = 256;

/// An element may have so many attributes.
const MAX_ATTRIBUTES: usize = 256;

/// Reads the events of a text.
pub(crate) struct XmlReader<'text> {
    reader: Reader<&'text [u8]>,
    text: &'text str,
    depth: usize,
    has_root: bool,
    doctype: String,
    closes: bool,
}

/// What comes next in a text. Every `Open` has its `Close`, also where the text has `<a/>`.
pub(crate) enum XmlEvent<'text> {
    /// An element begins.
    Open(XmlElement<'text>),
    /// The last opened element ends.
    Close,
    /// A piece of text; entities and CDATA sections come as pieces of their own.
    Text(Cow<'text, str>),
    /// The text ends, and every element was closed.
    End,
}

/// Gives every event of a text to a reader, until the text ends or one of them cannot go on.
pub(crate) fn walk<'text>(text: &'text str, mut each: impl FnMut(XmlEvent<'text>) -> Result<(), Problem>) -> Result<(), Problem> {
    let mut reader = XmlReader::new(text);
    loop {
        match reader.next()? {
            XmlEvent::End => return Ok(()),
            event => each(event)?,
        }
    }
}

/// A reader that keeps what is open by itself.
pub(crate) trait Visit {
    /// An element begins.
    fn open(&mut self, element: &XmlElement<'_>) -> Result<(), Problem>;
    /// A piece of text.
    fn text(&mut self, text: &str);
    /// The last opened element ends.
    fn close(&mut self);
}

/// Gives every event of a text to a reader that keeps what is open by itself.
pub(crate) fn visit(text: &str, reader: &mut impl Visit) -> Result<(), Problem> {
    walk(text, |event| {
        match event {
            XmlEvent::Open(element) => reader.open(&element)?,
            XmlEvent::Text(text) => reader.text(&text),
            XmlEvent::Close => reader.close(),
            XmlEvent::End => {}
        }
        Ok(())
    })
}

/// Gives every element of a text to a reader, with the names of those that it stands in, the outermost first.
pub(crate) fn elements<'text>(
    text: &'text str,
    mut each: impl FnMut(&[String], &XmlElement<'text>) -> Result<(), Problem>,
) -> Result<(), Problem> {
    let mut open: Vec<String> = Vec::new();
    walk(text, |event| {
        match event {
            XmlEvent::Open(element) => {
                each(&open, &element)?;
                open.push(element.name().to_owned());
            }
            XmlEvent::Close => drop(open.pop()),
            XmlEvent::Text(_) | XmlEvent::End => {}
        }
        Ok(())
    })
}

/// The start tag of an element.
pub(crate) struct XmlElement<'text> {
    tag: BytesStart<'text>,
    line_at: usize,
    text: &'text str,
}

/// The attributes of an element by local name.
pub(crate) struct XmlAttributes<'tag>(Vec<(&'tag str, Cow<'tag, str>)>);

impl<'text> XmlReader<'text> {
    /// A reader at the start of a text.
    pub(crate) fn new(text: &'text str) -> Self {
        Self {
            reader: Reader::from_str(text),
            text,
            depth: 0,
            has_root: false,
            doctype: String::new(),
            closes: false,
        }
    }

    /// How many elements are open: 1 inside the root element, and already so when its `Open` was given out.
    pub(crate) fn depth(&self) -> usize {
        self.depth
    }

    /// The name in the document type declaration, as far as the reader has seen one.
    pub(crate) fn doctype(&self) -> &str {
        &self.doctype
    }

    /// The next event, or why the text cannot be read any further.
    pub(crate) fn next(&mut self) -> Result<XmlEvent<'text>, Problem> {
        if std::mem::take(&mut self.closes) {
            self.depth -= 1;
            return Ok(XmlEvent::Close);
        }
        loop {
            let begin = self.reader.buffer_position() as usize;
            let event = self.reader.read_event().map_err(|error| {
                let line = line_at(self.text.as_bytes(), self.reader.error_position() as usize);
                Problem::at(line, format!("not well-formed XML: {error}"))
            })?;
            match event {
                Event::Start(tag) => return self.open(tag, begin).map(XmlEvent::Open),
                Event::Empty(tag) => {
                    let element = self.open(tag, begin)?;
                    self.closes = true;
                    return Ok(XmlEvent::Open(element));
                }
                Event::End(_) => {
                    self.depth = self.depth.saturating_sub(1);
                    return Ok(XmlEvent::Close);
                }
                Event::Text(text) if self.depth > 0 => return Ok(XmlEvent::Text(text.into_inner())),
                Event::Text(text) if text.trim_ascii().is_empty() => {}
                Event::Text(_) => return Err(self.flaw(begin, "text outside of the root element")),
                Event::CData(text) => return Ok(XmlEvent::Text(text.into_inner())),
                Event::GeneralRef(name) => return Ok(XmlEvent::Text(resolve(&name.into_inner()))),
                Event::DocType(declaration) => self.declare(&declaration.into_inner(), begin)?,
                Event::Comment(_) | Event::Decl(_) | Event::PI(_) => {}
                Event::Eof if self.depth > 0 => return Err(self.flaw(begin, "the file ends inside of an element")),
                Event::Eof if !self.has_root => return Err(self.flaw(begin, "there is no root element")),
                Event::Eof => return Ok(XmlEvent::End),
            }
        }
    }

    fn open(&mut self, tag: BytesStart<'text>, begin: usize) -> Result<XmlElement<'text>, Problem> {
        if self.depth == 0 && std::mem::replace(&mut self.has_root, true) {
            return Err(self.flaw(begin, "there is a second root element"));
        }
        if self.depth >= MAX_DEPTH {
            return Err(self.flaw(begin, "elements are nested more than 256 deep"));
        }
        if tag.attributes_raw().contains('<') {
            return Err(self.flaw(begin, "there is a `<` inside of a tag"));
        }
        self.depth += 1;
        Ok(XmlElement {
            tag,
            line_at: begin,
            text: self.text,
        })
    }

    /// A document type is refused, since it may define what the text means, and nothing is fetched. Some tools write one into every
    /// report that defines nothing but its shape; these are let through by their names, also with an empty list of definitions.
    fn declare(&mut self, declaration: &str, begin: usize) -> Result<(), Problem> {
        declaration
            .split(|c: char| c.is_whitespace() || c == '[')
            .find(|word| !word.is_empty())
            .unwrap_or_default()
            .clone_into(&mut self.doctype);
        if is_known(declaration) {
            Ok(())
        } else if declaration.contains('[') || declaration.contains("<!") {
            Err(self.flaw(begin, "refused: its document type declares entities or an internal subset"))
        } else {
            Err(self.flaw(
                begin,
                "refused: it has a document type, and only those of Cobertura and JaCoCo are let through",
            ))
        }
    }

    fn flaw(&self, position: usize, message: &str) -> Problem {
        Problem::at(line_at(self.text.as_bytes(), position), message)
    }
}

/// Whether a document type is the one that Cobertura or `JaCoCo` writes, with nothing behind it.
fn is_known(declaration: &str) -> bool {
    static KNOWN: LazyLock<Regex> = LazyLock::new(|| {
        let cobertura = r#"coverage\s+SYSTEM\s+(?:"[^"<>\[\]]*\bcoverage-0\d\.dtd"|'[^'<>\[\]]*\bcoverage-0\d\.dtd')"#;
        let public = r#"(?:"-//JACOCO//DTD[\w. ]*//EN"|'-//JACOCO//DTD[\w. ]*//EN')"#;
        let jacoco = format!(r#"report\s+PUBLIC\s+{public}\s+(?:"[^"<>\[\]]*\.dtd"|'[^'<>\[\]]*\.dtd')"#);
        let address = r"https?://(?:www\.)?jacoco\.org/[\w./-]*\breport\.dtd";
        let gcovr = format!(r#"report\s+SYSTEM\s+(?:"{address}"|'{address}')"#);
        Regex::new(&format!(r"^\s*(?:{cobertura}|{jacoco}|{gcovr})\s*(?:\[\s*\]\s*)?$")).expect("the pattern is well formed")
    });
    KNOWN.is_match(declaration)
}

impl XmlElement<'_> {
    /// The local name.
    pub(crate) fn name(&self) -> &str {
        local(self.tag.name().into_inner())
    }

    /// The prefix of the name, or empty: an element with another prefix than the root is of another vocabulary.
    pub(crate) fn prefix(&self) -> &str {
        let name = self.tag.name().into_inner();
        name.split_once(':').map_or("", |(prefix, _)| prefix)
    }

    /// The line of the tag, from 1. It counts lines from the start of the text, so ask only for what is shown.
    pub(crate) fn line(&self) -> u32 {
        line_at(self.text.as_bytes(), self.line_at)
    }

    /// The attributes, or why they cannot be read.
    pub(crate) fn attributes(&self) -> Result<XmlAttributes<'_>, Problem> {
        let mut attributes: Vec<(&str, Cow<'_, str>)> = Vec::new();
        let mut names: Vec<&str> = Vec::new();
        for attribute in self.tag.attributes().with_checks(false) {
            let attribute = attribute.map_err(|error| Problem::at(self.line(), format!("not well-formed XML: {error}")))?;
            let name = attribute.key.into_inner();
            if names.contains(&name) {
                return Err(Problem::at(self.line(), format!("the attribute `{name}` is given twice")));
            }
            if names.len() >= MAX_ATTRIBUTES {
                return Err(Problem::at(self.line(), "an element has more than 256 attributes"));
            }
            names.push(name);
            attributes.push((local(name), plain(attribute.value)));
        }
        Ok(XmlAttributes(attributes))
    }

    /// The local names of the attributes, at most 32, and the namespace of the element.
    pub(crate) fn names_and_namespace(&self) -> (Vec<String>, String) {
        let name = self.tag.name().into_inner();
        let declaration = name
            .split_once(':')
            .map_or_else(|| "xmlns".to_owned(), |(prefix, _)| format!("xmlns:{prefix}"));
        let mut names = Vec::new();
        let mut namespace = String::new();
        for attribute in self.tag.attributes().with_checks(false).flatten().take(32) {
            let key = attribute.key.into_inner();
            if key == declaration {
                attribute.value.trim().clone_into(&mut namespace);
            }
            names.push(local(key).to_owned());
        }
        (names, namespace)
    }
}

impl XmlAttributes<'_> {
    /// The value of an attribute.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(key, _)| *key == name).map(|(_, value)| &**value)
    }

    /// The value of an attribute as a count: digits, with thousands commas as some tools write them.
    pub(crate) fn count(&self, name: &str) -> Option<u64> {
        self.text(name).and_then(count)
    }
}

/// A count as tools write it: `12`, `1,234`, `3.0`.
pub(crate) fn count(text: &str) -> Option<u64> {
    let text = text.trim();
    let text = text.strip_suffix(".0").unwrap_or(text);
    let has_commas = text.contains(',')
        && text
            .split(',')
            .enumerate()
            .all(|(at, group)| group.len() == 3 || (at == 0 && (1..=3).contains(&group.len())));
    if has_commas {
        text.replace(',', "").parse().ok()
    } else {
        text.parse().ok()
    }
}

fn local(name: &str) -> &str {
    name.rsplit(':').next().unwrap_or(name)
}

/// The value of an attribute with its entities resolved; one that cannot be resolved stays as written.
fn plain(value: Cow<'_, str>) -> Cow<'_, str> {
    match value {
        Cow::Borrowed(value) => unescape(value).unwrap_or(Cow::Borrowed(value)),
        Cow::Owned(value) => match unescape(&value) {
            Ok(plain) => Cow::Owned(plain.into_owned()),
            Err(_) => Cow::Owned(value),
        },
    }
}

/// What an entity means; one that XML itself does not know stays as written.
fn resolve(name: &str) -> Cow<'static, str> {
    let known = match name {
        "amp" => "&",
        "lt" => "<",
        "gt" => ">",
        "quot" => "\"",
        "apos" => "'",
        name => {
            let reference = format!("&{name};");
            return Cow::Owned(match unescape(&reference) {
                Ok(plain) => plain.into_owned(),
                Err(_) => reference,
            });
        }
    };
    Cow::Borrowed(known)
}

#[cfg(test)]
mod tests {
    use super::{XmlEvent, XmlReader, count};

    /// The events of a text in short, ending with what went wrong.
    fn events(text: &str) -> String {
        let mut reader = XmlReader::new(text);
        let mut events = Vec::new();
        loop {
            match reader.next() {
                Ok(XmlEvent::Open(element)) => {
                    let attributes = match element.attributes() {
                        Ok(attributes) => {
                            let pairs: Vec<_> = attributes.0.iter().map(|(key, value)| format!(" {key}={value}")).collect();
                            pairs.concat()
                        }
                        Err(problem) => format!(" {}", problem.message),
                    };
                    events.push(format!("<{}{attributes}>", element.name()));
                }
                Ok(XmlEvent::Close) => events.push("</>".to_owned()),
                Ok(XmlEvent::Text(text)) => events.push(text.into_owned()),
                Ok(XmlEvent::End) => break,
                Err(problem) => {
                    events.push(format!("{}: {}", problem.line.unwrap_or_default(), problem.message));
                    break;
                }
            }
        }
        events.join("|")
    }

    #[test]
    fn elements_text_and_entities_come_as_events() {
        assert_eq!(
            events("<?xml version='1.0'?>\n<a:b x='1 &lt; 2'><c/>t&amp;<![CDATA[<u>]]>&#65;</a:b>\n<!-- end -->"),
            "<b x=1 < 2>|<c>|</>|t|&|<u>|A|</>"
        );
    }

    #[test]
    fn what_is_not_well_formed_ends_with_its_line() {
        for (text, expected) in [
            ("<a>\n<b></a>", "<a>|\n|<b>|2: not well-formed XML: "),
            ("<a>\n", "<a>|\n|2: the file ends inside of an element"),
            ("<a/>\n<b/>", "<a>|</>|2: there is a second root element"),
            ("<a/>x", "<a>|</>|1: text outside of the root element"),
            ("<a b='<c>'/>", "1: there is a `<` inside of a tag"),
            ("<!-- nothing -->", "1: there is no root element"),
            ("<a b='1' b='2'/>", "<a the attribute `b` is given twice>"),
            ("<a b=1/>", "<a not well-formed XML: "),
        ] {
            let events = events(text);
            assert!(events.starts_with(expected), "{text}: {events}");
        }
    }

    #[test]
    fn unknown_entities_and_forbidden_characters_stay_as_written() {
        assert_eq!(events("<a b='&x;'>&x;&#0;</a>"), "<a b=&x;>|&x;|&#0;|</>");
    }

    #[test]
    fn counts_may_have_thousands_commas() {
        assert_eq!(count(" 12 "), Some(12));
        assert_eq!(count("1,234,567"), Some(1_234_567));
        assert_eq!(count("3.0"), Some(3));
        assert_eq!(count("1,2"), None);
        assert_eq!(count("-1"), None);
    }
}
