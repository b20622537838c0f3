//! What SARIF 2.0 wrote elsewhere or under other names than 2.1.0, put where 2.1.0 has it.
//!
//! A run is older when its tool has a name of its own and no driver; the version that a log names says less, since tools wrote drafts of
//! either form under any number.

use std::fmt;
use std::mem::take;

use serde::de::{MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

use crate::parse::artifact::json::{One, Text};
use crate::parse::gate::sarif::log::{ById, Component, Configuration, Found, Rule, Run, Suppression};

/// Levels of 2.0 that are kinds in 2.1.0.
const KINDS: &[&str] = &["pass", "notApplicable", "open", "informational"];

/// Puts what an older run says where a newer one would have it.
pub(super) fn renew(run: &mut Run<'_>) {
    let Some(tool) = run
        .tool
        .0
        .as_mut()
        .filter(|tool| tool.driver.0.is_none() && tool.name.words().is_some())
    else {
        return;
    };
    let mut driver = Component {
        name: take(&mut tool.name),
        semantic_version: take(&mut tool.semantic_version),
        version: take(&mut tool.version),
        ..Component::default()
    };
    if let Some(resources) = run.resources.0.as_mut() {
        driver.rules.list = take(&mut resources.rules.0);
    }
    for rule in &mut driver.rules.list {
        if let (None, Some(older)) = (&rule.default_configuration.0, &mut rule.configuration.0) {
            let level = take(&mut older.default_level);
            rule.default_configuration = One(Some(Configuration { level }));
        }
    }
    tool.driver = One(Some(driver));
    for invocation in &mut run.invocations.list {
        let (tool, configuration) = (
            &mut invocation.tool_execution_notifications,
            &mut invocation.tool_configuration_notifications,
        );
        tool.list.append(&mut invocation.tool_notifications.list);
        configuration.list.append(&mut invocation.configuration_notifications.list);
    }
    for found in &mut run.results.list {
        renew_found(found);
    }
}

fn renew_found(found: &mut Found<'_>) {
    if found.kind.words().is_none() && found.level.words().is_some_and(|level| KINDS.contains(&level)) {
        found.kind = take(&mut found.level);
    }
    if found.suppressions.list.is_empty() && !found.suppression_states.0.is_empty() {
        found.suppressions.list.push(Suppression::default());
    }
    for location in &mut found.locations.list {
        if let Some(place) = &mut location.physical_location.0
            && place.artifact_location.0.is_none()
        {
            place.artifact_location = take(&mut place.file_location);
        }
    }
}

impl<'de: 'text, 'text> Deserialize<'de> for ById<'text> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(RulesVisitor)
    }
}

/// Takes rules out of an object or a list; anything else holds none.
struct RulesVisitor;

impl<'de> Visitor<'de> for RulesVisitor {
    type Value = ById<'de>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("rules")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut rules = Vec::new();
        while let Some(key) = map.next_key::<Text<'de>>()? {
            if let Some(mut rule) = map.next_value::<One<Rule<'de>>>()?.0 {
                if rule.id.words().is_none() {
                    rule.id = key;
                }
                rules.push(rule);
            }
        }
        Ok(ById(rules))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> Result<Self::Value, A::Error> {
        let mut rules = Vec::new();
        while let Some(rule) = sequence.next_element::<One<Rule<'de>>>()? {
            rules.extend(rule.0);
        }
        Ok(ById(rules))
    }

    fn visit_bool<E>(self, _: bool) -> Result<Self::Value, E> {
        Ok(ById::default())
    }

    fn visit_i64<E>(self, _: i64) -> Result<Self::Value, E> {
        Ok(ById::default())
    }

    fn visit_u64<E>(self, _: u64) -> Result<Self::Value, E> {
        Ok(ById::default())
    }

    fn visit_f64<E>(self, _: f64) -> Result<Self::Value, E> {
        Ok(ById::default())
    }

    fn visit_str<E>(self, _: &str) -> Result<Self::Value, E> {
        Ok(ById::default())
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(ById::default())
    }
}
