//! The words of make, as far as they are literal: variables, and the functions that only put words together.
//!
//! <https://www.gnu.org/software/make/manual/html_node/Functions.html>

use std::cell::RefCell;
use std::collections::{BTreeSet, HashMap};

/// The most bytes that one text may grow to, and how deep variables and functions may nest.
const SIZE_LIMIT: usize = 64 * 1024;
const DEPTH_LIMIT: u32 = 12;
/// The most variables and functions that are replaced in one text, so that variables that name each other cost nothing.
const STEP_LIMIT: u32 = 10_000;

/// A variable that only a part of the file knows: that of a `foreach`, and the arguments of a `call`.
pub(super) type Local = (String, String);

/// The variables of a Makefile.
pub(super) struct Variables {
    /// Their values as written; none for one whose value is computed or differs between assignments.
    values: HashMap<String, Option<String>>,
    /// Those whose value was asked for.
    asked: RefCell<BTreeSet<String>>,
}

impl Variables {
    /// Those that make sets itself.
    pub(super) fn new() -> Self {
        Self {
            values: HashMap::from([("CURDIR".to_owned(), Some(".".to_owned()))]),
            asked: RefCell::default(),
        }
    }

    /// The value of a variable as it is written; none when it is not known.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        let value = self.values.get(name)?.as_deref()?;
        self.asked.borrow_mut().insert(name.to_owned());
        Some(value)
    }

    /// The names of those that were set, and of those whose value was asked for.
    pub(super) fn into_names(self) -> (BTreeSet<String>, BTreeSet<String>) {
        (self.values.into_keys().collect(), self.asked.into_inner())
    }

    /// Sets a variable; another value than before makes it unknown.
    pub(super) fn set(&mut self, name: &str, value: Option<&str>) {
        let own = [format!("$({name})"), format!("${{{name}}}")];
        let value = value.filter(|value| value.len() <= SIZE_LIMIT);
        let known = self.values.get(name).cloned().flatten();
        let value = match value {
            // `X := $(X) more` goes on from what was there.
            Some(value) if own.iter().any(|own| value.contains(own.as_str())) => {
                let grown = known.map(|known| own.iter().fold(value.to_owned(), |grown, own| grown.replace(own, &known)));
                self.values
                    .insert(name.to_owned(), grown.filter(|grown| grown.len() <= SIZE_LIMIT));
                return;
            }
            value => value.map(str::to_owned),
        };
        self.values
            .entry(name.to_owned())
            .and_modify(|known| {
                if *known != value {
                    *known = None;
                }
            })
            .or_insert(value);
    }

    /// Adds to a variable: `X += more`.
    pub(super) fn append(&mut self, name: &str, more: &str) {
        let grown = self.get(name).map(|known| format!("{known} {more}"));
        self.values
            .insert(name.to_owned(), grown.filter(|grown| grown.len() <= SIZE_LIMIT));
    }

    /// A text with its variables and functions replaced; none when a value is computed or not known.
    pub(super) fn expand(&self, text: &str, locals: &[Local]) -> Option<String> {
        let mut expansion = Expansion {
            variables: self,
            steps: STEP_LIMIT,
        };
        expansion.text(text, locals, DEPTH_LIMIT)
    }
}

/// One text while it is expanded.
struct Expansion<'variables> {
    variables: &'variables Variables,
    steps: u32,
}

impl Expansion<'_> {
    fn text(&mut self, text: &str, locals: &[Local], depth: u32) -> Option<String> {
        let mut expanded = String::new();
        let mut rest = text;
        while let Some(at) = rest.find('$') {
            expanded.push_str(&rest[..at]);
            let after = &rest[at + 1..];
            match after.chars().next()? {
                '$' => {
                    expanded.push('$');
                    rest = &after[1..];
                }
                '(' | '{' => {
                    let (inner, behind) = closed(&rest[at..])?;
                    self.steps = self.steps.checked_sub(1)?;
                    expanded.push_str(&self.value(inner, locals, depth.checked_sub(1)?)?);
                    rest = behind;
                }
                name if name.is_ascii_alphanumeric() => {
                    let (inner, behind) = after.split_at(1);
                    self.steps = self.steps.checked_sub(1)?;
                    expanded.push_str(&self.value(inner, locals, depth.checked_sub(1)?)?);
                    rest = behind;
                }
                _ => return None,
            }
            if expanded.len() > SIZE_LIMIT {
                return None;
            }
        }
        expanded.push_str(rest);
        (expanded.len() <= SIZE_LIMIT).then_some(expanded)
    }

    /// The value of what stands between the brackets: a function, a variable, a variable with a pattern.
    fn value(&mut self, inner: &str, locals: &[Local], depth: u32) -> Option<String> {
        if let Some((function, rest)) = inner.split_once(char::is_whitespace)
            && function.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-')
        {
            return self.function(function, rest, locals, depth);
        }
        if let Some((name, pattern)) = inner.split_once(':')
            && let Some((from, to)) = pattern.split_once('=')
        {
            let words = self.variable(name, locals, depth)?;
            let (from, to) = (self.text(from, locals, depth)?, self.text(to, locals, depth)?);
            let (from, to) = if from.contains('%') {
                (from, to)
            } else {
                (format!("%{from}"), format!("%{to}"))
            };
            return Some(each(&words, |word| substituted(word, &from, &to)));
        }
        let name = self.text(inner, locals, depth)?;
        self.variable(&name, locals, depth)
    }

    fn variable(&mut self, name: &str, locals: &[Local], depth: u32) -> Option<String> {
        if let Some((_, value)) = locals.iter().rev().find(|(local, _)| local == name) {
            return Some(value.clone());
        }
        // An argument that a call does not give is empty.
        if locals.iter().any(|(local, _)| local == "0") && name.bytes().all(|byte| byte.is_ascii_digit()) {
            return Some(String::new());
        }
        let value = self.variables.get(name)?;
        self.text(value, locals, depth)
    }

    fn function(&mut self, function: &str, rest: &str, locals: &[Local], depth: u32) -> Option<String> {
        let count = match function {
            "strip" | "sort" | "firstword" | "lastword" | "basename" | "notdir" => 1,
            "addprefix" | "addsuffix" | "filter" | "filter-out" | "join" | "word" => 2,
            "patsubst" | "subst" | "foreach" => 3,
            "call" => usize::MAX,
            _ => return None,
        };
        let written = arguments(rest, count);
        if function == "foreach" {
            let [name, list, body] = written.as_slice() else { return None };
            let (name, list) = (self.text(name, locals, depth)?, self.text(list, locals, depth)?);
            let mut inner = locals.to_vec();
            let mut words = Vec::new();
            let mut size = 0;
            for word in list.split_whitespace() {
                self.steps = self.steps.checked_sub(1)?;
                inner.push((name.trim().to_owned(), word.to_owned()));
                let text = self.text(body, &inner, depth)?;
                inner.pop();
                size += text.len();
                if size > SIZE_LIMIT {
                    return None;
                }
                words.push(text);
            }
            return Some(words.join(" "));
        }
        let given: Option<Vec<String>> = written.iter().map(|argument| self.text(argument, locals, depth)).collect();
        let given = given?;
        if function == "call" {
            let locals = called(&given)?;
            let body = self.variables.get(given[0].trim())?;
            return self.text(body, &locals, depth);
        }
        put_together(function, &given)
    }
}

/// What a function makes of its arguments.
fn put_together(function: &str, given: &[String]) -> Option<String> {
    let list = given.last()?;
    Some(match (function, given) {
        ("strip", [_]) => each(list, str::to_owned),
        ("sort", [_]) => {
            let mut words: Vec<&str> = list.split_whitespace().collect();
            words.sort_unstable();
            words.dedup();
            words.join(" ")
        }
        ("firstword", [_]) => list.split_whitespace().next().unwrap_or_default().to_owned(),
        ("lastword", [_]) => list.split_whitespace().next_back().unwrap_or_default().to_owned(),
        ("notdir", [_]) => each(list, |word| word.rsplit('/').next().unwrap_or_default().to_owned()),
        ("basename", [_]) => each(list, |word| {
            let name = word.rsplit('/').next().unwrap_or_default();
            let ending = name.rfind('.').map_or(0, |at| name.len() - at);
            word[..word.len() - ending].to_owned()
        }),
        ("addprefix", [prefix, _]) => each(list, |word| format!("{prefix}{word}")),
        ("addsuffix", [suffix, _]) => each(list, |word| format!("{word}{suffix}")),
        ("filter" | "filter-out", [patterns, _]) => {
            let fits = |word: &&str| patterns.split_whitespace().any(|pattern| stem(word, pattern).is_some());
            let words = list.split_whitespace().filter(|word| fits(word) == (function == "filter"));
            words.collect::<Vec<_>>().join(" ")
        }
        ("join", [left, right]) => {
            let (mut left, mut right) = (left.split_whitespace(), right.split_whitespace());
            let pairs = std::iter::from_fn(|| match (left.next(), right.next()) {
                (None, None) => None,
                (one, other) => Some(format!("{}{}", one.unwrap_or_default(), other.unwrap_or_default())),
            });
            pairs.collect::<Vec<_>>().join(" ")
        }
        ("word", [number, _]) => {
            let number: usize = number.trim().parse().ok()?;
            let word = list.split_whitespace().nth(number.checked_sub(1)?);
            word.unwrap_or_default().to_owned()
        }
        ("patsubst", [from, to, _]) => each(list, |word| substituted(word, from.trim(), to.trim())),
        ("subst", [from, to, _]) if !from.is_empty() => list.replace(from.as_str(), to),
        _ => return None,
    })
}

/// The variables that the body of a `call` sees, by what the call gives.
pub(super) fn called(given: &[String]) -> Option<Vec<Local>> {
    let (name, arguments) = given.split_first()?;
    let numbered = arguments.iter().enumerate();
    let arguments = numbered.map(|(at, argument)| ((at + 1).to_string(), argument.clone()));
    Some(
        std::iter::once(("0".to_owned(), name.trim().to_owned()))
            .chain(arguments)
            .collect(),
    )
}

/// What stands inside of the brackets that a text begins with, `$(...)`, and what stands behind them.
pub(super) fn closed(text: &str) -> Option<(&str, &str)> {
    let (open, close) = match text.as_bytes().get(..2)? {
        b"$(" => (b'(', b')'),
        b"${" => (b'{', b'}'),
        _ => return None,
    };
    let mut depth = 0_u32;
    for (at, byte) in text.bytes().enumerate().skip(1) {
        if byte == open {
            depth += 1;
        } else if byte == close {
            depth -= 1;
            if depth == 0 {
                return Some((&text[2..at], &text[at + 1..]));
            }
        }
    }
    None
}

/// The arguments of a function; the last of `count` takes the rest with its commas.
pub(super) fn arguments(text: &str, count: usize) -> Vec<&str> {
    let mut arguments = Vec::new();
    let (mut start, mut depth) = (0, 0_u32);
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'(' | b'{' => depth += 1,
            b')' | b'}' => depth = depth.saturating_sub(1),
            b',' if depth == 0 && arguments.len() + 1 < count => {
                arguments.push(&text[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    arguments.push(&text[start..]);
    arguments
}

fn each(words: &str, change: impl Fn(&str) -> String) -> String {
    words.split_whitespace().map(change).collect::<Vec<_>>().join(" ")
}

/// What `%` stands for in a pattern that a word fits; empty in a pattern without it.
fn stem<'word>(word: &'word str, pattern: &str) -> Option<&'word str> {
    match pattern.split_once('%') {
        Some((before, behind)) => word.strip_prefix(before)?.strip_suffix(behind),
        None => (word == pattern).then_some(""),
    }
}

/// A word that fits a pattern as another pattern has it; any other as it is.
fn substituted(word: &str, from: &str, to: &str) -> String {
    stem(word, from).map_or_else(|| word.to_owned(), |stem| to.replacen('%', stem, 1))
}

#[cfg(test)]
mod tests {
    use super::Variables;

    fn expanded(text: &str) -> Option<String> {
        let mut variables = Variables::new();
        variables.set("APPS", Some("api web"));
        variables.set("ENVS", Some("dev"));
        variables.append("ENVS", "prod");
        variables.set("APPS_LONG", Some("$(addsuffix -x,$(APPS))"));
        variables.set("both", Some("$(1)-$(2)-$(3)"));
        variables.set("shell", Some("$(shell ls)"));
        variables.expand(text, &[])
    }

    #[test]
    fn functions_put_literal_words_together() {
        for (text, words) in [
            ("$(addprefix run-,$(APPS))", "run-api run-web"),
            ("${addsuffix -lint, ${APPS}}", "api-lint web-lint"),
            ("$(patsubst %,push-%,$(APPS))", "push-api push-web"),
            ("$(APPS:%=test-%) $(APPS:i=y)", "test-api test-web apy web"),
            ("$(foreach e,$(ENVS),deploy-$(e))", "deploy-dev deploy-prod"),
            (
                "$(foreach a,$(APPS),$(foreach e,$(ENVS),$(a).$e))",
                "api.dev api.prod web.dev web.prod",
            ),
            ("$(call both,a,b (c,d))", "a-b (c,d)-"),
            ("$(filter-out w%,$(APPS_LONG)) $(word 2,$(APPS))", "api-x web"),
            ("$(notdir $(basename a/b.c)) $(subst a,o,banana)", "b bonono"),
            ("$(sort b a b) $(join a b,1 2) $(strip  a  b )", "a b a1 b2 a b"),
            ("$$x", "$x"),
        ] {
            assert_eq!(expanded(text).as_deref(), Some(words), "{text}");
        }
    }

    #[test]
    fn what_is_computed_elsewhere_is_not_known() {
        for text in [
            "$(shell ls)", "$(wildcard *.x)", "$(GONE)", "$@", "$(addprefix a-,$(shell))", "$(APPS", "$(if x,y)",
        ] {
            assert_eq!(expanded(text), None, "{text}");
        }
    }

    #[test]
    fn another_value_makes_a_variable_unknown_and_more_of_it_does_not() {
        let mut variables = Variables::new();
        variables.set("A", Some("x"));
        variables.set("A", Some("$(A) y"));
        assert_eq!(variables.expand("$(A)", &[]).as_deref(), Some("x y"));
        variables.set("A", Some("z"));
        assert_eq!(variables.expand("$(A)", &[]), None);
        variables.append("B", "x");
        assert_eq!(variables.expand("$(B)", &[]), None, "what came before is not known");
    }
}
