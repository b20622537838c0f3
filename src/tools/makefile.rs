//! Makefiles of GNU make: <https://www.gnu.org/software/make/manual/>.
//!
//! Only what decides which targets there are is understood: rules, `.PHONY`, pattern rules, includes, variables with a literal value, the
//! functions that put words together, and rules that are made of a `define` by `$(eval $(call ...))`. Both branches of a conditional count.
//! Where names come out of any other computation the file is not complete.

use std::collections::HashSet;

use crate::model::definition::{Definition, DefinitionFile};
use crate::model::kind::Kind;
use crate::model::stable::Encoder;
use crate::tools::format::{Format, extension, file_name, fingerprint};
use crate::tools::make_words::{Local, Variables, arguments, called, closed};

/// Makefiles.
pub(crate) const FORMAT: Format = Format {
    name: "make",
    recognizes,
    parse,
};

/// What stands in front of the variables that a file sets, and of those that its names are made of, among its binaries: of several files
/// that are read as one, each may set what the names of another are made of.
pub(crate) const SET: &str = "=";
pub(crate) const ASKED: &str = "$";

/// How deep the variables of a folder, and what is evaluated, may nest.
const DEPTH_LIMIT: u32 = 8;
/// The most lines that are made by evaluation.
const EVALUATION_LIMIT: u32 = 10_000;

fn recognizes(path: &str) -> bool {
    let name = file_name(path);
    let has_suffix = name
        .strip_prefix("Makefile.")
        .is_some_and(|suffix| !matches!(suffix, "am" | "in" | "md"));
    let is_named = matches!(name, "GNUmakefile" | "makefile" | "Makefile");
    is_named || has_suffix || matches!(extension(path), "mk" | "mak")
}

/// A Makefile while it is read.
struct Reader {
    file: DefinitionFile,
    variables: Variables,
    /// What a recipe line begins with.
    recipe_prefix: char,
    /// How many `define` blocks are open.
    defines: u32,
    /// The name of the open `define` block, and its lines so far.
    defined: (String, String),
    /// How many lines may still be made by evaluation.
    evaluations: u32,
    /// Names of `.PHONY`, which need no rule.
    phony: Vec<Definition>,
    /// The first task of the rule whose recipe is being read.
    rule_start: usize,
    /// Takes in what that rule does.
    rule: Encoder,
}

fn parse(path: &str, text: &str) -> DefinitionFile {
    let mut reader = Reader {
        file: DefinitionFile::complete(path, FORMAT.name),
        variables: Variables::new(),
        recipe_prefix: '\t',
        defines: 0,
        defined: (String::new(), String::new()),
        evaluations: EVALUATION_LIMIT,
        phony: Vec::new(),
        rule_start: 0,
        rule: Encoder::default(),
    };
    let mut lines = text.lines().enumerate();
    while let Some((index, first)) = lines.next() {
        let mut joined = first.to_owned();
        while ends_in_continuation(&joined) {
            joined.pop();
            let Some((_, next)) = lines.next() else { break };
            joined.push(' ');
            joined.push_str(next.trim_start());
        }
        reader.read(&joined, index as u32 + 1);
    }
    reader.end_rule();
    let Reader {
        mut file,
        phony,
        variables,
        ..
    } = reader;
    let (set, asked) = variables.into_names();
    let marked = |mark: &'static str| move |name: String| format!("{mark}{name}");
    file.binaries = set
        .into_iter()
        .map(marked(SET))
        .chain(asked.into_iter().map(marked(ASKED)))
        .collect();
    file.definitions
        .sort_by(|left, right| (&left.name, left.line).cmp(&(&right.name, right.line)));
    // Several rules may add to one target; its first line is where it is defined, and a change of any rule is a change of it.
    file.definitions.dedup_by(|later, first| {
        let is_same = later.name == first.name;
        if is_same {
            first.fingerprint = fingerprint((first.fingerprint, later.fingerprint));
            first.interface = fingerprint((first.interface, later.interface));
        }
        is_same
    });
    let ruled: HashSet<String> = file.definitions.iter().map(|task| task.name.clone()).collect();
    file.definitions
        .extend(phony.into_iter().filter(|task| !ruled.contains(&task.name)));
    file.definitions
        .sort_by(|left, right| (left.line, &left.name).cmp(&(right.line, &right.name)));
    file.definitions.dedup_by(|later, first| later.name == first.name);
    file
}

fn ends_in_continuation(line: &str) -> bool {
    let backslashes = line.bytes().rev().take_while(|byte| *byte == b'\\').count();
    backslashes % 2 == 1
}

impl Reader {
    /// Reads one line with its continuation lines.
    fn read(&mut self, line: &str, number: u32) {
        if self.defines == 0 && line.starts_with(self.recipe_prefix) {
            self.recipe(line);
            return;
        }
        let raw = line;
        let line = without_comment(line).trim();
        let (keyword, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
        let rest = rest.trim_start();
        if self.defines > 0 {
            match keyword {
                "define" => self.defines += 1,
                "endef" => self.defines -= 1,
                _ => {}
            }
            if self.defines > 0 {
                self.defined.1.push_str(raw);
                self.defined.1.push('\n');
            } else {
                let (name, body) = std::mem::take(&mut self.defined);
                self.variables.set(&name, Some(&body));
            }
            return;
        }
        let is_directive = !rest.starts_with([':', '=']);
        match keyword {
            "" => {}
            "define" | "override" if rest.starts_with("define ") || keyword == "define" => {
                self.defines += 1;
                let name = rest
                    .trim_start_matches("define ")
                    .split_whitespace()
                    .next()
                    .unwrap_or_default();
                self.defined = (name.trim_end_matches(['=', ':', '?', '+']).to_owned(), String::new());
            }
            "include" | "-include" | "sinclude" if is_directive => self.include(rest),
            "ifeq" | "ifneq" | "ifdef" | "ifndef" | "else" | "endif" | "vpath" | "undefine" | "unexport" | "load" | "-load"
                if is_directive => {}
            _ => self.statement(line, number),
        }
    }

    /// Takes in a line of a recipe, unless it is a comment.
    fn recipe(&mut self, line: &str) {
        let line = line.trim_start_matches(self.recipe_prefix).trim();
        if !line.is_empty() && !line.starts_with('#') {
            line.split_whitespace().for_each(|word| self.rule.add(word));
            self.rule.add("\n");
        }
    }

    /// Gives the targets of the last rule what it does.
    fn end_rule(&mut self) {
        let fingerprint = std::mem::take(&mut self.rule).number();
        for task in &mut self.file.definitions[self.rule_start..] {
            task.fingerprint = fingerprint;
        }
        self.rule_start = self.file.definitions.len();
    }

    fn include(&mut self, words: &str) {
        // A pattern is looked up in the tree, whether or not a function finds its files.
        let mut plain = String::new();
        let mut rest = words;
        while let Some(at) = rest.find("$(wildcard ") {
            let Some((inner, behind)) = closed(&rest[at..]) else { break };
            plain.push_str(&rest[..at]);
            plain.push_str(inner.trim_start_matches("wildcard "));
            rest = behind;
        }
        plain.push_str(rest);
        match self.expand(&plain) {
            Some(words) => {
                let words = words.split_whitespace().map(|word| word.trim_start_matches("./").to_owned());
                self.file.includes.extend(words);
            }
            None => self.file.is_complete = false,
        }
    }

    /// Reads an assignment or the head of a rule.
    fn statement(&mut self, line: &str, number: u32) {
        if line.contains("$(eval") || line.contains("${eval") {
            self.file.is_complete &= self.evaluate(line, &[], number, DEPTH_LIMIT).is_some();
            return;
        }
        match separator(line) {
            Separator::Assignment(at) => self.assign(line, at),
            Separator::Rule(at) => self.rule(&line[..at], line[at..].trim_start_matches(':'), number),
            // A line that is nothing but an expansion may become anything, apart from functions that only print.
            Separator::None => {
                let prints = ["$(info", "$(warning", "$(error", "$(shell"];
                let is_silent = prints.iter().any(|function| line.starts_with(function));
                if line.starts_with('$') && !is_silent {
                    self.file.is_complete &= self.evaluate(line, &[], number, DEPTH_LIMIT).is_some();
                }
            }
        }
    }

    /// Reads what a line of nothing but functions makes: `$(foreach app,$(APPS),$(eval $(call rules,$(app))))`. None when it makes more
    /// than can be told.
    fn evaluate(&mut self, text: &str, locals: &[Local], number: u32, depth: u32) -> Option<()> {
        let depth = depth.checked_sub(1)?;
        let mut rest = text.trim();
        while !rest.is_empty() {
            let (inner, behind) = closed(rest)?;
            rest = behind.trim_start();
            let (function, words) = inner.split_once(char::is_whitespace)?;
            match function {
                "info" | "warning" | "error" => {}
                "eval" => self.take_in(words.trim(), locals, number)?,
                "foreach" => {
                    let [name, list, body] = arguments(words, 3).try_into().ok()?;
                    let list = self.variables.expand(list, locals)?;
                    for word in list.split_whitespace() {
                        let mut inner = locals.to_vec();
                        inner.push((name.trim().to_owned(), word.to_owned()));
                        self.evaluate(body, &inner, number, depth)?;
                    }
                }
                "call" => {
                    let (body, locals) = self.call(words, locals)?;
                    self.evaluate(&body, &locals, number, depth)?;
                }
                _ => return None,
            }
        }
        Some(())
    }

    /// Reads a text as lines of the file. Of a `define` that is called only what decides on names is expanded: its recipes are full of
    /// variables that only make knows.
    fn take_in(&mut self, text: &str, locals: &[Local], number: u32) -> Option<()> {
        let whole = closed(text).filter(|(_, behind)| behind.trim().is_empty());
        let (body, locals) = match whole.and_then(|(inner, _)| inner.strip_prefix("call ")) {
            Some(words) => self.call(words, locals)?,
            None => (text.to_owned(), locals.to_vec()),
        };
        for line in body.lines() {
            self.evaluations = self.evaluations.checked_sub(1)?;
            if line.starts_with(self.recipe_prefix) {
                self.recipe(line);
                continue;
            }
            let line = self.line_of_call(line, &locals)?;
            self.read(&line, number);
        }
        Some(())
    }

    /// The body that a call names, and the variables that it sees.
    fn call(&self, words: &str, locals: &[Local]) -> Option<(String, Vec<Local>)> {
        let given = arguments(words, usize::MAX).into_iter();
        let given: Option<Vec<String>> = given.map(|argument| self.variables.expand(argument, locals)).collect();
        let locals = called(&given?)?;
        let body = self.variables.get(&locals.first()?.1)?;
        Some((body.to_owned(), locals))
    }

    /// A line of a body that is called; empty for one that decides on no name. None where it may decide on names that are not known.
    fn line_of_call(&self, line: &str, locals: &[Local]) -> Option<String> {
        if let Some(expanded) = self.variables.expand(line, locals) {
            return Some(expanded);
        }
        let first = line.split_whitespace().next().unwrap_or_default();
        if matches!(first, "define" | "endef") {
            return Some(line.to_owned());
        }
        if line.trim_start().starts_with('$') && !matches!(separator(line), Separator::Rule(_)) || first.ends_with("include") {
            return None;
        }
        match separator(line) {
            Separator::Rule(at) => Some(self.variables.expand(&line[..at], locals)? + &line[at..]),
            Separator::Assignment(_) | Separator::None => Some(String::new()),
        }
    }

    fn assign(&mut self, line: &str, at: usize) {
        let (left, right) = line.split_at(at);
        let name = left
            .trim_end_matches([':', '?', '+', '!'])
            .split_whitespace()
            .next_back()
            .unwrap_or_default();
        let value = right[1..].trim();
        if name == ".RECIPEPREFIX" {
            self.recipe_prefix = value.chars().next().unwrap_or('\t');
            return;
        }
        match left.chars().next_back() {
            Some('+') => self.variables.append(name, value),
            Some('!') => self.variables.set(name, None),
            _ => self.variables.set(name, Some(value)),
        }
    }

    fn rule(&mut self, targets: &str, rest: &str, number: u32) {
        let prerequisites = rest.split(';').next().unwrap_or_default();
        let targets = targets.trim_end_matches('&');
        let Some(targets) = self.expand(targets).or_else(|| self.below_folders(targets)) else {
            self.file.is_complete = false;
            return;
        };
        if sets_variable(prerequisites) {
            return;
        }
        self.end_rule();
        rest.split_whitespace().for_each(|word| self.rule.add(word));
        let interface = fingerprint(prerequisites.split_whitespace().collect::<Vec<_>>());
        for target in targets.split_whitespace() {
            match target {
                ".PHONY" => match self.expand(prerequisites).or_else(|| self.below_folders(prerequisites)) {
                    Some(names) => self
                        .phony
                        .extend(names.split_whitespace().map(|name| task(&name.replace("\\:", ":"), number))),
                    None => self.file.is_complete = false,
                },
                // The rule for everything that has no rule.
                ".DEFAULT" => self.file.is_complete = false,
                _ if is_special(target) => {}
                _ => self.file.definitions.push(Definition {
                    interface,
                    ..task(&target.replace("\\:", ":"), number)
                }),
            }
        }
    }

    /// Targets of which only the folder is computed, as patterns: `$(LOCALBIN)/kustomize` is `%/kustomize`. None where more than that is open.
    fn below_folders(&self, targets: &str) -> Option<String> {
        let words: Option<Vec<String>> = targets.split_whitespace().map(|word| self.below_folder(word)).collect();
        words.map(|words| words.join(" "))
    }

    fn below_folder(&self, word: &str) -> Option<String> {
        let mut word = word;
        for _ in 0..DEPTH_LIMIT {
            if let Some(known) = self.expand(word).filter(|known| known.split_whitespace().count() == 1) {
                return Some(known);
            }
            let (before, name) = word.rsplit_once([')', '}'])?;
            if let Some(name) = name.strip_prefix('/') {
                let is_plain = !name.is_empty() && !name.contains(['$', '(', '{', '%']);
                return is_plain.then(|| format!("%/{name}"));
            }
            // A variable alone is what it was set to.
            let variable = before
                .strip_prefix("$(")
                .or_else(|| before.strip_prefix("${"))
                .filter(|_| name.is_empty())?;
            word = self.variables.get(variable)?.trim();
            if word.contains(char::is_whitespace) && !word.starts_with("$(") {
                return None;
            }
        }
        None
    }

    /// The text with its variables replaced; none when a value is computed or not known.
    fn expand(&self, text: &str) -> Option<String> {
        self.variables.expand(text, &[])
    }
}

fn task(name: &str, line: u32) -> Definition {
    Definition {
        kind: Kind::MakeTarget,
        name: name.trim_start_matches("./").to_owned(),
        line,
        is_pattern: name.contains('%'),
        ..Definition::default()
    }
}

/// What decides the kind of a line, with its place.
enum Separator {
    /// The `=` of an assignment.
    Assignment(usize),
    /// The `:` after the targets of a rule.
    Rule(usize),
    /// Neither.
    None,
}

/// The first `=` or `:` outside of `$(...)`.
fn separator(line: &str) -> Separator {
    let bytes = line.as_bytes();
    let mut depth = 0_u32;
    for (at, byte) in bytes.iter().enumerate() {
        match byte {
            b'(' | b'{' if depth > 0 || at > 0 && bytes[at - 1] == b'$' => depth += 1,
            b')' | b'}' => depth = depth.saturating_sub(1),
            b'=' if depth == 0 => return Separator::Assignment(at),
            // A colon behind a backslash is a part of the name.
            b':' if at > 0 && bytes[at - 1] == b'\\' => {}
            b':' if depth == 0 => {
                let colons = bytes[at..].iter().take_while(|byte| **byte == b':').count();
                return match bytes.get(at + colons) {
                    Some(b'=') => Separator::Assignment(at + colons),
                    _ => Separator::Rule(at),
                };
            }
            _ => {}
        }
    }
    Separator::None
}

/// Whether what follows the targets only sets a variable for them: `release: PROFILE = release`.
fn sets_variable(prerequisites: &str) -> bool {
    let Separator::Assignment(at) = separator(prerequisites) else {
        return false;
    };
    let name = prerequisites[..at].trim_end_matches([':', '?', '+', '!']).trim();
    let name = name.split_whitespace().next_back().unwrap_or_default();
    !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.'))
}

/// Whether a name is one of make's own targets, such as `.SUFFIXES`.
fn is_special(target: &str) -> bool {
    target
        .strip_prefix('.')
        .is_some_and(|name| !name.is_empty() && name.chars().all(|c| c.is_ascii_uppercase() || c == '_'))
}

fn without_comment(line: &str) -> &str {
    let mut start = 0;
    while let Some(at) = line[start..].find('#') {
        let at = start + at;
        if line[..at].ends_with('\\') {
            start = at + 1;
        } else {
            return &line[..at];
        }
    }
    line
}

#[cfg(test)]
mod tests {
    use super::parse;
    use crate::model::definition::DefinitionFile;

    fn targets(text: &str) -> Vec<(String, u32)> {
        let file = parse("Makefile", text);
        assert!(file.is_complete, "{file:?}");
        named(file)
    }

    fn named(file: DefinitionFile) -> Vec<(String, u32)> {
        file.definitions.into_iter().map(|task| (task.name, task.line)).collect()
    }

    fn task(name: &str, line: u32) -> (String, u32) {
        (name.to_owned(), line)
    }

    #[test]
    fn rules_have_their_lines() {
        let text = "VERSION := 1.0\nURL = http://a:80\n\ncheck: lint test ## all\n\tcargo check: x\nbuild dist: src\n\n\techo\nclean::\n\trm\na b &: c ; echo\n";
        assert_eq!(
            targets(text),
            [
                task("check", 4),
                task("build", 6),
                task("dist", 6),
                task("clean", 9),
                task("a", 11),
                task("b", 11)
            ]
        );
    }

    #[test]
    fn phony_names_without_a_rule_are_targets() {
        assert_eq!(targets(".PHONY: lint test\nlint:\n\tx\n"), [task("test", 1), task("lint", 2)]);
    }

    #[test]
    fn a_list_over_several_lines_is_one_list() {
        let found = targets(".PHONY: a \\\n  b \\\n  c\nall: a \\\n\tb\n\techo \\\nnot_a_target: x\n");
        assert_eq!(found, [task("a", 1), task("b", 1), task("c", 1), task("all", 4)]);
    }

    #[test]
    fn both_branches_of_a_conditional_count() {
        let found = targets("ifeq ($(CI),true)\nfast:\n\tx\nelse\nslow:\n\tx\nendif\n");
        assert_eq!(found, [task("fast", 2), task("slow", 5)]);
    }

    #[test]
    fn the_text_of_a_define_block_defines_no_target() {
        assert_eq!(targets("define HELP\nusage: make x\nendef\nhelp:\n\tx\n"), [task("help", 4)]);
    }

    #[test]
    fn variables_of_a_target_are_no_target() {
        assert_eq!(targets("release: PROFILE = release\nbuild: a=b\n"), []);
        assert_eq!(targets("build: $(if x,y=z)\n"), [task("build", 1)]);
    }

    #[test]
    fn literal_variables_in_names_are_replaced() {
        assert_eq!(
            targets("APP = api\nIMAGE := $(APP)-image\n$(IMAGE): x\n"),
            [task("api-image", 3)]
        );
    }

    #[test]
    fn a_target_is_its_prerequisites_and_its_recipe() {
        let of = |text: &str| parse("Makefile", text).definitions[0].fingerprint;
        let before = of("a b: c\n\tx --one \\\n\t  two\nz:\n\ty\n");
        assert_eq!(
            before,
            of("# why\na b:   c  ## help\n\t# note\n\n\tx   --one two\nz:\n\tother\n")
        );
        assert_ne!(before, of("a b: c d\n\tx --one two\n"));
        assert_ne!(before, of("a b: c\n\tx --one\n"));
        assert_ne!(before, of("a b: c\n\tx --one two\na: e\n"));
    }

    #[test]
    fn patterns_are_marked() {
        let file = parse("Makefile", "%.o: %.c\n\tcc\ndeploy-%:\n\tx\na.o b.o: %.o: %.c\n");
        let patterns: Vec<(&str, bool)> = file
            .definitions
            .iter()
            .map(|task| (task.name.as_str(), task.is_pattern))
            .collect();
        assert_eq!(patterns, [("%.o", true), ("deploy-%", true), ("a.o", false), ("b.o", false)]);
    }

    #[test]
    fn includes_are_listed() {
        let file = parse("Makefile", "include mk/*.mk\n-include .env\nsinclude ./a.mk b.mk\n");
        assert_eq!(file.includes, ["mk/*.mk", ".env", "a.mk", "b.mk"]);
        assert!(file.is_complete);
    }

    #[test]
    fn a_file_in_a_computed_folder_hides_no_other_target() {
        let file = parse(
            "Makefile",
            "LOCALBIN ?= $(shell pwd)/bin\nTOOL ?= $(LOCALBIN)/tool-$(VERSION)\nGEN ?= $(LOCALBIN)/gen\ntest: $(GEN)\n$(LOCALBIN):\n\tx\n$(GEN): $(LOCALBIN)\n\ty\n$(GOBIN)/lint:\n\tz\n.PHONY: $(GOBIN)/lint\n",
        );
        let names: Vec<&str> = file.definitions.iter().map(|task| task.name.as_str()).collect();
        assert_eq!(names, ["test", "%/bin", "%/gen", "%/lint"]);
        assert!(file.is_complete);
        assert!(!parse("Makefile", "$(GOBIN)/tool-$(VERSION):\n\tx\n").is_complete);
        assert!(!parse("Makefile", "$(TOOLS):\n\tx\n").is_complete);
    }

    #[test]
    fn computed_names_make_the_file_incomplete() {
        for text in [
            "$(foreach t,$(T),$(eval $(call rule,$(t))))\n",
            "define r\n$(1): x\nendef\nT := $(shell ls)\n$(foreach t,$(T),$(eval $(call r,$(t))))\n",
            "define r\n$(X)-$(1): x\nendef\n$(eval $(call r,a))\n",
            "define r\ninclude $(X)\nendef\n$(eval $(call r,a))\n",
            "include $(shell ls *.mk)\n",
            "$(addprefix run-,$(APPS)): x\n",
            "$(call rules)\n",
            ".DEFAULT:\n\tx\n",
        ] {
            assert!(!parse("Makefile", text).is_complete, "{text}");
        }
        assert!(
            parse(
                "Makefile",
                "$(info reading)\nV := $(shell date)\na: $(SOURCES)\n\t$(eval X := 1)\n"
            )
            .is_complete
        );
    }

    #[test]
    fn names_that_are_put_together_of_literal_words_are_targets() {
        let found = targets(
            "APPS := api\nAPPS += web\n.PHONY: $(addprefix run-,$(APPS))\n$(addprefix run-,$(APPS)): x\n\ty\n$(APPS:%=test-%):\n\ty\n",
        );
        assert_eq!(
            found,
            [
                task("run-api", 4),
                task("run-web", 4),
                task("test-api", 6),
                task("test-web", 6)
            ]
        );
    }

    #[test]
    fn rules_that_a_define_makes_are_targets() {
        let found = targets(
            "APPS := api web\ndefine rules\n# of one\nDIR_$(1) := $(shell pwd)\nifeq ($(1),api)\nbuild-$(1): $(DEPS) $(DIR_$(1))\n\tcc -o $@ $(X)\nendif\n.PHONY: ship-$1\nendef\n$(foreach a,$(APPS),$(eval $(call rules,$(a))))\n$(eval all: build-api)\n",
        );
        assert_eq!(
            found,
            [
                task("build-api", 11),
                task("build-web", 11),
                task("ship-api", 11),
                task("ship-web", 11),
                task("all", 12)
            ]
        );
    }

    #[test]
    fn a_pattern_of_includes_is_one_with_and_without_a_function() {
        let file = parse("Makefile", "D = mk\ninclude a.mk $(wildcard $(D)/*.mk b.mk)\n");
        assert_eq!(file.includes, ["a.mk", "mk/*.mk", "b.mk"]);
        assert!(file.is_complete);
    }

    #[test]
    fn another_recipe_prefix_is_respected() {
        assert_eq!(targets(".RECIPEPREFIX = >\na:\n> b: c\n"), [task("a", 2)]);
    }

    #[test]
    fn variables_that_name_each_other_end() {
        let file = parse("Makefile", "A = $(B)\nB = $(A)\n$(A): x\n");
        assert!(!file.is_complete && file.definitions.is_empty());
    }
}
