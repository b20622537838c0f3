//! Licences of a component as one text.

/// The licences as written, sorted, so that their order in a file is no difference between releases.
pub(crate) fn joined(mut licences: Vec<&str>) -> String {
    licences.sort_unstable();
    licences.dedup();
    licences.join(" AND ")
}
