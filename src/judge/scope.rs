//! Which runbooks `lint` and `refs` judge, and their judgement.

use crate::config::product::{ProductPlan, SourcePlan, plans};
use crate::error::Result;
use crate::judge::context::{Context, Subject};
use crate::judge::edition::Judge;
use crate::judge::standing;
use crate::load::discovery::runbook_paths;
use crate::load::edition::{Cache, Revision, edition, has_runbooks_below};
use crate::model::edition::Edition;
use crate::model::finding::Finding;
use crate::model::handbook::JudgedRunbook;
use crate::model::history::CommitId;
use crate::source::tree::Tree;

/// What the user asked for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Scope<'a> {
    /// Files or folders from the root of the repository; every runbook when there are none.
    pub(crate) files: &'a [String],
    /// The revision; the head of the branch without one.
    pub(crate) revision: Option<&'a str>,
    /// Judge the worktree.
    pub(crate) worktree: bool,
}

/// The runbooks of a scope with their judgement, and findings about files that could not be read.
#[derive(Debug, Default)]
pub(crate) struct Judged {
    /// The runbooks, sorted by path.
    pub(crate) runbooks: Vec<JudgedRunbook>,
    /// The commit that was judged; none for a worktree.
    pub(crate) commit: Option<CommitId>,
    /// What is wrong with other files.
    pub(crate) findings: Vec<Finding>,
}

/// Reads and judges the runbooks of a scope.
pub(crate) fn judged(context: &Context, scope: Scope<'_>) -> Result<Judged> {
    judged_with(context, scope, |_, _| Ok(()))
}

/// Reads and judges the runbooks of a scope, and shows each edition with its judge.
pub(crate) fn judged_with(
    context: &Context,
    scope: Scope<'_>,
    mut visit: impl FnMut(&Edition, &Judge<'_>) -> Result<()>,
) -> Result<Judged> {
    let subject = context.subject(scope.revision, scope.worktree)?;
    let cache = Cache::of(context.repository.as_ref());
    let mut judged = Judged {
        commit: subject.commit.as_ref().map(|commit| commit.id.clone()),
        findings: subject.skipped.clone(),
        ..Judged::default()
    };
    let plans = plans(&context.config, &context.name());
    for plan in &plans {
        match files_of(subject.tree.as_ref(), plan, scope.files, &plans) {
            Some(files) if files.is_empty() => {}
            files => judge_product(context, &subject, &cache, plan, files.as_deref(), &mut judged, &mut visit)?,
        }
    }
    // What is wrong with releases is of today, and of the repository as a whole.
    if scope.files.is_empty() && scope.revision.is_none() {
        for finding in standing::findings(context, &subject, &cache)? {
            if !judged.findings.contains(&finding) {
                judged.findings.push(finding);
            }
        }
    }
    cache.keep();
    judged
        .runbooks
        .sort_by(|left, right| left.runbook.path.cmp(&right.runbook.path));
    Ok(judged)
}

fn judge_product(
    context: &Context,
    subject: &Subject,
    cache: &Cache,
    plan: &ProductPlan,
    files: Option<&[String]>,
    judged: &mut Judged,
    visit: &mut impl FnMut(&Edition, &Judge<'_>) -> Result<()>,
) -> Result<()> {
    let checkout = match &plan.source {
        SourcePlan::Folder(_) => None,
        SourcePlan::Checkout(path) => Some(context.checkout(path)),
    };
    let revision = Revision {
        id: "next".to_owned(),
        commit: subject.commit.clone(),
        tree: subject.tree.as_ref(),
        checkout: checkout
            .as_ref()
            .map(|checkout| checkout.as_ref().map(|tree| tree as &dyn Tree).map_err(Clone::clone)),
        repository_name: context.name(),
        web_url: context.web_url(),
    };
    let edition = edition(cache, plan, &revision, files, &mut judged.findings)?;
    let paths: Vec<String> = match files {
        Some(_) => edition.runbooks.iter().map(|runbook| runbook.path.clone()).collect(),
        None => runbook_paths(subject.tree.as_ref(), plan),
    };
    let judge = Judge::new(context, subject.head.as_deref(), &paths)?;
    let (runbooks, findings) = judge.edition(&edition, context.today)?;
    visit(&edition, &judge)?;
    judged.runbooks.extend(runbooks);
    for finding in findings {
        // What is wrong with the repository is met by every product.
        if !judged.findings.contains(&finding) {
            judged.findings.push(finding);
        }
    }
    Ok(())
}

/// The files and folders of a product among those that were named; none when no files were named at all, so that every runbook counts. A
/// folder belongs to each product that has runbooks below it, and else to the one that it lies in.
pub(crate) fn files_of(tree: &dyn Tree, plan: &ProductPlan, files: &[String], plans: &[ProductPlan]) -> Option<Vec<String>> {
    let has_runbooks = |plan: &ProductPlan, file: &str| has_runbooks_below(tree, plan, file);
    let of_plan = files.iter().filter(|file| {
        if plans.iter().any(|plan| has_runbooks(plan, file)) {
            has_runbooks(plan, file)
        } else {
            is_of(plan, file, plans)
        }
    });
    (!files.is_empty()).then(|| of_plan.cloned().collect())
}

/// Whether a file belongs to a product: the one with the deepest root that holds it, else the first.
fn is_of(plan: &ProductPlan, file: &str, plans: &[ProductPlan]) -> bool {
    let file = file.trim_start_matches("./");
    let holds = |plan: &ProductPlan| {
        let rest = file.strip_prefix(plan.root.as_str());
        plan.root.is_empty() || rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    let best = plans
        .iter()
        .enumerate()
        .filter(|(_, plan)| holds(plan))
        .max_by_key(|(index, plan)| (plan.root.len(), usize::MAX - index));
    let best = best.map_or(&plans[0], |(_, plan)| plan);
    std::ptr::eq(best, plan)
}

#[cfg(test)]
mod tests {
    use super::is_of;
    use crate::config::product::ProductPlan;

    #[test]
    fn a_file_belongs_to_the_product_with_the_deepest_root() {
        let plan = |root: &str| ProductPlan {
            root: root.to_owned(),
            ..ProductPlan::default()
        };
        let plans = [plan("runbooks/api"), plan("runbooks/api/web"), plan("runbooks/ap")];
        let owner = |file: &str| plans.iter().position(|plan| is_of(plan, file, &plans));
        assert_eq!(owner("runbooks/api/release.md"), Some(0));
        assert_eq!(owner("runbooks/api/web/release.md"), Some(1));
        assert_eq!(owner("./runbooks/ap"), Some(2));
        assert_eq!(owner("docs/other.md"), Some(0), "a file of no product counts from the first");
    }
}
