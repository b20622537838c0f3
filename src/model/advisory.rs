//! What somebody says about vulnerabilities of products: VEX statements and advisories.

use serde::{Deserialize, Serialize};

/// The statements of one document.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Advisories {
    /// Who says so.
    pub(crate) author: String,
    /// The version of the document, as written.
    pub(crate) version: String,
    /// The statements, oldest first as the document lists them.
    pub(crate) statements: Vec<AdvisoryStatement>,
}

/// What a scanner says of one package: that an advisory is about it.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct AdvisoryHit {
    /// The advisory, such as `GHSA-35jh-r3h4-6jhm`, without its address.
    pub(crate) id: String,
    /// Other names of it.
    pub(crate) aliases: Vec<String>,
    /// The package, as the scanner names it.
    pub(crate) package: String,
    /// The version that was found, or empty where the scanner does not tell.
    pub(crate) version: String,
    /// The severity in the words of the scanner, or empty.
    pub(crate) severity: String,
    /// The versions that mend it, or empty.
    pub(crate) fixed: String,
}

/// One statement.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct AdvisoryStatement {
    /// The vulnerability, such as `CVE-2024-1`.
    pub(crate) vulnerability: String,
    /// Other names of it.
    pub(crate) aliases: Vec<String>,
    /// The products that it is about, as package URLs where they have one.
    pub(crate) products: Vec<String>,
    /// `affected`, `not_affected`, `fixed`, `under_investigation`, or the word of the document.
    pub(crate) status: String,
    /// Why it is not affected, or what to do.
    pub(crate) justification: String,
    /// When it was said, as written.
    pub(crate) at: Option<String>,
}
