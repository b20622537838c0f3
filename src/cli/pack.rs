//! `runproof pack`: everything that an auditor gets of a period, in one archive.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use chrono::NaiveDate;
use clap::Args;

use crate::cli::common::{Common, day};
use crate::cli::evidence::EvidenceAt;
use crate::cli::outcome::Outcome;
use crate::cli::progress::Progress;
use crate::cli::sample::{days, period};
use crate::cli::terminal::Terminal;
use crate::error::{Error, Result};
use crate::judge::context::Context;
use crate::judge::handbook;
use crate::judge::pack::raw;
use crate::judge::population::{Request, sample};
use crate::model::count::counted;
use crate::model::digest::sha256;
use crate::model::handbook::{Handbook, Product};
use crate::model::population::{Period, Population};
use crate::output::archive;
use crate::report;
use crate::site;
use crate::site::feeds::table::table;
use crate::source::disk::exists;

/// Pack what an auditor gets of a period into one archive: pages, tables, and the raw files
///
/// The pages are those of the handbook, with the audit pack first; records, evidence, exceptions and logs are in it byte for byte, beside an
/// in-toto statement about all of it and the same facts as observations of OSCAL.
/// `sha256sum -c SHA256SUMS` checks it without this program. The same commit, settings and day make the same bytes.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  runproof pack --period 2026-Q3 --out pack-2026-q3.zip\n  runproof pack --from 2026-01-01 --to 2026-06-30 --product api --out api.zip\n  runproof pack --period 2026-Q3 --size 25 --seed 'letter of 1 October' --out pack.zip"
)]
pub(crate) struct Arguments {
    /// The first day of the period
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = day, requires = "to")]
    from: Option<NaiveDate>,
    /// The last day of the period, which belongs to it
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = day, requires = "from")]
    to: Option<NaiveDate>,
    /// The period by its name: `2026`, `2026-Q3` or `2026-07`
    #[arg(long, value_name = "NAME", value_parser = period, conflicts_with_all = ["from", "to"])]
    period: Option<Period>,
    /// The product, where the repository has several
    #[arg(long, value_name = "ID")]
    product: Option<String>,
    /// The ZIP archive to write
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// Write over the file that is there
    #[arg(long)]
    again: bool,
    /// Put a sample of so many changes in, too
    #[arg(long, value_name = "N", requires = "seed")]
    size: Option<usize>,
    /// What decides the order of the sample
    #[arg(long, value_name = "TEXT", requires = "size")]
    seed: Option<String>,
    #[command(flatten)]
    evidence: EvidenceAt,
}

/// Endings of archives of another kind, which would promise what the file is not.
const OTHER_ARCHIVES: &[&str] = &["7z", "bz2", "gz", "rar", "tar", "tgz", "xz", "zst"];

pub(crate) fn run(arguments: &Arguments, common: &Common, terminal: &Terminal) -> Result<Outcome> {
    let ending = arguments
        .out
        .extension()
        .and_then(|ending| ending.to_str())
        .unwrap_or_default();
    if OTHER_ARCHIVES.contains(&ending.to_ascii_lowercase().as_str()) {
        let error = Error::usage(format!("`{}` is not called like what it would be", arguments.out.display()));
        return Err(error.with_help("a pack is a ZIP archive: name it `NAME.zip`"));
    }
    if !arguments.again && exists(&arguments.out) {
        let error = Error::usage(format!("`{}` is there already", arguments.out.display()));
        return Err(error.with_help("an auditor may hold it: name another file, or write over it with `--again`"));
    }
    let (from, to) = days(arguments.period.as_ref(), arguments.from, arguments.to)?;
    let context = common.open_with(arguments.evidence.place())?;
    let progress = Progress::new(terminal);
    let period = Period::between(from, to);
    let handbook = handbook::read_period(&context, &period, &progress)?;
    let product = of_product(&handbook, arguments.product.as_deref())?;
    let Some(population) = product.populations.first() else {
        return Err(Error::unjudged("the product has no change and no release"));
    };
    if population.changes.is_empty() && population.shipped.is_empty() {
        let error = Error::unjudged(format!("no change and no release lies between {from} and {to}"));
        return Err(error.with_help("`runproof build` shows the day of every release; name a period with `--from` and `--to`"));
    }
    let mut files = pages(&handbook, product, population)?;
    let raw = raw(&context, product, population)?;
    let mut left_out = raw.left_out;
    for (path, bytes) in raw.files {
        let name = format!("repository/{path}");
        if archive::is_sane(&name) {
            files.insert(name, bytes);
        } else {
            left_out.push(format!("{path}: its name cannot be unpacked everywhere"));
        }
    }
    if let Some((size, seed)) = arguments.size.zip(arguments.seed.as_deref()) {
        let request = Request {
            product: arguments.product.as_deref(),
            from,
            to,
            size,
            seed,
        };
        let sample = sample(&context, &request)?;
        files.insert("sample.csv".to_owned(), table(report::sample::rows(&sample)));
        files.insert("sample.json".to_owned(), report::sample::json(&sample).into_bytes());
        files.insert("sample.txt".to_owned(), report::sample::text(&sample).into_bytes());
    }
    drop(progress);
    let about = about(&context, &handbook, product, population, left_out);
    let of = site::oscal::About {
        name: if about.product.is_empty() {
            &about.title
        } else {
            &about.product
        },
        program: &about.program,
        commit: about.commit.as_deref(),
        today: &about.today,
        start: &about.start,
    };
    let observations = format!("{:#}\n", site::oscal::results(&of, product, population));
    files.insert("assessment-results.oscal.json".to_owned(), observations.into_bytes());
    report::pack::finish(&about, &mut files);
    let folder = about.folder();
    let named: archive::Files = files
        .into_iter()
        .map(|(path, bytes)| (format!("{folder}/{path}"), bytes))
        .collect();
    let bytes = archive::zip(&named)?;
    crate::output::file::put(&arguments.out, &[], &bytes)?;
    terminal.note(&format!(
        "wrote {}, {}, to {}\n",
        counted(named.len() as u64, "file"),
        counted(bytes.len() as u64, "byte"),
        arguments.out.display()
    ));
    terminal.print(&format!("{}  {}\n", sha256(&bytes), arguments.out.display()));
    Ok(Outcome::Clean)
}

fn of_product<'handbook>(handbook: &'handbook Handbook, product: Option<&str>) -> Result<&'handbook Product> {
    let products = &handbook.products;
    match (product, products.as_slice()) {
        (None, [only]) => Ok(only),
        (None, several) => {
            let ids: Vec<&str> = several.iter().map(|product| product.prefix.as_str()).collect();
            let error = Error::usage(format!("the repository has {} products, and a pack is of one", ids.len()));
            Err(error.with_help(format!("say which, with `--product`: `{}`", ids.join("`, `"))))
        }
        (Some(id), all) => all
            .iter()
            .find(|product| product.prefix == id)
            .ok_or_else(|| crate::judge::dossier::no_product(id, all.iter().map(|product| product.prefix.as_str()))),
    }
}

/// The pages of the pack, below `handbook/`.
fn pages(handbook: &Handbook, product: &Product, population: &Population) -> Result<BTreeMap<String, Vec<u8>>> {
    let collected: Mutex<BTreeMap<String, Vec<u8>>> = Mutex::default();
    let rendered = site::render(handbook, &|file| {
        let mut files = collected.lock().unwrap_or_else(PoisonError::into_inner);
        files.insert(file.url, file.bytes);
    });
    rendered.map_err(|failure| Error::usage("the pages cannot be rendered").caused_by(&failure))?;
    let files = collected.into_inner().unwrap_or_else(PoisonError::into_inner);
    let wanted = site::pack::wanted(product, population);
    let is_wanted = |url: &str| wanted.iter().any(|start| url.starts_with(start.as_str()));
    let kept = site::excerpt::excerpt(files, &is_wanted);
    Ok(kept
        .into_iter()
        .map(|(url, bytes)| (format!("handbook/{url}"), bytes))
        .collect())
}

fn about(
    context: &Context,
    handbook: &Handbook,
    product: &Product,
    population: &Population,
    left_out: Vec<String>,
) -> report::pack::About {
    report::pack::About {
        title: handbook.title.clone(),
        product: product.name.clone(),
        period: population.period.clone(),
        program: concat!("Runproof ", env!("CARGO_PKG_VERSION")).to_owned(),
        commit: handbook.commit.as_ref().map(|commit| commit.id.clone()),
        today: handbook.today.to_string(),
        settings: context
            .config_file
            .as_ref()
            .map(|file| (file.name.clone(), sha256(&file.text))),
        population: population.digest.clone(),
        inputs: population.inputs.clone(),
        left_out,
        start: format!("handbook/{}index.html", site::pack::start(product, population)),
    }
}
