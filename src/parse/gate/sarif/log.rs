//! A log of SARIF, as far as it is read: members have the names of the format, and all of them may be missing.

use std::fmt;

use serde::de::{IgnoredAny, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};

use crate::parse::artifact::json::{Count, Items, One, Text, Texts};

/// A log.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Log<'text> {
    #[serde(borrow)]
    pub(super) version: Text<'text>,
    #[serde(borrow, rename = "$schema")]
    pub(super) schema: Text<'text>,
    #[serde(borrow)]
    pub(super) runs: Items<Run<'text>>,
    /// Parts of runs that stand beside them.
    #[serde(borrow, rename = "inlineExternalProperties")]
    pub(super) beside: Items<Beside<'text>>,
}

/// A part of a run that stands beside it in the same file.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Beside<'text> {
    #[serde(borrow)]
    pub(super) results: Items<Found<'text>>,
}

/// What one tool found in one go.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Run<'text> {
    #[serde(borrow, rename = "versionControlProvenance")]
    pub(super) provenance: Items<Provenance<'text>>,
    #[serde(borrow, rename = "externalPropertyFileReferences")]
    pub(super) external: One<External<'text>>,
    #[serde(borrow)]
    pub(super) tool: One<Tool<'text>>,
    #[serde(borrow)]
    pub(super) invocations: Items<Invocation<'text>>,
    #[serde(borrow)]
    pub(super) results: Items<Found<'text>>,
    #[serde(borrow)]
    pub(super) artifacts: Items<File<'text>>,
    /// Where 2.0 has the rules.
    #[serde(borrow)]
    pub(super) resources: One<Resources<'text>>,
}

/// What 2.0 keeps apart from the tool.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Resources<'text> {
    #[serde(borrow)]
    pub(super) rules: ById<'text>,
}

/// Rules as a list, or by their ids.
#[derive(Default)]
pub(super) struct ById<'text>(pub(super) Vec<Rule<'text>>);

/// A state of the sources that the run looked at.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Provenance<'text> {
    #[serde(borrow, rename = "revisionId")]
    pub(super) revision: Text<'text>,
}

/// Parts of a run that stand in other files.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct External<'text> {
    #[serde(borrow)]
    pub(super) results: Items<ExternalFile<'text>>,
}

/// Such a file.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct ExternalFile<'text> {
    #[serde(borrow)]
    pub(super) location: One<FileLocation<'text>>,
}

/// The severity from 0 to 10 that GitHub reads.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Properties<'text> {
    #[serde(borrow, rename = "security-severity")]
    pub(super) severity: Text<'text>,
}

/// The tool.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Tool<'text> {
    #[serde(borrow)]
    pub(super) driver: One<Component<'text>>,
    #[serde(borrow)]
    pub(super) extensions: Items<Component<'text>>,
    /// What 2.0 says of the driver.
    #[serde(borrow)]
    pub(super) name: Text<'text>,
    #[serde(borrow, rename = "semanticVersion")]
    pub(super) semantic_version: Text<'text>,
    #[serde(borrow)]
    pub(super) version: Text<'text>,
}

/// The driver of a tool, or an extension.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Component<'text> {
    #[serde(borrow)]
    pub(super) name: Text<'text>,
    #[serde(borrow)]
    pub(super) semantic_version: Text<'text>,
    #[serde(borrow)]
    pub(super) version: Text<'text>,
    #[serde(borrow)]
    pub(super) rules: Items<Rule<'text>>,
}

/// A rule.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Rule<'text> {
    #[serde(borrow)]
    pub(super) id: Text<'text>,
    #[serde(borrow)]
    pub(super) default_configuration: One<Configuration<'text>>,
    /// The name of the same in 2.0.
    #[serde(borrow)]
    pub(super) configuration: One<OlderConfiguration<'text>>,
    #[serde(borrow)]
    pub(super) properties: One<Properties<'text>>,
    #[serde(borrow)]
    pub(super) short_description: One<Message<'text>>,
}

/// How a rule is set.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Configuration<'text> {
    #[serde(borrow)]
    pub(super) level: Text<'text>,
}

/// The same in 2.0.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct OlderConfiguration<'text> {
    #[serde(borrow)]
    pub(super) default_level: Text<'text>,
}

/// A call of the tool, and how it ended.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Invocation<'text> {
    #[serde(borrow)]
    pub(super) arguments: Texts<'text>,
    #[serde(borrow)]
    pub(super) command_line: Text<'text>,
    #[serde(borrow)]
    pub(super) execution_successful: Text<'text>,
    #[serde(borrow)]
    pub(super) exit_code: Text<'text>,
    #[serde(borrow)]
    pub(super) exit_signal_name: Text<'text>,
    #[serde(borrow)]
    pub(super) exit_signal_number: Text<'text>,
    #[serde(borrow)]
    pub(super) process_start_failure_message: Text<'text>,
    #[serde(borrow)]
    pub(super) start_time_utc: Text<'text>,
    #[serde(borrow)]
    pub(super) end_time_utc: Text<'text>,
    #[serde(borrow)]
    pub(super) tool_execution_notifications: Items<Notification<'text>>,
    #[serde(borrow)]
    pub(super) tool_configuration_notifications: Items<Notification<'text>>,
    /// The names of both in 2.0.
    #[serde(borrow)]
    pub(super) tool_notifications: Items<Notification<'text>>,
    #[serde(borrow)]
    pub(super) configuration_notifications: Items<Notification<'text>>,
}

/// What the tool said of itself.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Notification<'text> {
    #[serde(borrow)]
    pub(super) level: Text<'text>,
    #[serde(borrow)]
    pub(super) message: One<Message<'text>>,
}

/// Words.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Message<'text> {
    #[serde(borrow)]
    pub(super) text: Text<'text>,
    #[serde(borrow)]
    pub(super) markdown: Text<'text>,
}

/// A result.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Found<'text> {
    #[serde(borrow)]
    pub(super) rule_id: Text<'text>,
    pub(super) rule_index: Count,
    #[serde(borrow)]
    pub(super) rule: One<RuleReference<'text>>,
    #[serde(borrow)]
    pub(super) level: Text<'text>,
    #[serde(borrow)]
    pub(super) kind: Text<'text>,
    #[serde(borrow)]
    pub(super) message: One<Message<'text>>,
    #[serde(borrow)]
    pub(super) locations: Items<Location<'text>>,
    #[serde(borrow)]
    pub(super) suppressions: Items<Suppression<'text>>,
    /// What 2.0 says of suppressions.
    #[serde(borrow)]
    pub(super) suppression_states: Texts<'text>,
    #[serde(borrow)]
    pub(super) baseline_state: Text<'text>,
    #[serde(borrow)]
    pub(super) properties: One<Properties<'text>>,
    #[serde(borrow)]
    pub(super) fingerprints: One<Values<'text>>,
    #[serde(borrow)]
    pub(super) partial_fingerprints: One<Values<'text>>,
}

/// The texts of an object, whatever their names.
#[derive(Default)]
pub(super) struct Values<'text>(pub(super) Vec<Text<'text>>);

struct ValuesVisitor;

impl<'de> Visitor<'de> for ValuesVisitor {
    type Value = Values<'de>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object of texts")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut values = Values::default();
        while let Some((_, text)) = map.next_entry::<IgnoredAny, Text<'de>>()? {
            values.0.push(text);
        }
        Ok(values)
    }
}

impl<'de: 'text, 'text> Deserialize<'de> for Values<'text> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(ValuesVisitor)
    }
}

/// Which rule a result is of.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct RuleReference<'text> {
    #[serde(borrow)]
    pub(super) id: Text<'text>,
    pub(super) index: Count,
    pub(super) tool_component: One<ComponentReference>,
}

/// Which extension a rule is of.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct ComponentReference {
    pub(super) index: Count,
}

/// A place.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Location<'text> {
    #[serde(borrow)]
    pub(super) physical_location: One<PhysicalLocation<'text>>,
}

/// A place in a file.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct PhysicalLocation<'text> {
    #[serde(borrow)]
    pub(super) artifact_location: One<FileLocation<'text>>,
    /// The name of the same in 2.0.
    #[serde(borrow)]
    pub(super) file_location: One<FileLocation<'text>>,
    pub(super) region: One<Region>,
}

/// A file.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct FileLocation<'text> {
    #[serde(borrow)]
    pub(super) uri: Text<'text>,
    pub(super) index: Count,
}

/// A part of a file.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Region {
    pub(super) start_line: Count,
}

/// A file that the run looked at.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct File<'text> {
    #[serde(borrow)]
    pub(super) location: One<FileLocation<'text>>,
}

/// Why a result does not count.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Suppression<'text> {
    #[serde(borrow)]
    pub(super) status: Text<'text>,
    #[serde(borrow)]
    pub(super) state: Text<'text>,
}
