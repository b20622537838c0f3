//! Licences of a component as one text.

use spdx::expression::{ExprNode, Operator};
use spdx::{Expression, ParseMode};

/// The licences as written, sorted, so that their order in a file is no difference between releases. What holds an `OR` is put in
/// brackets before it is joined with others: `MIT AND (A OR B)` is not `MIT AND A OR B`.
pub(crate) fn joined(mut licences: Vec<&str>) -> String {
    licences.sort_unstable();
    licences.dedup();
    if let [only] = licences.as_slice() {
        return (*only).to_owned();
    }
    let bracketed = licences.iter().map(|licence| {
        if is_choice(licence) {
            format!("({licence})")
        } else {
            (*licence).to_owned()
        }
    });
    bracketed.collect::<Vec<_>>().join(" AND ")
}

/// Whether a licence is a choice between several. Words that are no expression are one when they look like it.
fn is_choice(licence: &str) -> bool {
    match Expression::parse_mode(licence, ParseMode::LAX) {
        Ok(expression) => matches!(expression.iter().last(), Some(ExprNode::Op(Operator::Or))),
        Err(_) => licence.split_whitespace().any(|word| word.eq_ignore_ascii_case("or")) && !licence.starts_with('('),
    }
}

#[cfg(test)]
mod tests {
    use super::joined;

    #[test]
    fn choices_keep_their_brackets() {
        for (licences, expected) in [
            (&["MIT"][..], "MIT"),
            (&["MIT OR ISC"][..], "MIT OR ISC"),
            (&["MIT", "Apache-2.0", "MIT"][..], "Apache-2.0 AND MIT"),
            (
                &["MIT", "GPL-2.0-only OR BSD-3-Clause"][..],
                "(GPL-2.0-only OR BSD-3-Clause) AND MIT",
            ),
            (
                &["MIT", "(GPL-2.0-only OR BSD-3-Clause) AND ISC"][..],
                "(GPL-2.0-only OR BSD-3-Clause) AND ISC AND MIT",
            ),
            (&["MIT", "Our own or yours"][..], "MIT AND (Our own or yours)"),
            (&["MIT", "Our own"][..], "MIT AND Our own"),
            (&[][..], ""),
        ] {
            assert_eq!(joined(licences.to_vec()), expected);
        }
    }
}
