//! Values as bytes and back. Whatever bytes are given, nothing panics; what a value is made of is named part by part, so that none is ever
//! forgotten.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::{Arc, OnceLock};

use chrono::{Datelike as _, NaiveDate};
use serde::Deserialize as _;
use serde::de::IntoDeserializer as _;
use serde::de::value::Error;

use crate::model::bytes::{Packed, put_number, put_part, put_signed};
use crate::model::finding::Problem;
use crate::model::kept::known;
use crate::model::kind::{Kind, Runner};
use crate::model::runbook::Declared;

/// A value that is kept as bytes.
pub(in crate::load) trait Kept: Sized {
    /// Writes it.
    fn put(&self, bytes: &mut Vec<u8>);
    /// Reads it; none when the bytes are of something else.
    fn get(packed: &mut Packed<'_>) -> Option<Self>;
}

macro_rules! kept_struct {
    ($type:ty { $($field:ident),* $(,)? }) => {
        impl Kept for $type {
            fn put(&self, bytes: &mut Vec<u8>) {
                let Self { $($field),* } = self;
                $($field.put(bytes);)*
            }

            fn get(packed: &mut Packed<'_>) -> Option<Self> {
                Some(Self { $($field: Kept::get(packed)?),* })
            }
        }
    };
}

macro_rules! kept_enum {
    ($type:ty { $($number:literal $variant:ident $(($($part:ident),*))? $({$($field:ident),*})?),* $(,)? }) => {
        impl Kept for $type {
            fn put(&self, bytes: &mut Vec<u8>) {
                match self {
                    $(Self::$variant $(($($part),*))? $({$($field),*})? => {
                        bytes.push($number);
                        $($($part.put(bytes);)*)?
                        $($($field.put(bytes);)*)?
                    })*
                }
            }

            fn get(packed: &mut Packed<'_>) -> Option<Self> {
                Some(match packed.byte()? {
                    $($number => Self::$variant
                        $(($({ let $part = Kept::get(packed)?; $part }),*))?
                        $({$($field: Kept::get(packed)?),*})?,)*
                    _ => return None,
                })
            }
        }
    };
}

macro_rules! kept_number {
    ($($type:ty),*) => {
        $(impl Kept for $type {
            fn put(&self, bytes: &mut Vec<u8>) {
                // A number that does not fit into 64 bits is none of ours.
                put_number(bytes, u64::try_from(*self).unwrap_or(u64::MAX));
            }

            fn get(packed: &mut Packed<'_>) -> Option<Self> {
                packed.number()?.try_into().ok()
            }
        })*
    };
}

mod definition;
mod text;

kept_number!(u8, u32, u64, usize);

impl Kept for bool {
    fn put(&self, bytes: &mut Vec<u8>) {
        bytes.push(u8::from(*self));
    }

    fn get(packed: &mut Packed<'_>) -> Option<Self> {
        Some(packed.byte()? != 0)
    }
}

impl Kept for u128 {
    fn put(&self, bytes: &mut Vec<u8>) {
        bytes.extend_from_slice(&self.to_le_bytes());
    }

    fn get(packed: &mut Packed<'_>) -> Option<Self> {
        Some(Self::from_le_bytes(packed.bytes(16)?.try_into().ok()?))
    }
}

macro_rules! kept_text {
    ($($type:ty),*) => {
        $(impl Kept for $type {
            fn put(&self, bytes: &mut Vec<u8>) {
                put_part(bytes, self.as_bytes());
            }

            fn get(packed: &mut Packed<'_>) -> Option<Self> {
                packed.text().map(Into::into)
            }
        })*
    };
}

kept_text!(String, Box<str>, Arc<str>);

impl Kept for &'static str {
    fn put(&self, bytes: &mut Vec<u8>) {
        put_part(bytes, self.as_bytes());
    }

    fn get(packed: &mut Packed<'_>) -> Option<Self> {
        packed.text().map(known)
    }
}

impl<T: Kept> Kept for Option<T> {
    fn put(&self, bytes: &mut Vec<u8>) {
        bytes.push(u8::from(self.is_some()));
        if let Some(value) = self {
            value.put(bytes);
        }
    }

    fn get(packed: &mut Packed<'_>) -> Option<Self> {
        match packed.byte()? {
            0 => Some(None),
            _ => T::get(packed).map(Some),
        }
    }
}

impl<T: Kept, E: Kept> Kept for Result<T, E> {
    fn put(&self, bytes: &mut Vec<u8>) {
        bytes.push(u8::from(self.is_ok()));
        match self {
            Ok(value) => value.put(bytes),
            Err(error) => error.put(bytes),
        }
    }

    fn get(packed: &mut Packed<'_>) -> Option<Self> {
        Some(match packed.byte()? {
            0 => Err(E::get(packed)?),
            _ => Ok(T::get(packed)?),
        })
    }
}

impl<T: Kept> Kept for Vec<T> {
    fn put(&self, bytes: &mut Vec<u8>) {
        put_number(bytes, self.len() as u64);
        for value in self {
            value.put(bytes);
        }
    }

    fn get(packed: &mut Packed<'_>) -> Option<Self> {
        // Each value has a byte at least, so that no room is taken for values that cannot come.
        let count = packed.count(1)?;
        let mut values = Self::with_capacity(count);
        for _ in 0..count {
            values.push(T::get(packed)?);
        }
        Some(values)
    }
}

impl<T: Kept> Kept for Box<[T]> {
    fn put(&self, bytes: &mut Vec<u8>) {
        put_number(bytes, self.len() as u64);
        for value in self {
            value.put(bytes);
        }
    }

    fn get(packed: &mut Packed<'_>) -> Option<Self> {
        Vec::get(packed).map(Into::into)
    }
}

impl<T: Kept> Kept for Box<T> {
    fn put(&self, bytes: &mut Vec<u8>) {
        T::put(self, bytes);
    }

    fn get(packed: &mut Packed<'_>) -> Option<Self> {
        T::get(packed).map(Self::new)
    }
}

impl<K: Kept + Ord, V: Kept> Kept for BTreeMap<K, V> {
    fn put(&self, bytes: &mut Vec<u8>) {
        put_number(bytes, self.len() as u64);
        for (key, value) in self {
            key.put(bytes);
            value.put(bytes);
        }
    }

    fn get(packed: &mut Packed<'_>) -> Option<Self> {
        (0..packed.count(1)?)
            .map(|_| Some((K::get(packed)?, V::get(packed)?)))
            .collect()
    }
}

impl<K: Kept + Ord> Kept for BTreeSet<K> {
    fn put(&self, bytes: &mut Vec<u8>) {
        put_number(bytes, self.len() as u64);
        for key in self {
            key.put(bytes);
        }
    }

    fn get(packed: &mut Packed<'_>) -> Option<Self> {
        (0..packed.count(1)?).map(|_| K::get(packed)).collect()
    }
}

impl<A: Kept, B: Kept, C: Kept> Kept for (A, B, C) {
    fn put(&self, bytes: &mut Vec<u8>) {
        let (first, second, third) = self;
        first.put(bytes);
        second.put(bytes);
        third.put(bytes);
    }

    fn get(packed: &mut Packed<'_>) -> Option<Self> {
        Some((A::get(packed)?, B::get(packed)?, C::get(packed)?))
    }
}

impl Kept for NaiveDate {
    fn put(&self, bytes: &mut Vec<u8>) {
        put_signed(bytes, self.num_days_from_ce().into());
    }

    fn get(packed: &mut Packed<'_>) -> Option<Self> {
        Self::from_num_days_from_ce_opt(packed.signed()?.try_into().ok()?)
    }
}

impl Kept for Range<usize> {
    fn put(&self, bytes: &mut Vec<u8>) {
        self.start.put(bytes);
        self.end.put(bytes);
    }

    fn get(packed: &mut Packed<'_>) -> Option<Self> {
        Some(usize::get(packed)?..usize::get(packed)?)
    }
}

impl Kept for Kind {
    fn put(&self, bytes: &mut Vec<u8>) {
        let runner = match self {
            Self::Task(runner) => runner.word(),
            _ => "",
        };
        put_part(bytes, runner.as_bytes());
        put_part(bytes, self.word().as_bytes());
    }

    fn get(packed: &mut Packed<'_>) -> Option<Self> {
        let (runner, word) = (packed.text()?, packed.text()?);
        if !runner.is_empty() {
            return Some(Self::Task(Runner::of(known(runner))));
        }
        let word: serde::de::value::StrDeserializer<'_, Error> = word.into_deserializer();
        Self::deserialize(word).ok()
    }
}

impl<T: Kept> Kept for Declared<T> {
    fn put(&self, bytes: &mut Vec<u8>) {
        let Self { value, span } = self;
        value.put(bytes);
        span.put(bytes);
    }

    fn get(packed: &mut Packed<'_>) -> Option<Self> {
        Some(Self {
            value: Kept::get(packed)?,
            span: Kept::get(packed)?,
        })
    }
}

/// What was looked for; what was not is looked for when somebody asks.
impl Kept for OnceLock<bool> {
    fn put(&self, bytes: &mut Vec<u8>) {
        self.get().copied().put(bytes);
    }

    fn get(packed: &mut Packed<'_>) -> Option<Self> {
        let known: Option<bool> = Kept::get(packed)?;
        Some(known.map_or_else(Self::new, Self::from))
    }
}

kept_struct!(Problem { line, message });
