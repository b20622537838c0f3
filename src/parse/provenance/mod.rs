//! Statements about artifacts by digest and what wraps them, and statements about vulnerabilities of products.

pub(crate) mod attestations;
mod base64;
#[cfg(feature = "attestations")]
pub(crate) mod bundles;
pub(crate) mod checksums;
pub(crate) mod csaf;
pub(crate) mod dsse;
mod envelope;
pub(crate) mod intoto;
pub(crate) mod openvex;
pub(crate) mod osv;
#[cfg(feature = "attestations")]
pub(crate) mod signature;
pub(crate) mod sigstore;
mod statement;

use crate::parse::artifact::Format;

/// Every format of provenance, sorted by name.
pub(crate) const FORMATS: &[Format] = &[
    attestations::FORMAT,
    checksums::FORMAT,
    csaf::FORMAT,
    dsse::FORMAT,
    intoto::FORMAT,
    openvex::FORMAT,
    osv::FORMAT,
    sigstore::FORMAT,
];
