//! JSON read leniently: a member of an unexpected type counts as absent, so that one odd field does not hide a whole file.
//!
//! Only the syntax is strict. The types here borrow from the text; depth is bounded by the library (128 levels of what is read,
//! no recursion at all in what is skipped).

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use memchr::{memchr, memmem};
use serde::de::value::MapAccessDeserializer;
use serde::de::{IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

use crate::model::count::counted;
use crate::model::finding::Problem;
use crate::parse::artifact::decode::line_at;

/// A text; numbers and booleans are taken as they are written. Anything else, or nothing, is empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Text<'text>(pub(crate) Cow<'text, str>);

/// A count that is not negative, also where it is written as a text. Anything else is none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Count(pub(crate) Option<u64>);

/// An object. Anything else is none.
#[derive(Clone, Debug)]
pub(crate) struct One<T>(pub(crate) Option<T>);

/// The objects of an array.
#[derive(Clone, Debug)]
pub(crate) struct Items<T> {
    /// The objects.
    pub(crate) list: Vec<T>,
    /// Entries that are no objects.
    pub(crate) others: u64,
    /// Whether there is an array at all, if only an empty one.
    pub(crate) is_present: bool,
}

/// What takes in the objects of an array one by one as they are read, so that none of them is kept as it stands in the file.
pub(crate) trait Gather<'de>: Default {
    /// An object.
    type Item: Deserialize<'de>;

    /// Takes in an object.
    fn take(&mut self, item: Self::Item);

    /// Passes over an entry that is no object.
    fn pass(&mut self);
}

/// The objects of an array, gathered; what is no array is none.
#[derive(Clone, Debug, Default)]
pub(crate) struct Gathered<G>(pub(crate) G);

/// The texts of an array; entries of another type are left out.
#[derive(Clone, Debug, Default)]
pub(crate) struct Texts<'text>(pub(crate) Vec<Cow<'text, str>>);

impl Text<'_> {
    /// The words.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// The words, or none when there are none.
    pub(crate) fn words(&self) -> Option<&str> {
        let words = self.0.trim();
        (!words.is_empty()).then_some(words)
    }
}

impl<T> Default for One<T> {
    fn default() -> Self {
        Self(None)
    }
}

impl<T> Default for Items<T> {
    fn default() -> Self {
        Self {
            list: Vec::new(),
            others: 0,
            is_present: false,
        }
    }
}

/// Reads a whole text as one value.
pub(crate) fn read<'text, T: Deserialize<'text>>(text: &'text str) -> Result<T, Problem> {
    serde_json::from_str(text).map_err(|error| problem(&error))
}

/// Replaces escapes of half a surrogate pair, which no text can hold, by U+FFFD, and says so.
pub(crate) fn mend_surrogates(text: &str) -> (Cow<'_, str>, Option<Problem>) {
    let bytes = text.as_bytes();
    // Nearly no text has any, and then one quick look is enough.
    let is_half = |at: usize| matches!(bytes.get(at + 2), Some(b'd' | b'D'));
    if !memmem::find_iter(bytes, b"\\u").any(is_half) {
        return (Cow::Borrowed(text), None);
    }
    let mut lone = Vec::new();
    let mut at = 0;
    while let Some(found) = bytes.get(at..).and_then(|rest| memchr(b'\\', rest)) {
        let escape = at + found;
        at = match unit(bytes, escape) {
            Some(0xd800..=0xdbff) if matches!(unit(bytes, escape + 6), Some(0xdc00..=0xdfff)) => escape + 12,
            Some(0xd800..=0xdfff) => {
                lone.push(escape);
                escape + 6
            }
            Some(_) => escape + 6,
            None => escape + 2,
        };
    }
    let Some(first) = lone.first() else {
        return (Cow::Borrowed(text), None);
    };
    let mut mended = String::with_capacity(text.len());
    let mut begin = 0;
    for escape in &lone {
        mended.push_str(text.get(begin..*escape).unwrap_or_default());
        mended.push_str("\\ufffd");
        begin = escape + 6;
    }
    mended.push_str(text.get(begin..).unwrap_or_default());
    let problem = Problem::at(
        line_at(bytes, *first),
        format!(
            "{} read as U+FFFD",
            counted(
                lone.len() as u64,
                "escape of half a character was/escapes of half a character were"
            )
        ),
    );
    (Cow::Owned(mended), Some(problem))
}

/// The unit of a `\uXXXX` at a position.
fn unit(bytes: &[u8], at: usize) -> Option<u32> {
    let escape = bytes.get(at..at + 6)?;
    let digits = escape.strip_prefix(b"\\u")?;
    digits
        .iter()
        .try_fold(0, |value, digit| Some(value * 16 + char::from(*digit).to_digit(16)?))
}

/// What is wrong with a text, with the line.
pub(crate) fn problem(error: &serde_json::Error) -> Problem {
    let words = error.to_string();
    let words = words.split(" at line ").next().unwrap_or_default().to_owned();
    let message = if error.is_data() {
        format!("not as the format has it: {words}")
    } else {
        format!("not valid JSON: {words}")
    };
    Problem {
        line: (error.line() > 0).then_some(error.line() as u32),
        message,
    }
}

/// Reads a sequence to its end.
fn skip_sequence<'de, A: SeqAccess<'de>>(mut sequence: A) -> Result<(), A::Error> {
    while sequence.next_element::<IgnoredAny>()?.is_some() {}
    Ok(())
}

/// Reads a map to its end.
fn skip_map<'de, A: MapAccess<'de>>(mut map: A) -> Result<(), A::Error> {
    while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
    Ok(())
}

/// The arms of a visitor that read a value of an unexpected type to its end and answer with the default.
macro_rules! otherwise_default {
    (unit) => {
        fn visit_unit<E: serde::de::Error>(self) -> Result<Self::Value, E> {
            Ok(Self::Value::default())
        }
    };
    (bool) => {
        fn visit_bool<E: serde::de::Error>(self, _: bool) -> Result<Self::Value, E> {
            Ok(Self::Value::default())
        }
    };
    (numbers) => {
        fn visit_u64<E: serde::de::Error>(self, _: u64) -> Result<Self::Value, E> {
            Ok(Self::Value::default())
        }
        fn visit_i64<E: serde::de::Error>(self, _: i64) -> Result<Self::Value, E> {
            Ok(Self::Value::default())
        }
        fn visit_f64<E: serde::de::Error>(self, _: f64) -> Result<Self::Value, E> {
            Ok(Self::Value::default())
        }
    };
    (text) => {
        fn visit_str<E: serde::de::Error>(self, _: &str) -> Result<Self::Value, E> {
            Ok(Self::Value::default())
        }
    };
    (sequence) => {
        fn visit_seq<A: SeqAccess<'de>>(self, sequence: A) -> Result<Self::Value, A::Error> {
            skip_sequence(sequence)?;
            Ok(Self::Value::default())
        }
    };
    (map) => {
        fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
            skip_map(map)?;
            Ok(Self::Value::default())
        }
    };
    ($first:tt, $($rest:tt),+) => {
        otherwise_default!($first);
        otherwise_default!($($rest),+);
    };
}

// Behind the macro, which it uses.
pub(crate) mod top;

struct TextVisitor;

impl<'de> Visitor<'de> for TextVisitor {
    type Value = Text<'de>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a text")
    }

    fn visit_borrowed_str<E: serde::de::Error>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Text(Cow::Borrowed(text)))
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Text(Cow::Owned(text.to_owned())))
    }

    fn visit_bool<E: serde::de::Error>(self, value: bool) -> Result<Self::Value, E> {
        Ok(Text(Cow::Owned(value.to_string())))
    }

    fn visit_u64<E: serde::de::Error>(self, value: u64) -> Result<Self::Value, E> {
        Ok(Text(Cow::Owned(value.to_string())))
    }

    fn visit_i64<E: serde::de::Error>(self, value: i64) -> Result<Self::Value, E> {
        Ok(Text(Cow::Owned(value.to_string())))
    }

    fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<Self::Value, E> {
        Ok(Text(Cow::Owned(value.to_string())))
    }

    otherwise_default!(unit, sequence, map);
}

impl<'de: 'text, 'text> Deserialize<'de> for Text<'text> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TextVisitor)
    }
}

struct CountVisitor;

impl<'de> Visitor<'de> for CountVisitor {
    type Value = Count;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a count")
    }

    fn visit_u64<E: serde::de::Error>(self, value: u64) -> Result<Self::Value, E> {
        Ok(Count(Some(value)))
    }

    fn visit_i64<E: serde::de::Error>(self, value: i64) -> Result<Self::Value, E> {
        Ok(Count(u64::try_from(value).ok()))
    }

    fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<Self::Value, E> {
        // 2^53 is the last number up to which every whole one has a float of its own.
        let is_whole = (0.0..9_007_199_254_740_992.0).contains(&value) && value.fract() == 0.0;
        Ok(Count(is_whole.then_some(value as u64)))
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Count(text.trim().parse().ok()))
    }

    otherwise_default!(unit, bool, sequence, map);
}

impl<'de> Deserialize<'de> for Count {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(CountVisitor)
    }
}

struct OneVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for OneVisitor<T> {
    type Value = One<T>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
        T::deserialize(MapAccessDeserializer::new(map)).map(|value| One(Some(value)))
    }

    otherwise_default!(unit, bool, numbers, text, sequence);
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for One<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(OneVisitor(PhantomData))
    }
}

struct ItemsVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for ItemsVisitor<T> {
    type Value = Items<T>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an array of objects")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> Result<Self::Value, A::Error> {
        let mut items = Items {
            is_present: true,
            ..Items::default()
        };
        while let Some(One(item)) = sequence.next_element()? {
            match item {
                Some(item) => items.list.push(item),
                None => items.others += 1,
            }
        }
        Ok(items)
    }

    otherwise_default!(unit, bool, numbers, text, map);
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Items<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ItemsVisitor(PhantomData))
    }
}

struct GatheredVisitor<G>(PhantomData<G>);

impl<'de, G: Gather<'de>> Visitor<'de> for GatheredVisitor<G> {
    type Value = Gathered<G>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an array of objects")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> Result<Self::Value, A::Error> {
        let mut gathered = G::default();
        while let Some(One(item)) = sequence.next_element()? {
            match item {
                Some(item) => gathered.take(item),
                None => gathered.pass(),
            }
        }
        Ok(Gathered(gathered))
    }

    otherwise_default!(unit, bool, numbers, text, map);
}

impl<'de, G: Gather<'de>> Deserialize<'de> for Gathered<G> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(GatheredVisitor(PhantomData))
    }
}

struct TextsVisitor;

impl<'de> Visitor<'de> for TextsVisitor {
    type Value = Texts<'de>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an array of texts")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> Result<Self::Value, A::Error> {
        let mut texts = Texts::default();
        while let Some(Text(text)) = sequence.next_element()? {
            if !text.is_empty() {
                texts.0.push(text);
            }
        }
        Ok(texts)
    }

    otherwise_default!(unit, bool, numbers, text, map);
}

impl<'de: 'text, 'text> Deserialize<'de> for Texts<'text> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TextsVisitor)
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::{Count, Items, One, Text, Texts, mend_surrogates, read};

    #[derive(Debug, Default, Deserialize)]
    #[serde(default)]
    struct Thing<'text> {
        #[serde(borrow)]
        name: Text<'text>,
        count: Count,
        #[serde(borrow)]
        part: One<Box<Thing<'text>>>,
        #[serde(borrow)]
        parts: Items<Thing<'text>>,
        #[serde(borrow)]
        words: Texts<'text>,
    }

    #[test]
    fn members_of_an_unexpected_type_count_as_absent() {
        let text = r#"{"name": 7, "count": "8", "part": [{"name": "x"}], "parts": [null, {"name": "y"}, 3],
            "words": ["a", 1, null, {"b": []}], "more": [[[]]]}"#;
        let thing: Thing<'_> = read(text).expect("it is read");
        assert_eq!((thing.name.as_str(), thing.count.0), ("7", Some(8)));
        assert!(thing.part.0.is_none());
        assert_eq!(thing.parts.list[0].name.words(), Some("y"));
        assert_eq!((thing.parts.others, thing.parts.is_present), (2, true));
        assert_eq!(thing.words.0, ["a", "1"]);
    }

    #[test]
    fn a_key_twice_and_numbers_without_bound_are_refused() {
        for (text, expected) in [
            (
                r#"{"name": "a", "name": "b"}"#,
                "not as the format has it: duplicate field `name`",
            ),
            (r#"{"count": 1e999}"#, "not valid JSON: number out of range"),
            (r#"{"count": NaN}"#, "not valid JSON: expected value"),
            (r#"{"name": "a",}"#, "not valid JSON: trailing comma"),
            (r#"{"name": "a""#, "not valid JSON: EOF while parsing an object"),
        ] {
            let problem = read::<Thing<'_>>(text).expect_err("it is refused");
            assert_eq!((problem.message.as_str(), problem.line), (expected, Some(1)), "{text}");
        }
        let counts = r#"{"count": -0}"#;
        assert_eq!(read::<Thing<'_>>(counts).expect("it is read").count.0, Some(0));
    }

    #[test]
    fn half_surrogate_pairs_are_mended_and_whole_ones_kept() {
        let text = r#"{"name": "\ud83d\ude00 \ud800 \\ud800 \udc00\n"}"#;
        let (mended, problem) = mend_surrogates(text);
        assert_eq!(mended, r#"{"name": "\ud83d\ude00 \ufffd \\ud800 \ufffd\n"}"#);
        assert_eq!(
            problem.map(|problem| problem.message).as_deref(),
            Some("2 escapes of half a character were read as U+FFFD")
        );
        let thing: Thing<'_> = read(&mended).expect("it is read");
        assert_eq!(thing.name.as_str(), "😀 \u{fffd} \\ud800 \u{fffd}\n");
    }
}
