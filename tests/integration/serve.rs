//! `serve`: the handbook of the worktree, in memory, with nothing written.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};

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
    assert_eq!(
        page.matches("connect-src &#39;self&#39;").count(),
        1,
        "the script may ask, and is told once"
    );
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

/// Starts the server on a free port; the process and its address.
#[cfg(unix)]
fn served(folder: &Folder) -> (Child, String) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_runproof"))
        .args(["serve", "--port", "0", "--no-cache", "--repo"])
        .arg(folder.path())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("the program starts");
    let mut line = String::new();
    BufReader::new(child.stdout.take().expect("it has an output"))
        .read_line(&mut line)
        .expect("it says where");
    (
        child,
        line.trim().trim_start_matches("http://").trim_end_matches('/').to_owned(),
    )
}

/// Sends a request as it stands and reads what comes back.
#[cfg(unix)]
fn raw(address: &str, request: &str) -> String {
    let mut stream = TcpStream::connect(address).expect("it listens");
    stream.write_all(request.as_bytes()).expect("it can be asked");
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    String::from_utf8_lossy(&answer).into_owned()
}

#[cfg(unix)]
#[test]
fn it_shows_a_change_reads_nothing_outside_and_ends_when_it_is_told_to() {
    let folder = Folder::with(&[("docs/runbooks/release.md", "# Release\n\nOne.\n")]);
    std::fs::write(folder.join("secret.txt"), "s3cret").expect("a file can be written");
    let before = folder.files("");
    for signal in ["-INT", "-TERM"] {
        let (mut child, address) = served(&folder);
        assert!(address.starts_with("127.0.0.1:"), "{address}");
        // On the loopback only: no other address of this machine answers.
        let port = address.rsplit(':').next().expect("it has a port").to_owned();
        let listening = std::fs::read_to_string("/proc/net/tcp").unwrap_or_default();
        let hex = format!(":{:04X} ", port.parse::<u16>().expect("a port"));
        for line in listening.lines().filter(|line| line.contains(&hex) && line.contains(" 0A ")) {
            assert!(line.contains("0100007F:"), "{line}");
        }
        for path in [
            "/../secret.txt", "/%2e%2e/secret.txt", "/..%2fsecret.txt", "/next/../../secret.txt", "/..\\secret.txt",
            "//secret.txt", "/secret.txt", "/.git/config", "/.git/HEAD", "/%00", "/%ff",
        ] {
            let answer = raw(
                &address,
                &format!("GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n"),
            );
            assert!(
                !answer.starts_with("HTTP/1.1 200") && !answer.contains("s3cret"),
                "{path}: {answer}"
            );
        }
        let killed = Command::new("kill")
            .args([signal, &child.id().to_string()])
            .status()
            .expect("kill starts");
        assert!(killed.success());
        let began = std::time::Instant::now();
        while child.try_wait().expect("it can be asked").is_none() {
            assert!(began.elapsed().as_secs() < 120, "it does not end");
            std::thread::sleep(std::time::Duration::from_millis(20));
        }
        assert!(TcpStream::connect(&address).is_err(), "nothing listens any more");
    }
    assert_eq!(folder.files(""), before, "nothing is left behind");
    // A change is shown without anybody asking for it.
    let (mut child, address) = served(&folder);
    let page = || {
        raw(
            &address,
            &format!("GET /next/runbooks/release/ HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n"),
        )
    };
    assert!(page().contains("One."));
    folder.write("docs/runbooks/release.md", "# Release\n\nTwo.\n");
    let began = std::time::Instant::now();
    while !page().contains("Two.") {
        assert!(began.elapsed().as_secs() < 240, "the change is not shown");
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    // A mistake in the settings leaves the last good handbook in its place.
    folder.write("runproof.toml", "titel = 1\n");
    std::thread::sleep(std::time::Duration::from_millis(400));
    assert!(page().contains("Two.") && child.try_wait().expect("it can be asked").is_none());
    child.kill().expect("it can be ended");
    child.wait().expect("it ends");
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
