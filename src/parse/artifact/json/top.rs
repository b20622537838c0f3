//! The top level of a JSON text: its members, seen without building a value.

use std::fmt;

use serde::de::{DeserializeSeed, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

use crate::model::finding::Problem;
use crate::parse::artifact::json::{Text, problem, skip_map, skip_sequence};

/// Members of an outline beyond this number are not kept.
const MAX_MEMBERS: usize = 64;

/// The top level of a JSON text.
#[derive(Clone, Debug, Default)]
pub(crate) struct Outline {
    /// The members of the object, or of the first object of the array.
    pub(crate) members: Vec<Member>,
    /// Whether it is an array.
    pub(crate) is_array: bool,
    /// Why it is no JSON text.
    pub(crate) flaw: Option<Problem>,
}

/// A member at the top level.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Member {
    /// The key.
    pub(crate) key: String,
    /// The value, where that is a text; cut after 200 characters.
    pub(crate) text: Option<String>,
}

/// Looks at the top level of a text and checks its syntax to the end, without building a value.
pub(crate) fn outline(text: &str) -> Outline {
    let mut outline = Outline {
        is_array: text.trim_start().starts_with('['),
        ..Outline::default()
    };
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let seed = OutlineSeed {
        outline: &mut outline,
        is_top: true,
        is_opening: false,
    };
    let result = seed.deserialize(&mut deserializer).and_then(|()| deserializer.end());
    outline.flaw = result.err().map(|error| problem(&error));
    outline
}

/// The members that stand before the first object or array in an object. Nothing behind that is read, so it costs nothing.
pub(crate) fn opening(text: &str) -> Vec<Member> {
    let mut outline = Outline::default();
    let seed = OutlineSeed {
        outline: &mut outline,
        is_top: true,
        is_opening: true,
    };
    // It ends with an error where the first object or array begins.
    let _ = seed.deserialize(&mut serde_json::Deserializer::from_str(text));
    outline.members
}

/// Fills an outline. It is filled from outside so that what was seen before an error is kept.
struct OutlineSeed<'outline> {
    outline: &'outline mut Outline,
    is_top: bool,
    /// Whether the first object or array ends it.
    is_opening: bool,
}

impl<'de> DeserializeSeed<'de> for OutlineSeed<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for OutlineSeed<'_> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object or an array")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(Text(key)) = map.next_key()? {
            let members = &mut self.outline.members;
            if members.len() >= MAX_MEMBERS {
                map.next_value::<IgnoredAny>()?;
                continue;
            }
            members.push(Member {
                key: key.into_owned(),
                text: None,
            });
            let text = if self.is_opening {
                map.next_value_seed(OpeningSeed)?
            } else {
                map.next_value::<Glance>()?.0
            };
            if let Some(member) = members.last_mut() {
                member.text = text;
            }
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> Result<(), A::Error> {
        if self.is_top {
            let first = OutlineSeed {
                outline: self.outline,
                is_top: false,
                is_opening: false,
            };
            if sequence.next_element_seed(first)?.is_none() {
                return Ok(());
            }
        }
        skip_sequence(sequence)
    }

    otherwise_default!(unit, bool, numbers, text);
}

/// The first 200 characters of a text, none for a number or the like, an error for an object or an array.
struct OpeningSeed;

impl<'de> DeserializeSeed<'de> for OpeningSeed {
    type Value = Option<String>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl Visitor<'_> for OpeningSeed {
    type Value = Option<String>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a plain value")
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Some(text.chars().take(200).collect()))
    }

    otherwise_default!(unit, bool, numbers);
}

/// The first 200 characters of a text; none for a value of any other type.
#[derive(Default)]
struct Glance(Option<String>);

struct GlanceVisitor;

impl<'de> Visitor<'de> for GlanceVisitor {
    type Value = Glance;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("anything")
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Glance(Some(text.chars().take(200).collect())))
    }

    otherwise_default!(unit, bool, numbers, sequence, map);
}

impl<'de> Deserialize<'de> for Glance {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(GlanceVisitor)
    }
}

#[cfg(test)]
mod tests {
    use super::{opening, outline};

    #[test]
    fn an_outline_keeps_what_stands_before_a_flaw() {
        let keys = |text: &str| -> Vec<String> { outline(text).members.into_iter().map(|member| member.key).collect() };
        assert_eq!(keys(r#"{"a": {"x": 1}, "b": "w"}"#), ["a", "b"]);
        assert_eq!(outline(r#"{"a": {"x": 1}, "b": "w"}"#).members[1].text.as_deref(), Some("w"));
        assert_eq!(keys(r#"[{"a": 1}, {"b": 2}]"#), ["a"]);
        assert_eq!(keys("[[{\"a\": 1}]]"), Vec::<String>::new());
        let cut = outline("{\"a\": 1,\n\"b\": [1, 2");
        assert_eq!(cut.members.len(), 2);
        assert_eq!(cut.flaw.and_then(|flaw| flaw.line), Some(2));
    }

    #[test]
    fn an_opening_ends_where_the_first_object_begins() {
        let members = |text: &str| -> Vec<(String, Option<String>)> {
            let members = opening(text).into_iter();
            members.map(|member| (member.key, member.text)).collect()
        };
        let plain = |key: &str, text: Option<&str>| (key.to_owned(), text.map(str::to_owned));
        assert_eq!(
            members(r#"{"a": "w", "b": 1, "c": null, "d": {"x": 1}, "e": "not seen"#),
            [plain("a", Some("w")), plain("b", None), plain("c", None), plain("d", None)]
        );
        assert_eq!(members(r#"{"a": "w""#), [plain("a", Some("w"))]);
        for text in ["", "[1]", "[{\"a\": 1}]", "{", "7"] {
            assert!(members(text).iter().all(|(key, _)| key == "a"), "{text}");
        }
    }
}
