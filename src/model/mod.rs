//! Plain data: what the handbook knows. No rule, no page and no file format is known here.
//!
//! Every type has public fields and is made by the layer that reads it: `parse` and `load` make the facts, `audit` makes the
//! judgements, `site` and `report` only read.

pub(crate) mod about;
pub(crate) mod advisory;
pub(crate) mod attachment;
pub(crate) mod attest;
pub(crate) mod blank;
#[cfg(test)]
pub(crate) mod blessed;
pub(crate) mod bytes;
pub(crate) mod change;
pub(crate) mod closing;
pub(crate) mod control;
pub(crate) mod count;
pub(crate) mod declaration;
pub(crate) mod definition;
pub(crate) mod demand;
pub(crate) mod difference;
pub(crate) mod digest;
pub(crate) mod directory;
pub(crate) mod document;
pub(crate) mod dossier;
pub(crate) mod edition;
pub(crate) mod evidence;
pub(crate) mod finding;
pub(crate) mod fingerprint;
pub(crate) mod form;
pub(crate) mod format;
pub(crate) mod freshness;
pub(crate) mod gate;
pub(crate) mod handbook;
pub(crate) mod history;
pub(crate) mod inventory;
pub(crate) mod kept;
pub(crate) mod kind;
pub(crate) mod licence;
pub(crate) mod measure;
pub(crate) mod nearest;
pub(crate) mod owners;
pub(crate) mod package_manager;
pub(crate) mod packed;
pub(crate) mod place;
pub(crate) mod population;
pub(crate) mod proof;
pub(crate) mod provenance;
pub(crate) mod quote;
pub(crate) mod reason;
pub(crate) mod reference;
pub(crate) mod register;
pub(crate) mod release;
pub(crate) mod report;
pub(crate) mod runbook;
pub(crate) mod said;
pub(crate) mod sample;
pub(crate) mod sbom;
pub(crate) mod separation;
pub(crate) mod stable;
pub(crate) mod support;
pub(crate) mod theme;
pub(crate) mod tree;
pub(crate) mod verification;
pub(crate) mod version;
pub(crate) mod word;
