//! What a file defines, and what it says of names that were looked for, as bytes and back.

use crate::code::mention::Mentions;
use crate::model::bytes::Packed;
use crate::model::definition::{Definition, DefinitionFile, Nesting};

use crate::load::learned::form::Kept;

kept_struct!(DefinitionFile {
    path,
    format,
    name,
    definitions,
    is_complete,
    open_kinds,
    includes,
    binaries,
    fingerprint,
    problems
});
kept_struct!(Definition {
    kind,
    name,
    value,
    line,
    is_pattern,
    interface,
    fingerprint,
    nesting
});
kept_struct!(Nesting { within, holds, is_group });
kept_struct!(Mentions { found, prefixes });
