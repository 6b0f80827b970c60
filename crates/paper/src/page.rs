//! Marks on pages, and pages as a file. All pages are there before the first is written, because
//! each says how many there are.

use krilla::Document;
use krilla::color::rgb;
use krilla::geom::{PathBuilder, Point};
use krilla::metadata::Metadata;
use krilla::num::NormalizedF32;
use krilla::page::PageSettings;
use krilla::paint::{Fill, Stroke};
use krilla::surface::Surface;
use krilla::text::{GlyphId, KrillaGlyph};

use crate::PaperFault;
use crate::typesetter::{GREY, Ink, LINE, Lines, Style, Typesetter};

/// A4, in points.
pub(crate) const WIDTH: f32 = 595.28;
const HEIGHT: f32 = 841.89;
pub(crate) const MARGIN: f32 = 48.0;
pub(crate) const TOP: f32 = 48.0;
/// Where the text of a page ends and its foot begins.
pub(crate) const BOTTOM: f32 = HEIGHT - 64.0;
const FOOT: f32 = HEIGHT - 50.0;

/// Something that is printed at a place.
enum Mark {
    /// One line of a text, by its number.
    Line { x: f32, y: f32, lines: Lines, line: usize },
    /// A rule from left to right.
    Rule { x: f32, y: f32, width: f32, thickness: f32, ink: Ink },
}

/// The pages so far.
#[derive(Default)]
pub(crate) struct Pages(Vec<Vec<Mark>>);

impl Pages {
    /// Begins a page.
    pub fn begin(&mut self) {
        self.0.push(Vec::new());
    }

    /// How many there are.
    #[cfg(test)]
    pub fn count(&self) -> usize {
        self.0.len()
    }

    /// What is printed on a page, and how far down, for tests.
    #[cfg(test)]
    pub fn texts(&self, page: usize) -> Vec<(f32, String)> {
        let printed = self.0[page].iter().filter_map(|mark| match mark {
            Mark::Line { y, lines, line, .. } => {
                let line = lines.layout.get(*line)?;
                let below = y + line.metrics().block_min_coord + line.metrics().line_height;
                Some((below, lines.text[line.text_range()].trim().to_owned()))
            }
            Mark::Rule { .. } => None,
        });
        printed.collect()
    }

    /// Prints all lines of a text with its upper left corner here.
    pub fn text(&mut self, x: f32, y: f32, lines: &Lines) {
        for line in 0..lines.layout.len() {
            self.line(x, y, lines, line);
        }
    }

    /// Prints one line of a text whose first line would have its upper left corner here.
    pub fn line(&mut self, x: f32, y: f32, lines: &Lines, line: usize) {
        if let Some(page) = self.0.last_mut() {
            page.push(Mark::Line { x, y, lines: lines.clone(), line });
        }
    }

    /// Draws a rule.
    pub fn rule(&mut self, x: f32, y: f32, width: f32, thickness: f32, ink: Ink) {
        if let Some(page) = self.0.last_mut() {
            page.push(Mark::Rule { x, y, width, thickness, ink });
        }
    }

    /// The pages as a file.
    pub fn write(
        mut self,
        typesetter: &mut Typesetter,
        title: &str,
        footer: &str,
    ) -> Result<Vec<u8>, PaperFault> {
        self.number(typesetter, footer);
        let mut document = Document::new();
        let metadata = Metadata::new().title(title.to_owned()).language("en".to_owned());
        document.set_metadata(metadata.creator("bizgraph".to_owned()));
        let settings = PageSettings::from_wh(WIDTH, HEIGHT)
            .ok_or_else(|| PaperFault::Writing("a page without a size".to_owned()))?;
        for marks in &self.0 {
            let mut page = document.start_page_with(settings.clone());
            let mut surface = page.surface();
            for mark in marks {
                match mark {
                    Mark::Line { x, y, lines, line } => {
                        print(&mut surface, typesetter, *x, *y, lines, *line)?;
                    }
                    Mark::Rule { x, y, width, thickness, ink } => {
                        draw(&mut surface, (*x, *y), *width, *thickness, *ink);
                    }
                }
            }
            surface.finish();
            page.finish();
        }
        document.finish().map_err(|error| PaperFault::Writing(format!("{error:?}")))
    }

    /// Gives every page its foot.
    fn number(&mut self, typesetter: &mut Typesetter, footer: &str) {
        let (count, width) = (self.0.len(), WIDTH - 2.0 * MARGIN);
        let style = Style::plain(7.5).ink(GREY);
        let said = typesetter.set(footer, style, width - 90.0);
        for page in 0..count {
            let number = format!("Page {} of {count}", page + 1);
            let number = typesetter.set(&number, style.right(), 90.0);
            let marks = &mut self.0[page];
            let rule = Mark::Rule { x: MARGIN, y: FOOT, width, thickness: 0.5, ink: LINE };
            marks.push(rule);
            // Two lines fit below the rule.
            for line in 0..said.layout.len().min(2) {
                marks.push(Mark::Line { x: MARGIN, y: FOOT + 6.0, lines: said.clone(), line });
            }
            let x = WIDTH - MARGIN - 90.0;
            marks.push(Mark::Line { x, y: FOOT + 6.0, lines: number, line: 0 });
        }
    }
}

fn fill(ink: Ink) -> Fill {
    Fill {
        paint: rgb::Color::new(ink.0, ink.1, ink.2).into(),
        opacity: NormalizedF32::ONE,
        rule: Default::default(),
    }
}

fn draw(surface: &mut Surface<'_>, from: (f32, f32), width: f32, thickness: f32, ink: Ink) {
    let mut path = PathBuilder::new();
    path.move_to(from.0, from.1);
    path.line_to(from.0 + width, from.1);
    let Some(path) = path.finish() else { return };
    surface.set_fill(None);
    surface.set_stroke(Some(Stroke {
        paint: rgb::Color::new(ink.0, ink.1, ink.2).into(),
        width: thickness,
        ..Stroke::default()
    }));
    surface.draw_path(&path);
    surface.set_stroke(None);
}

/// Prints one line: run by run, glyph by glyph, with the text behind it, so that it can be
/// searched and copied.
fn print(
    surface: &mut Surface<'_>,
    typesetter: &mut Typesetter,
    left: f32,
    top: f32,
    lines: &Lines,
    line: usize,
) -> Result<(), PaperFault> {
    let Some(line) = lines.layout.get(line) else { return Ok(()) };
    let metrics = line.metrics();
    let (mut x, y) = (left + metrics.offset, top + metrics.baseline);
    for run in line.runs() {
        let font = typesetter.embedded(run.font()).ok_or(PaperFault::Font)?;
        let size = run.font_size();
        let start = x;
        let mut glyphs = Vec::<KrillaGlyph>::new();
        for cluster in run.visual_clusters() {
            let range = cluster.text_range();
            if cluster.is_ligature_continuation() {
                if let Some(glyph) = glyphs.last_mut() {
                    glyph.text_range.end = range.end;
                }
                continue;
            }
            for glyph in cluster.glyphs() {
                let (advance, dx, dy) = (glyph.advance / size, glyph.x / size, glyph.y / size);
                let id = GlyphId::new(glyph.id);
                glyphs.push(KrillaGlyph::new(id, advance, dx, dy, 0.0, range.clone(), None));
                x += glyph.advance;
            }
        }
        if !glyphs.is_empty() {
            surface.set_fill(Some(fill(lines.ink)));
            let at = Point::from_xy(start, y);
            surface.draw_glyphs(at, &glyphs, font, &lines.text, size, false);
        }
    }
    Ok(())
}
