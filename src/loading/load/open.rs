//! One layer's files → rows that can be published, all in one space, and findings.

use super::{LoadError, LoadOptions, Progress, Step};
use crate::geometry::{Bounds, Crs, Space};
use crate::loading::fields::{self, Field, Mapping};
use crate::loading::finding::{
    Done, Finding, Kind, MAX_OUTLINES_OF_A_KIND, Outline, Severity, Shows, shown,
};
use crate::loading::map_file::LayerSource;
use crate::loading::mojibake;
use crate::loading::outliers;
use crate::loading::reader::{self, Contents, Declared, Format, Passed, Row, RowGeometry, Wanted};
use crate::loading::record::Reading;
use crate::loading::references::Draft;
use crate::loading::source::{SourceFile, Sources, file_name};
use crate::loading::validate::{Checker, Tally, in_mercator};
use crate::loading::whereabouts;
use crate::policy::{AreaRecord, Layer, Map};
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};

/// A layer whose files have been read and whose rows have been checked one by one.
#[derive(Debug)]
pub struct LayerDraft {
    pub source: LayerSource,
    pub space: Space,
    pub files: Vec<FileSummary>,
    pub drafts: Vec<Draft>,
    pub left_out: u64,
    pub findings: Vec<Finding>,
    /// How many findings of a kind came with a likeness of their area.
    pub outlines: BTreeMap<&'static str, usize>,
    pub sources: Vec<SourceFile>,
    /// Not all files could be read, so there is no layer to speak of.
    pub failed: bool,
}

/// Checked rows are told by so many.
const TOLD_ROWS: u64 = 512;

/// Rows that are checked side by side before they are put away: enough to share out, and no second copy of
/// a nation.
const BLOCK_ROWS: usize = 16_384;

/// What is told about a file.
#[derive(Debug)]
pub struct FileSummary {
    pub name: String,
    pub format: String,
    pub crs: String,
    pub rows: u64,
}

/// Reads and checks one layer.
pub fn layer(
    source: &LayerSource,
    map: &Map,
    options: &LoadOptions,
    progress: &dyn Progress,
) -> Result<LayerDraft, LoadError> {
    let mut draft = LayerDraft {
        source: source.clone(),
        space: Space::NationalGrid,
        files: Vec::new(),
        drafts: Vec::new(),
        left_out: 0,
        findings: Vec::new(),
        outlines: BTreeMap::new(),
        sources: Vec::new(),
        failed: false,
    };
    let sources = Sources::default();
    let mut opened = Vec::new();
    for path in &source.files {
        let name = file_name(path);
        let layer = source.id.as_str();
        let passed = Passed::default();
        progress.step(Step::Reading {
            layer,
            file: &name,
            bytes: std::fs::metadata(path).map_or(0, |file| file.len()),
            passed: &passed,
        });
        let contents = read(path, source, &sources, passed)?;
        let rows = contents
            .as_ref()
            .map_or(0, |contents| contents.rows.len() as u64);
        progress.step(Step::Read {
            layer,
            file: &name,
            rows,
        });
        draft.open(&name, contents, options, &mut opened);
    }
    draft.sources = sources.into_files();
    draft.space = common_space(opened.iter().map(|file| file.crs));
    let plan = map
        .layer(&source.id)
        .and_then(|layer| layer.plan.as_deref());
    for (at, file) in opened.into_iter().enumerate() {
        draft.check(at, file, map, plan, options, progress);
    }
    Ok(draft)
}

type Content = Result<Contents, Box<Finding>>;

fn read(
    path: &Path,
    source: &LayerSource,
    sources: &Sources,
    passed: Passed,
) -> Result<Content, LoadError> {
    let named = |field: Field| {
        let found = source.fields.iter().find(|(known, _)| *known == field);
        found.map(|(_, column)| column.clone())
    };
    let wanted = Wanted {
        layer: source.source_layer.clone(),
        geometry: named(Field::Geometry),
        xy: named(Field::X).zip(named(Field::Y)),
        passed,
    };
    match reader::read(path, &wanted, sources) {
        Ok(contents) => Ok(Ok(contents)),
        Err(error) => LoadError::or_finding(error).map(|finding| Err(Box::new(finding))),
    }
}

/// A file with its columns understood.
struct OpenFile {
    contents: Contents,
    crs: Crs,
    mapping: Mapping,
}

/// The space of a layer: the National Grid as soon as one of its files is on it, for its lines are the
/// ones that the law drew there.
pub fn common_space(systems: impl Iterator<Item = Crs>) -> Space {
    let mut space = Space::Wgs84;
    for crs in systems {
        if crs.space() == Space::NationalGrid {
            space = Space::NationalGrid;
        }
    }
    space
}

impl LayerDraft {
    fn open(
        &mut self,
        name: &str,
        content: Content,
        options: &LoadOptions,
        opened: &mut Vec<OpenFile>,
    ) {
        let mut summary = FileSummary {
            name: name.to_owned(),
            format: "unread".to_owned(),
            crs: "none".to_owned(),
            rows: 0,
        };
        let mut findings = Vec::new();
        let understood = content
            .and_then(|contents| self.understand(contents, options, &mut summary, &mut findings));
        match understood {
            Ok(file) => opened.push(file),
            Err(finding) => {
                findings.push(*finding);
                self.failed = true;
            }
        }
        self.files.push(summary);
        self.tell(name, findings);
    }

    /// Finds the columns and the coordinate system of a file.
    fn understand(
        &self,
        mut contents: Contents,
        options: &LoadOptions,
        summary: &mut FileSummary,
        findings: &mut Vec<Finding>,
    ) -> Result<OpenFile, Box<Finding>> {
        summary.format = contents.format.to_string();
        summary.rows = contents.rows.len() as u64;
        findings.append(&mut contents.notes);
        let columns = contents.columns.names();
        let mapping = Mapping::find(columns, &self.source.fields, &self.source.kept_fields);
        let said = Said {
            here: self.source.crs,
            elsewhere: options.crs.or(self.source.kept_crs),
        };
        let crs = decide(&contents, said, findings);
        if contents.rows.is_empty() {
            findings.push(no_rows(self.source.incomplete.is_some()));
        }
        match (mapping, crs) {
            (Ok(mapping), Ok(crs)) => {
                summary.crs = crs.to_string();
                Ok(OpenFile {
                    contents,
                    crs,
                    mapping,
                })
            }
            (Ok(_), Err(finding)) => Err(finding),
            (Err(mut problems), crs) => {
                let last = problems.pop().expect("a refusal has a reason");
                findings.append(&mut problems);
                findings.extend(crs.err().map(|finding| *finding));
                Err(Box::new(last))
            }
        }
    }

    /// Checks the rows of a file, side by side, and keeps them in order.
    fn check(
        &mut self,
        at: usize,
        file: OpenFile,
        map: &Map,
        plan: Option<&str>,
        options: &LoadOptions,
        progress: &dyn Progress,
    ) {
        let OpenFile {
            contents,
            crs,
            mapping,
        } = file;
        let name = self.files[at].name.clone();
        let source = self.source.clone();
        let reading = Reading {
            mapping: &mapping,
            columns: contents.columns.names(),
            row_numbers: contents.columns.row_numbers(),
            entry_date: fields::entry_date(contents.columns.names()),
            today: options.today,
            date_format: source.date_format.as_deref(),
            plan,
            map,
        };
        let garbled = mojibake::find(&contents);
        let layer = map.layer(&source.id);
        let accuracy_m = layer.map_or(Layer::DEFAULT_ACCURACY_M, |layer| layer.accuracy_m);
        // Names of what is only drawn come as their surveyor wrote them.
        let answered = layer.is_none_or(Layer::is_answered);
        let checker =
            Checker::new(crs, self.space, options.accept_repairs).telling_oddities(accuracy_m);
        let checked_rows = AtomicU64::new(0);
        let check = |row: Row| {
            let (record, findings) = reading.record(&row);
            let welsh = reading.has_welsh_name(&row).filter(|_| answered);
            let mut checked = check_row(row, record, findings, &checker, options);
            checked.tally.with_welsh = u64::from(welsh == Some(true));
            checked.tally.without_welsh = u64::from(welsh == Some(false));
            if checked_rows.fetch_add(1, Ordering::Relaxed) % TOLD_ROWS == TOLD_ROWS - 1 {
                progress.step(Step::Checked {
                    layer: source.id.as_str(),
                    file: &name,
                    rows: TOLD_ROWS,
                });
            }
            checked
        };
        let mut tally = Tally::default();
        self.drafts.reserve_exact(contents.rows.len());
        let mut rows = contents.rows.into_iter();
        while !rows.as_slice().is_empty() {
            let block: Vec<Row> = rows.by_ref().take(BLOCK_ROWS).collect();
            let checked: Vec<CheckedRow> = block.into_par_iter().map(check).collect();
            for row in checked {
                tally = tally.and(row.tally);
                self.tell(&name, row.findings);
                match row.area {
                    Some((record, shape)) => self.drafts.push(Draft {
                        file: at,
                        row: row.number,
                        record,
                        shape,
                    }),
                    None => self.left_out += 1,
                }
            }
        }
        self.tell(&name, garbled);
        self.tell(&name, counted(tally, &checker, crs, self.space));
    }

    /// Looks whether areas lie where the authority is. What is only drawn may lie anywhere, as long as
    /// its axes are not exchanged: a coast goes on.
    pub fn check_whereabouts(
        &mut self,
        authority: Option<&Bounds>,
        map: &Map,
        options: &LoadOptions,
    ) {
        let space = self.space;
        let layer = map.layer(&self.source.id);
        let anywhere = layer.is_some_and(|layer| !layer.is_answered());
        let matters =
            |finding: &Finding| !anywhere || !matches!(finding.kind, Kind::FarFromCoverage { .. });
        // Boxed: a finding is large, and nearly every row has none.
        let found: Vec<Option<Box<Finding>>> = self
            .drafts
            .par_iter()
            .map(|draft| whereabouts::check(&draft.shape, space, authority).filter(matters))
            .map(|found| found.map(Box::new))
            .collect();
        let mut found = found.into_iter();
        let mut findings = Vec::new();
        self.drafts.retain(|draft| {
            let Some(Some(mut finding)) = found.next() else {
                return true;
            };
            finding.row = Some(draft.row);
            finding.reference = Some(shown(&draft.record.reference));
            finding.outline = Some(Outline::of_shape(&draft.shape, space));
            accept(&mut finding, options);
            findings.push((draft.file, finding));
            false
        });
        self.left_out += findings.len() as u64;
        for (file, finding) in findings {
            self.tell_of(file, *finding);
        }
        if authority.is_none() && !anywhere {
            for (file, finding) in outliers::find(&self.drafts, space) {
                self.tell_of(file, finding);
            }
        }
    }

    /// Keeps a finding about one of the files.
    pub fn tell_of(&mut self, file: usize, finding: Finding) {
        let name = self.files[file].name.clone();
        self.tell(&name, vec![finding]);
    }

    fn tell(&mut self, file: &str, findings: Vec<Finding>) {
        for mut finding in findings {
            finding.layer = Some(self.source.id.clone());
            // A file inside an archive has been named already.
            finding.file.get_or_insert_with(|| file.to_owned());
            self.ration_outlines(&mut finding);
            self.findings.push(finding);
        }
    }
}

impl LayerDraft {
    /// Takes the likeness of an area away where enough findings of the kind have one.
    fn ration_outlines(&mut self, finding: &mut Finding) {
        if finding.outline.is_none() {
            return;
        }
        let drawn = self.outlines.entry(finding.kind.word()).or_insert(0);
        *drawn += 1;
        if *drawn > MAX_OUTLINES_OF_A_KIND {
            finding.outline = None;
        }
    }
}

/// With errors accepted, an error about a row leaves that row out.
pub fn accept(finding: &mut Finding, options: &LoadOptions) {
    if options.accept_errors && finding.row.is_some() && finding.refuses() {
        finding.done = Done::LeftOut;
    }
}

/// A file without rows: an error, unless the map says why that may be.
pub fn no_rows(accepted: bool) -> Finding {
    let mut finding = Finding::new(Kind::NoRows);
    if accepted {
        (finding.severity, finding.done) = (Severity::Notice, Done::Said);
    }
    finding
}

struct CheckedRow {
    number: u64,
    area: Option<(AreaRecord, crate::geometry::Shape)>,
    findings: Vec<Finding>,
    tally: Tally,
}

fn check_row(
    row: Row,
    record: AreaRecord,
    mut findings: Vec<Finding>,
    checker: &Checker,
    options: &LoadOptions,
) -> CheckedRow {
    let (shape, more, tally) = check_geometry(row.geometry, checker);
    findings.extend(more);
    for finding in &mut findings {
        finding.row = Some(row.number);
        if !record.reference.is_empty() {
            finding.reference = Some(shown(&record.reference));
        }
        accept(finding, options);
    }
    let stays = |finding: &Finding| !matches!(finding.done, Done::Refused | Done::LeftOut);
    CheckedRow {
        number: row.number,
        area: shape
            .filter(|_| findings.iter().all(stays))
            .map(|shape| (record, shape)),
        findings,
        tally,
    }
}

type CheckedGeometry = (Option<crate::geometry::Shape>, Vec<Finding>, Tally);

/// A row's geometry as a shape, or what is wrong with it.
pub fn check_geometry(geometry: RowGeometry, checker: &Checker) -> CheckedGeometry {
    let fault = match geometry {
        RowGeometry::Drawn(drawn) => {
            let checked = checker.check(drawn);
            return (checked.shape, checked.findings, checked.tally);
        }
        RowGeometry::Missing => Kind::MissingGeometry,
        RowGeometry::Faulty(kind) => kind,
    };
    (None, vec![Finding::new(fault)], Tally::default())
}

/// What was counted over a file.
pub fn counted(tally: Tally, checker: &Checker, crs: Crs, space: Space) -> Vec<Finding> {
    let mut kinds = Vec::new();
    if checker.converts() {
        kinds.push(Kind::Converted {
            from: crs,
            to: space.epsg(),
        });
    }
    if tally.repeated_vertices > 0 {
        kinds.push(Kind::RepeatedVertices {
            vertices: tally.repeated_vertices,
            rows: tally.rows_with_repeats,
        });
    }
    if tally.rows_with_heights > 0 {
        kinds.push(Kind::HeightsDropped {
            rows: tally.rows_with_heights,
        });
    }
    if tally.rows_with_curves > 0 {
        kinds.push(Kind::CurvesLinearised {
            rows: tally.rows_with_curves,
        });
    }
    if tally.beyond_edge > 0 {
        kinds.push(Kind::BeyondOstn15Edge {
            vertices: tally.beyond_edge,
        });
    }
    if tally.with_welsh > 0 && tally.without_welsh > 0 {
        kinds.push(Kind::MissingWelsh {
            rows: tally.without_welsh,
            others: tally.with_welsh,
        });
    }
    kinds.into_iter().map(Finding::new).collect()
}

/// What was said of a file's coordinate system.
#[derive(Debug, Clone, Copy)]
pub struct Said {
    /// Of this very file or its layer.
    pub here: Option<Crs>,
    /// Of all files that do not say.
    pub elsewhere: Option<Crs>,
}

/// The coordinate system of a file: what it declares, else what was said, else what its format means.
///
/// # Errors
/// It names none, or one that cannot be read, and nothing was said; or it names another than was said.
pub fn decide(
    contents: &Contents,
    said: Said,
    findings: &mut Vec<Finding>,
) -> Result<Crs, Box<Finding>> {
    let refused = |kind: Kind| Err(Box::new(Finding::new(kind)));
    let contradicted = |said: Crs, shows: Shows| refused(Kind::CrsContradicted { said, shows });
    let degrees = holds_degrees(&contents.rows);
    match (&contents.declared, said.here) {
        (Declared::Known(declared), Some(said)) if said != *declared => {
            contradicted(said, Shows::Declares(*declared))
        }
        (Declared::Known(declared), _) => Ok(*declared),
        (Declared::Unknown(named), Some(said)) => {
            contradicted(said, Shows::DeclaresUnread(named.clone()))
        }
        (Declared::Unknown(named), None) => refused(Kind::CrsUnknown {
            named: named.clone(),
        }),
        // RFC 7946 and KML mean WGS 84; metres in them are the custom of before.
        (Declared::ByFormat, Some(said)) if degrees == Some(true) && said != Crs::Wgs84 => {
            let format = contents.format.to_string();
            let system = Crs::Wgs84;
            contradicted(said, Shows::MeansByFormat { format, system })
        }
        // Degrees taken for metres lie in the sea off Scilly, where nothing is to be found.
        (_, Some(said)) if degrees == Some(true) && !said.in_degrees() => {
            contradicted(said, Shows::HoldsDegrees)
        }
        (_, Some(said)) => Ok(said),
        (Declared::ByFormat, None) if degrees != Some(false) => Ok(Crs::Wgs84),
        (Declared::ByFormat | Declared::Nothing, None)
            if said.elsewhere.is_none() && degrees == Some(false) =>
        {
            let mercator = mercator(&contents.rows);
            refused(mercator.unwrap_or(Kind::CrsNotDeclared { degrees: false }))
        }
        (Declared::ByFormat | Declared::Nothing, None) => match said.elsewhere {
            Some(said) if degrees != Some(true) || said.in_degrees() => Ok(said),
            _ if degrees != Some(false) && is_text(contents.format) => {
                findings.push(Finding::new(Kind::CrsAssumed));
                Ok(Crs::Wgs84)
            }
            _ => refused(Kind::CrsNotDeclared {
                degrees: degrees != Some(false),
            }),
        },
    }
}

/// Formats that cannot name a system; the national standard wants WGS 84 in them.
fn is_text(format: Format) -> bool {
    matches!(format, Format::Table | Format::Wkt)
}

/// Whether the rows begin in Web Mercator: its metres round Britain and Ireland are none of the National Grid's.
fn mercator(rows: &[Row]) -> Option<Kind> {
    let mut firsts = rows.iter().filter_map(|row| match &row.geometry {
        RowGeometry::Drawn(drawn) => drawn.vertices().next(),
        _ => None,
    });
    let kind = in_mercator(firsts.next()?)?;
    firsts
        .all(|at| in_mercator(at).as_ref() == Some(&kind))
        .then_some(kind)
}

/// Whether most vertices could be longitudes and latitudes; `None` where there are no vertices.
fn holds_degrees(rows: &[Row]) -> Option<bool> {
    let (mut degrees, mut others) = (0_u64, 0_u64);
    for row in rows {
        if let RowGeometry::Drawn(drawn) = &row.geometry {
            for at in drawn.vertices() {
                if at.x.abs() <= 180.0 && at.y.abs() <= 90.0 {
                    degrees += 1;
                } else {
                    others += 1;
                }
            }
        }
    }
    (degrees + others > 0).then_some(degrees >= others)
}
