//! Names of what evidence is about, taken apart: an image with its tag and its digest, a package with its version, an address with its port.
//! What a gate names must be equal; what it leaves out is left out on the other side as well.

use crate::model::version::without_v;

use globset::GlobBuilder;

/// Algorithms whose digests are told by their name.
const ALGORITHMS: [&str; 6] = ["blake3", "md5", "sha1", "sha256", "sha384", "sha512"];

/// Digits of a digest that are enough where somebody cut it.
const LEAST_DIGITS: usize = 12;

/// Where scanners say that an image comes from.
const FROM: [&str; 5] = ["docker:", "podman:", "registry:", "containerd:", "docker-archive:"];

/// Where images lie that others publish and releases are built upon.
const OTHERS: [&str; 12] = [
    "bitnami/",
    "cgr.dev/chainguard/",
    "docker.io/bitnami/",
    "docker.io/library/",
    "gcr.io/distroless/",
    "library/",
    "mcr.microsoft.com/",
    "public.ecr.aws/docker/library/",
    "quay.io/prometheus/",
    "registry.access.redhat.com/",
    "registry.k8s.io/",
    "registry.redhat.io/",
];

/// Images without a publisher in their name that others publish. Sorted.
const BASES: &[&str] = &[
    "almalinux", "alpine", "amazonlinux", "busybox", "caddy", "cassandra", "debian", "eclipse-temurin", "elasticsearch",
    "fedora", "golang", "gradle", "haproxy", "httpd", "influxdb", "kong", "mariadb", "maven", "memcached", "mongo", "mysql",
    "nats", "nginx", "node", "openjdk", "oraclelinux", "perl", "php", "postgres", "python", "rabbitmq", "redis", "registry",
    "rockylinux", "ruby", "rust", "swift", "telegraf", "tomcat", "traefik", "ubuntu", "vault", "zookeeper",
];

/// One way to read a name. What is not there is empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Reference {
    /// The name itself, as written.
    pub(super) name: String,
    /// The tag, the version or the port.
    pub(super) tag: String,
    /// The digest, as written.
    digest: String,
}

impl Reference {
    fn new(name: &str, tag: &str, digest: &str) -> Self {
        Self {
            name: name.to_owned(),
            tag: tag.to_owned(),
            digest: digest.to_owned(),
        }
    }

    /// The ways to read a text: nobody can tell whether `a b` is a name or a name with its version.
    pub(super) fn readings(text: &str) -> Vec<Self> {
        let text = text.trim().trim_end_matches('/');
        if text.is_empty() {
            return Vec::new();
        }
        if let Some((scheme, rest)) = text.split_once("://") {
            return vec![Self::of_address(scheme, rest)];
        }
        if is_digest(text) {
            return vec![Self::new("", "", text)];
        }
        let text = FROM.iter().find_map(|from| text.strip_prefix(from)).unwrap_or(text);
        let (text, digest) = match text.rsplit_once('@') {
            Some((before, after)) if is_digest(after) => (before, after),
            _ => (text, ""),
        };
        let mut readings = vec![Self::new(text, "", digest)];
        let tag = text
            .rsplit_once(':')
            .filter(|(before, after)| !before.is_empty() && !after.contains('/'));
        // The sign stands before the scope of a package as well: `@scope/name`.
        let version = text
            .rsplit_once('@')
            .filter(|(before, _)| !before.is_empty() && !before.ends_with('/'));
        for (name, tag) in [tag, version, text.rsplit_once(' ')].into_iter().flatten() {
            if is_digest(tag) {
                readings.push(Self::new(name.trim(), "", tag));
            } else {
                readings.push(Self::new(
                    name.trim(),
                    tag.split(['?', '#']).next().unwrap_or_default(),
                    digest,
                ));
            }
        }
        readings
    }

    fn of_address(scheme: &str, rest: &str) -> Self {
        let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
        let is_port = |port: &str| !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit());
        let (host, port) = match authority.rsplit_once(':') {
            Some((host, port)) if is_port(port) => (host, port),
            _ => (authority, ""),
        };
        Self::new(&format!("{scheme}://{host}{path}"), port, "")
    }

    /// The port of an address that does not say it.
    fn with_port(mut self) -> Self {
        let lower = self.name.to_ascii_lowercase();
        if self.tag.is_empty() && lower.starts_with("https://") {
            "443".clone_into(&mut self.tag);
        } else if self.tag.is_empty() && lower.starts_with("http://") {
            "80".clone_into(&mut self.tag);
        }
        self
    }

    /// Whether it names a tag, a version, a port or a digest.
    pub(super) fn is_exact(&self) -> bool {
        !self.digest.is_empty() || self.tag.contains(|c: char| c.is_ascii_digit())
    }

    /// Whether it is an image that others publish and releases are built upon, so that its version is not theirs.
    pub(super) fn is_of_others(&self) -> bool {
        let name = self.name.to_ascii_lowercase();
        OTHERS.iter().any(|start| name.starts_with(start)) || BASES.binary_search(&name.as_str()).is_ok()
    }
}

/// What a document says that it is about.
#[derive(Clone, Debug, Default)]
pub(super) struct Said<'a> {
    /// Names and addresses.
    pub(super) names: Vec<&'a str>,
    /// Digests.
    pub(super) digests: Vec<&'a str>,
    /// Versions that stand beside the names.
    pub(super) versions: Vec<&'a str>,
}

impl Said<'_> {
    /// Whether it is about what is asked for: the same name, or a match of the glob, and every tag, port and digest that is asked for.
    pub(super) fn is_about(&self, wanted: &str) -> bool {
        let all = self.names.iter().flat_map(|name| Reference::readings(name));
        let all: Vec<Reference> = all.map(Reference::with_port).collect();
        let digests = self.digests.iter().copied();
        let digests: Vec<&str> = digests.chain(all.iter().map(|own| own.digest.as_str())).collect();
        let has_name = all.iter().any(|own| !own.name.is_empty());
        Reference::readings(wanted).iter().any(|wanted| {
            let is_digest_met = wanted.digest.is_empty() || digests.iter().any(|own| is_same_digest(own, &wanted.digest));
            let is_tag_met = |own: &Reference| {
                wanted.tag.is_empty()
                    || is_same_tag(&own.tag, &wanted.tag)
                    || own.tag.is_empty()
                        && (!wanted.digest.is_empty() || self.versions.iter().any(|version| is_same_tag(version, &wanted.tag)))
            };
            let is_name_met = wanted.name.is_empty()
                || !wanted.digest.is_empty() && !has_name
                || all.iter().any(|own| is_match(&wanted.name, &own.name) && is_tag_met(own));
            is_digest_met && is_name_met
        })
    }
}

/// Whether a text is a digest with the name of its algorithm, or 64 hex digits.
fn is_digest(text: &str) -> bool {
    let is_hex = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    match text.split_once(':') {
        Some((algorithm, digits)) => ALGORITHMS.contains(&algorithm.to_ascii_lowercase().as_str()) && is_hex(digits),
        None => text.len() == 64 && is_hex(text),
    }
}

/// Whether two digests are one, each with or without the name of its algorithm; the one that is asked for may be cut.
fn is_same_digest(own: &str, wanted: &str) -> bool {
    let digits = |text: &str| text.rsplit(':').next().unwrap_or_default().to_ascii_lowercase();
    let algorithm = |text: &str| text.split_once(':').map(|(name, _)| name.to_ascii_lowercase());
    let is_of_one = match (algorithm(own), algorithm(wanted)) {
        (Some(own), Some(wanted)) => own == wanted,
        _ => true,
    };
    let (own, wanted) = (digits(own), digits(wanted));
    is_of_one && (own == wanted || wanted.len() >= LEAST_DIGITS && own.starts_with(&wanted))
}

/// Whether a tag is the one that is asked for, with or without the letter before a version.
fn is_same_tag(own: &str, wanted: &str) -> bool {
    !own.trim().is_empty() && is_match(without_v(wanted), without_v(own))
}

/// Whether a name is the one that is asked for, or matches the glob.
fn is_match(wanted: &str, own: &str) -> bool {
    if wanted.is_empty() || own.is_empty() {
        return false;
    }
    own.eq_ignore_ascii_case(wanted)
        || wanted.contains(['*', '?', '[', '{'])
            && GlobBuilder::new(wanted)
                .case_insensitive(true)
                .build()
                .is_ok_and(|glob| glob.compile_matcher().is_match(own))
}

#[cfg(test)]
mod tests {
    use super::{BASES, Reference, Said};

    fn is_subject(name: &str, wanted: &str) -> bool {
        let said = Said {
            names: vec![name],
            ..Said::default()
        };
        said.is_about(wanted)
    }

    #[test]
    fn what_is_left_out_is_not_compared() {
        for (name, wanted) in [
            ("ghcr.io/o/api:1.2@sha256:aa", "ghcr.io/o/api"),
            ("api 1.2.0", "API"),
            ("docker:app:1.0.0", "app"),
            ("pkg:npm/%40o/app@1.0.0?x=y", "pkg:npm/%40o/app"),
            ("@o/app@1.0.0", "@o/app"),
            ("https://shop.example/", "https://shop.example"),
            ("http://localhost:5000", "http://localhost"),
            ("https://shop.example", "https://shop.example:443"),
            ("ghcr.io/o/api", "ghcr.io/*/api"),
            ("https://shop.example/cart", "https://shop.example/*"),
            ("My App", "My App"),
            ("My App 1.0.0", "My App"),
            ("localhost:5000/x", "localhost:5000/x"),
            ("localhost:5000/x:1.0", "localhost:5000/x"),
        ] {
            assert!(is_subject(name, wanted), "{name} {wanted}");
        }
        for (name, wanted) in [
            ("ghcr.io/o/api-old", "ghcr.io/o/api"),
            ("evil.io/o/api", "ghcr.io/o/api"),
            ("localhost:5000/x", "localhost:5000/y"),
            ("https://shop.example/login", "https://shop.example"),
            ("", "api"),
            ("api", ""),
        ] {
            assert!(!is_subject(name, wanted), "{name} {wanted}");
        }
    }

    #[test]
    fn what_is_named_must_be_equal() {
        let (b, c) = ("b".repeat(64), "c".repeat(64));
        for (name, wanted, expected) in [
            ("app:1.0.0", "app:1.0.0", true),
            ("app:v1.0.0", "app:1.0.0", true),
            ("app 1.0.0", "app:1.0.0", true),
            ("app:1.2.9", "app:1.2.*", true),
            ("app:0.9.0", "app:1.0.0", false),
            ("app:0.9.0", "app 1.0.0", false),
            ("app", "app:1.0.0", false),
            ("app@1.0.0", "app@1.0.1", false),
            ("http://localhost:5000", "http://localhost:6000", false),
            ("localhost:5000", "localhost:6000", false),
            ("http://localhost", "http://localhost:6000", false),
        ] {
            assert_eq!(is_subject(name, wanted), expected, "{name} {wanted}");
        }
        for (digit, expected) in [(&b, true), (&c, false)] {
            for name in [
                format!("app@sha256:{b}"),
                format!("sha256:{b}"),
                format!("app:1.0@sha256:{b}"),
                b.clone(),
            ] {
                assert_eq!(is_subject(&name, &format!("sha256:{digit}")), expected, "{name} {digit}");
            }
            let image = format!("app@sha256:{b}");
            assert_eq!(is_subject(&image, &format!("app@sha256:{digit}")), expected);
            assert!(!is_subject(&image, &format!("web@sha256:{digit}")));
            assert_eq!(is_subject(&image, &format!("sha256:{}", &digit[..12])), expected);
            assert!(!is_subject(&image, "sha256:bbb"), "three digits name nothing");
        }
    }

    #[test]
    fn digests_and_versions_may_stand_beside_the_name() {
        let digest = format!("sha256:{}", "b".repeat(64));
        let said = Said {
            names: vec!["ghcr.io/o/app"],
            digests: vec![&digest],
            versions: vec!["1.0.0"],
        };
        for (wanted, expected) in [
            (format!("ghcr.io/o/app@{digest}"), true),
            (format!("ghcr.io/o/app:1.0.0@{digest}"), true),
            (format!("ghcr.io/o/web@{digest}"), false),
            ("ghcr.io/o/app:1.0.0".to_owned(), true),
            ("ghcr.io/o/app:0.9.0".to_owned(), false),
            (digest.clone(), true),
        ] {
            assert_eq!(said.is_about(&wanted), expected, "{wanted}");
        }
        let bare = Said {
            digests: vec![&digest],
            ..Said::default()
        };
        assert!(bare.is_about(&format!("ghcr.io/o/app@{digest}")));
        assert!(!bare.is_about("ghcr.io/o/app"));
    }

    #[test]
    fn images_of_others_are_known() {
        assert!(BASES.is_sorted());
        for name in ["postgres:16.2", "docker.io/library/node:20.1", "gcr.io/distroless/base:1.2"] {
            let readings = Reference::readings(name);
            assert!(
                readings.iter().any(|reading| reading.is_exact() && reading.is_of_others()),
                "{name}"
            );
        }
        for name in ["app:1.0.0", "ghcr.io/o/postgres:1.0.0"] {
            assert!(!Reference::readings(name).iter().any(Reference::is_of_others), "{name}");
        }
    }
}
