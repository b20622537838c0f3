//! Names of tests that a command chooses.

use std::ops::Range;

use crate::command::call::Call;
use crate::command::placeholder::in_name;
use crate::command::sink::Sink;
use crate::model::kind::Kind;

/// Adds the name of a test that a filter asks for, if it is one that says enough: of several words, and no pattern. Of
/// `module::tests::restores_all` it is the last part.
pub(crate) fn test_name(call: &Call<'_>, filter: &str, range: &Range<usize>, sink: &mut Sink) {
    let name = filter.rsplit("::").next().unwrap_or(filter);
    let name = name.split('[').next().unwrap_or(name);
    let is_name = name.len() >= 8
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
        && name.starts_with(|char: char| char.is_ascii_alphabetic());
    let has_parts = name.trim_matches('_').contains('_') || name.bytes().skip(1).filter(u8::is_ascii_uppercase).count() >= 2;
    let is_capitals = !name.bytes().any(|byte| byte.is_ascii_lowercase());
    if is_name && has_parts && !is_capitals && !in_name(filter.split('[').next().unwrap_or(filter)) {
        sink.other(&call.site, range, Kind::TestName, name, &call.directory);
    }
}
