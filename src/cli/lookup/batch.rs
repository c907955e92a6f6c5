//! `groundrule lookup --batch`: every row of a table answered, in order, as it is read.

use super::Format;
use crate::cli::Terminal;
use crate::cli::exit::{Exit, Refused, Usage};
use crate::cli::progress::ShownRows;
use crate::loading::counted;
use crate::server::lookups::{Batch, BatchFault, Form, Table, TableFault};
use anyhow::Context as _;
use std::fs::File;
use std::io::{self, BufWriter, Read};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Bytes of answers that are gathered before they are written.
const GATHERED: usize = 256 * 1024;

/// Answers every row of a file, or of standard input.
pub(super) fn run(
    file: &Path,
    format: Option<Format>,
    mut batch: Batch<'_>,
    terminal: &mut Terminal<'_>,
) -> anyhow::Result<Exit> {
    if format == Some(Format::Text) {
        let told =
            "a batch is answered as csv or json, a row for each row; --format takes one of these";
        return Err(Usage(told.to_owned()).into());
    }
    let (source, bytes): (Box<dyn Read + Send>, Option<u64>) = if file == Path::new("-") {
        (Box::new(io::stdin()), None)
    } else {
        let opened = File::open(file).with_context(|| format!("reading {}", file.display()))?;
        let bytes = opened.metadata().ok().filter(std::fs::Metadata::is_file);
        (Box::new(opened), bytes.map(|found| found.len()))
    };
    let passed = Arc::new(AtomicU64::new(0));
    let source = Counted {
        source,
        passed: Arc::clone(&passed),
    };
    let table = Table::open(source, None).map_err(|fault| match fault {
        TableFault::Read(error) => anyhow::Error::new(error).context(file.display().to_string()),
        fault => Refused(format!("{}: {fault}", file.display())).into(),
    })?;
    batch.form = match format {
        Some(Format::Csv) => Form::Csv,
        Some(Format::Json) => Form::Lines,
        Some(Format::Text) | None => table.form(),
    };
    let shown = ShownRows::begin(bytes, passed);
    let mut out = BufWriter::with_capacity(GATHERED, &mut *terminal.out);
    let outcome = batch.answer(table, &mut out, &mut |tally| shown.rows(tally.rows));
    shown.end();
    drop(out);
    let tally = match outcome {
        Ok(tally) => tally,
        Err(BatchFault::Write(error)) => return Err(error.into()),
        Err(fault) => return Err(fault.into()),
    };
    let rows = counted(tally.rows, "row");
    let told = match tally.bad {
        0 => format!("{rows} answered"),
        bad => format!("{rows}, of which {bad} could not be answered: the error of each says why"),
    };
    writeln!(terminal.err, "{told}")?;
    if tally.failed > 0 {
        let told = "the gazetteer could not be read; groundrule places load makes it anew";
        writeln!(terminal.err, "groundrule: {told}")?;
        return Ok(Exit::Failed);
    }
    Ok(Exit::Done)
}

/// Counts the bytes that pass.
struct Counted<R> {
    source: R,
    passed: Arc<AtomicU64>,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.source.read(buffer)?;
        self.passed.fetch_add(count as u64, Ordering::Relaxed);
        Ok(count)
    }
}
