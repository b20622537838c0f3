//! The moments that a report names, of which thousands may stand in it: the first and the last tell of what time it is.

use crate::model::about::About;

/// The first and the last of the moments that were seen, as written.
#[derive(Clone, Debug, Default)]
pub(crate) struct Moments {
    ends: Option<(String, String)>,
}

impl Moments {
    /// Sees a moment. The zero that tools write for what never ran is none.
    pub(crate) fn see(&mut self, text: &str) {
        let text = text.trim();
        let is_zero =
            number(text).is_some_and(|number| number < 1e8) || text.starts_with("0001-") || text.starts_with("1970-01-01");
        if text.is_empty() || is_zero {
            return;
        }
        match &mut self.ends {
            None => self.ends = Some((text.to_owned(), text.to_owned())),
            Some((first, _)) if is_before(text, first) => text.clone_into(first),
            Some((_, last)) if is_before(last, text) => text.clone_into(last),
            Some(_) => {}
        }
    }

    /// Adds both to what a report says of itself.
    pub(crate) fn tell(self, about: &mut About) {
        if let Some((first, last)) = self.ends {
            About::add(&mut about.times, &first);
            About::add(&mut about.times, &last);
        }
    }
}

fn number(text: &str) -> Option<f64> {
    text.parse().ok().filter(|number: &f64| number.is_finite())
}

/// Whether one moment is before another, both as one tool writes them.
fn is_before(one: &str, other: &str) -> bool {
    match (number(one), number(other)) {
        (Some(one), Some(other)) => one < other,
        _ => one < other,
    }
}

#[cfg(test)]
mod tests {
    use super::Moments;
    use crate::model::about::About;

    #[test]
    fn the_first_and_the_last_are_kept() {
        for (seen, expected) in [
            (
                &["1700000000001", "999999999999", "0", "", "1700000000000.5"][..],
                &["999999999999", "1700000000001"][..],
            ),
            (
                &["2026-01-02T00:00:00Z", "0001-01-01T00:00:00Z", "2026-01-01T00:00:00Z"],
                &["2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z"],
            ),
            (&["2026-01-02"], &["2026-01-02"]),
            (&["0", "-5"], &[]),
        ] {
            let mut moments = Moments::default();
            for text in seen {
                moments.see(text);
            }
            let mut about = About::default();
            moments.tell(&mut about);
            assert_eq!(about.times, expected, "{seen:?}");
        }
    }
}
