//! Scenarios of Cucumber, in whichever form: each is as good as the worst of its steps and hooks.

use crate::parse::gate::results::{Results, Status};

/// How what was carried out went: the worst of what was seen.
#[derive(Default)]
pub(super) struct Worst {
    rank: u8,
    word: String,
    message: String,
}

impl Worst {
    /// Sees a step or a hook.
    pub(super) fn see(&mut self, word: &str, message: &str) {
        let rank = rank(word);
        if rank > self.rank {
            self.rank = rank;
            word.clone_into(&mut self.word);
            message.clone_into(&mut self.message);
        }
    }

    /// Adds the scenario to the results.
    pub(super) fn add(self, results: &mut Results, name: &str, is_retried: bool) {
        let (status, word) = match self.rank {
            0 => (None, "no steps"),
            1 if is_retried => (Some(Status::Flaky), ""),
            1 => (Some(Status::Passed), ""),
            2 => (Some(Status::Skipped), ""),
            4 => (Some(Status::Failed), ""),
            _ => (None, self.word.as_str()),
        };
        results.add(status, word, name, &self.message);
    }
}

/// How bad a word is. One that is in no list is as bad as what was not carried out.
fn rank(word: &str) -> u8 {
    match word.to_ascii_lowercase().as_str() {
        "passed" => 1,
        "skipped" => 2,
        "failed" | "ambiguous" => 4,
        _ => 3,
    }
}
