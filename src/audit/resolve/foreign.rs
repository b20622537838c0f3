//! Programs that belong to somebody else.

/// Whether a program is one by its name alone, such as `app`; one that is run as a module is written with its way.
pub(super) fn is_foreign_program(owner: &str) -> bool {
    !owner.contains(' ')
}
