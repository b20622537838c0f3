//! `serve`: the handbook of the worktree, in memory, with nothing written.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Command, Stdio};

use crate::support::Folder;

#[test]
fn it_shows_what_is_not_committed_and_writes_nothing() {
    let folder = Folder::with(&[("docs/runbooks/release.md", "# Release\n\nOne.\n")]);
    folder.write("docs/runbooks/undo.md", "# Undo a release\n\nTwo.\n");
    let before = folder.files("");
    let mut child = Command::new(env!("CARGO_BIN_EXE_runproof"))
        .args(["serve", "--port", "0", "--once", "--no-cache", "--repo"])
        .arg(folder.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("the program starts");
    let mut line = String::new();
    BufReader::new(child.stdout.take().expect("it has an output"))
        .read_line(&mut line)
        .expect("it says where");
    let address = line.trim().trim_start_matches("http://").trim_end_matches('/').to_owned();
    assert!(address.starts_with("127.0.0.1:"), "{line}");
    let ask = |path: &str| {
        let mut stream = TcpStream::connect(&address).expect("it listens");
        write!(stream, "GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n").expect("it can be asked");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("it answers");
        answer
    };
    assert!(ask("/").contains("Undo a release"));
    let page = ask("/next/runbooks/undo/");
    assert!(page.contains("Two."), "{page}");
    assert!(page.contains("/.runproof/reload.js"));
    assert!(page.contains("connect-src &#39;self&#39;; default-src"), "the script may ask");
    let missing = ask("/no/such/page/");
    assert!(missing.starts_with("HTTP/1.1 404"), "{missing}");
    assert!(
        missing.contains("href=\"/assets/handbook.css\""),
        "it finds its style from any depth: {missing}"
    );
    drop(child.stdin.take());
    assert!(child.wait().expect("it ends").success());
    assert_eq!(folder.files(""), before);
}

#[test]
fn a_site_with_an_address_says_it_and_a_wrong_one_is_refused() {
    let folder = Folder::with(&[("docs/runbooks/release.md", "# Release\n")]);
    let ran = folder.run(&["build", "--base-url", "https://team.example.org/handbook"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(
        folder
            .read("site/sitemap.xml")
            .contains("<loc>https://team.example.org/handbook/next/runbooks/release/</loc>")
    );
    assert!(
        folder
            .read("site/robots.txt")
            .contains("Sitemap: https://team.example.org/handbook/sitemap.xml")
    );
    assert!(
        folder
            .read("site/404.html")
            .contains("href=\"/handbook/assets/handbook.css\"")
    );
    for address in [
        "javascript:alert(1)", "/handbook/", "https://u:p@example.org/", "https://example.org/?x",
    ] {
        let ran = folder.run(&["build", "--base-url", address]);
        assert_eq!(ran.code, 2, "{address}: {}", ran.stderr);
    }
}
