//! The progress of long work, on a terminal only.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

use crate::cli::terminal::{Terminal, visible};
use crate::judge::watcher::Watcher;

/// A line on stderr that tells what is being done; nothing at all in a pipe.
#[derive(Debug)]
pub(crate) struct Progress {
    bar: ProgressBar,
}

impl Progress {
    /// Shows progress when somebody looks.
    pub(crate) fn new(terminal: &Terminal) -> Self {
        let bar = if terminal.shows_progress() {
            ProgressBar::new_spinner()
        } else {
            ProgressBar::hidden()
        };
        if let Ok(style) = ProgressStyle::with_template("{spinner} {msg} {wide_bar} {pos}/{len} {elapsed}") {
            bar.set_style(style);
        }
        bar.enable_steady_tick(Duration::from_millis(120));
        Self { bar }
    }
}

impl Watcher for Progress {
    fn begin(&self, message: &str, steps: usize) {
        self.bar.set_message(visible(message).replace('\n', " "));
        self.bar.set_length(steps as u64);
        self.bar.set_position(0);
    }

    fn step(&self) {
        self.bar.inc(1);
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}
