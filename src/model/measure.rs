//! Figures that a tool measured, with the limits that it compared them with.

use serde::{Deserialize, Serialize};

/// Figures from one file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct MetricFacts {
    /// The figures.
    pub(crate) metrics: Vec<Metric>,
    /// Figures beyond those that are listed.
    pub(crate) unlisted: u64,
    /// Whether the measurement ended well and every figure is there.
    pub(crate) is_conclusive: bool,
}

/// One figure.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Metric {
    /// The name, such as `performance` or `http_req_duration p(95)`.
    pub(crate) name: String,
    /// What was measured: a page, labels; may be empty.
    pub(crate) of: String,
    /// The value as a decimal number as written; none when it could not be measured.
    pub(crate) value: Option<String>,
    /// The limit that the tool compared it with, in words.
    pub(crate) limit: String,
    /// Whether the value holds the limit; none without a limit.
    pub(crate) holds: Option<bool>,
    /// The unit of the value, where the tool has one for it; may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(crate) unit: String,
    /// Whether it is what people mean by a statistic of which they do not say of what: the time of requests.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) is_usual: bool,
    /// Whether an exception accepts it, so that no limit of a gate is held against it.
    #[serde(default)]
    pub(crate) is_accepted: bool,
}
