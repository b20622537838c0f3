//! Tables as CSV (RFC 4180) that spreadsheets open without running anything.

use csv::{Terminator, WriterBuilder};

/// A table of rows, the first being the heading.
pub(crate) fn table(rows: impl IntoIterator<Item = Vec<String>>) -> Vec<u8> {
    let mut writer = WriterBuilder::new()
        .terminator(Terminator::CRLF)
        .flexible(true)
        .from_writer(Vec::new());
    for row in rows {
        let cells = row.iter().map(|cell| harmless(cell));
        // Writing to memory cannot fail.
        let _ = writer.write_record(cells);
    }
    writer.into_inner().unwrap_or_default()
}

/// A cell that no spreadsheet takes for a formula: what begins like one gets an apostrophe in front. See
/// <https://owasp.org/www-community/attacks/CSV_Injection>.
fn harmless(cell: &str) -> String {
    let clean: String = cell
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .filter(|c| !turns(*c))
        .collect();
    if clean.trim_start().starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠']) {
        format!("'{clean}")
    } else {
        clean
    }
}

/// Whether a character turns the direction of text or hides, and so lets a cell show another value than it has.
fn turns(c: char) -> bool {
    matches!(u32::from(c), 0x061C | 0x200B | 0x200E | 0x200F | 0x2028..=0x202E | 0x2060..=0x2069 | 0xFEFF | 0xFFFE | 0xFFFF)
}

#[cfg(test)]
mod tests {
    use super::table;

    fn text(rows: &[&[&str]]) -> String {
        let rows = rows.iter().map(|row| row.iter().map(|cell| (*cell).to_owned()).collect());
        String::from_utf8(table(rows)).expect("CSV is text")
    }

    #[test]
    fn commas_quotes_and_lines_stay_in_their_cell() {
        assert_eq!(text(&[&["a", "b"], &["x, \"y\"", "1\n2"]]), "a,b\r\n\"x, \"\"y\"\"\",1 2\r\n");
    }

    #[test]
    fn no_cell_shows_another_value_than_it_has() {
        assert_eq!(text(&[&["a\u{202e}b\u{2066}", "\u{feff}=1"]]), "ab,'=1\r\n");
    }

    #[test]
    fn nothing_is_a_formula() {
        for cell in ["=1+1", " =1", "@SUM(A1)", "+1", "-1", "\t=cmd|' /C calc'!A0"] {
            let written = text(&[&[cell]]);
            assert!(written.trim_start_matches('"').starts_with('\''), "{cell}: {written}");
        }
    }
}
