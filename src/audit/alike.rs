//! How a path that is there is like one that is not, so far that it was surely meant.

/// The parts of a path in order.
pub(super) fn sorted_parts(path: &str) -> Vec<&str> {
    let mut parts: Vec<&str> = path.trim_matches('/').split('/').filter(|part| *part != ".").collect();
    parts.sort_unstable();
    parts
}

/// Whether two paths have the same parts, three at least, in another order: `infra/projects/aws` and `infra/aws/projects`.
pub(super) fn is_reordered(path: &str, other: &str) -> bool {
    let parts = sorted_parts(path);
    parts.len() >= 3 && parts == sorted_parts(other)
}

/// Whether two paths differ in the name of one folder, which goes on where the other ends: `env/dev.tfvars` and
/// `environments/dev.tfvars`.
pub(super) fn is_one_folder_off(path: &str, other: &str) -> bool {
    let plain = |path: &str| path.trim_start_matches("./").trim_end_matches('/').to_owned();
    let (one, two) = (plain(path), plain(other));
    let mut differing = one.split('/').zip(two.split('/')).filter(|(one, two)| one != two);
    let (Some((left, right)), None) = (differing.next(), differing.next()) else {
        return false;
    };
    one.rsplit('/').next() == two.rsplit('/').next()
        && one.matches('/').count() == two.matches('/').count()
        && left.len().min(right.len()) >= 3
        && (left.starts_with(right) || right.starts_with(left))
}

/// Words for environments, and words for the platforms that something runs on.
const APART: [&[&str]; 2] = [
    &[
        "dev", "develop", "development", "live", "local", "preprod", "preview", "prod", "production", "qa", "sandbox", "stage",
        "staging", "test", "testing", "uat",
    ],
    &[
        "android", "ansible", "aws", "azure", "cloudrun", "compose", "docker", "ecs", "eks", "gcp", "gke", "helm", "heroku",
        "ios", "k8s", "kubernetes", "kustomize", "linux", "macos", "nomad", "podman", "swarm", "systemd", "terraform", "windows",
    ],
];

/// Whether two paths differ in nothing but the environment or the platform that they are for: what was for staging is not found in that of
/// production, and what is for Docker is not what Kubernetes takes, however alike the two are.
pub(super) fn is_for_another(old: &str, new: &str) -> bool {
    let parts = |path: &str| -> Vec<String> { path.split(['/', '-', '_', '.']).map(str::to_lowercase).collect() };
    let (one, two) = (parts(old), parts(new));
    let differing: Vec<_> = one.iter().zip(&two).filter(|(one, two)| one != two).collect();
    one.len() == two.len()
        && !differing.is_empty()
        && differing.iter().all(|(one, two)| {
            let is_apart = |words: &&[&str]| words.contains(&one.as_str()) && words.contains(&two.as_str());
            APART.iter().any(is_apart) && !one.starts_with(two.as_str()) && !two.starts_with(one.as_str())
        })
}

#[cfg(test)]
mod tests {
    use super::{is_for_another, is_one_folder_off, is_reordered};

    #[test]
    fn what_is_for_another_environment_or_platform_is_another_thing() {
        for (old, new) in [
            ("infra/environments/staging", "infra/environments/prod"),
            ("deploy-staging.yml", "deploy-production.yml"),
            ("deploy/kubernetes/queue.yaml", "deploy/docker/queue.yaml"),
        ] {
            assert!(is_for_another(old, new), "{old} {new}");
        }
        for (old, new) in [
            ("infra/prod", "infra/production"),
            ("infra/staging", "deploy/staging"),
            ("test/a.py", "spec/a.py"),
            ("deploy/kubernetes/queue.yaml", "deploy/apps/queue.yaml"),
        ] {
            assert!(!is_for_another(old, new), "{old} {new}");
        }
    }

    #[test]
    fn parts_in_another_order_are_known() {
        assert!(is_reordered("infra/projects/aws", "infra/aws/projects/"));
        assert!(!is_reordered("projects/aws", "aws/projects"));
        assert!(!is_reordered("infra/projects/aws", "infra/aws/project"));
    }

    #[test]
    fn one_folder_that_is_called_shorter_or_longer_is_known() {
        assert!(is_one_folder_off("env/dev.tfvars", "environments/dev.tfvars"));
        assert!(is_one_folder_off("a/environments/dev.tfvars", "a/env/dev.tfvars"));
        for (path, other) in [
            ("env/dev.tfvars", "environments/prod.tfvars"),
            ("env/dev.tfvars", "a/environments/dev.tfvars"),
            ("config/dev.tfvars", "environments/dev.tfvars"),
            ("env/dev", "env/develop"),
        ] {
            assert!(!is_one_folder_off(path, other), "{path} {other}");
        }
    }
}
