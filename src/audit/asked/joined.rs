//! One gate that is declared in several places: equal is silent, different is told, and the stricter judges.

use crate::audit::asked::name;
use crate::audit::asked::stricter::take_stricter;
use crate::model::gate::{DeclaredAt, Gate};
use crate::model::release::Release;

/// A key for which two places ask for different things.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Contradiction {
    /// The gate, by id.
    pub(crate) gate: String,
    /// The name on pages.
    pub(crate) title: String,
    /// The key.
    pub(crate) key: &'static str,
    /// What the text asks for.
    pub(crate) text: String,
    /// Where the text stands.
    pub(crate) text_at: Option<DeclaredAt>,
    /// What the settings, or the text before it, ask for.
    pub(crate) other: String,
    /// Where that stands.
    pub(crate) other_at: Option<DeclaredAt>,
}

/// The gates of the settings and of the texts as one list, the settings first. `known` are ids that a release itself knows, with the
/// names of their files: a text may call a gate by other words than the folder of its evidence.
pub(crate) fn joined(settings: &[Gate], texts: &[Gate], known: &[(String, Vec<String>)]) -> (Vec<Gate>, Vec<Contradiction>) {
    let mut gates: Vec<Gate> = Vec::new();
    for gate in settings {
        if gates.iter().all(|held| held.id != gate.id) {
            gates.push(gate.clone());
        }
    }
    let of_settings = gates.len();
    let mut contradictions = Vec::new();
    for text in texts {
        // Gates of texts that name one file are one where the release knows one of them only; else each has evidence of its own.
        let is_one = |id: &str| known.iter().any(|(known, _)| known == id) && known.iter().all(|(known, _)| *known != text.id);
        let is_free = || known_id(text, &gates, known).is_none();
        let is_stage_of = |gate: &Gate| text.stage_of.as_ref() == Some(&gate.id) && is_one(&gate.id) && is_free();
        let held = gates
            .iter()
            .position(|gate| gate.id == text.id)
            .or_else(|| gates[..of_settings].iter().position(|gate| is_same(gate, text)))
            .or_else(|| gates.iter().position(|gate| is_same(gate, text) && is_one(&gate.id)))
            .or_else(|| gates.iter().position(is_stage_of));
        let Some(at) = held else {
            let mut gate = text.clone();
            if let Some(id) = known_id(text, &gates, known) {
                gate.id = id;
            }
            gates.push(gate);
            continue;
        };
        let gate = &mut gates[at];
        // Two stages that are judged as one contradict each other in nothing.
        let is_stage = text.stage_of.is_some() && gate.id != text.id;
        for difference in take_stricter(&mut gate.demand, &text.demand) {
            if is_stage {
                continue;
            }
            contradictions.push(Contradiction {
                gate: gate.id.clone(),
                title: gate.title.clone(),
                key: difference.key,
                text: difference.said,
                text_at: text.declared_at.first().cloned(),
                other: difference.held,
                other_at: gate.declared_at.last().cloned(),
            });
        }
        // The text comes first, since people read it.
        let place = if at < of_settings { 0 } else { gate.declared_at.len() };
        gate.declared_at.splice(place..place, text.declared_at.iter().cloned());
    }
    (gates, contradictions)
}

/// The ids that a release knows from its record and its evidence, with the names of their files.
pub(crate) fn known(release: &Release) -> Vec<(String, Vec<String>)> {
    let mut known: Vec<(String, Vec<String>)> = Vec::new();
    for file in &release.evidence {
        let Some(gate) = &file.gate else { continue };
        let name = file.path.rsplit('/').next().unwrap_or(&file.path).to_owned();
        match known.iter_mut().find(|(id, _)| id == gate) {
            Some((_, names)) => names.push(name),
            None => known.push((gate.clone(), vec![name])),
        }
    }
    for gate in release.record.iter().flat_map(|record| &record.gates) {
        if known.iter().all(|(id, _)| id != gate) {
            known.push((gate.clone(), Vec::new()));
        }
    }
    known
}

/// Whether a text means a gate of the settings: its id, its title in other letters, or one of its files.
fn is_same(gate: &Gate, text: &Gate) -> bool {
    let title = name::id(&gate.title);
    title == text.id || gate.demand.files.iter().any(|file| text.demand.files.contains(file))
}

/// The id under which a release knows what a text declares: no other gate has it, and its folder holds the file that the text names.
fn known_id(text: &Gate, gates: &[Gate], known: &[(String, Vec<String>)]) -> Option<String> {
    if known.iter().any(|(id, _)| *id == text.id) {
        return None;
    }
    let names: Vec<&str> = text
        .demand
        .files
        .iter()
        .map(|file| file.rsplit('/').next().unwrap_or(file))
        .collect();
    let is_free = |id: &str| gates.iter().all(|gate| gate.id != id);
    let mut found = known
        .iter()
        .filter(|(id, files)| is_free(id) && files.iter().any(|file| names.contains(&file.as_str())));
    let first = found.next()?;
    // Two folders with such a file: nobody can tell which one is meant.
    found.next().is_none().then(|| first.0.clone())
}

#[cfg(test)]
mod tests {
    use super::joined;
    use crate::model::gate::{DeclaredAt, Demand, Gate, Period};

    fn gate(id: &str, demand: Demand) -> Gate {
        Gate {
            id: id.to_owned(),
            title: crate::config::gate::title_of(id),
            is_declared: true,
            declared_at: vec![DeclaredAt {
                path: "x".to_owned(),
                line: None,
            }],
            stage_of: None,
            demand,
        }
    }

    fn lines(least: f64) -> Demand {
        Demand {
            at_least: vec![("lines".to_owned(), least)],
            ..Demand::default()
        }
    }

    #[test]
    fn the_stricter_judges_and_a_difference_is_told() {
        for (own, said, expected) in [(80.0, 60.0, 80.0), (60.0, 80.0, 80.0)] {
            let (gates, told) = joined(&[gate("coverage", lines(own))], &[gate("coverage", lines(said))], &[]);
            assert_eq!(gates[0].demand.at_least, [("lines".to_owned(), expected)]);
            assert_eq!(told.len(), 1);
            assert_eq!(
                (told[0].key, told[0].text.as_str()),
                ("at-least", format!("lines {said}").as_str())
            );
        }
        let (_, told) = joined(&[gate("coverage", lines(80.0))], &[gate("coverage", lines(80.0))], &[]);
        assert!(told.is_empty(), "equal is silent");
        let (gates, told) = joined(&[gate("coverage", Demand::default())], &[gate("coverage", lines(80.0))], &[]);
        assert!(
            told.is_empty() && gates[0].demand.at_least.len() == 1,
            "the text adds what the settings leave open"
        );
        let (gates, told) = joined(&[gate("coverage", lines(80.0))], &[gate("coverage", Demand::default())], &[]);
        assert!(
            told.is_empty() && gates[0].demand.at_least.len() == 1,
            "a text that is silent takes nothing away"
        );
    }

    #[test]
    fn every_key_takes_the_stricter() {
        let loose = Demand {
            min_tests: Some(1),
            max_skipped: Some(9),
            max_warnings: Some(9),
            max_findings: vec![("high".to_owned(), 2)],
            window: Some(Period(60)),
            every: Some(Period(120)),
            max_age: Some(Period(900)),
            breaches: Some(3),
            roles: vec!["lead".to_owned()],
            ..Demand::default()
        };
        let strict = Demand {
            min_tests: Some(5),
            max_skipped: Some(0),
            max_warnings: Some(0),
            max_findings: vec![("high".to_owned(), 0)],
            window: Some(Period(600)),
            every: Some(Period(60)),
            max_age: Some(Period(90)),
            breaches: Some(1),
            roles: vec!["lead".to_owned(), "owner".to_owned()],
            ..Demand::default()
        };
        for (own, said) in [(&loose, &strict), (&strict, &loose)] {
            let (gates, told) = joined(&[gate("a", own.clone())], &[gate("a", said.clone())], &[]);
            assert_eq!(gates[0].demand, strict);
            assert!(told.len() >= 8, "{told:?}");
        }
    }

    #[test]
    fn gates_of_texts_with_one_file_are_one_where_the_release_knows_one() {
        let named = |id: &str| {
            let demand = Demand {
                files: vec!["watch.jsonl".to_owned()],
                ..Demand::default()
            };
            gate(id, demand)
        };
        let ids = |texts: &[Gate], known: &[(String, Vec<String>)]| {
            let (gates, told) = joined(&[], texts, known);
            assert!(told.is_empty(), "{told:?}");
            gates.into_iter().map(|gate| gate.id).collect::<Vec<_>>()
        };
        let texts = [named("error-rate"), named("latency")];
        let file = vec!["watch.jsonl".to_owned()];
        assert_eq!(ids(&texts, &[]), ["error-rate", "latency"]);
        assert_eq!(ids(&texts, &[("error-rate".to_owned(), file.clone())]), ["error-rate"]);
        let both = [("error-rate".to_owned(), file.clone()), ("latency".to_owned(), Vec::new())];
        assert_eq!(ids(&texts, &both), ["error-rate", "latency"]);
        let later = Gate {
            stage_of: Some("error-rate".to_owned()),
            ..gate("error-rate-t-6-h", lines(1.0))
        };
        let stages = [gate("error-rate", lines(2.0)), later];
        assert_eq!(ids(&stages, &[]).len(), 2);
        assert_eq!(ids(&stages, &[("error-rate".to_owned(), file.clone())]), ["error-rate"]);
        let known = [("error-rate".to_owned(), file), ("error-rate-t-6-h".to_owned(), Vec::new())];
        assert_eq!(ids(&stages, &known).len(), 2);
    }

    #[test]
    fn a_gate_is_found_by_title_by_file_and_by_the_folder_of_its_evidence() {
        let titled = Gate {
            title: "Image scan".to_owned(),
            ..gate("trivy-api", Demand::default())
        };
        let (gates, _) = joined(&[titled], &[gate("image-scan", lines(1.0))], &[]);
        assert_eq!(gates.len(), 1);
        let named = Demand {
            files: vec!["coverage/lcov.info".to_owned()],
            ..Demand::default()
        };
        let known = [("cov".to_owned(), vec!["lcov.info".to_owned()])];
        let (gates, _) = joined(&[], &[gate("coverage", named.clone())], &known);
        assert_eq!(gates[0].id, "cov");
        let twice = [known[0].clone(), ("other".to_owned(), vec!["lcov.info".to_owned()])];
        let (gates, _) = joined(&[], &[gate("coverage", named)], &twice);
        assert_eq!(gates[0].id, "coverage", "nobody can tell which of two is meant");
    }
}
