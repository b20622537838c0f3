//! Releases and what they are made of as tables, for programs that ask many repositories at once: one file for each table, one list of
//! tables. `ndjson` and `parquet` write them.

mod advisories;
mod attestations;
mod components;
mod edges;
mod evidence;
mod findings;
mod gates;
mod ndjson;
#[cfg(feature = "parquet")]
mod parquet;
mod releases;
mod runbooks;
pub(crate) mod table;

use crate::model::handbook::Handbook;
use crate::report::export::table::{Kind, SCHEMA, Source, Table};

/// Every table, sorted by name.
pub(crate) const TABLES: &[&Table] = &[
    &advisories::TABLE,
    &attestations::TABLE,
    &components::TABLE,
    &edges::TABLE,
    &evidence::TABLE,
    &findings::TABLE,
    &gates::TABLE,
    &releases::TABLE,
    &runbooks::TABLE,
];

/// The bytes of a table and the number of its rows; or why it cannot be written.
type Written = Result<(Vec<u8>, u64), String>;

/// A form of tables.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Form {
    /// The name, which is the ending of its files.
    pub(crate) name: &'static str,
    /// The bytes of a table and the number of its rows.
    pub(crate) write: fn(&Table, &Source<'_>) -> Written,
}

/// The forms that this build writes, sorted by name.
pub(crate) const FORMS: &[Form] = &[
    Form {
        name: "ndjson",
        write: ndjson::write,
    },
    #[cfg(feature = "parquet")]
    Form {
        name: "parquet",
        write: parquet::write,
    },
];

/// What the rows are made from.
pub(crate) fn source<'handbook>(repository: &'handbook str, handbook: &'handbook Handbook) -> Source<'handbook> {
    Source { repository, handbook }
}

/// The tables and their columns for people, as Markdown.
pub(crate) fn schema() -> String {
    let mut text = format!(
        "# Tables of `runproof export`\n\nSchema `{SCHEMA}`. Every column may be empty (`null`). A text is UTF-8, a time is in UTC with milliseconds, a day has no zone.\nWhat is not known is empty, never 0.\n"
    );
    for table in TABLES {
        text.push_str(&format!(
            "\n## {}\n\n{}\n\n| column | type | is |\n|---|---|---|\n",
            table.name, table.about
        ));
        for column in table.columns {
            let kind = match column.kind {
                Kind::Text => "text",
                Kind::Number => "64-bit integer",
                Kind::Flag => "boolean",
                Kind::Day => "date",
                Kind::Time => "timestamp",
            };
            text.push_str(&format!("| `{}` | {kind} | {} |\n", column.name, column.about));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::TABLES;

    #[test]
    fn tables_and_columns_have_names_of_their_own_and_words() {
        assert!(TABLES.is_sorted_by(|one, other| one.name < other.name));
        for table in TABLES {
            let mut names: Vec<&str> = table.columns.iter().map(|column| column.name).collect();
            names.sort_unstable();
            assert!(names.windows(2).all(|pair| pair[0] != pair[1]), "{}", table.name);
            assert!(
                table
                    .columns
                    .iter()
                    .all(|column| !column.about.contains('|') && !column.about.is_empty())
            );
            assert_eq!(table.columns[0].name, "repository");
        }
    }
}
