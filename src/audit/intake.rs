//! Which gate each file that CI left behind is evidence of.
//!
//! A file says it itself (a step record), or `files` of a gate says it, or a folder or the file is called like the gate, or it is the only
//! one of the format that a gate asks for. What two gates want equally, and what a gate finds twice by its format alone, is refused: the
//! user decides, never the order of files.

use globset::{GlobBuilder, GlobMatcher};

use crate::audit::verdict::subject;
use crate::model::evidence::{Artifact, CaseKind, Content};
use crate::model::gate::Gate;
use crate::tools::family;
use crate::tools::format::file_name;

/// A file that is offered.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Offered<'a> {
    /// The path from the folder that it came from.
    pub(crate) path: &'a str,
    /// What was read from it.
    pub(crate) artifact: &'a Artifact,
}

/// What the user said about the files.
#[derive(Clone, Debug, Default)]
pub(crate) struct Wishes {
    /// Gates with a glob of files each.
    pub(crate) gates: Vec<(String, String)>,
    /// Globs of files that are to be left out.
    pub(crate) leave_out: Vec<String>,
}

/// Whether a gate names a file, by a glob or by its own name.
pub(crate) fn names(gate: &Gate, path: &str) -> bool {
    let globs = &gate.demand.files;
    globs.iter().filter_map(|text| glob(text)).any(|glob| glob.is_match(path)) || globs.is_empty() && is_called(path, &gate.id)
}

/// Where the files go.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Intake {
    /// The number of each file that is taken, and its gate; none for files of the release as a whole.
    pub(crate) taken: Vec<(usize, Option<String>)>,
    /// The number of each file that is left out, and why.
    pub(crate) left_out: Vec<(usize, String)>,
    /// What cannot be decided.
    pub(crate) refused: Vec<Refusal>,
}

/// Something that cannot be decided without the user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    /// What, in one line without full stop.
    pub(crate) message: String,
    /// What to do about it.
    pub(crate) help: String,
}

/// Names of files that are about a release as a whole: they lie at the root of its folder.
const OF_RELEASE: &[&str] = &["checklist", "notes", "observations", "phases", "probes", "signoffs"];

/// The endings of those files.
const ENDINGS: &[&str] = &["csv", "json", "jsonl", "md", "yaml", "yml"];

/// How surely a file belongs to a gate, the surest last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Claim {
    /// It has the format that the gate asks for.
    Format,
    /// A folder on its way, or the file, is called like the gate.
    Name,
    /// A glob of the gate matches it.
    Glob,
    /// It says so itself, or the user does.
    Said,
}

/// Decides where files go.
pub(crate) fn assign(files: &[Offered<'_>], gates: &[Gate], wishes: &Wishes) -> Intake {
    let mut intake = Intake::default();
    let leave_out: Vec<GlobMatcher> = wishes.leave_out.iter().filter_map(|text| glob(text)).collect();
    let named: Vec<(&str, Option<GlobMatcher>, &str)> = wishes
        .gates
        .iter()
        .map(|(gate, text)| (gate.as_str(), glob(text), text.as_str()))
        .collect();
    for (gate, matcher, text) in &named {
        if !gates.is_empty() && gates.iter().all(|known| known.id != *gate) {
            intake
                .refused
                .push(unknown_gate(&format!("`--gate {gate}={text}` names"), gate, gates));
        } else if !files
            .iter()
            .any(|file| matcher.as_ref().is_some_and(|matcher| matcher.is_match(file.path)))
        {
            intake.refused.push(Refusal {
                message: format!("`--gate {gate}={text}` matches no file"),
                help: "write the path as it counts from the folder; `**/` stands for any folders".to_owned(),
            });
        }
    }
    let mut by_format: Vec<(usize, Vec<usize>)> = Vec::new();
    let mut rest = Vec::new();
    for (at, file) in files.iter().enumerate() {
        if leave_out.iter().any(|matcher| matcher.is_match(file.path)) {
            intake.left_out.push((at, "you left it out".to_owned()));
            continue;
        }
        let matches = |(_, matcher, _): &&(&str, Option<GlobMatcher>, &str)| {
            matcher.as_ref().is_some_and(|matcher| matcher.is_match(file.path))
        };
        if let Some((gate, ..)) = named.iter().find(matches) {
            intake.taken.push((at, Some((*gate).to_owned())));
            continue;
        }
        if let Some(said) = file.artifact.about.gate.as_deref()
            && gates.iter().all(|gate| !gate.id.eq_ignore_ascii_case(said))
        {
            intake.refused.push(unknown_gate(
                &format!("`{}` says that it is evidence of", file.path),
                said,
                gates,
            ));
            continue;
        }
        let claims: Vec<(Claim, usize)> = gates
            .iter()
            .enumerate()
            .filter_map(|(number, gate)| Some((claim(file, gate)?, number)))
            .collect();
        let Some(best) = claims.iter().map(|(claim, _)| *claim).max() else {
            rest.push(at);
            continue;
        };
        let best_gates: Vec<usize> = claims
            .iter()
            .filter(|(claim, _)| *claim == best)
            .map(|(_, gate)| *gate)
            .collect();
        match (best, best_gates.as_slice()) {
            (Claim::Format, _) => by_format.push((at, best_gates)),
            (_, [gate]) => intake.taken.push((at, Some(gates[*gate].id.clone()))),
            (_, several) => intake.refused.push(two_gates(file, several, gates)),
        }
    }
    of_one_format(files, gates, &by_format, &mut intake);
    attach(files, &mut rest, &mut intake);
    for at in rest {
        let file = &files[at];
        let format = file.artifact.format;
        let is_sheet = file.artifact.course.as_ref().is_some_and(|course| course.runbook.is_some());
        if is_of_release(file.path) || format == Some("github-run") || is_sheet {
            intake.taken.push((at, None));
        } else if let Some(format) = format {
            intake.refused.push(Refusal {
                message: format!("`{}` is read as {format}, and no gate asks for it", file.path),
                help: format!(
                    "say which gate it is evidence of, `--gate GATE={}` or `files` of the gate, or leave it out, `--leave-out {}`",
                    file.path, file.path
                ),
            });
        } else {
            intake
                .left_out
                .push((at, "no format knows it, and no gate names it".to_owned()));
        }
    }
    intake.taken.sort();
    intake.left_out.sort();
    intake
}

/// Why a gate got no file, with what came near; none when it asks for none.
pub(crate) fn nothing_for(gate: &Gate, files: &[Offered<'_>], intake: &Intake) -> Refusal {
    let demand = &gate.demand;
    let asked = match (demand.files.as_slice(), demand.format.as_deref()) {
        ([], None) => format!("no file or folder is called `{}`", gate.id),
        ([], Some(format)) => format!("no file of the format {format} is left for it"),
        (globs, _) => format!("no file matches `{}`", globs.join("`, `")),
    };
    let near: Vec<String> = files
        .iter()
        .filter_map(|file| {
            let has_format = is_of_format(file.artifact, gate);
            let has_name = demand.files.iter().any(|asked| file_name(asked) == file_name(file.path));
            let taken = intake.taken.iter().find(|(at, _)| files[*at].path == file.path);
            match taken.and_then(|(_, gate)| gate.as_deref()) {
                Some(gate) if has_format || has_name => Some(format!("`{}` goes to `{gate}`", file.path)),
                None if has_name => Some(format!("`{}` has its name", file.path)),
                None if has_format => Some(format!("`{}` has its format", file.path)),
                _ => None,
            }
        })
        .take(3)
        .collect();
    let globbed = demand.files.iter().filter_map(|text| glob(text)).collect::<Vec<_>>();
    let unlike = files.iter().find(|file| globbed.iter().any(|glob| glob.is_match(file.path)));
    let near = match unlike {
        Some(file) => format!(
            "; `{}` matches and is {}, not {}",
            file.path,
            file.artifact.format.unwrap_or("of no format that is read"),
            demand
                .format
                .as_deref()
                .or(demand.tool.as_deref())
                .unwrap_or("what the gate asks for")
        ),
        None if near.is_empty() => String::new(),
        None => format!("; {}", near.join(", ")),
    };
    Refusal {
        message: format!("the gate `{}` has no evidence: {asked}{near}", gate.id),
        help: format!(
            "name its files, `--gate {}=FILE` or `files` of the gate; where they come later, `--open {}` leaves it open, and `runproof amend` adds them",
            gate.id, gate.id
        ),
    }
}

/// How surely a file belongs to a gate; not at all where it is none.
fn claim(file: &Offered<'_>, gate: &Gate) -> Option<Claim> {
    if let Some(said) = &file.artifact.about.gate {
        return said.eq_ignore_ascii_case(&gate.id).then_some(Claim::Said);
    }
    let demand = &gate.demand;
    let has_format = is_of_format(file.artifact, gate);
    // An empty list is a report of whatever was declared, so it is no other format.
    let may_have_format = demand.format.is_none() || has_format || file.artifact.format.is_none();
    let wanted = subject::wanted_tools(gate);
    let tools = subject::tools(file.artifact);
    let is_of_tool = wanted.is_empty()
        || tools.is_empty() && demand.tool.is_none()
        || wanted
            .iter()
            .any(|wanted| tools.iter().any(|tool| subject::is_tool(tool, wanted)));
    if !demand.files.is_empty() {
        let matches = demand
            .files
            .iter()
            .filter_map(|text| glob(text))
            .any(|glob| glob.is_match(file.path));
        return (matches && may_have_format && (is_of_tool || tools.is_empty())).then_some(Claim::Glob);
    }
    if is_called(file.path, &gate.id) && may_have_format {
        return Some(Claim::Name);
    }
    let is_of_kind = match demand.format {
        Some(_) => has_format,
        None => is_of_kind(gate, file.artifact, &tools, &wanted),
    };
    (is_of_kind && is_of_tool).then_some(Claim::Format)
}

/// Whether a document has the format that a gate asks for.
fn is_of_format(artifact: &Artifact, gate: &Gate) -> bool {
    let asked = artifact.format.zip(gate.demand.format.as_deref());
    asked.is_some_and(|(format, wanted)| family::is_of(format, wanted))
}

/// Whether a folder on the way to a file is called like a gate, or the file itself up to its first dot.
fn is_called(path: &str, gate: &str) -> bool {
    let (folders, name) = path.rsplit_once('/').unwrap_or(("", path));
    let stem = name.split('.').next().unwrap_or_default();
    folders.split('/').chain([stem]).any(|part| part.eq_ignore_ascii_case(gate))
}

/// Whether a document is of the kind that the words of a gate without a format mean.
fn is_of_kind(gate: &Gate, artifact: &Artifact, tools: &[&str], wanted: &[String]) -> bool {
    let words = format!("{} {}", gate.id, gate.title).to_ascii_lowercase();
    let mut words = words.split(|c: char| !c.is_ascii_alphanumeric());
    match &artifact.content {
        Content::Sbom(_) => words.any(|word| matches!(word, "sbom" | "bom")),
        Content::Coverage(_) => words.any(|word| word == "coverage"),
        Content::Tests(facts) if facts.kind == CaseKind::Test => words.any(|word| matches!(word, "test" | "tests")),
        Content::Findings(_) => {
            !wanted.is_empty()
                && wanted
                    .iter()
                    .any(|wanted| tools.iter().any(|tool| subject::is_tool(tool, wanted)))
        }
        _ => false,
    }
}

/// Files that a format alone leads to a gate: the only one of the gate, and of one gate only.
fn of_one_format(files: &[Offered<'_>], gates: &[Gate], by_format: &[(usize, Vec<usize>)], intake: &mut Intake) {
    let has_one = |gate: usize, intake: &Intake| {
        let id = &gates[gate].id;
        intake.taken.iter().any(|(_, taken)| taken.as_ref() == Some(id))
    };
    // A gate that has its files by a surer claim wants no others by their format.
    let left: Vec<(usize, Vec<usize>)> = by_format
        .iter()
        .map(|(at, wanted)| {
            let free: Vec<usize> = wanted.iter().copied().filter(|gate| !has_one(*gate, intake)).collect();
            (*at, free)
        })
        .collect();
    for (at, wanted) in &left {
        let file = &files[*at];
        match wanted.as_slice() {
            [] => intake.refused.push(Refusal {
                message: format!(
                    "`{}` is read as {}, and the gates that ask for it have their files",
                    file.path,
                    file.artifact.format.unwrap_or_default()
                ),
                help: format!(
                    "say where it belongs, `--gate GATE={}`, or leave it out, `--leave-out {}`",
                    file.path, file.path
                ),
            }),
            [gate] => {
                let rivals: Vec<&str> = left
                    .iter()
                    .filter(|(other, wanted)| other != at && wanted.as_slice() == [*gate])
                    .map(|(other, _)| files[*other].path)
                    .collect();
                if rivals.is_empty() {
                    intake.taken.push((*at, Some(gates[*gate].id.clone())));
                } else if rivals.iter().all(|rival| *rival > file.path) {
                    intake.refused.push(two_files(&gates[*gate].id, file.path, &rivals));
                }
            }
            several => intake.refused.push(two_gates(file, several, gates)),
        }
    }
}

/// Files that belong to a document that is taken go with it.
fn attach(files: &[Offered<'_>], rest: &mut Vec<usize>, intake: &mut Intake) {
    let mut attached = Vec::new();
    for (at, gate) in &intake.taken {
        let folder = files[*at].path.rsplit_once('/').map_or("", |(folder, _)| folder);
        for attachment in &files[*at].artifact.about.attachments {
            let wanted = attachment.path.trim_start_matches("./");
            let beside = if folder.is_empty() {
                wanted.to_owned()
            } else {
                format!("{folder}/{wanted}")
            };
            if let Some(place) = rest.iter().position(|other| files[*other].path == beside) {
                attached.push((rest.remove(place), gate.clone()));
            }
        }
    }
    intake.taken.append(&mut attached);
}

/// Whether a file at the top of the folder is about the release as a whole, by its name.
fn is_of_release(path: &str) -> bool {
    path.split_once('.')
        .is_some_and(|(stem, ending)| OF_RELEASE.contains(&stem) && ENDINGS.contains(&ending))
}

fn two_gates(file: &Offered<'_>, several: &[usize], gates: &[Gate]) -> Refusal {
    let names: Vec<&str> = several.iter().map(|gate| gates[*gate].id.as_str()).collect();
    Refusal {
        message: format!("`{}` could be evidence of `{}`", file.path, names.join("` and of `")),
        help: format!(
            "say which, `--gate {}={}`, or name the files of both gates with `files`",
            names.first().copied().unwrap_or_default(),
            file.path
        ),
    }
}

fn two_files(gate: &str, first: &str, others: &[&str]) -> Refusal {
    Refusal {
        message: format!(
            "the gate `{gate}` could have `{first}` and `{}` as its evidence",
            others.join("`, `")
        ),
        help: format!(
            "say which, `--gate {gate}={first}`, or name its files with `files`; leave the others out, `--leave-out {}`",
            others.first().copied().unwrap_or_default()
        ),
    }
}

fn unknown_gate(who: &str, said: &str, gates: &[Gate]) -> Refusal {
    let near = gates
        .iter()
        .map(|gate| (strsim::damerau_levenshtein(&gate.id, said), gate.id.as_str()))
        .min()
        .filter(|(distance, _)| *distance <= 2);
    let known: Vec<&str> = gates.iter().map(|gate| gate.id.as_str()).collect();
    Refusal {
        message: format!("{who} the gate `{said}`, and no gate of this name is declared"),
        help: match near {
            Some((_, near)) => format!("did you mean `{near}`?"),
            None if known.is_empty() => "declare it; `runproof gates` shows what is declared".to_owned(),
            None => format!("declared are `{}`", known.join("`, `")),
        },
    }
}

/// A glob as gates use them: case does not count, `*` stays inside a folder.
fn glob(text: &str) -> Option<GlobMatcher> {
    let text = text.trim_start_matches("./");
    let glob = GlobBuilder::new(text).case_insensitive(true).literal_separator(true).build();
    glob.ok().map(|glob| glob.compile_matcher())
}

#[cfg(test)]
mod tests {
    use super::{Intake, Offered, Wishes, assign, nothing_for};
    use crate::model::about::{About, Attachment};
    use crate::model::evidence::{Artifact, Content, CoverageFacts, TestFacts};
    use crate::model::gate::{Demand, Gate};

    fn gate(id: &str, demand: Demand) -> Gate {
        Gate {
            id: id.to_owned(),
            is_declared: true,
            demand,
            ..Gate::default()
        }
    }

    fn of_format(id: &str, format: &str) -> Gate {
        let demand = Demand {
            format: Some(format.to_owned()),
            ..Demand::default()
        };
        gate(id, demand)
    }

    fn of_files(id: &str, glob: &str) -> Gate {
        let demand = Demand {
            files: vec![glob.to_owned()],
            ..Demand::default()
        };
        gate(id, demand)
    }

    fn artifact(format: &'static str) -> Artifact {
        let content = match format {
            "junit" => Content::Tests(TestFacts::default()),
            "cobertura" => Content::Coverage(CoverageFacts::default()),
            _ => Content::Unread,
        };
        Artifact {
            format: (!format.is_empty()).then_some(format),
            content,
            ..Artifact::default()
        }
    }

    fn assigned(files: &[(&str, Artifact)], gates: &[Gate], wishes: &Wishes) -> (Vec<String>, Vec<String>) {
        let offered: Vec<Offered<'_>> = files.iter().map(|(path, artifact)| Offered { path, artifact }).collect();
        let intake = assign(&offered, gates, wishes);
        (
            taken(&intake, files),
            intake.refused.into_iter().map(|refused| refused.message).collect(),
        )
    }

    fn taken(intake: &Intake, files: &[(&str, Artifact)]) -> Vec<String> {
        let taken = intake.taken.iter();
        taken
            .map(|(at, gate)| format!("{} {}", files[*at].0, gate.as_deref().unwrap_or("-")))
            .collect()
    }

    #[test]
    fn files_go_where_globs_names_and_formats_lead() {
        let gates = [
            of_files("unit", "reports/**/*.xml"),
            of_format("cover", "cobertura"),
            gate("migration", Demand::default()),
            gate("sbom", Demand::default()),
        ];
        let files = [
            ("reports/a/one.xml", artifact("junit")),
            ("reports/two.xml", artifact("junit")),
            ("out/c.xml", artifact("cobertura")),
            ("migration/log.txt", artifact("")),
            ("signoffs.yaml", artifact("")),
            ("run.json", artifact("github-run")),
            ("readme.txt", artifact("")),
        ];
        let (taken, refused) = assigned(&files, &gates, &Wishes::default());
        assert_eq!(refused, [""; 0]);
        assert_eq!(
            taken,
            [
                "reports/a/one.xml unit",
                "reports/two.xml unit",
                "out/c.xml cover",
                "migration/log.txt migration",
                "signoffs.yaml -",
                "run.json -"
            ]
        );
    }

    #[test]
    fn what_could_be_two_things_is_refused_by_name() {
        let files = [("a.xml", artifact("junit")), ("b.xml", artifact("junit"))];
        let (taken, refused) = assigned(&files, &[of_format("unit", "junit")], &Wishes::default());
        assert_eq!((taken.len(), refused.len()), (0, 1));
        assert_eq!(refused[0], "the gate `unit` could have `a.xml` and `b.xml` as its evidence");
        let two = [of_format("unit", "junit"), of_format("e2e", "junit")];
        let (_, refused) = assigned(&files[..1], &two, &Wishes::default());
        assert_eq!(refused, ["`a.xml` could be evidence of `unit` and of `e2e`"]);
        let (_, refused) = assigned(&[("x.json", artifact("trivy"))], &two, &Wishes::default());
        assert_eq!(refused, ["`x.json` is read as trivy, and no gate asks for it"]);
        let wishes = Wishes {
            gates: vec![("unit".to_owned(), "a.xml".to_owned()), ("e2e".to_owned(), "b.*".to_owned())],
            leave_out: Vec::new(),
        };
        let (taken, refused) = assigned(&files, &two, &wishes);
        assert_eq!(
            (taken, refused),
            (vec!["a.xml unit".to_owned(), "b.xml e2e".to_owned()], Vec::new())
        );
    }

    #[test]
    fn wishes_that_match_nothing_and_gates_that_nobody_declared_are_told() {
        let gates = [of_format("unit", "junit")];
        let wishes = Wishes {
            gates: vec![
                ("unti".to_owned(), "a.xml".to_owned()),
                ("unit".to_owned(), "z.xml".to_owned()),
            ],
            leave_out: vec!["a.xml".to_owned()],
        };
        let (taken, refused) = assigned(&[("a.xml", artifact("junit"))], &gates, &wishes);
        assert_eq!(taken, [""; 0]);
        assert!(refused[0].contains("no gate of this name is declared"), "{refused:?}");
        assert_eq!(refused[1], "`--gate unit=z.xml` matches no file");
    }

    #[test]
    fn a_step_record_goes_where_it_says_with_its_attachments() {
        let step = |gate: &str| Artifact {
            format: Some("step-record"),
            about: About {
                gate: Some(gate.to_owned()),
                attachments: vec![Attachment {
                    path: "./out.log".to_owned(),
                    sha256: None,
                }],
                ..About::default()
            },
            ..Artifact::default()
        };
        let gates = [gate("migration", Demand::default()), of_format("other", "step-record")];
        let files = [("x/step.json", step("migration")), ("x/out.log", artifact(""))];
        let (taken, refused) = assigned(&files, &gates, &Wishes::default());
        assert_eq!(
            (taken, refused.len()),
            (vec!["x/step.json migration".to_owned(), "x/out.log migration".to_owned()], 0)
        );
        let (_, refused) = assigned(&[("step.json", step("migratoin"))], &gates, &Wishes::default());
        assert_eq!(refused.len(), 1, "{refused:?}");
    }

    #[test]
    fn a_gate_without_a_file_hears_what_came_near() {
        let gates = [of_format("unit", "junit"), of_files("cover", "c.xml")];
        let junit = artifact("junit");
        let files = [Offered {
            path: "c.xml",
            artifact: &junit,
        }];
        let asked = Gate {
            demand: Demand {
                format: Some("cobertura".to_owned()),
                ..gates[1].demand.clone()
            },
            ..gates[1].clone()
        };
        let refusal = nothing_for(&asked, &files, &Intake::default());
        assert_eq!(
            refusal.message,
            "the gate `cover` has no evidence: no file matches `c.xml`; `c.xml` matches and is junit, not cobertura"
        );
        let lcov = artifact("lcov");
        let files = [Offered {
            path: "lcov.info",
            artifact: &lcov,
        }];
        let refusal = nothing_for(&of_files("lines", "coverage/lcov.info"), &files, &Intake::default());
        assert_eq!(
            refusal.message,
            "the gate `lines` has no evidence: no file matches `coverage/lcov.info`; `lcov.info` has its name"
        );
        let refusal = nothing_for(&gates[0], &[], &Intake::default());
        assert!(refusal.message.contains("no file of the format junit is left"), "{refusal:?}");
    }
}
