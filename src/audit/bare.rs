//! The words of a command that a shell reads as they stand.

/// The parts of a command between ASCII blanks that stand outside of quotes and comments: where each begins, and whether it is the first.
pub(crate) fn bare_parts(command: &str) -> Vec<(usize, &str, bool)> {
    let mut parts = Vec::new();
    let mut quote: Option<char> = None;
    let mut is_escaped = false;
    let mut is_comment = false;
    let mut start: Option<usize> = None;
    let mut push = |start: &mut Option<usize>, end: usize| {
        if let Some(from) = start.take()
            && from < end
        {
            let is_first = parts.is_empty();
            parts.push((from, &command[from..end], is_first));
        }
    };
    for (at, c) in command.char_indices() {
        if is_comment {
            is_comment = c != '\n';
            continue;
        }
        if let Some(open) = quote {
            let closes = c == open && !is_escaped;
            is_escaped = open == '"' && c == '\\' && !is_escaped;
            if closes {
                quote = None;
            }
            continue;
        }
        if is_escaped {
            is_escaped = false;
            start.get_or_insert(at);
            continue;
        }
        match c {
            '\\' => is_escaped = true,
            '\'' | '"' => {
                push(&mut start, at);
                quote = Some(c);
            }
            ' ' | '\t' | '\n' | '\r' => push(&mut start, at),
            '#' if start.is_none() && command[..at].chars().next_back().is_none_or(char::is_whitespace) => is_comment = true,
            _ => {
                start.get_or_insert(at);
            }
        }
    }
    push(&mut start, command.len());
    parts
}

#[cfg(test)]
mod tests {
    use super::bare_parts;

    #[test]
    fn parts_are_told_with_their_place() {
        let parts = bare_parts("a 'b c' d\\ e # f\ng");
        let words: Vec<_> = parts.iter().map(|(at, part, _)| (*at, *part)).collect();
        assert_eq!(words, [(0, "a"), (8, "d\\ e"), (17, "g")]);
    }
}
