//! Series that end without anything being wrong, because what they are about comes and goes.

/// Names of labels whose things come and go during a release, so that their series end without anything being wrong.
const PASSING: [&str; 16] = [
    "build", "container", "host", "hostname", "instance", "ip", "node", "phase", "pod", "release", "replica", "revision", "slot",
    "stage", "task", "version",
];

/// Whether the labels of a series name something that comes and goes.
pub(super) fn is_passing(labels: &str) -> bool {
    let mut names = labels.split(',').filter_map(|label| label.split_once('='));
    names.any(|(name, _)| PASSING.contains(&name.trim().to_lowercase().as_str()))
}

#[cfg(test)]
mod tests {
    use super::{PASSING, is_passing};

    #[test]
    fn pods_and_phases_come_and_go_and_regions_stay() {
        assert!(PASSING.is_sorted());
        assert!(is_passing("region=eu,pod=a-1") && is_passing("phase=internal") && is_passing("Host=b"));
        assert!(!is_passing("") && !is_passing("region=us") && !is_passing("path=/pod"));
    }
}
