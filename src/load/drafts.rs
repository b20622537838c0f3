//! Releases while they are put together from their sources.

use std::collections::HashMap;

use crate::load::version::{VersionName, line_of};
use crate::model::release::{Release, ReleaseSource};
use crate::model::version::plain;

/// Releases while they are put together from their sources.
#[derive(Debug, Default)]
pub(crate) struct Drafts {
    /// The releases so far.
    pub(crate) releases: Vec<Release>,
    by_key: HashMap<String, usize>,
}

impl Drafts {
    /// The release of a version of the leading line, made when it is not there yet.
    pub(crate) fn release(&mut self, version: &str, semver: Option<semver::Version>, source: ReleaseSource) -> &mut Release {
        self.release_in("", version, semver, source)
    }

    /// The release of a version of a line, made when it is not there yet. `version` is what its people say.
    pub(crate) fn release_in(
        &mut self,
        line: &str,
        version: &str,
        semver: Option<semver::Version>,
        source: ReleaseSource,
    ) -> &mut Release {
        let key = if line.is_empty() {
            key(version, semver.as_ref())
        } else {
            format!(
                "{line}\0{}",
                semver
                    .as_ref()
                    .map_or_else(|| version.to_ascii_lowercase(), ToString::to_string)
            )
        };
        let index = *self.by_key.entry(key).or_insert_with(|| {
            self.releases.push(Release {
                version: version.to_owned(),
                line: line.to_owned(),
                semver,
                ..Release::default()
            });
            self.releases.len() - 1
        });
        let release = &mut self.releases[index];
        if !release.sources.contains(&source) {
            release.sources.push(source);
        }
        release
    }

    /// The release of a name of which the version was taken apart: of the line that its prefix names, where tags show such a line.
    pub(crate) fn release_of(&mut self, name: &str, parts: VersionName, source: ReleaseSource) -> &mut Release {
        let line = line_of(&parts.prefix);
        if !line.is_empty() && self.releases.iter().any(|release| release.line == line) {
            let line = line.to_owned();
            return self.release_in(&line, name, parts.semver, source);
        }
        self.release(&parts.version, parts.semver, source)
    }
}

/// One key for the spellings of one version: `v1.2.0`, `1.2.0`.
pub(crate) fn key(version: &str, semver: Option<&semver::Version>) -> String {
    semver.map_or_else(|| plain(version), ToString::to_string)
}
