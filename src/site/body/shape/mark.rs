//! Lines that mean something to other programs that render Markdown: boxes of `MkDocs`, Docusaurus and Hugo, and marks of template engines.

/// A line that means something to another program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Mark {
    /// A box begins: its name, its kind, its title.
    Begin(String, &'static str, String),
    /// The box of this name ends; of any name when it is empty.
    End(String),
    /// Nothing that a reader should see.
    Hidden,
    /// Something that another program would fill in.
    Template,
}

/// What a line means to other programs.
pub(super) fn mark(line: &str) -> Option<Mark> {
    let line = line.trim();
    if let Some(rest) = line.strip_prefix(":::") {
        return Some(colons(rest.trim_start_matches(':')));
    }
    if let Some(rest) = line.strip_prefix("{:") {
        return rest.ends_with('}').then_some(Mark::Hidden);
    }
    if matches!(line, "[TOC]" | "[[_TOC_]]" | "[[toc]]" | "{{ toc }}" | "${toc}") {
        return Some(Mark::Hidden);
    }
    if let Some(inside) = line.strip_prefix("{%").and_then(|line| line.strip_suffix("%}")) {
        let name = inside.trim_matches(['-', ' ']).split_whitespace().next().unwrap_or_default();
        let is_hidden = name.starts_with("end") || matches!(name, "raw" | "comment" | "else" | "hint" | "tabs" | "tab");
        return Some(if is_hidden { Mark::Hidden } else { Mark::Template });
    }
    let inside = [("{{<", ">}}"), ("{{%", "%}}")]
        .into_iter()
        .find_map(|(open, close)| line.strip_prefix(open)?.strip_suffix(close))?
        .trim();
    if let Some(name) = inside.strip_prefix('/') {
        return Some(Mark::End(name.trim().to_owned()));
    }
    let (name, rest) = inside.split_once(char::is_whitespace).unwrap_or((inside, ""));
    if matches!(name, "notice" | "alert" | "admonition" | "callout" | "hint" | "pageinfo") {
        let (kind, title) = named(rest);
        return Some(Mark::Begin(name.to_owned(), kind.unwrap_or("note"), title));
    }
    match kind(name) {
        Some(kind) => Some(Mark::Begin(
            name.to_owned(),
            kind,
            titled(name, rest.trim().trim_matches('"')),
        )),
        None => Some(Mark::Template),
    }
}

/// What follows `:::`.
fn colons(rest: &str) -> Mark {
    let rest = rest.trim();
    if rest.is_empty() {
        return Mark::End(String::new());
    }
    let rest = rest.trim_start_matches(['{', '.']);
    let end = rest
        .find(|character: char| !character.is_ascii_alphanumeric() && character != '-')
        .unwrap_or(rest.len());
    let (name, after) = rest.split_at(end);
    let title = after.trim().trim_matches(['{', '}', '[', ']', '"']).trim();
    Mark::Begin(name.to_owned(), kind(name).unwrap_or("note"), titled(name, title))
}

/// The kind and title among the words of a shortcode: `warning "Mind the gap"`, `color="warning" title="Mind the gap"`.
fn named(words: &str) -> (Option<&'static str>, String) {
    let mut found = None;
    let mut title = String::new();
    for (at, piece) in words.split('"').enumerate() {
        if at % 2 == 0 {
            let word = piece.split_whitespace().find_map(kind);
            found = found.or(word);
        } else if found.is_none() && kind(piece).is_some() {
            found = kind(piece);
        } else if title.is_empty() {
            piece.clone_into(&mut title);
        }
    }
    let title = if title.is_empty() {
        capital(found.unwrap_or("note"))
    } else {
        title
    };
    (found, title)
}

/// The title of `!!! note "Title"` without its first mark, where a text begins like one: the kind and the title.
pub(super) fn exclaimed(line: &str) -> Option<(&'static str, String)> {
    let line = line.trim();
    let rest = ["!! ", "??+ ", "?? ", "== "]
        .iter()
        .find_map(|mark| line.strip_prefix(mark))?;
    if line.starts_with("==") {
        let title = rest.trim().strip_prefix('"')?.strip_suffix('"')?;
        return Some(("note", title.to_owned()));
    }
    let rest = rest.trim();
    let (name, after) = match rest.find('"') {
        Some(quote) => (rest[..quote].trim(), &rest[quote..]),
        None => (rest, ""),
    };
    let name = name.split_whitespace().next()?;
    if !name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-') {
        return None;
    }
    let title = after.trim().trim_matches('"');
    Some((kind(name).unwrap_or("note"), titled(name, title)))
}

/// The kind of alert that a word of another program means.
fn kind(name: &str) -> Option<&'static str> {
    Some(match name.to_ascii_lowercase().as_str() {
        "note" | "info" | "abstract" | "summary" | "tldr" | "todo" | "seealso" | "question" | "help" | "faq" | "example"
        | "quote" | "cite" | "primary" | "secondary" | "details" | "cnote" => "note",
        "tip" | "hint" | "success" | "check" | "done" => "tip",
        "important" => "important",
        "warning" | "attention" | "warn" => "warning",
        "caution" | "danger" | "error" | "failure" | "fail" | "missing" | "bug" => "caution",
        _ => return None,
    })
}

fn titled(name: &str, title: &str) -> String {
    if title.is_empty() { capital(name) } else { title.to_owned() }
}

fn capital(name: &str) -> String {
    let mut characters = name.chars();
    let first = characters.next().map(|first| first.to_ascii_uppercase());
    first.into_iter().chain(characters).collect()
}

#[cfg(test)]
mod tests {
    use super::{Mark, exclaimed, mark};

    fn begin(name: &str, kind: &'static str, title: &str) -> Mark {
        Mark::Begin(name.to_owned(), kind, title.to_owned())
    }

    #[test]
    fn boxes_of_other_programs_are_known() {
        assert_eq!(mark(":::note"), Some(begin("note", "note", "Note")));
        assert_eq!(mark("::: danger Mind this"), Some(begin("danger", "caution", "Mind this")));
        assert_eq!(mark(":::tip[My tip]"), Some(begin("tip", "tip", "My tip")));
        assert_eq!(mark("::::{warning}"), Some(begin("warning", "warning", "Warning")));
        assert_eq!(mark(":::"), Some(Mark::End(String::new())));
        assert_eq!(
            mark("{{% notice warning \"Gap\" %}}"),
            Some(begin("notice", "warning", "Gap"))
        );
        assert_eq!(
            mark("{{< alert color=\"warning\" title=\"Gap\" >}}"),
            Some(begin("alert", "warning", "Gap"))
        );
        assert_eq!(mark("{{% /notice %}}"), Some(Mark::End("notice".to_owned())));
    }

    #[test]
    fn marks_of_template_engines_are_hidden_or_named() {
        for hidden in ["{: .no_toc }", "[TOC]", "{% raw %}", "{% endraw %}", "{%- endif -%}"] {
            assert_eq!(mark(hidden), Some(Mark::Hidden), "{hidden}");
        }
        for shown in ["{% include x.md %}", "{{< figure src=\"x.png\" >}}"] {
            assert_eq!(mark(shown), Some(Mark::Template), "{shown}");
        }
        for words in ["a :::", "{{ value }}", "{ x }", "text {% raw %}", "::", "{{< x"] {
            assert_eq!(mark(words), None, "{words}");
        }
    }

    #[test]
    fn boxes_of_exclamation_marks_have_a_title() {
        assert_eq!(exclaimed("!! note"), Some(("note", "Note".to_owned())));
        assert_eq!(
            exclaimed("!! danger \"Mind this\""),
            Some(("caution", "Mind this".to_owned()))
        );
        assert_eq!(exclaimed("??+ faq inline \"Why?\""), Some(("note", "Why?".to_owned())));
        assert_eq!(exclaimed("== \"Linux\""), Some(("note", "Linux".to_owned())));
        assert_eq!(exclaimed("!!note"), None);
        assert_eq!(exclaimed("!! what, now?"), None);
    }
}
