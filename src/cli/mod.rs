//! The command line: arguments as typed, one library call, a summary, an exit code.
//!
//! Results go to standard output, progress and problems to standard error. The terminal, the
//! environment and the clock are touched here and nowhere else.

mod demo;
mod diff;
mod editions;
mod exit;
mod export;
mod layers;
mod load;
mod lookup;
mod places;
mod prepare;
mod progress;
mod serve;
mod verify;

pub use exit::Exit;

use crate::policy::Lang;
use clap::{Args, Parser, Subcommand, ValueEnum};
use std::ffi::OsString;
use std::io::Write;
use std::path::PathBuf;

/// Which planning policies apply at a place: exact answers, small tiles, one page.
#[derive(Debug, Parser)]
#[command(name = "groundrule", version, arg_required_else_help = true)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Load the sample map and serve it, with three links worth following
    Demo(demo::DemoArguments),
    /// Load a map (map.toml) or single files, check them, and publish them as a new edition
    Load(load::LoadArguments),
    /// Serve the current edition over HTTP
    Serve(serve::ServeArguments),
    /// Say what applies at a place
    Lookup(lookup::LookupArguments),
    /// List the published editions, or remove old ones
    Editions(editions::EditionsArguments),
    /// Make a published edition the current one
    Activate(editions::ActivateArguments),
    /// Say what changed between two editions
    Diff(diff::DiffArguments),
    /// Check every byte of an edition against its manifest, or a saved answer against its edition
    Verify(verify::VerifyArguments),
    /// Write layers of an edition to a file that other programs read
    Export(export::ExportArguments),
    /// List the layers of the current edition, or remove one
    Layers(layers::LayersArguments),
    /// Load a gazetteer, or look something up in it
    #[command(subcommand)]
    Places(places::PlacesCommand),
}

/// Where the atlas is.
#[derive(Debug, Clone, Args)]
struct AtlasArgument {
    /// Folder that holds the editions
    #[arg(
        long,
        value_name = "DIR",
        env = "GROUNDRULE_ATLAS",
        default_value = "atlas"
    )]
    atlas: PathBuf,
}

/// In which language to speak.
#[derive(Debug, Clone, Copy, Args)]
struct LangArgument {
    /// Language of sentences and pages
    #[arg(long, value_enum, default_value = "en")]
    lang: Language,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Language {
    /// English
    En,
    /// Welsh
    Cy,
}

impl LangArgument {
    fn lang(self) -> Lang {
        match self.lang {
            Language::En => Lang::En,
            Language::Cy => Lang::Cy,
        }
    }
}

/// Standard output and standard error.
pub struct Terminal<'a> {
    /// For results.
    pub out: &'a mut dyn Write,
    /// For progress and problems.
    pub err: &'a mut dyn Write,
}

/// Runs one command line, the program's name first.
pub fn run<I, T>(arguments: I, terminal: &mut Terminal<'_>) -> Exit
where
    I: IntoIterator<Item = T>,
    T: Into<OsString> + Clone,
{
    let arguments = arguments.into_iter().map(not_an_option);
    let arguments = match Arguments::try_parse_from(arguments) {
        Ok(arguments) => arguments,
        Err(error) => {
            let to_err = error.use_stderr();
            let stream: &mut dyn Write = if to_err { terminal.err } else { terminal.out };
            // Nobody is left to be told when the terminal itself is gone.
            let _ = write!(stream, "{}", error.render());
            return if to_err { Exit::Usage } else { Exit::Done };
        }
    };
    let outcome = match arguments.command {
        Command::Demo(arguments) => demo::run(&arguments, terminal),
        Command::Load(arguments) => load::run(&arguments, terminal),
        Command::Serve(arguments) => serve::run(&arguments, terminal),
        Command::Lookup(arguments) => lookup::run(&arguments, terminal),
        Command::Editions(arguments) => editions::run(&arguments, terminal),
        Command::Activate(arguments) => editions::activate(&arguments, terminal),
        Command::Diff(arguments) => diff::run(&arguments, terminal),
        Command::Verify(arguments) => verify::run(&arguments, terminal),
        Command::Export(arguments) => export::run(&arguments, terminal),
        Command::Layers(arguments) => layers::run(&arguments, terminal),
        Command::Places(command) => places::run(&command, terminal),
    };
    outcome.unwrap_or_else(|error| {
        if is_closed_pipe(&error) {
            return Exit::Done;
        }
        let _ = writeln!(terminal.err, "groundrule: {error:#}");
        exit::of_error(&error)
    })
}

/// A place that begins with a minus, as `-3.58221,53.28437` does, is no option: a space before it says so.
fn not_an_option(argument: impl Into<OsString>) -> OsString {
    let argument = argument.into();
    let is_number = argument.to_str().is_some_and(|text| {
        let mut letters = text.chars();
        letters.next() == Some('-')
            && letters
                .next()
                .is_some_and(|c| c.is_ascii_digit() || c == '.')
            && text.contains([',', '.', ' '])
    });
    if is_number {
        let mut spaced = OsString::from(" ");
        spaced.push(argument);
        spaced
    } else {
        argument
    }
}

/// Whether the reader of our output has seen enough, as `head` has: that is no failure.
fn is_closed_pipe(error: &anyhow::Error) -> bool {
    let cause = error.downcast_ref::<std::io::Error>();
    cause.is_some_and(|cause| cause.kind() == std::io::ErrorKind::BrokenPipe)
}

/// The time now.
fn now() -> jiff::Timestamp {
    jiff::Timestamp::now()
}

/// Today in Europe/London.
fn today() -> jiff::civil::Date {
    let london = jiff::tz::TimeZone::get("Europe/London").unwrap_or(jiff::tz::TimeZone::UTC);
    now().to_zoned(london).date()
}
