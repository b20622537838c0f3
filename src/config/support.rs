//! Support periods and how long evidence is kept, as the settings declare them.

use chrono::NaiveDate;

use crate::config::{Config, SupportConfig};
use crate::model::support::{Keep, SupportPeriod};

/// The support periods of a list of the settings, which were checked when they were read.
pub(crate) fn periods(list: &[SupportConfig]) -> Vec<SupportPeriod> {
    let periods = list.iter().map(|config| SupportPeriod {
        line: config.line.clone(),
        releases: config.releases.clone(),
        from: day(config.from.as_ref()),
        until: day(config.until.as_ref()),
        source: config.source.clone(),
    });
    periods.collect()
}

fn day(text: Option<&String>) -> Option<NaiveDate> {
    text?.parse().ok()
}

/// A value that cannot be meant so.
pub(crate) struct Wrong {
    /// The words at which it stands.
    pub(crate) at: String,
    /// What is wrong with it.
    pub(crate) message: String,
    /// What to write.
    pub(crate) help: &'static str,
}

/// The first value about support and keeping that cannot be meant so.
pub(crate) fn wrong(config: &Config) -> Option<Wrong> {
    let keeps = config.products.iter().filter_map(|product| product.keep.as_ref());
    if let Some(keep) = keeps.chain(&config.keep).find(|keep| Keep::read(keep).is_none()) {
        return Some(Wrong {
            at: keep.clone(),
            message: format!("`keep = \"{keep}\"` is no length of time"),
            help: "write it as `10y`, `18 months` or `90 days`",
        });
    }
    let supports = config
        .products
        .iter()
        .flat_map(|product| &product.support)
        .chain(&config.support);
    for support in supports {
        let wrong = |at: &str, message: String, help| {
            Some(Wrong {
                at: at.to_owned(),
                message,
                help,
            })
        };
        if support.line.trim().is_empty() {
            return wrong(
                "[[support]]",
                "a support period has no `line`".to_owned(),
                "write it as `line = \"1.x\"`",
            );
        }
        let days = [("from", &support.from), ("until", &support.until)];
        for (key, text) in days.into_iter().filter_map(|(key, text)| Some((key, text.as_ref()?))) {
            if text.parse::<NaiveDate>().is_err() {
                return wrong(text, format!("`{key} = \"{text}\"` is no day"), "write it as `2031-01-31`");
            }
        }
        if let (Some(from), Some(until)) = (day(support.from.as_ref()), day(support.until.as_ref()))
            && until < from
        {
            return wrong(
                &support.line,
                format!(
                    "the support of `{}` ends on {until}, before it begins on {from}",
                    support.line
                ),
                "both days belong to the period",
            );
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use crate::config::read::read;

    #[test]
    fn values_that_cannot_be_meant_are_refused() {
        let error = |text: &str| read(text, "runproof.toml", &[]).expect_err("it is wrong").message;
        assert!(error("keep = \"10\"\n").contains("1:9: `keep = \"10\"` is no length of time"));
        assert!(error("[[support]]\nline = \"\"\n").contains("has no `line`"));
        assert!(error("[[support]]\nline = \"1.x\"\nuntil = \"2026-13-01\"\n").contains("`until = \"2026-13-01\"` is no day"));
        assert!(
            error("[[support]]\nline = \"1.x\"\nfrom = \"2026-02-01\"\nuntil = \"2026-01-01\"\n").contains("before it begins")
        );
        let fine = "keep = \"10y\"\n[[support]]\nline = \"1.x\"\nuntil = \"2031-01-31\"\nsource = \"SECURITY.md\"\n";
        assert!(read(fine, "runproof.toml", &[]).is_ok());
    }
}
