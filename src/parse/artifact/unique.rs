//! Keys that stand twice in one object of a JSON text. Most readers take the last value, and a person the first one that they see.

use std::collections::HashSet;
use std::fmt;

use serde::de::{Error as _, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

use crate::model::finding::Problem;
use crate::parse::artifact::json::problem;

/// The first key that stands twice in one object of a text, as a problem: which of its values is meant, nobody can say.
pub(crate) fn twice(text: &str) -> Option<Problem> {
    let flaw = serde_json::from_str::<Unique>(text).err()?;
    flaw.to_string().starts_with(TWICE).then(|| problem(&flaw))
}

/// How the message about a key that stands twice begins.
const TWICE: &str = "a key stands twice";

/// Any value in which no key stands twice.
struct Unique;

impl<'de> Deserialize<'de> for Unique {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(UniqueVisitor)
    }
}

struct UniqueVisitor;

impl<'de> Visitor<'de> for UniqueVisitor {
    type Value = Unique;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("any value")
    }

    fn visit_bool<E>(self, _: bool) -> Result<Unique, E> {
        Ok(Unique)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Unique, E> {
        Ok(Unique)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Unique, E> {
        Ok(Unique)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Unique, E> {
        Ok(Unique)
    }

    fn visit_str<E>(self, _: &str) -> Result<Unique, E> {
        Ok(Unique)
    }

    fn visit_unit<E>(self) -> Result<Unique, E> {
        Ok(Unique)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> Result<Unique, A::Error> {
        while sequence.next_element::<Unique>()?.is_some() {}
        Ok(Unique)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Unique, A::Error> {
        let mut keys = HashSet::new();
        while let Some(key) = map.next_key::<String>()? {
            if keys.contains(&key) {
                return Err(A::Error::custom(format!("{TWICE}, `{}`", key.escape_default())));
            }
            keys.insert(key);
            map.next_value::<Unique>()?;
        }
        Ok(Unique)
    }
}

#[cfg(test)]
mod tests {
    use super::twice;

    #[test]
    fn a_key_twice_is_seen_at_any_depth() {
        let told = |text: &str| twice(text).map(|problem| (problem.message, problem.line));
        let problem = told("{\"a\": 1,\n\"b\": [{\"c\": 1, \"c\": 2}]}").expect("it is told");
        assert!(problem.0.contains("a key stands twice, `c`"), "{problem:?}");
        assert_eq!(problem.1, Some(2));
        for text in [
            r#"{"a": {"a": 1}, "b": [{"a": 1}, {"a": 2}], "c": 1.5, "d": null, "e": true, "f": -1}"#,
            "{",
            "[]",
        ] {
            assert_eq!(told(text), None, "{text}");
        }
    }
}
