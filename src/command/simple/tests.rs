//! The simple commands of texts.

use crate::command::folders::Folders;
use crate::command::simple::{Simple, WRAPPERS, commands_of, simple_commands};
use crate::model::directory::Directory;

/// `folder: words >written <read`, one line per simple command.
fn read(command: &str) -> Vec<String> {
    let lines = simple_commands(command, &mut Folders::default());
    lines.iter().map(shown).collect()
}

fn shown(simple: &Simple) -> String {
    let mut line = match &simple.directory {
        Directory::Known(folder) | Directory::Host(folder) => format!("{folder}:"),
        Directory::Unknown => "?:".to_owned(),
    };
    for (mark, words) in [
        ("=", &simple.assignments),
        ("", &simple.words),
        (">", &simple.written),
        ("<", &simple.read),
        ("~", &simple.looped),
    ] {
        for word in words {
            line.push_str(&format!(" {mark}{}", word.text));
        }
    }
    line
}

#[test]
fn each_program_stands_alone() {
    assert_eq!(
        read("SKIP=1 sudo -u app ./x.sh --dry > log 2>&1 && make test | tee out"),
        [": =SKIP=1 ./x.sh --dry", ": >log", ": make test", ": tee out"]
    );
    assert_eq!(read("env A=b timeout 30 make check"), [": =A=b make check"]);
    assert_eq!(read("for f in *.sql; do psql -f \"$f\"; done"), [": ~*.sql", ": psql -f $f"]);
    assert_eq!(read("if ! make check; then exit 1; fi"), [": make check", ": exit 1"]);
}

#[test]
fn folders_are_followed_and_parentheses_keep_theirs() {
    assert_eq!(
        read("cd a && make x; (cd b; make y); make z"),
        [": cd a", "a: make x", "a: cd b", "a/b: make y", "a: make z"]
    );
    assert_eq!(read("(cd a\nmake x"), [": cd a", "a: make x"]);
    assert_eq!(
        read("git clone --depth 1 https://example.org/t/app && cd app && make"),
        [": git clone --depth 1 https://example.org/t/app", ": cd app", ": make"]
    );
}

/// The words of each command in brackets.
fn shape(command: &str) -> String {
    let commands = simple_commands(command, &mut Folders::default());
    let shown = commands.iter().map(|simple| {
        let words = simple.words.iter().map(|word| format!("[{}]", word.text));
        let written = simple.written.iter().map(|word| format!(">[{}]", word.text));
        let read = simple.read.iter().map(|word| format!("<[{}]", word.text));
        words.chain(written).chain(read).collect::<String>()
    });
    shown.collect::<Vec<_>>().join(" ")
}

#[test]
fn words_lose_their_quotes_and_keep_their_places() {
    let command = r#"make gate DB="a b" 'c d' e\ f "x \"y\" $Z" -- a[0] {a,b} x=y"#;
    assert_eq!(
        shape(command),
        r#"[make][gate][DB=a b][c d][e f][x "y" $Z][--][a[0]][{a,b}][x=y]"#
    );
    let words = &simple_commands(command, &mut Folders::default())[0].words;
    assert_eq!(&command[words[2].range.clone()], "DB=\"a b\"");
    assert!(words[2].is_quoted && words[3].is_quoted && !words[1].is_quoted);
}

#[test]
fn operators_end_commands() {
    assert_eq!(shape("a && b || c; d | e &\nf # g"), "[a] [b] [c] [d] [e] [f]");
    assert_eq!(shape("(cd x && y)"), "[cd][x] [y]");
}

#[test]
fn redirections_name_what_is_read_and_written() {
    assert_eq!(shape("a > b 2>> c < e"), "[a] >[b] >[c] <[e]");
    assert_eq!(shape("a &> d"), "[a] >[d]");
    assert_eq!(shape("a > b c"), "[a] >[b]", "only the first word is the file");
    assert_eq!(shape("a 2>&1 <<'SQL' <<< x\nb\nSQL"), "[a]");
    assert_eq!(shape("cat <<EOF > out\nx\nEOF"), "[cat] >[out]");
}

#[test]
fn placeholders_are_words() {
    assert_eq!(shape("git checkout <good tag> >out"), "[git][checkout][<good tag>] >[out]");
    assert_eq!(
        shape("docker push <registry>/app:<sha>"),
        "[docker][push][<registry>/app:<sha>]"
    );
    assert_eq!(shape("sort <in >out"), "[sort] <[in] >[out]");
    assert_eq!(
        shape("run {{ name }} [options] x/{id}"),
        "[run][{{ name }}][[options]][x/{id}]"
    );
}

#[test]
fn commands_in_substitutions_are_read() {
    assert_eq!(
        shape("a --x=$(make y | head) `b c` ${D}"),
        "[a][--x=$(make y | head)][`b c`][${D}] [make][y] [head] [b][c]"
    );
    assert_eq!(shape("V=$(make y)"), "[make][y]");
    assert_eq!(shape("V='--require \"./my path/x.js\"'"), "", "a setting is no command");
    assert_eq!(shape("echo \"$(make y)\""), "[echo][$(make y)] [make][y]");
    assert_eq!(
        shape("diff <(make x) <(make y)"),
        "[diff][<(make x)][<(make y)] [make][x] [make][y]"
    );
    assert_eq!(shape("psql <<EOF\n$(make y)\nEOF"), "[psql] [make][y]");
    assert_eq!(shape("psql <<'EOF'\n$(make y)\nEOF"), "[psql]");
    assert_eq!(
        read("cd a $(cd b; make x)\nmake y")[1..],
        ["a: cd b", "a/b: make x", "a: make y"]
    );
}

#[test]
fn what_the_grammar_does_not_understand_is_a_row_of_words() {
    assert_eq!(shape("echo don't stop"), "[echo][don't][stop]");
    assert_eq!(shape("make check )"), "[make][check]");
    assert_eq!(shape("if make x; then"), "[make][x]");
    assert_eq!(shape("for f in *.sql; do"), "");
    assert_eq!(shape("done"), "");
    assert_eq!(shape("} else {"), "");
    assert!(shape("a $(b").starts_with("[a]"));
    assert!(shape(&"<".repeat(10_000)).len() < 20_000);
    assert!(shape(&"a | ".repeat(20_000)).len() < 200_000);
}

#[test]
fn commands_of_a_block_stand_together() {
    let text = "for f in a b; do\ncd x\nmake $f\ndone\nmake y";
    let starts: Vec<usize> = std::iter::once(0)
        .chain(text.match_indices('\n').map(|(at, _)| at + 1))
        .collect();
    let ends = starts.iter().skip(1).map(|start| start - 1).chain([text.len()]);
    let places: Vec<_> = starts.iter().zip(ends).map(|(start, end)| *start..end).collect();
    let (commands, directories) = commands_of(text, &places, &mut Folders::default());
    assert_eq!(
        commands.iter().map(shown).collect::<Vec<_>>(),
        [": ~a ~b", ": cd x", "x: make $f", "x: make y"]
    );
    let known: Vec<&Directory> = directories.iter().collect();
    let at = |folder: &str| Directory::Known(folder.to_owned());
    assert_eq!(known, [&at(""), &at(""), &at("x"), &at("x"), &at("x")]);
}

#[test]
fn the_wrappers_are_sorted() {
    assert!(WRAPPERS.is_sorted_by(|one, two| one.0 < two.0));
}

#[test]
fn what_is_handed_to_a_shell_in_quotes_is_read() {
    assert_eq!(
        read("sudo bash -c 'cd web && ./x.sh a' && ./y.sh"),
        [": cd web", "web: ./x.sh a", ": ./y.sh"]
    );
    assert_eq!(read("sh -ec \"make b\""), [": make b"]);
    for (command, expected) in [
        ("ssh host bash -c 'make b'", ": ssh host bash -c make b"),
        ("bash x.sh -c 'make b'", ": bash x.sh -c make b"),
        ("bash -c \"echo \\\"a\\\"\"", ": bash -c echo \"a\""),
        ("bash -c", ": bash -c"),
    ] {
        assert_eq!(read(command), [expected]);
    }
}
