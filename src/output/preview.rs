//! A preview of the handbook on this machine: from memory, to the loopback only, with pages that load anew when it changes.

use std::borrow::Cow;
use std::collections::HashMap;
use std::io::Cursor;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use percent_encoding::percent_decode_str;
use tiny_http::{Header, Method, Request, Response, Server};

use crate::error::{Error, Result};

/// The files of a handbook by their path from its root.
pub(crate) type Files = HashMap<String, Vec<u8>>;

/// The script that pages get in a preview.
const SCRIPT: &str = "/.runproof/reload.js";
/// Answers when the handbook is another one than that of the number behind it.
const WAIT: &str = "/.runproof/wait/";
/// How long a page waits for a change before it asks anew.
const PATIENCE: Duration = Duration::from_secs(25);
/// The most requests that are answered at once: more are turned away.
const BUSY: usize = 64;

const RELOAD: &str = include_str!("../../templates/assets/reload.js");

/// What is shown.
#[derive(Default)]
struct Shown {
    files: Arc<Files>,
    /// Counts the handbooks that were shown.
    number: u64,
}

#[derive(Default)]
struct State {
    shown: Mutex<Shown>,
    changed: Condvar,
}

impl State {
    fn shown(&self) -> MutexGuard<'_, Shown> {
        self.shown.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A server that answers on its own threads as long as it lives.
pub(crate) struct Preview {
    state: Arc<State>,
    address: SocketAddr,
}

impl Preview {
    /// Begins to listen on a port of the loopback; 0 is any free one.
    ///
    /// # Errors
    ///
    /// The port is taken, or the machine refuses.
    pub(crate) fn listen(port: u16) -> Result<Self> {
        let failed = |reason: &dyn std::fmt::Display| {
            let error = Error::usage(format!("cannot listen on port {port} of this machine")).caused_by(reason);
            error.with_help("name another one with `--port`; 0 takes any that is free")
        };
        let server = Server::http((Ipv4Addr::LOCALHOST, port)).map_err(|error| failed(&error))?;
        let address = server.server_addr().to_ip().ok_or_else(|| failed(&"it has no address"))?;
        let state = Arc::new(State::default());
        let shared = Arc::clone(&state);
        std::thread::spawn(move || {
            let busy = Arc::new(());
            while let Ok(request) = server.recv() {
                let guard = Arc::clone(&busy);
                if Arc::strong_count(&busy) > BUSY {
                    let _ = request.respond(Response::empty(503));
                    continue;
                }
                let state = Arc::clone(&shared);
                std::thread::spawn(move || {
                    let answer = answer(&state, address, &request);
                    let _ = request.respond(answer);
                    drop(guard);
                });
            }
        });
        Ok(Self { state, address })
    }

    /// Where it can be looked at.
    pub(crate) fn url(&self) -> String {
        format!("http://{}/", self.address)
    }

    /// Shows other files from now on, and lets open pages know.
    pub(crate) fn show(&self, files: Files) {
        let mut shown = self.state.shown();
        shown.files = Arc::new(files);
        shown.number += 1;
        self.state.changed.notify_all();
    }
}

type Answer = Response<Cursor<Vec<u8>>>;

fn answer(state: &State, address: SocketAddr, request: &Request) -> Answer {
    // A page elsewhere whose name was turned to this machine asks with its own name.
    let host = request.headers().iter().find(|header| header.field.equiv("Host"));
    let port = address.port();
    let names = [format!("127.0.0.1:{port}"), format!("localhost:{port}")];
    if !host.is_some_and(|host| names.iter().any(|name| host.value.as_str().eq_ignore_ascii_case(name))) {
        return plain(403, "this preview answers to 127.0.0.1 and localhost only\n");
    }
    if !matches!(request.method(), Method::Get | Method::Head) {
        return plain(405, "only GET and HEAD\n");
    }
    let path = request.url().split(['?', '#']).next().unwrap_or_default();
    if path == SCRIPT {
        return file(200, "reload.js", RELOAD.as_bytes().to_vec());
    }
    if let Some(number) = path.strip_prefix(WAIT).and_then(|number| number.parse().ok()) {
        return plain(200, &wait(state, number).to_string());
    }
    let (files, number) = {
        let shown = state.shown();
        (Arc::clone(&shown.files), shown.number)
    };
    let Ok(path) = percent_decode_str(path.trim_start_matches('/')).decode_utf8() else {
        return plain(400, "the address is no text\n");
    };
    let path = if path.is_empty() || path.ends_with('/') {
        Cow::Owned(format!("{path}index.html"))
    } else {
        path
    };
    // Nothing is read from disk: what is no key of the map does not exist, however the path is written.
    if let Some(bytes) = files.get(path.as_ref()) {
        return file(200, &path, with_reload(&path, bytes, number));
    }
    if files.contains_key(&format!("{path}/index.html")) {
        let place = format!("{}/", request.url().split(['?', '#']).next().unwrap_or_default());
        return match Header::from_bytes("Location", place) {
            // Two slashes at the start would name another host.
            Ok(header) if !header.value.as_str().starts_with("//") => plain(302, "").with_header(header),
            _ => plain(404, "no such page\n"),
        };
    }
    let missing = files.get("404.html").cloned().unwrap_or_default();
    file(404, "404.html", with_reload("404.html", &missing, number))
}

/// Waits until the handbook is another one than that of a number, or long enough; returns the number of what is shown.
fn wait(state: &State, number: u64) -> u64 {
    let shown = state.shown();
    let waited = state
        .changed
        .wait_timeout_while(shown, PATIENCE, |shown| shown.number == number);
    waited.unwrap_or_else(PoisonError::into_inner).0.number
}

/// A page with the script that loads it anew, which its policy lets ask; other files as they are.
fn with_reload(path: &str, bytes: &[u8], number: u64) -> Vec<u8> {
    let Some(html) = std::str::from_utf8(bytes).ok().filter(|_| path.ends_with(".html")) else {
        return bytes.to_vec();
    };
    html.replacen(
        "</head>",
        &format!("<script src=\"{SCRIPT}\" data-number=\"{number}\" defer></script></head>"),
        1,
    )
    .into_bytes()
}

fn plain(code: u16, text: &str) -> Answer {
    file(code, ".txt", text.as_bytes().to_vec())
}

fn file(code: u16, path: &str, bytes: Vec<u8>) -> Answer {
    let kind = match path.rsplit('.').next().unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "json" => "application/json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "gif" => "image/gif",
        "webp" => "image/webp",
        "xml" => "application/xml",
        "atom" => "application/atom+xml",
        "ics" => "text/calendar; charset=utf-8",
        "csv" => "text/csv; charset=utf-8",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    };
    let headers = [
        ("Content-Type", kind),
        ("Cache-Control", "no-store"),
        ("X-Content-Type-Options", "nosniff"),
        ("Referrer-Policy", "no-referrer"),
    ];
    let mut response = Response::from_data(bytes).with_status_code(code);
    for (name, value) in headers {
        if let Ok(header) = Header::from_bytes(name, value) {
            response.add_header(header);
        }
    }
    response
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::net::TcpStream;

    use super::{Files, Preview};

    fn preview() -> Preview {
        let page = "<html><head><meta content=\"default-src &#39;none&#39;; x\"></head></html>";
        let files: Files = [
            ("index.html".to_owned(), page.as_bytes().to_vec()),
            ("a/index.html".to_owned(), b"<head></head>".to_vec()),
            ("404.html".to_owned(), b"missing".to_vec()),
            ("a/data.json".to_owned(), b"{}".to_vec()),
        ]
        .into();
        let preview = Preview::listen(0).expect("a port is free");
        preview.show(files);
        preview
    }

    fn ask(preview: &Preview, line: &str, host: Option<&str>) -> String {
        let own = preview.address.to_string();
        let mut stream = TcpStream::connect(preview.address).expect("it listens");
        let host = host.unwrap_or(&own);
        write!(stream, "{line} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n").expect("it can be asked");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("it answers");
        answer
    }

    #[test]
    fn it_listens_on_the_loopback_only_and_answers_to_its_own_name_only() {
        let preview = preview();
        assert!(preview.address.ip().is_loopback());
        assert!(ask(&preview, "GET /", None).starts_with("HTTP/1.1 200"));
        assert!(ask(&preview, "GET /", Some("evil.example:80")).starts_with("HTTP/1.1 403"));
        assert!(ask(&preview, "POST /", None).starts_with("HTTP/1.1 405"));
    }

    #[test]
    fn a_path_never_leaves_the_handbook() {
        let preview = preview();
        for path in [
            "/../../etc/passwd",
            "/..%2f..%2fetc/passwd",
            "/a/%2e%2e/%2e%2e/etc/passwd",
            "//etc/passwd",
            "/a\\..\\..\\x",
            "/%00",
        ] {
            let answer = ask(&preview, &format!("GET {path}"), None);
            assert!(!answer.starts_with("HTTP/1.1 200"), "{path}: {answer}");
            assert!(!answer.contains("root:"), "{path}");
        }
        assert!(ask(&preview, "GET /a", None).contains("Location: /a/\r\n"));
        assert!(!ask(&preview, "GET //a", None).contains("Location: //"));
    }

    #[test]
    fn pages_get_the_script_and_keep_their_policy() {
        let preview = preview();
        let answer = ask(&preview, "GET /index.html", None);
        assert!(answer.contains("content=\"default-src &#39;none&#39;; x\""), "{answer}");
        assert!(
            answer.contains("<script src=\"/.runproof/reload.js\" data-number=\"1\" defer></script></head>"),
            "{answer}"
        );
        assert!(ask(&preview, "GET /a/data.json", None).ends_with("{}"));
        assert!(ask(&preview, "GET /nothing", None).contains("404"));
    }

    #[test]
    fn a_page_that_waits_is_told_of_a_change() {
        let preview = preview();
        assert!(
            ask(&preview, "GET /.runproof/wait/0", None).ends_with("\r\n1"),
            "it missed one already"
        );
        std::thread::scope(|scope| {
            let waiting = scope.spawn(|| ask(&preview, "GET /.runproof/wait/1", None));
            std::thread::sleep(std::time::Duration::from_millis(50));
            preview.show(Files::new());
            assert!(waiting.join().expect("it ends").ends_with("\r\n2"));
        });
    }
}
