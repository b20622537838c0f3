//! Tables as JSON lines: one object a row, every column in it.

use chrono::SecondsFormat;

use crate::report::export::table::{Cell, Source, Table};

/// Writes a table.
#[allow(clippy::unnecessary_wraps, reason = "other forms can fail")]
pub(super) fn write(table: &Table, source: &Source<'_>) -> Result<(Vec<u8>, u64), String> {
    let mut text = String::new();
    let mut count = 0;
    (table.rows)(source, &mut |cells| {
        debug_assert_eq!(cells.len(), table.columns.len(), "a row of `{}`", table.name);
        for (at, (cell, column)) in cells.iter().zip(table.columns).enumerate() {
            debug_assert!(cell.fits(column.kind), "{}.{}", table.name, column.name);
            text.push_str(if at == 0 { "{\"" } else { ",\"" });
            text.push_str(column.name);
            text.push_str("\":");
            match cell {
                Cell::Empty => text.push_str("null"),
                Cell::Text(words) => text.push_str(&serde_json::Value::from(words.as_ref()).to_string()),
                Cell::Number(number) => text.push_str(&number.to_string()),
                Cell::Flag(flag) => text.push_str(if *flag { "true" } else { "false" }),
                Cell::Day(day) => text.push_str(&format!("\"{day}\"")),
                Cell::Time(at) => text.push_str(&format!("\"{}\"", at.to_rfc3339_opts(SecondsFormat::Millis, true))),
            }
        }
        text.push_str("}\n");
        count += 1;
    });
    Ok((text.into_bytes(), count))
}
