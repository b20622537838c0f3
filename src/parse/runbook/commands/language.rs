//! What the label of a code block says about its content.

use crate::model::runbook::CodeKind;

/// What a label says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Label {
    /// The label names a kind.
    Kind(CodeKind),
    /// There is no label, or one that says nothing; the lines must tell.
    Silent,
}

/// The first word of an info string in lower case, where it is a plain word; empty otherwise. `bash {.numberLines}`, `{.bash}`
/// and `bash,linenos` all say `bash`.
pub(crate) fn language(info: Option<&str>) -> String {
    let info = info.unwrap_or_default().trim();
    // `{code-block} bash` of a directive names the language behind it.
    let named = ["{code-block}", "{code}", "{sourcecode}", "{code-cell}", "{highlight}"]
        .iter()
        .find_map(|directive| info.strip_prefix(directive));
    let info = named.unwrap_or(info).trim_start_matches(['{', '.', ' ']);
    let end = info
        .find(|char: char| char.is_whitespace() || matches!(char, ',' | '{' | '}' | ':' | '='))
        .unwrap_or(info.len());
    let word = info[..end].to_ascii_lowercase();
    let is_plain = (1..=32).contains(&word.len())
        && word
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'+' | b'#' | b'_' | b'-'));
    if is_plain { word } else { String::new() }
}

/// Whether a language is PowerShell.
pub(crate) fn is_powershell(language: &str) -> bool {
    matches!(language, "powershell" | "ps1" | "ps" | "pwsh" | "posh")
}

/// Whether a language is that of the command prompt, which takes simple commands as PowerShell does.
pub(crate) fn is_command_prompt(language: &str) -> bool {
    matches!(language, "cmd" | "bat" | "batch" | "dos" | "dosbatch")
}

/// What a label says. The odd ones were found in real files.
pub(crate) fn label(language: &str) -> Label {
    match language {
        "bash" | "sh" | "shell" | "zsh" | "ksh" | "fish" | "command" | "commands" | "cli" | "shel" | "8sh" | "bsh" | "posix"
        | "shellscript" | "shell-script" => Label::Kind(CodeKind::Shell),
        "console" | "shell-session" | "shellsession" | "sh-session" | "bash-session" | "terminal" | "term" | "session" => {
            Label::Kind(CodeKind::Console)
        }
        _ if is_powershell(language) => Label::Kind(CodeKind::OtherShell),
        _ if is_command_prompt(language) => Label::Kind(CodeKind::OtherShell),
        "" | "nohighlight" | "none" => Label::Silent,
        _ => Label::Kind(CodeKind::Text),
    }
}

#[cfg(test)]
mod tests {
    use super::{Label, label, language};
    use crate::model::runbook::CodeKind;

    #[test]
    fn the_language_is_the_first_plain_word() {
        for (info, expected) in [
            ("Bash", "bash"),
            ("bash title=\"x\"", "bash"),
            ("bash{1,2}", "bash"),
            ("{.sh .numbers}", "sh"),
            ("c++", "c++"),
            ("\"><img src=x>", ""),
            ("", ""),
        ] {
            assert_eq!(language(Some(info)), expected, "{info}");
        }
        assert_eq!(language(None), "");
    }

    #[test]
    fn labels_tell_shells_from_text() {
        assert_eq!(label("shel"), Label::Kind(CodeKind::Shell));
        assert_eq!(label("console"), Label::Kind(CodeKind::Console));
        assert_eq!(label("pwsh"), Label::Kind(CodeKind::OtherShell));
        assert_eq!(label("yaml"), Label::Kind(CodeKind::Text));
        assert_eq!(label("nohighlight"), Label::Silent);
    }
}
