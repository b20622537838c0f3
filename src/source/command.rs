//! Runs the command that the user typed behind `step GATE --`, and nothing else: no text of a repository ever comes here.

use std::ffi::OsString;
use std::io::{self, Read};
use std::process::{Command, ExitStatus, Stdio};

use sha2::{Digest, Sha256};

use crate::model::digest::hex;

/// One of the two streams of a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stream {
    /// Results.
    Stdout,
    /// Everything else.
    Stderr,
}

/// What a command printed on one stream.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Printed {
    /// The SHA-256 digest, 64 hex digits.
    pub(crate) sha256: String,
    /// The length.
    pub(crate) bytes: u64,
    /// The beginning, as far as it is kept.
    pub(crate) kept: Vec<u8>,
    /// Whether that is everything.
    pub(crate) is_whole: bool,
}

/// How a command ended.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Ended {
    /// The exit code; that of a shell for a command that a signal ended.
    pub(crate) code: i32,
    /// The signal that ended it.
    pub(crate) signal: Option<i32>,
    /// What it printed as its result.
    pub(crate) stdout: Printed,
    /// What it printed beside that.
    pub(crate) stderr: Printed,
}

/// Runs a command with the input of this program, and gives what it prints to `pass` as it comes. `keep` is how much of each stream is kept.
pub(crate) fn run(argv: &[OsString], keep: usize, pass: &(dyn Fn(Stream, &[u8]) + Sync)) -> io::Result<Ended> {
    let (program, arguments) = argv.split_first().ok_or_else(|| io::Error::other("there is no command"))?;
    let mut child = Command::new(program)
        .args(arguments)
        .stdin(Stdio::inherit())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    let stdout = child.stdout.take();
    let stderr = child.stderr.take();
    let (stdout, stderr) = std::thread::scope(|scope| {
        let stderr = scope.spawn(|| stderr.map(|stream| follow(stream, Stream::Stderr, keep, pass)));
        let stdout = stdout.map(|stream| follow(stream, Stream::Stdout, keep, pass));
        (stdout, stderr.join().ok().flatten())
    });
    let status = child.wait()?;
    let printed =
        |stream: Option<io::Result<Printed>>| stream.unwrap_or_else(|| Err(io::Error::other("its output cannot be read")));
    let signal = signal(status);
    Ok(Ended {
        code: status.code().unwrap_or_else(|| 128 + signal.unwrap_or_default()),
        signal,
        stdout: printed(stdout)?,
        stderr: printed(stderr)?,
    })
}

fn follow(mut stream: impl Read, kind: Stream, keep: usize, pass: &(dyn Fn(Stream, &[u8]) + Sync)) -> io::Result<Printed> {
    let mut digest = Sha256::new();
    let mut printed = Printed {
        is_whole: true,
        ..Printed::default()
    };
    let mut buffer = vec![0; 64 * 1024];
    loop {
        let length = match stream.read(&mut buffer) {
            Ok(0) => break,
            Ok(length) => length,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        let bytes = &buffer[..length];
        pass(kind, bytes);
        digest.update(bytes);
        printed.bytes += length as u64;
        let room = keep.saturating_sub(printed.kept.len()).min(length);
        printed.kept.extend_from_slice(&bytes[..room]);
        printed.is_whole &= room == length;
    }
    printed.sha256 = hex(&digest.finalize());
    Ok(printed)
}

#[cfg(unix)]
fn signal(status: ExitStatus) -> Option<i32> {
    use std::os::unix::process::ExitStatusExt;
    status.signal()
}

#[cfg(not(unix))]
fn signal(_: ExitStatus) -> Option<i32> {
    None
}

#[cfg(all(test, unix))]
mod tests {
    use std::ffi::OsString;
    use std::sync::Mutex;

    use super::{Stream, run};

    fn argv(words: &[&str]) -> Vec<OsString> {
        words.iter().map(OsString::from).collect()
    }

    #[test]
    fn output_is_passed_on_digested_and_kept_up_to_a_limit() {
        let passed = Mutex::new(Vec::new());
        let pass = |stream: Stream, bytes: &[u8]| {
            if stream == Stream::Stdout {
                passed.lock().unwrap().extend_from_slice(bytes);
            }
        };
        let ended = run(&argv(&["sh", "-c", "printf hello; printf no >&2; exit 3"]), 2, &pass).unwrap();
        assert_eq!((ended.code, ended.signal), (3, None));
        assert_eq!(passed.into_inner().unwrap(), b"hello");
        assert_eq!(
            (ended.stdout.bytes, ended.stdout.kept.as_slice(), ended.stdout.is_whole),
            (5, &b"he"[..], false)
        );
        assert_eq!((ended.stderr.kept.as_slice(), ended.stderr.is_whole), (&b"no"[..], true));
        assert_eq!(
            ended.stdout.sha256,
            "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"
        );
    }

    #[test]
    fn a_signal_is_told_and_a_command_that_is_not_there_is_an_error() {
        let ended = run(&argv(&["sh", "-c", "kill -9 $$"]), 0, &|_, _| {}).unwrap();
        assert_eq!((ended.code, ended.signal), (137, Some(9)));
        assert!(run(&argv(&["/no/such/program"]), 0, &|_, _| {}).is_err());
        assert!(run(&[], 0, &|_, _| {}).is_err());
    }
}
