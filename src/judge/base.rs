//! What a change is compared with: the merge base of a revision, or what the pull request of a pipeline counts from.

use crate::error::{Error, ErrorKind, Result};
use crate::judge::context::Context;
use crate::model::history::CommitId;
use crate::source::history::ancestry::merge_base;
use crate::source::repository::Repository;

/// What to do where the base is not in the clone.
const REMEDY: &str = "check out with `fetch-depth: 2` where the merge commit of a pull request is built (the default on GitHub), else with `fetch-depth: 0`, which costs little together with `filter: blob:none`";

/// What the user wants to compare with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Choice<'a> {
    /// Nothing: everything is judged.
    Nothing,
    /// The base of the pull request, where the environment tells of one.
    PullRequest,
    /// The base of the pull request, which must be there.
    Auto,
    /// The merge base of this revision.
    Revision(&'a str),
}

/// The commit that a change counts from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Base {
    /// The commit.
    pub(crate) commit: CommitId,
    /// Why this one: "the merge base of `main`".
    pub(crate) why: String,
}

/// What the environment tells of a pull request. Empty values count as absent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct PullRequest {
    /// The forge.
    pub(crate) forge: Forge,
    /// The commit that was checked out, by the word of the environment.
    pub(crate) checked_out: Option<String>,
    /// The last commit of the branch that is to be merged.
    pub(crate) head: Option<String>,
    /// The commit that the branch came from.
    pub(crate) base: Option<String>,
    /// The last commit of the branch that it is to be merged into.
    pub(crate) target: Option<String>,
    /// The name of that branch.
    pub(crate) target_branch: Option<String>,
}

/// Whose pipeline it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Forge {
    /// GitHub Actions: <https://docs.github.com/actions/reference/workflows-and-actions/variables>.
    #[default]
    GitHub,
    /// GitLab CI: <https://docs.gitlab.com/ci/variables/predefined_variables/>.
    GitLab,
    /// Another one, whose pipelines tell the branch that a pull request goes to.
    Other,
}

/// The base of a change that ends at the commit `head`; none when everything is to be judged.
///
/// # Errors
///
/// When it is known that there is a base and it is not in this clone.
pub(crate) fn find(
    context: &Context,
    choice: Choice<'_>,
    head: &str,
    pull_request: Option<&PullRequest>,
) -> Result<Option<Base>> {
    let Some(repository) = &context.repository else {
        return match choice {
            Choice::Nothing | Choice::PullRequest => Ok(None),
            Choice::Auto | Choice::Revision(_) => Err(Error::unjudged(format!(
                "there is no repository in `{}` to compare with",
                context.root.display()
            ))),
        };
    };
    match (choice, pull_request) {
        (Choice::Nothing, _) | (Choice::PullRequest, None) => Ok(None),
        (Choice::Revision(revision), _) => of_revision(repository, revision, head).map(Some),
        // Nobody asked for it there, and what such pipelines fetch is not known: without the branch everything is judged, which is more.
        (Choice::PullRequest, Some(pull_request)) if pull_request.forge == Forge::Other => {
            Ok(of_pull_request(repository, pull_request, head).ok())
        }
        (Choice::PullRequest | Choice::Auto, Some(pull_request)) => of_pull_request(repository, pull_request, head).map(Some),
        (Choice::Auto, None) => {
            let error = Error::unjudged("the environment tells of no pull request, so there is no base to be found");
            Err(error.with_help("name it: `--base main`"))
        }
    }
}

fn of_revision(repository: &Repository, revision: &str, head: &str) -> Result<Base> {
    let commit = repository.resolve(revision).map_err(|error| with_remedy(repository, error))?;
    let base = merge_base(repository, &commit, head)?.ok_or_else(|| {
        let error = Error::unjudged(format!(
            "`{revision}` and the commit that is judged have no commit in common in this clone"
        ));
        with_remedy(repository, error)
    })?;
    Ok(Base {
        commit: base,
        why: format!("the merge base of `{revision}`"),
    })
}

fn of_pull_request(repository: &Repository, pull_request: &PullRequest, head: &str) -> Result<Base> {
    let parents = repository.parents(head)?;
    if repository.is_boundary(head)? {
        return Err(unreachable(
            pull_request,
            "the parents of the commit that is judged are not in this clone",
        ));
    }
    if let [first, second] = parents.as_slice()
        && is_merge_of(pull_request, head, first, second)
    {
        if repository.commit(first).is_none() {
            return Err(unreachable(
                pull_request,
                "the first parent of the merge commit is not in this clone",
            ));
        }
        return Ok(Base {
            commit: first.clone(),
            why: "the first parent of the merge commit of the pull request".to_owned(),
        });
    }
    let branches = pull_request
        .target_branch
        .iter()
        .flat_map(|branch| [format!("origin/{branch}"), branch.clone()]);
    let commits = pull_request.base.iter().chain(&pull_request.target).cloned();
    let mut is_there = false;
    for revision in commits.chain(branches) {
        let Ok(commit) = repository.resolve(&revision) else { continue };
        is_there = true;
        if let Some(base) = merge_base(repository, &commit, head)? {
            return Ok(Base {
                commit: base,
                why: format!("the merge base of `{revision}`, which the pull request goes to"),
            });
        }
    }
    Err(unreachable(
        pull_request,
        if is_there {
            "the branch that the pull request goes to has no commit in common with it in this clone"
        } else {
            "the branch that the pull request goes to is not in this clone"
        },
    ))
}

/// Whether the commit is the one that the forge made to merge the branch. Without a word about it in the environment, a commit with two
/// parents is taken for it; but a merge that somebody made on the branch itself is not.
fn is_merge_of(pull_request: &PullRequest, commit: &str, first: &str, second: &str) -> bool {
    if let Some(head) = &pull_request.head {
        return head == second;
    }
    if pull_request.forge == Forge::GitLab {
        return pull_request.target.as_deref() == Some(first);
    }
    pull_request
        .checked_out
        .as_deref()
        .is_none_or(|checked_out| checked_out == commit)
}

fn unreachable(pull_request: &PullRequest, what: &str) -> Error {
    let help = match pull_request.forge {
        Forge::GitHub => REMEDY,
        Forge::Other => {
            "fetch the branch that the pull request goes to, with its history (`git fetch --unshallow origin BRANCH`)"
        }
        Forge::GitLab => "set `GIT_DEPTH: 0` for the job (and `GIT_FETCH_EXTRA_FLAGS: --filter=blob:none` in a large repository)",
    };
    Error::unjudged(format!("the base of the pull request cannot be reached: {what}"))
        .with_help(format!("{help}; `--no-base` judges everything instead"))
}

/// An error about a commit that is not there, with what to do about it in a clone that was cut short.
fn with_remedy(repository: &Repository, error: Error) -> Error {
    if error.kind == ErrorKind::Unjudged && repository.objects().is_shallow() {
        error.with_help(format!("{REMEDY}; here, `git fetch --unshallow` gets it"))
    } else {
        error
    }
}

#[cfg(test)]
mod tests {
    use super::{PullRequest, is_merge_of};

    #[test]
    fn a_merge_on_the_branch_is_not_the_merge_of_the_forge() {
        let one = PullRequest {
            head: Some("b".to_owned()),
            ..PullRequest::default()
        };
        assert!(is_merge_of(&one, "c", "a", "b"));
        assert!(!is_merge_of(&one, "b", "a", "x"));
        let other = PullRequest {
            checked_out: Some("m".to_owned()),
            ..PullRequest::default()
        };
        assert!(is_merge_of(&other, "m", "a", "b"));
        assert!(!is_merge_of(&other, "b", "a", "x"), "another commit was checked out by hand");
        assert!(is_merge_of(&PullRequest::default(), "m", "a", "b"));
    }
}
