//! Who answers for which files, by the word of the repository.

/// A file of code owners. Of the rules that match a path the last one decides, as on the forges.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct CodeOwners {
    /// The path of the file, such as `.github/CODEOWNERS`.
    pub(crate) path: String,
    /// The rules in the order of the file.
    pub(crate) rules: Vec<OwnerRule>,
}

/// One line of a file of code owners.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct OwnerRule {
    /// The pattern, as in `.gitignore`, counted from the root of the repository.
    pub(crate) pattern: String,
    /// The owners: `@user`, `@organisation/team` or an address. None takes the ownership away.
    pub(crate) owners: Vec<String>,
    /// The line, from 1.
    pub(crate) line: u32,
}
