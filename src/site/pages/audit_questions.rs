//! What auditors ask first, in twenty-five questions, each with an answer made from the repository and a link to what shows it, or with the
//! reason why nothing here does.

use std::collections::BTreeSet;

use serde::Serialize;

use crate::model::evidence::Integrity;
use crate::model::freshness::State;
use crate::model::gate::Outcome;
use crate::model::handbook::JudgedRelease;
use crate::model::population::Population;
use crate::model::register::{AppliedException, DutyState, JudgedDuty};
use crate::model::release::Confirmation;
use crate::model::separation::Seat;
use crate::site::pages::as_released::closed_in_short;
use crate::site::pages::audit_rows::{in_force as procedures_in_force, period};
use crate::site::pages::audit_ways::ways_back;
use crate::site::shared::{ProductSite, Site};
use crate::site::words::{self, counted};

/// A question with its answer.
#[derive(Serialize)]
#[allow(clippy::struct_field_names, reason = "the name that twins carry")]
pub(super) struct Answer {
    question: &'static str,
    /// What the repository shows; empty where nothing does.
    answer: String,
    /// Why nothing shows it; empty where something does.
    because: &'static str,
    /// The words of the link, and the page with its place.
    link: Option<(&'static str, String)>,
}

/// What a question may look at.
struct Asked<'a, 'site> {
    site: &'a Site<'site>,
    product: &'a ProductSite<'site>,
    population: Option<&'site Population>,
    newest: Option<&'site JudgedRelease>,
}

type Said = Result<(String, &'static str, String), &'static str>;

/// Answers a question from what is there.
type Answers = fn(&Asked<'_, '_>) -> Said;

const QUESTIONS: [(&str, Answers); 25] = [
    ("What was released in the newest period, and when?", released),
    ("Is that list complete?", complete),
    ("Which changes were made?", changes),
    ("Which changes went in without a pull request?", direct),
    ("Who reviewed each change?", reviewed),
    ("Did anybody alone agree to what they wrote?", own_approval),
    ("Which changes went in although a check had not passed?", bypassed),
    ("Which changes were emergencies, and who looked afterwards?", emergencies),
    ("What was tested before the newest release, and how did it go?", tested),
    ("Which releases went out although a gate had not let them through?", open),
    ("What failed and was accepted, by whom, and until when?", accepted),
    ("Who agreed to the newest release?", agreed),
    ("Were author, approver and deployer different people?", separated),
    ("Was it deployed, when, and by whom?", deployed),
    ("How would the newest release be undone?", undone),
    ("Was any release undone, and why?", rolled_back),
    ("What is the newest release made of?", components),
    ("Which advisories were known, and what was decided?", advisories),
    ("How would it be noticed if evidence were changed?", records),
    ("Is every recorded file still there, as it was?", intact),
    (
        "Which procedures are there, whose are they, when were they reviewed?",
        procedures,
    ),
    ("Which procedure was in force on the day of the newest release?", in_force),
    ("Does the system still look as the procedures say?", still_true),
    ("When was a restore or a way back last tried, and what is overdue?", drills),
    ("Which controls are declared, and how far are they shown?", controls),
];

/// The questions with their answers.
pub(super) fn answers<'site>(site: &Site<'site>, product: &ProductSite<'site>) -> Vec<Answer> {
    let newest = product
        .product
        .releases
        .iter()
        .find(|judged| judged.release.record.is_some())
        .or(product.product.releases.first());
    let population = product.product.populations.iter();
    let asked = Asked {
        site,
        product,
        population: population
            .clone()
            .find(|population| !population.changes.is_empty() || !population.shipped.is_empty())
            .or(product.product.populations.first()),
        newest,
    };
    QUESTIONS
        .iter()
        .map(|(question, answer)| match answer(&asked) {
            Ok((answer, words, url)) => Answer {
                question,
                answer: words::sentence(&answer),
                because: "",
                link: Some((words, url)),
            },
            Err(because) => Answer {
                question,
                answer: String::new(),
                because,
                link: None,
            },
        })
        .collect()
}

const NO_PERIOD: &str = "no period has a change or a release with a day";
const NO_RELEASE: &str = "no release is known";

impl Asked<'_, '_> {
    fn population(&self) -> Result<&Population, &'static str> {
        self.population.ok_or(NO_PERIOD)
    }

    fn newest(&self) -> Result<&JudgedRelease, &'static str> {
        self.newest.ok_or(NO_RELEASE)
    }

    /// A place of the audit pack of the period.
    fn pack(&self, anchor: &str) -> String {
        self.population
            .map(|population| format!("{}index.html#{anchor}", period(self.product, population)))
            .unwrap_or_default()
    }

    /// A place of the list of changes of the period.
    fn changes(&self, anchor: &str) -> String {
        self.population
            .map(|population| format!("{}changes/index.html#{anchor}", period(self.product, population)))
            .unwrap_or_default()
    }

    /// The deployments of the period.
    fn deployments(&self) -> String {
        self.population
            .map(|population| format!("{}deployments/index.html", period(self.product, population)))
            .unwrap_or_default()
    }

    fn dossier(&self, release: &JudgedRelease, anchor: &str) -> String {
        format!("{}index.html#{anchor}", self.product.release(release))
    }

    fn page(&self, page: &str) -> String {
        format!("{}{page}index.html", self.product.base)
    }
}

fn released(asked: &Asked<'_, '_>) -> Said {
    let population = asked.population()?;
    let versions: Vec<String> = population
        .shipped
        .iter()
        .take(6)
        .map(|shipped| match shipped.day {
            Some(day) => format!("{} on {}", shipped.version, words::day(day)),
            None => shipped.version.clone(),
        })
        .collect();
    let more = population.shipped.len().saturating_sub(6);
    let more = if more == 0 {
        String::new()
    } else {
        format!(" and {more} more")
    };
    let text = if versions.is_empty() {
        format!("Nothing in {}.", population.period.id)
    } else {
        format!("In {}: {}{more}.", population.period.id, versions.join(", "))
    };
    Ok((text, "the releases of the period", asked.pack("rp-releases")))
}

fn complete(asked: &Asked<'_, '_>) -> Said {
    let population = asked.population()?;
    let text = match population.differences.len() {
        0 => "Tags, records, changelog, deployments and pull requests agree.".to_owned(),
        count => format!("The lists differ in {}.", counted(count as u64, "place")),
    };
    Ok((text, "list against list", asked.changes("rp-differences")))
}

fn changes(asked: &Asked<'_, '_>) -> Said {
    let population = asked.population()?;
    let text = format!(
        "{} in {}.",
        counted(population.changes.len() as u64, "change"),
        population.period.id
    );
    Ok((text, "every change", asked.changes("rp-changes")))
}

fn direct(asked: &Asked<'_, '_>) -> Said {
    let population = asked.population()?;
    let text = format!(
        "{} without one, of {}.",
        counted(population.direct.len() as u64, "change"),
        population.changes.len()
    );
    Ok((text, "the list", asked.changes("rp-direct")))
}

fn reviewed(asked: &Asked<'_, '_>) -> Said {
    let population = asked.population()?;
    let known = population.changes.len() - population.unreviewed;
    if known == 0 {
        return Err(
            "neither messages nor an export of the forge name a reviewer; no review visible in git is not the same as not reviewed",
        );
    }
    let text = format!(
        "For {known} of {} a reviewer other than the author is named.",
        population.changes.len()
    );
    Ok((text, "who reviewed, and how strong the word is", asked.pack("rp-reviews")))
}

fn own_approval(asked: &Asked<'_, '_>) -> Said {
    let population = asked.population()?;
    if population.self_approved.is_empty() && asked.product.product.trail.exports.is_empty() {
        return Err("no export of the forge is kept, and no message says so");
    }
    let text = format!("{}.", counted(population.self_approved.len() as u64, "change"));
    Ok((text, "the list", asked.changes("rp-self")))
}

fn bypassed(asked: &Asked<'_, '_>) -> Said {
    let population = asked.population()?;
    let trail = &asked.product.product.trail;
    if trail.requests.iter().all(|request| request.checks == 0) {
        return Err("no export of the forge holds the checks of pull requests");
    }
    let text = format!("{}.", counted(population.bypassed.len() as u64, "change"));
    Ok((text, "the list", asked.changes("rp-bypassed")))
}

fn emergencies(asked: &Asked<'_, '_>) -> Said {
    let population = asked.population()?;
    let text = match population.emergencies.len() {
        0 => "None says so, by a label, a trailer, the name of a branch or the first word of its message.".to_owned(),
        count => format!("{}.", counted(count as u64, "change")),
    };
    Ok((text, "the list, with who agreed afterwards", asked.changes("rp-emergencies")))
}

fn tested(asked: &Asked<'_, '_>) -> Said {
    let newest = asked.newest()?;
    if newest.verdict.gates.is_empty() {
        return Err("no gate was declared or recorded for it");
    }
    let text = format!(
        "{}: {} of {} let it through.",
        newest.release.version,
        newest.verdict.let_through,
        counted(newest.verdict.gates.len() as u64, "gate")
    );
    Ok((text, "gates with value, reasons and files", asked.dossier(newest, "rp-gates")))
}

fn open(asked: &Asked<'_, '_>) -> Said {
    if asked.product.product.releases.is_empty() {
        return Err(NO_RELEASE);
    }
    let told = |judged: &JudgedRelease| {
        let version = &judged.release.version;
        let is_open = judged.verdict.gates.iter().any(|gate| !gate.outcome.lets_through());
        let closed = closed_in_short(judged).map(|closed| format!("{version}: {closed}"));
        closed.or_else(|| is_open.then(|| version.clone()))
    };
    let versions: Vec<String> = asked.product.product.releases.iter().filter_map(told).collect();
    let text = if versions.is_empty() {
        "None that has gates.".to_owned()
    } else {
        format!("{}.", versions.join(", "))
    };
    Ok((text, "all releases", asked.page("releases/")))
}

fn accepted(asked: &Asked<'_, '_>) -> Said {
    let product = asked.product.product;
    if product.exceptions.is_empty() {
        return Err("the product keeps no exceptions");
    }
    // What had ended when the release went out accepted nothing.
    let accepted = product.releases.iter().filter_map(|judged| {
        let held = |applied: &&AppliedException| {
            let mut gates = judged.verdict.gates.iter();
            gates.any(|gate| gate.gate == applied.gate && gate.outcome == Outcome::Accepted)
        };
        let ids: BTreeSet<&str> = judged
            .exceptions
            .iter()
            .filter(held)
            .map(|applied| applied.id.as_str())
            .collect();
        let ids: Vec<&str> = ids.into_iter().collect();
        (!ids.is_empty()).then(|| format!("{} by {}", judged.release.version, ids.join(", ")))
    });
    let accepted: Vec<String> = accepted.collect();
    let of = counted(product.exceptions.len() as u64, "exception");
    let text = if accepted.is_empty() {
        format!("Nothing of any release; the register has {of}, each with owner, approver and last day.")
    } else {
        format!(
            "{}. The register has {of}, each with owner, approver and last day.",
            accepted.join("; ")
        )
    };
    Ok((text, "the register", asked.page("exceptions/")))
}

fn seats<'a>(asked: &'a Asked<'_, '_>, seat: Seat) -> Option<(String, Vec<&'a str>)> {
    let population = asked.population?;
    let separation = population.separation.first()?;
    Some((separation.version.clone(), separation.holders(seat)))
}

fn agreed(asked: &Asked<'_, '_>) -> Said {
    let (version, who) = seats(asked, Seat::Approver).ok_or(NO_PERIOD)?;
    if who.is_empty() {
        return Err("no sign-off and no event of its record says that anybody agreed");
    }
    Ok((
        format!("{version}: {}.", who.join(", ")),
        "who did what",
        asked.pack("rp-separation"),
    ))
}

fn separated(asked: &Asked<'_, '_>) -> Said {
    let population = asked.population()?;
    if population.separation.is_empty() {
        return Err("no release lies in the period");
    }
    let shared = population
        .separation
        .iter()
        .filter(|separation| separation.shared().next().is_some())
        .count();
    let text = format!(
        "In {shared} of {} one name holds several seats.",
        counted(population.separation.len() as u64, "release")
    );
    Ok((text, "who did what", asked.pack("rp-separation")))
}

fn deployed(asked: &Asked<'_, '_>) -> Said {
    let population = asked.population()?;
    let shipped = population.shipped.iter().find(|shipped| !shipped.deployments.is_empty());
    let shipped = shipped.ok_or("no record of a deployment and no event says so in the period")?;
    let first = &shipped.deployments[0];
    let by = if first.by.is_empty() {
        String::new()
    } else {
        format!(", by {}", first.by)
    };
    Ok((
        format!("{}: {}{by}.", shipped.version, first.at),
        "every deployment, followed back",
        asked.deployments(),
    ))
}

fn undone(asked: &Asked<'_, '_>) -> Said {
    let newest = asked.newest()?;
    let ways = ways_back(asked.site, asked.product, newest).ok_or("its runbooks are not kept")?;
    let way = ways
        .into_iter()
        .next()
        .ok_or("no section of its runbooks tells the way back")?;
    Ok((
        format!("{}: “{}” in {}.", newest.release.version, way.title, way.path),
        "the section, as it was",
        way.url,
    ))
}

fn rolled_back(asked: &Asked<'_, '_>) -> Said {
    let undone: Vec<String> = asked
        .product
        .product
        .releases
        .iter()
        .filter(|judged| judged.verdict.state.is_taken_back() || judged.release.undone.is_some())
        .map(|judged| match why_undone(judged) {
            Some(why) => format!("{}: {}", judged.release.version, why.trim_end_matches('.')),
            None => judged.release.version.clone(),
        })
        .collect();
    match (undone.is_empty(), asked.product.product.releases.is_empty()) {
        (_, true) => Err(NO_RELEASE),
        (true, _) => Ok(("No release says so.".to_owned(), "all releases", asked.page("releases/"))),
        (false, _) => Ok((format!("{}.", undone.join(". ")), "all releases", asked.page("releases/"))),
    }
}

/// Why a release was undone, in the words of a log of rollbacks, of its record, or of an amendment.
fn why_undone(judged: &JudgedRelease) -> Option<&str> {
    let release = &judged.release;
    // One that says nothing leaves the word to the next.
    let told = |why: &&str| !why.is_empty();
    let by_log = release.undone.as_ref().map(|undone| undone.why.as_str()).filter(told);
    let events = release.record.iter().flat_map(|record| &record.timeline);
    let mut events =
        events.filter(|event| matches!(event.event.as_str(), "rolled-back" | "withdrawn" | "rejected" | "abandoned"));
    let by_record = events.find_map(|event| event.note.as_deref().filter(told));
    let amendments = release.amendments.iter().filter(|amendment| amendment.outcome.is_some());
    let by_amendment = amendments.filter_map(|amendment| amendment.reason.as_deref()).next_back();
    by_log.or(by_record).or(by_amendment.filter(told))
}

fn components(asked: &Asked<'_, '_>) -> Said {
    let newest = asked.newest()?;
    if asked.product.product.inventory.bills.is_empty() {
        return Err("no release has a bill of materials");
    }
    let version = &newest.release.version;
    let lacks = asked.product.product.inventory.lacks.iter();
    let lacks: String = lacks
        .filter(|lack| lack.version == *version)
        .map(|lack| format!(" {lack}."))
        .collect();
    let text = match newest.release.components() {
        Some(count) => format!("{version}: {}.{lacks}", counted(count, "component")),
        None => format!("{version} has no bill of materials; older releases have."),
    };
    Ok((text, "components", asked.page("components/")))
}

fn advisories(asked: &Asked<'_, '_>) -> Said {
    if asked.product.product.inventory.scans.is_empty() {
        return Err("no scan of components is kept");
    }
    let text = format!(
        "{}.",
        counted(asked.product.product.inventory.advisories.len() as u64, "advisory/advisories")
    );
    Ok((text, "each with when it came and went", asked.page("advisories/")))
}

fn records(asked: &Asked<'_, '_>) -> Said {
    let releases = || {
        asked
            .product
            .product
            .releases
            .iter()
            .filter(|judged| judged.release.record.is_some())
    };
    if releases().count() == 0 {
        return Err("no release has a record");
    }
    // That a file is another one than was recorded is no fault of the record: it is how that shows.
    let is_confirmed = |judged: &&JudgedRelease| {
        let unconfirmed = matches!(
            judged.release.confirmation,
            Confirmation::Changed { .. } | Confirmation::Unchecked(_)
        );
        judged.release.contradictions.is_empty() && !unconfirmed
    };
    let confirmed = releases().filter(is_confirmed).count();
    let contradicted = releases().filter(|judged| !judged.release.contradictions.is_empty()).count();
    let files = releases().flat_map(|judged| &judged.release.evidence);
    let differing = files.filter(|file| matches!(file.integrity, Integrity::Altered | Integrity::Absent));
    let mut text = format!(
        "By the digests in the records, by the chain of records, and by git, which confirms {confirmed} of {}.",
        counted(releases().count() as u64, "record")
    );
    if contradicted > 0 {
        text.push_str(&format!(" Contradicted: {contradicted}."));
    }
    let differing = differing.count() as u64;
    if differing > 0 {
        text.push_str(&format!(
            " By them {} not as recorded.",
            counted(differing, "file is/files are")
        ));
    }
    Ok((text, "records and digests", asked.pack("rp-records")))
}

fn intact(asked: &Asked<'_, '_>) -> Said {
    let files = || {
        asked
            .product
            .product
            .releases
            .iter()
            .flat_map(|judged| &judged.release.evidence)
    };
    if files().count() == 0 {
        return Err("no file of evidence is kept");
    }
    let differs = files()
        .filter(|file| matches!(file.integrity, Integrity::Altered | Integrity::Absent))
        .count();
    let text = match (differs, files().count()) {
        (0, all) => format!("Yes: {} as recorded.", counted(all as u64, "file is/files are all")),
        (differs, all) => format!(
            "No: {differs} of {} not as recorded.",
            counted(all as u64, "file is/files are")
        ),
    };
    Ok((text, "records and digests", asked.pack("rp-records")))
}

fn procedures(asked: &Asked<'_, '_>) -> Said {
    let Some((edition, runbooks)) = procedures_in_force(asked.product).filter(|(_, runbooks)| !runbooks.is_empty()) else {
        return Err("no runbook is kept here");
    };
    let version = match asked.product.editions[edition].edition.version.as_str() {
        "next" => "on main",
        version => &format!("in {version}"),
    };
    let text = format!("{} {version}.", counted(runbooks.len() as u64, "procedure"));
    Ok((text, "the register", asked.page("audit/procedures/")))
}

fn in_force(asked: &Asked<'_, '_>) -> Said {
    let newest = asked.newest()?;
    let edition = newest.edition.ok_or("its runbooks are not kept")?;
    let text = format!(
        "{} as of {}.",
        counted(asked.product.editions[edition].edition.runbooks.len() as u64, "runbook"),
        newest.release.version
    );
    Ok((
        text,
        "the runbooks, as they were",
        format!("{}index.html", asked.product.editions[edition].address),
    ))
}

fn still_true(asked: &Asked<'_, '_>) -> Said {
    let edition = asked
        .product
        .latest
        .or(asked.product.current)
        .ok_or("no runbook is kept here")?;
    let runbooks = asked.product.followed(edition, asked.product.latest == Some(edition));
    if runbooks.is_empty() {
        return Err("no runbook is kept here");
    }
    let broken = runbooks
        .iter()
        .filter(|judged| judged.freshness.state == State::Broken)
        .count();
    let text = format!(
        "{broken} of {} {} something that is gone today.",
        counted(runbooks.len() as u64, "runbook"),
        if broken == 1 { "names" } else { "name" }
    );
    Ok((text, "each with what is gone", asked.page("freshness/")))
}

/// Whether a duty is one of trying something: a restore, a drill, a way back.
pub(super) fn is_drill(judged: &JudgedDuty) -> bool {
    let words = format!("{} {}", judged.duty.title, judged.duty.id).to_lowercase();
    ["restore", "drill", "backup", "recover", "roll back", "rollback", "exercise"]
        .iter()
        .any(|word| words.contains(word))
}

fn drills(asked: &Asked<'_, '_>) -> Said {
    let duties = &asked.product.product.duties;
    if duties.is_empty() {
        return Err("the product declares no duties");
    }
    let drills: Vec<String> = duties
        .iter()
        .filter(|judged| is_drill(judged))
        .map(|judged| match judged.last {
            Some(last) => format!("{} on {}", judged.duty.title, words::day(last)),
            None => format!("{} never, as far as its log tells", judged.duty.title),
        })
        .collect();
    let overdue = duties.iter().filter(|judged| judged.state == DutyState::Overdue).count();
    let drills = if drills.is_empty() {
        "No duty is a drill".to_owned()
    } else {
        drills.join("; ")
    };
    Ok((
        format!(
            "{drills}. {overdue} of {} overdue today.",
            counted(duties.len() as u64, "duty/duties")
        ),
        "the register",
        asked.page("duties/"),
    ))
}

fn controls(asked: &Asked<'_, '_>) -> Said {
    let controls = &asked.product.product.controls;
    let own = controls.iter().filter(|control| control.is_own).count();
    match (controls.len(), own) {
        (0, _) => Err("the settings declare no controls and ask for no catalogue"),
        (all, own) => Ok((
            format!("{own} of the organisation, {} of catalogues.", all - own),
            "each with what it rests on and what that does not show",
            asked.page("audit/controls/"),
        )),
    }
}
