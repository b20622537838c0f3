//! A JSON text as a tree that borrows from it, for formats whose files are small and whose members are many.
//!
//! A member of an unexpected type counts as absent, so that one odd field does not hide a whole file. A key that stands twice in one
//! object is refused: the file would say two things. Depth is bounded by the library (128 levels).

use std::borrow::Cow;
use std::collections::HashSet;
use std::fmt;

use serde::de::{Error, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::{Number, Value};

use crate::model::finding::Problem;
use crate::parse::artifact::json;

/// A value.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Node<'text> {
    /// `null`, and what is not there.
    Null,
    /// `true` or `false`.
    Flag(bool),
    /// A number.
    Number(Number),
    /// A text.
    Text(Cow<'text, str>),
    /// An array.
    List(Vec<Self>),
    /// An object, its members in their order.
    Object(Vec<(Cow<'text, str>, Self)>),
}

/// A member that is not there.
static NULL: Node<'static> = Node::Null;

impl<'text> Node<'text> {
    /// The member of an object, or null.
    pub(crate) fn at(&self, key: &str) -> &Node<'text> {
        let found = self.members().iter().find(|(name, _)| name == key);
        found.map_or(&NULL, |(_, node)| node)
    }

    /// The member of a member, by keys from the outside in.
    pub(crate) fn path(&self, keys: &[&str]) -> &Node<'text> {
        keys.iter().fold(self, |node, key| node.at(key))
    }

    /// Whether an object has the key, with whatever value.
    pub(crate) fn has(&self, key: &str) -> bool {
        self.members().iter().any(|(name, _)| name == key)
    }

    /// The entries of an array; none for anything else.
    pub(crate) fn items(&self) -> &[Node<'text>] {
        match self {
            Self::List(items) => items,
            _ => &[],
        }
    }

    /// The members of an object; none for anything else.
    pub(crate) fn members(&self) -> &[(Cow<'text, str>, Node<'text>)] {
        match self {
            Self::Object(members) => members,
            _ => &[],
        }
    }

    /// A text that is not blank, without white space around it.
    pub(crate) fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text.trim()).filter(|text| !text.is_empty()),
            _ => None,
        }
    }

    /// A text, or a number or flag as it is written; empty for anything else.
    pub(crate) fn words(&self) -> String {
        match self {
            Self::Text(text) => text.trim().to_owned(),
            Self::Number(number) => number.to_string(),
            Self::Flag(flag) => flag.to_string(),
            Self::Null | Self::List(_) | Self::Object(_) => String::new(),
        }
    }

    /// A count that is not negative, also where it is written as a text.
    pub(crate) fn count(&self) -> Option<u64> {
        match self {
            Self::Number(number) => number.as_u64().or_else(|| {
                let value = number.as_f64()?;
                ((0.0..9_007_199_254_740_992.0).contains(&value) && value.fract() == 0.0).then_some(value as u64)
            }),
            Self::Text(text) => text.trim().parse().ok(),
            _ => None,
        }
    }

    /// A number as it is written.
    pub(crate) fn number(&self) -> Option<&Number> {
        match self {
            Self::Number(number) => Some(number),
            _ => None,
        }
    }

    /// `true` or `false`.
    pub(crate) fn flag(&self) -> Option<bool> {
        match self {
            Self::Flag(flag) => Some(*flag),
            _ => None,
        }
    }

    /// The same value as one that owns its texts.
    pub(crate) fn json(&self) -> Value {
        match self {
            Self::Null => Value::Null,
            Self::Flag(flag) => Value::Bool(*flag),
            Self::Number(number) => Value::Number(number.clone()),
            Self::Text(text) => Value::String(text.to_string()),
            Self::List(items) => Value::Array(items.iter().map(Self::json).collect()),
            Self::Object(members) => Value::Object(members.iter().map(|(key, node)| (key.to_string(), node.json())).collect()),
        }
    }

    /// Whether it is an array, if only an empty one.
    pub(crate) fn is_list(&self) -> bool {
        matches!(self, Self::List(_))
    }

    /// Whether it is an object, if only an empty one.
    pub(crate) fn is_object(&self) -> bool {
        matches!(self, Self::Object(_))
    }
}

/// Reads a whole text as one value.
pub(crate) fn tree(text: &str) -> Result<Node<'_>, Problem> {
    json::read(text)
}

/// Reads a text that holds one or more values after each other, as JSON lines do. The first one that is broken breaks the text.
pub(crate) fn trees(text: &str) -> Result<Vec<Node<'_>>, Problem> {
    let mut nodes = Vec::new();
    for node in serde_json::Deserializer::from_str(text).into_iter::<Node<'_>>() {
        nodes.push(node.map_err(|error| json::problem(&error))?);
    }
    Ok(nodes)
}

struct NodeVisitor;

impl<'de> Visitor<'de> for NodeVisitor {
    type Value = Node<'de>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a value")
    }

    fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
        Ok(Node::Null)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Self::Value, E> {
        Ok(Node::Flag(value))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Self::Value, E> {
        Ok(Node::Number(value.into()))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Self::Value, E> {
        Ok(Node::Number(value.into()))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Self::Value, E> {
        Ok(Number::from_f64(value).map_or(Node::Null, Node::Number))
    }

    fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Node::Text(Cow::Borrowed(text)))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Node::Text(Cow::Owned(text.to_owned())))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> Result<Self::Value, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = sequence.next_element()? {
            items.push(item);
        }
        Ok(Node::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut members = Vec::new();
        let mut seen: HashSet<String> = HashSet::new();
        while let Some(json::Text(key)) = map.next_key()? {
            let is_twice = if members.len() < 16 {
                members.iter().any(|(name, _)| *name == key)
            } else {
                if seen.is_empty() {
                    seen.extend(members.iter().map(|(name, _): &(Cow<'de, str>, Node<'de>)| name.to_string()));
                }
                !seen.insert(key.to_string())
            };
            if is_twice {
                let name: String = key.chars().take(60).collect();
                return Err(A::Error::custom(format!("duplicate field `{name}`")));
            }
            members.push((key, map.next_value()?));
        }
        Ok(Node::Object(members))
    }
}

impl<'de: 'text, 'text> Deserialize<'de> for Node<'text> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(NodeVisitor)
    }
}

/// The texts of a list, joined by commas.
pub(crate) fn words_of(list: &Node<'_>) -> String {
    let words: Vec<String> = list
        .items()
        .iter()
        .map(Node::words)
        .filter(|words| !words.is_empty())
        .collect();
    words.join(", ")
}

#[cfg(test)]
mod tests {
    use super::{tree, trees};

    #[test]
    fn members_of_an_unexpected_type_count_as_absent() {
        let node = tree(r#"{"a": {"b": [1, "2", 3.5, true, null]}, "c": " x ", "d": ""}"#).expect("it is read");
        let items = node.path(&["a", "b"]).items();
        let counts: Vec<_> = items.iter().map(super::Node::count).collect();
        assert_eq!(counts, [Some(1), Some(2), None, None, None]);
        assert_eq!(
            (node.at("c").text(), node.at("d").text(), node.at("e").text()),
            (Some("x"), None, None)
        );
        assert_eq!(node.at("a").at("nothing").at("deeper"), &super::Node::Null);
        assert!(node.has("d") && !node.has("e") && node.at("a").is_object());
        assert_eq!((items[3].flag(), items[2].words().as_str()), (Some(true), "3.5"));
    }

    #[test]
    fn what_says_two_things_or_never_ends_is_refused() {
        let many: Vec<String> = (0..40).map(|at| format!("\"k{at}\": 1")).collect();
        for text in [
            r#"{"a": 1, "a": 2}"#.to_owned(),
            format!("{{{}, \"k3\": 2}}", many.join(", ")),
            "[".repeat(100_000),
            "{} x".to_owned(),
        ] {
            assert!(tree(&text).is_err());
        }
        let problem = tree("{\n\"a\": 1,\n\"a\": 2}").expect_err("it is refused");
        assert_eq!(
            (problem.line, problem.message.as_str()),
            (Some(3), "not as the format has it: duplicate field `a`")
        );
    }

    #[test]
    fn several_values_may_follow_each_other() {
        assert_eq!(trees("{\"a\": 1}\n\n{\"a\": 2}\n").expect("they are read").len(), 2);
        assert_eq!(trees("{\"a\": 1}\n{\"a\": ").expect_err("it ends early").line, Some(2));
    }
}
