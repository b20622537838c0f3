//! One file per rule, and one list. A rule is named for what it finds.

mod anchor_missing;
mod breaks_runbook;
mod cargo_target_missing;
mod changed_not_reviewed;
pub(crate) mod check_loosened;
mod cited_line_stale;
mod cli_command_missing;
mod command_out_of_sight;
mod compose_profile_missing;
mod compose_service_missing;
pub(crate) mod control_mapping_changed;
pub(crate) mod control_not_applicable_without_reason;
pub(crate) mod control_unknown_gate;
pub(crate) mod control_without_evidence;
mod dangerous_command;
mod date_only_changed;
mod duty_overdue;
mod endpoint_unserved;
mod env_default_mismatch;
mod env_var_unread;
mod evidence_altered;
pub(crate) mod evidence_not_kept;
pub(crate) mod evidence_store_missing;
pub(crate) mod evidence_without_gate;
mod exception_expired;
pub(crate) mod exception_extended;
mod exception_invalid;
mod exception_unused;
mod file_unreadable;
mod gate_cell_unread;
pub(crate) mod gate_contradicts_settings;
pub(crate) mod gate_loosened;
mod gate_not_declared;
pub(crate) mod gate_open;
pub(crate) mod gate_removed;
pub(crate) mod gate_without_evidence;
mod glob_empty;
mod hidden_characters;
mod hidden_html;
mod history_unavailable;
mod just_recipe_missing;
pub(crate) mod licence_denied;
pub(crate) mod licence_to_review;
mod link_broken;
mod link_other_host;
mod link_unsafe;
mod lookalike_letters;
mod make_target_missing;
mod manifest_missing;
mod manifest_unparsable;
mod missing;
mod mojibake;
mod new_reference_unresolved;
mod npm_script_missing;
mod owner_missing;
mod owner_unknown;
mod path_case_mismatch;
mod path_missing;
mod path_moved;
mod path_untracked_output;
mod pipe_to_shell;
mod placeholder_left;
mod placeholder_redirects;
mod port_unpublished;
pub(crate) mod record_contradicted;
pub(crate) mod record_unproven;
mod related_doc_missing;
mod release_outdated;
pub(crate) mod release_unsupported;
pub(crate) mod renamed;
mod repo_url_stale;
mod review_date_future;
mod review_date_missing;
mod review_date_unparsable;
mod review_due_soon;
mod review_overdue;
pub(crate) mod runbook_removed;
mod script_flag_missing;
mod script_not_executable;
mod source_drifted;
mod stamp_behind_edit;
mod stamp_damaged;
mod stamp_without_evidence;
mod task_missing;
mod terraform_address_missing;
mod test_missing;
mod threshold_conflict;
mod threshold_mismatch;
mod threshold_not_declared;
mod todo_left;
mod typographic_command;
mod undocumented_change;
pub(crate) mod unused_ignore;
mod unverifiable_reference;
mod version_mismatch;
pub(crate) mod waiver_expired;
pub(crate) mod waiver_orphaned;
mod workflow_input_missing;
mod workflow_job_missing;
mod workflow_missing;
mod workflow_trigger_mismatch;
mod workspace_missing;

use crate::audit::rule::{Check, Rule, is_on};
use crate::config::Config;
use crate::model::nearest::nearest;

/// Every rule, sorted by id.
pub(crate) const RULES: &[Rule] = &[
    anchor_missing::RULE,
    breaks_runbook::RULE,
    cargo_target_missing::RULE,
    changed_not_reviewed::RULE,
    check_loosened::RULE,
    cited_line_stale::RULE,
    cli_command_missing::RULE,
    command_out_of_sight::RULE,
    compose_profile_missing::RULE,
    compose_service_missing::RULE,
    control_mapping_changed::RULE,
    control_not_applicable_without_reason::RULE,
    control_unknown_gate::RULE,
    control_without_evidence::RULE,
    dangerous_command::RULE,
    date_only_changed::RULE,
    duty_overdue::RULE,
    endpoint_unserved::RULE,
    env_default_mismatch::RULE,
    env_var_unread::RULE,
    evidence_altered::RULE,
    evidence_not_kept::RULE,
    evidence_store_missing::RULE,
    evidence_without_gate::RULE,
    exception_expired::RULE,
    exception_extended::RULE,
    exception_invalid::RULE,
    exception_unused::RULE,
    file_unreadable::RULE,
    gate_cell_unread::RULE,
    gate_contradicts_settings::RULE,
    gate_loosened::RULE,
    gate_not_declared::RULE,
    gate_open::RULE,
    gate_removed::RULE,
    gate_without_evidence::RULE,
    glob_empty::RULE,
    hidden_characters::RULE,
    hidden_html::RULE,
    history_unavailable::RULE,
    just_recipe_missing::RULE,
    licence_denied::RULE,
    licence_to_review::RULE,
    link_broken::RULE,
    link_other_host::RULE,
    link_unsafe::RULE,
    lookalike_letters::RULE,
    make_target_missing::RULE,
    manifest_missing::RULE,
    manifest_unparsable::RULE,
    mojibake::RULE,
    new_reference_unresolved::RULE,
    npm_script_missing::RULE,
    owner_missing::RULE,
    owner_unknown::RULE,
    path_case_mismatch::RULE,
    path_missing::RULE,
    path_moved::RULE,
    path_untracked_output::RULE,
    pipe_to_shell::RULE,
    placeholder_left::RULE,
    placeholder_redirects::RULE,
    port_unpublished::RULE,
    record_contradicted::RULE,
    record_unproven::RULE,
    related_doc_missing::RULE,
    release_outdated::RULE,
    release_unsupported::RULE,
    repo_url_stale::RULE,
    review_date_future::RULE,
    review_date_missing::RULE,
    review_date_unparsable::RULE,
    review_due_soon::RULE,
    review_overdue::RULE,
    runbook_removed::RULE,
    script_flag_missing::RULE,
    script_not_executable::RULE,
    source_drifted::RULE,
    stamp_behind_edit::RULE,
    stamp_damaged::RULE,
    stamp_without_evidence::RULE,
    task_missing::RULE,
    terraform_address_missing::RULE,
    test_missing::RULE,
    threshold_conflict::RULE,
    threshold_mismatch::RULE,
    threshold_not_declared::RULE,
    todo_left::RULE,
    typographic_command::RULE,
    undocumented_change::RULE,
    unused_ignore::RULE,
    unverifiable_reference::RULE,
    version_mismatch::RULE,
    waiver_expired::RULE,
    waiver_orphaned::RULE,
    workflow_input_missing::RULE,
    workflow_job_missing::RULE,
    workflow_missing::RULE,
    workflow_trigger_mismatch::RULE,
    workspace_missing::RULE,
];

/// The rules that look at every runbook, unless the settings switch them off.
pub(crate) fn of_runbooks(config: &Config) -> Vec<&'static str> {
    let looks = |rule: &&Rule| matches!(rule.check, Check::Always(_) | Check::Current(_));
    let ids = RULES.iter().filter(looks).map(|rule| rule.text.id);
    ids.filter(|id| is_on(config, id)).collect()
}

/// The ids in the settings that no rule has, each with the one that was probably meant.
pub(crate) fn unknown(config: &Config) -> Vec<(String, Option<&'static str>)> {
    let ids = || RULES.iter().map(|rule| rule.text.id);
    let unknown = config.rules.keys().filter(|id| ids().all(|known| known != id.as_str()));
    unknown.map(|id| (id.clone(), nearest(id, ids()))).collect()
}

#[cfg(test)]
mod tests {
    use super::{RULES, unknown};
    use crate::audit::testing::{inline, tree};
    use crate::config::{Config, Level};

    #[test]
    fn ids_are_kebab_case_sorted_and_unique() {
        let ids: Vec<&str> = RULES.iter().map(|rule| rule.text.id).collect();
        assert!(ids.is_sorted_by(|left, right| left < right), "{ids:?}");
        for id in ids {
            assert!(
                id.split('-')
                    .all(|word| !word.is_empty() && word.chars().all(|c| c.is_ascii_lowercase())),
                "{id}"
            );
        }
    }

    #[test]
    fn every_rule_is_explained_in_four_parts() {
        for rule in RULES {
            let text = rule.text;
            for part in [text.summary, text.checks, text.matters, text.example, text.fix] {
                assert!(part.len() > 10, "{}: `{part}` is too short", text.id);
                assert_eq!(part, part.trim(), "{} has blanks at an end", text.id);
                assert!(!part.contains("  "), "{}: `{part}` has two blanks in a row", text.id);
            }
            assert!(
                !text.summary.ends_with('.'),
                "the summary of {} ends with a full stop",
                text.id
            );
            for part in [text.checks, text.matters, text.fix] {
                assert!(part.ends_with('.'), "{}: `{part}` is not a sentence", text.id);
            }
        }
    }

    #[test]
    fn the_settings_change_the_level_of_a_rule() {
        let mut fixture = tree(&["src/x.py"]).naming(inline("src/gone.py"));
        let level = |fixture: &mut crate::audit::testing::Fixture, level| {
            fixture.config.rules.insert("path-missing".to_owned(), level);
            fixture.findings("path-missing")
        };
        assert!(level(&mut fixture, Level::Info)[0].starts_with("info "));
        assert!(level(&mut fixture, Level::Error)[0].starts_with("error "));
        assert!(level(&mut fixture, Level::Off).is_empty());
    }

    #[test]
    fn ids_that_no_rule_has_are_named_with_the_nearest() {
        let mut config = Config::default();
        for id in ["path-mising", "path-missing", "colour"] {
            config.rules.insert(id.to_owned(), Level::Off);
        }
        let expected = [("colour".to_owned(), None), ("path-mising".to_owned(), Some("path-missing"))];
        assert_eq!(unknown(&config), expected);
    }
}
