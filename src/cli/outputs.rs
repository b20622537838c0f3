//! Where the outcome of a lint goes: to stdout, and to any number of files in forms of their own.

use std::io::Write;
use std::path::{Path, PathBuf};

use clap::Args;

use crate::cli::terminal::Terminal;
use crate::error::{Error, Result};
use crate::model::nearest::nearest;
use crate::model::report::Report;
use crate::output::file;
use crate::report;
use crate::report::format::{Format, Style};

/// Options of what is printed.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct Outputs {
    /// The form of what is printed [default: text, unless an --output goes to `-`]
    #[arg(long, value_parser = format_names())]
    format: Option<String>,
    /// Write the outcome to a file as well, such as `sarif=runproof.sarif`; may be given several times, `-` is stdout
    #[arg(long, value_name = "FORMAT=PATH", value_parser = parse)]
    output: Vec<Output>,
    /// List the forms with one line each, and do nothing else
    #[arg(long)]
    list_formats: bool,
}

/// One form and where it goes.
#[derive(Clone, Debug)]
struct Output {
    /// The name of the form.
    format: &'static str,
    /// The file; none is stdout.
    path: Option<PathBuf>,
}

fn format_names() -> clap::builder::PossibleValuesParser {
    report::FORMATS.iter().map(|format| format.name).collect::<Vec<_>>().into()
}

fn parse(text: &str) -> std::result::Result<Output, String> {
    let names = || report::FORMATS.iter().map(|format| format.name);
    let Some((name, path)) = text.split_once('=') else {
        return Err("it takes the form FORMAT=PATH, such as `sarif=runproof.sarif`".to_owned());
    };
    let Some(format) = names().find(|known| *known == name) else {
        let near = nearest(name, names()).map(|near| format!("; did you mean `{near}`?"));
        let near = near.unwrap_or_else(|| format!("; there are {}", names().collect::<Vec<_>>().join(", ")));
        return Err(format!("there is no format `{name}`{near}"));
    };
    if path.is_empty() {
        return Err("the path is empty".to_owned());
    }
    Ok(Output {
        format,
        path: (path != "-").then(|| PathBuf::from(path)),
    })
}

impl Outputs {
    /// Whether the forms are to be listed, and nothing else.
    pub(crate) fn lists(&self) -> bool {
        self.list_formats
    }

    /// Checks what can be known before the work begins: no two forms go to the same file.
    pub(crate) fn check(&self) -> Result<()> {
        let mut paths: Vec<&Path> = self.output.iter().filter_map(|output| output.path.as_deref()).collect();
        paths.sort_unstable();
        match paths.windows(2).find(|pair| pair[0] == pair[1]) {
            Some(pair) => Err(Error::usage(format!("two outputs go to `{}`", pair[0].display()))),
            None => Ok(()),
        }
    }

    /// Writes the files, then prints what goes to stdout.
    pub(crate) fn write(&self, report: &Report, terminal: &Terminal) -> Result<()> {
        for output in &self.output {
            if let Some(path) = &output.path {
                if let Some(runbook) = runbook_at(path, report) {
                    let error = Error::usage(format!("`{}` is the runbook `{runbook}`", path.display()));
                    return Err(error.with_help("write the outcome to a file of its own, such as `sarif=runproof.sarif`"));
                }
                write_file(
                    path,
                    report.root.as_deref().map(Path::new),
                    &report::write(output.format, report, Style::default()),
                )?;
            }
        }
        let to_stdout = || self.output.iter().filter(|output| output.path.is_none());
        let default = to_stdout().next().is_none().then_some("text");
        let chosen = self.format.as_deref().or(default);
        for format in chosen.into_iter().chain(to_stdout().map(|output| output.format)) {
            terminal.print_report(&report::write(format, report, terminal.style()));
        }
        Ok(())
    }
}

/// The runbook that a file to be written is.
fn runbook_at<'report>(path: &Path, report: &'report Report) -> Option<&'report str> {
    let root = Path::new(report.root.as_deref()?);
    let meant = path.canonicalize().ok()?;
    let mut runbooks = report.texts.keys();
    let runbook = runbooks.find(|runbook| root.join(runbook).canonicalize().is_ok_and(|path| path == meant))?;
    Some(runbook)
}

/// Every form with one line.
pub(crate) fn list() -> String {
    let width = report::FORMATS
        .iter()
        .map(|format| format.name.len())
        .max()
        .unwrap_or_default();
    let line = |format: &Format| format!("{:width$}  {}\n", format.name, format.summary);
    report::FORMATS.iter().map(line).collect()
}

/// Writes a file whole or not at all. A link is not followed below the guards or the current folder, since what lies there may be of
/// others. What is no plain file, such as a device or a pipe, is written as it is where it lies in `/dev`.
pub(crate) fn write_file(path: &Path, root: Option<&Path>, text: &str) -> Result<()> {
    if path.starts_with("/dev") {
        let written = std::fs::OpenOptions::new()
            .write(true)
            .open(path)
            .and_then(|mut file| file.write_all(text.as_bytes()));
        return written.map_err(|error| Error::usage(format!("failed to write `{}`", path.display())).caused_by(&error));
    }
    let guards: Vec<&Path> = root.into_iter().chain([Path::new(".")]).collect();
    file::put(path, &guards, text.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::{Output, parse};

    #[test]
    fn an_output_is_a_form_and_a_path() {
        let Ok(Output { format, path }) = parse("sarif=out/a=b.sarif") else {
            panic!("it is an output")
        };
        assert_eq!((format, path), ("sarif", Some("out/a=b.sarif".into())));
        assert_eq!(parse("github=-").map(|output| output.path).ok(), Some(None));
    }

    #[test]
    fn a_form_that_is_not_there_is_told_with_the_nearest() {
        let message = |text: &str| parse(text).err().unwrap_or_default();
        assert_eq!(message("sarf=x"), "there is no format `sarf`; did you mean `sarif`?");
        assert!(
            message("xyzzyx=x").contains("there are concise, github"),
            "{}",
            message("xyzzyx=x")
        );
        assert!(message("sarif").contains("FORMAT=PATH"));
        assert!(message("sarif=").contains("empty"));
    }
}
