//! What a pack shows, as assessment results of OSCAL 1.1 for programs that gather them: observations and the files that they rest on. There are
//! no conclusions in it: whether a control is met is the word of whoever assesses.
//!
//! <https://pages.nist.gov/OSCAL/>

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};

use crate::model::control::JudgedControl;
use crate::model::digest::sha256;
use crate::model::gate::ReleaseState;
use crate::model::handbook::{JudgedRelease, Product};
use crate::model::population::{Listed, Population};
use crate::model::support::KeptState;
use crate::site::words::{counted, of_value};

/// The version of OSCAL that is written.
const VERSION: &str = "1.1.3";

/// The names of properties of our own belong to this.
const NAMESPACE: &str = "urn:x-runproof:oscal";

/// Commits that an observation names; the tables have all of them.
const MOST_NAMED: usize = 50;

/// What of a path stands as it is in a reference.
const RAW: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b'/');

/// The pack that the document belongs to.
pub(crate) struct About<'a> {
    /// What it is of: the product, or the handbook.
    pub(crate) name: &'a str,
    /// The program with its version.
    pub(crate) program: &'a str,
    /// The commit that it was made from.
    pub(crate) commit: Option<&'a str>,
    /// The day that counted as today.
    pub(crate) today: &'a str,
    /// The page that it begins with, from the folder of the pack.
    pub(crate) start: &'a str,
}

/// The observations of a period, as a document.
pub(crate) fn results(about: &About<'_>, product: &Product, population: &Population) -> Value {
    let period = &population.period;
    let writer = Writer { about, population };
    let mut observations = writer.of_population();
    for shipped in &population.shipped {
        let release = product
            .releases
            .iter()
            .find(|judged| judged.release.version == shipped.version);
        observations.extend(release.map(|judged| writer.of_release(judged)));
    }
    observations.extend(writer.of_kept(product));
    observations.extend(product.controls.iter().map(|control| writer.of_control(control)));
    let controls: Vec<Value> = product
        .controls
        .iter()
        .map(|control| json!({ "control-id": token(&control.id) }))
        .collect();
    let selection = if controls.is_empty() {
        json!({ "description": "The settings name no control: the observations are about the releases and changes of the repository." })
    } else {
        json!({ "description": "The controls that the settings declare, and the rows of catalogues that they ask for.", "include-controls": controls })
    };
    let plan = writer.id("plan", "");
    let mut resources = vec![json!({
        "uuid": plan,
        "title": "No assessment plan",
        "description": "Nobody planned an assessment: a program listed what the repository holds.",
    })];
    resources.extend(writer.resources(product));
    json!({ "assessment-results": {
        "uuid": writer.id("document", ""),
        "metadata": {
            "title": format!("Observations about {}, {}", about.name, period.id),
            "last-modified": writer.moment(),
            "version": about.commit.unwrap_or("no commit"),
            "oscal-version": VERSION,
            "props": [
                property("program", about.program),
                property("population-sha256", &population.digest),
            ],
            "remarks": "Observations and the evidence that they rest on. Whether a control is suitably designed and worked is judged by an auditor.",
        },
        "import-ap": { "href": format!("#{plan}") },
        "results": [{
            "uuid": writer.id("result", ""),
            "title": format!("What the repository holds of {}", period.id),
            "description": format!("Made by {} from the repository, judged as of {}.", about.program, about.today),
            "start": format!("{}T00:00:00Z", period.from),
            "end": format!("{}T23:59:59Z", period.to),
            "reviewed-controls": { "control-selections": [selection] },
            "observations": observations,
        }],
        "back-matter": { "resources": resources },
    }})
}

/// Writes the parts of a document.
struct Writer<'a> {
    about: &'a About<'a>,
    population: &'a Population,
}

/// One observation before it has its frame.
struct Seen<'a> {
    kind: &'a str,
    name: &'a str,
    title: String,
    description: String,
    props: Vec<Value>,
    /// The files that it rests on, from the folder of the pack, and what each is.
    evidence: Vec<(String, String)>,
}

impl Writer<'_> {
    /// An id that the same thing of the same pack always gets. Its bits are those of a digest.
    fn id(&self, kind: &str, name: &str) -> String {
        let about = self.about;
        let commit = about.commit.unwrap_or_default();
        let population = &self.population.digest;
        let digest = sha256(format!("runproof\0{commit}\0{population}\0{kind}\0{name}"));
        format!(
            "{}-{}-4{}-a{}-{}",
            &digest[..8],
            &digest[8..12],
            &digest[13..16],
            &digest[17..20],
            &digest[20..32]
        )
    }

    fn moment(&self) -> String {
        format!("{}T00:00:00Z", self.about.today)
    }

    /// A page or a table of the period, from the folder of the pack.
    fn of_period(&self, below: &str) -> String {
        let start = self.about.start.strip_suffix("index.html").unwrap_or(self.about.start);
        format!("{start}{below}")
    }

    fn observation(&self, seen: Seen<'_>) -> Value {
        let evidence: Vec<Value> = seen
            .evidence
            .iter()
            .map(|(href, what)| json!({ "href": reference(href), "description": what }))
            .collect();
        let mut value = json!({
            "uuid": self.id(seen.kind, seen.name),
            "title": seen.title,
            "description": seen.description,
            "methods": ["EXAMINE"],
            "collected": self.moment(),
        });
        if !seen.props.is_empty() {
            value["props"] = Value::Array(seen.props);
        }
        if !evidence.is_empty() {
            value["relevant-evidence"] = Value::Array(evidence);
        }
        value
    }

    fn of_population(&self) -> Vec<Value> {
        let population = self.population;
        let table = (self.of_period("changes.csv"), "every change of the period".to_owned());
        let page = (
            self.of_period("changes/index.html"),
            "changes and versions, list against list".to_owned(),
        );
        let mut seen = vec![self.observation(Seen {
            kind: "population",
            name: "",
            title: "Changes and versions of the period".to_owned(),
            description: format!(
                "{} on the line of first parents and {}; for {} no reviewer other than the author is visible in git or in an export of the \
                 forge, which is not the same as not reviewed.",
                counted(population.changes.len() as u64, "change"),
                counted(population.shipped.len() as u64, "version"),
                counted(population.unreviewed as u64, "change")
            ),
            props: Vec::new(),
            evidence: vec![table.clone(), page.clone()],
        })];
        let differences = if population.differences.is_empty() {
            "What stands in one list stands in the others: tags, records, changelog, deployments, pull requests.".to_owned()
        } else {
            population.differences.join("\n\n")
        };
        seen.push(self.observation(Seen {
            kind: "differences",
            name: "",
            title: "Lists held against each other".to_owned(),
            description: differences,
            props: Vec::new(),
            evidence: vec![page.clone()],
        }));
        let lists: [(&str, &str, &[Listed]); 4] = [
            ("direct", "Changes without a pull request", &population.direct),
            ("own", "Changes that only their author agreed to", &population.self_approved),
            (
                "bypassed",
                "Changes that went in while a check had not passed",
                &population.bypassed,
            ),
            (
                "emergencies",
                "Emergency changes, and who looked afterwards",
                &population.emergencies,
            ),
        ];
        for (kind, title, list) in lists {
            let mut lines = vec![format!(
                "{} of {}.",
                list.len(),
                counted(population.changes.len() as u64, "change")
            )];
            lines.extend(
                list.iter()
                    .take(MOST_NAMED)
                    .map(|listed| format!("{}: {}", listed.id, listed.why)),
            );
            if list.len() > MOST_NAMED {
                lines.push(format!("{} more are in the table.", list.len() - MOST_NAMED));
            }
            seen.push(self.observation(Seen {
                kind,
                name: "",
                title: title.to_owned(),
                description: lines.join("\n\n"),
                props: vec![property("count", &list.len().to_string())],
                evidence: vec![table.clone(), page.clone()],
            }));
        }
        seen
    }

    fn of_release(&self, judged: &JudgedRelease) -> Value {
        let release = &judged.release;
        let gates = &judged.verdict.gates;
        let mut lines = vec![format!(
            "{}: {}. {} of {} let it through.",
            release.version,
            state(judged),
            judged.verdict.let_through,
            counted(gates.len() as u64, "gate")
        )];
        let open = gates.iter().filter(|gate| !gate.outcome.lets_through());
        lines.extend(open.map(|gate| format!("Gate {}: {}.", gate.gate, of_value(&gate.outcome).replace('-', " "))));
        lines.extend(judged.closed_later().iter().map(|closed| {
            let by = closed.by.map(|(number, _)| format!(" {number}")).unwrap_or_default();
            format!("Gate {}: open when it went out, closed by amendment{by}.", closed.gate)
        }));
        lines.extend(judged.exceptions.iter().map(|applied| {
            let until = applied.expires.map(|day| format!(" until {day}")).unwrap_or_default();
            format!("{} accepts what failed in {}{until}.", applied.id, applied.gate)
        }));
        lines.extend(judged.verdict.contradictions.iter().cloned());
        let separation = self.population.separation.iter().find(|one| one.version == release.version);
        lines.extend(
            separation
                .unwrap_or(&judged.separation)
                .said
                .iter()
                .map(|said| said.sentence.clone()),
        );
        let mut evidence: Vec<(String, String)> = release
            .record
            .iter()
            .map(|record| {
                (
                    format!("repository/{}", record.path),
                    "the record with the digests of its files".to_owned(),
                )
            })
            .collect();
        evidence.push((
            self.of_period("deployments.csv"),
            "its deployments, each followed back to its changes".to_owned(),
        ));
        let mut props = vec![property("state", &state(judged))];
        if judged.state_then() != judged.verdict.state {
            props.push(property("state-at-release", &in_words(judged.state_then())));
        }
        self.observation(Seen {
            kind: "release",
            name: &release.version,
            title: format!("Release {}", release.version),
            description: lines.join("\n\n"),
            props,
            evidence,
        })
    }

    /// What must still exist and does not; nothing where nobody says how long.
    fn of_kept(&self, product: &Product) -> Option<Value> {
        if product.kept.is_empty() {
            return None;
        }
        let count = |state: KeptState| product.kept.iter().map(|release| release.count(state)).sum::<usize>();
        let page = self.of_period("../kept/index.html");
        Some(self.observation(Seen {
            kind: "kept",
            name: "",
            title: "Evidence that must still exist".to_owned(),
            description: format!(
                "{} as recorded, {} missing, {} only a pointer, {} with other bytes.",
                counted(count(KeptState::There) as u64, "file"),
                count(KeptState::Missing),
                count(KeptState::Pointer),
                count(KeptState::Altered)
            ),
            props: Vec::new(),
            evidence: vec![(page, "release by release".to_owned())],
        }))
    }

    fn of_control(&self, control: &JudgedControl) -> Value {
        let mut lines = vec![control.summary.clone()];
        for cell in &control.cells {
            let there = if cell.there.is_empty() {
                "nothing"
            } else {
                &cell.there.join(", ")
            };
            let open = if cell.open.is_empty() {
                String::new()
            } else {
                format!("; open: {}", cell.open.join(", "))
            };
            lines.push(format!("{}: {there}{open} ({}).", cell.version, cell.mapping));
        }
        lines.extend(
            control
                .rows
                .iter()
                .map(|row| format!("{}: this does not show {}.", row.id, row.cannot.trim_end_matches('.'))),
        );
        let mut props = vec![property("control", &control.id)];
        props.extend(control.rows.iter().map(|row| property("supports", &row.id)));
        self.observation(Seen {
            kind: "control",
            name: &control.id,
            title: format!("{}: {}", control.id, control.title),
            description: lines.join("\n\n"),
            props,
            evidence: vec![(
                self.of_period("../controls/index.html"),
                "the control with what every release holds for it".to_owned(),
            )],
        })
    }

    /// The records and their files, with their digests.
    fn resources(&self, product: &Product) -> Vec<Value> {
        let is_shipped = |version: &str| self.population.shipped.iter().any(|shipped| shipped.version == version);
        let releases = product.releases.iter().map(|judged| &judged.release);
        let mut resources = Vec::new();
        for release in releases.filter(|release| is_shipped(&release.version)) {
            let record = release.record.as_ref().zip(release.record_digest.as_deref());
            let record = record.map(|(record, digest)| (record.path.as_str(), digest));
            let there = release.evidence.iter().filter(|file| !file.sha256.is_empty());
            let files = there.map(|file| (file.repository_path.as_str(), file.sha256.as_str()));
            for (path, digest) in record.into_iter().chain(files) {
                resources.push(json!({
                    "uuid": self.id("resource", path),
                    "title": path,
                    "rlinks": [{
                        "href": reference(&format!("repository/{path}")),
                        "hashes": [{ "algorithm": "SHA-256", "value": digest }],
                    }],
                }));
            }
        }
        resources
    }
}

/// A property of our own. Values have no space at their ends and are never empty.
fn property(name: &str, value: &str) -> Value {
    let value = value.split_whitespace().collect::<Vec<_>>().join(" ");
    let value = if value.is_empty() { "none" } else { &value };
    json!({ "name": name, "ns": NAMESPACE, "value": value })
}

/// An id as a token: letters, digits, `.`, `-` and `_`, the first of them a letter or `_`.
fn token(id: &str) -> String {
    let token: String = id
        .chars()
        .map(|c| {
            if c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_') {
                c
            } else {
                '.'
            }
        })
        .collect();
    if token.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') {
        token
    } else {
        format!("_{token}")
    }
}

/// A path as the reference of a document: what stands for something else in an address is written as its bytes.
fn reference(path: &str) -> String {
    utf8_percent_encode(path, RAW).to_string()
}

/// The state of a release in words.
fn state(judged: &JudgedRelease) -> String {
    in_words(judged.verdict.state)
}

fn in_words(state: ReleaseState) -> String {
    of_value(&state).replace('-', " ")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::Value;

    use super::{About, reference, results, token};
    use crate::site::sample;

    fn about(commit: &str) -> About<'_> {
        About {
            name: "Harbor",
            program: "Runproof 0",
            commit: Some(commit),
            today: "2026-11-28",
            start: "handbook/audit/2026-q4/index.html",
        }
    }

    fn ids(value: &Value, found: &mut Vec<String>) {
        match value {
            Value::Object(map) => {
                found.extend(map.get("uuid").and_then(Value::as_str).map(str::to_owned));
                map.values().for_each(|value| ids(value, found));
            }
            Value::Array(list) => list.iter().for_each(|value| ids(value, found)),
            _ => {}
        }
    }

    #[test]
    fn it_has_observations_and_no_conclusions() {
        let handbook = sample::handbook();
        let product = &handbook.products[0];
        let population = &product.populations[0];
        let document = results(&about("c1"), product, population);
        let results = &document["assessment-results"];
        assert_eq!(results["metadata"]["oscal-version"], "1.1.3");
        let result = &results["results"][0];
        let keys: Vec<&str> = result.as_object().expect("a result").keys().map(String::as_str).collect();
        assert_eq!(
            keys,
            [
                "description", "end", "observations", "reviewed-controls", "start", "title", "uuid"
            ],
            "nothing that concludes"
        );
        let observations = result["observations"].as_array().expect("a list");
        assert_eq!(observations.len(), 6 + population.shipped.len() + 1 + product.controls.len());
        for observation in observations {
            assert_eq!(observation["methods"][0], "EXAMINE");
            assert!(observation["description"].as_str().is_some_and(|text| !text.is_empty()));
            assert!(
                observation["relevant-evidence"]
                    .as_array()
                    .is_some_and(|list| !list.is_empty())
            );
        }
        let text = document.to_string().to_lowercase();
        for word in ["satisfied", "compliant", "certified", "\"findings\"", "\"risks\""] {
            assert!(!text.contains(word), "{word}");
        }
    }

    #[test]
    fn ids_are_their_own_and_the_same_again() {
        let handbook = sample::handbook();
        let product = &handbook.products[0];
        let population = &product.populations[0];
        let all = |commit: &str| {
            let mut found = Vec::new();
            ids(&results(&about(commit), product, population), &mut found);
            found
        };
        let first = all("c1");
        assert_eq!(first, all("c1"));
        assert!(all("c2").iter().all(|id| !first.contains(id)));
        let distinct: BTreeSet<&String> = first.iter().collect();
        assert_eq!(distinct.len(), first.len());
        let form = regex::Regex::new("^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}$").expect("a pattern");
        assert!(first.iter().all(|id| form.is_match(id)), "{first:?}");
    }

    #[test]
    fn names_become_tokens_and_paths_references() {
        assert_eq!(token("soc2:CC8.1"), "soc2.CC8.1");
        assert_eq!(token("5.3 x"), "_5.3.x");
        assert_eq!(token(""), "_");
        assert_eq!(reference("a b/#c?.json"), "a%20b/%23c%3F.json");
    }
}
