//! The top of the first page: who hands the document out, what it is, whom it is for.

use bizgraph_kernel::document::{Fact, Party, Sheet};

use crate::flow::{Flow, MEASURE};
use crate::page::MARGIN;
use crate::typesetter::{ACCENT, GREY, Style};

/// Both halves of the top, in points.
const HALF: f32 = MEASURE / 2.0 - 12.0;
const RIGHT: f32 = MARGIN + MEASURE / 2.0 + 12.0;

const SMALL: Style = Style::plain(8.0).ink(GREY);

/// Sets the top of a document.
pub(crate) fn set(flow: &mut Flow<'_>, sheet: &Sheet) {
    let top = flow.y;
    let left = party(flow, &sheet.issuer, Style::plain(15.0).bold(), MARGIN, top);
    let title =
        flow.typesetter.set(&sheet.title, Style::plain(20.0).bold().ink(ACCENT).right(), HALF);
    flow.pages.text(RIGHT, top - 3.0, &title);
    let mut right = top + title.height();
    if !sheet.number.is_empty() {
        let number = flow.typesetter.set(&sheet.number, Style::plain(11.0).right(), HALF);
        flow.pages.text(RIGHT, right - 2.0, &number);
        right += number.height();
    }
    flow.y = left.max(right) + 10.0;
    flow.pages.rule(MARGIN, flow.y, MEASURE, 1.4, ACCENT);
    flow.y += 14.0;
    whom_and_what(flow, sheet);
}

/// The addressee at the left, facts at the right; facts alone take the left.
fn whom_and_what(flow: &mut Flow<'_>, sheet: &Sheet) {
    let top = flow.y;
    let mut left = top;
    let mut x = MARGIN;
    if let Some(addressee) = &sheet.addressee {
        left = party(flow, addressee, Style::plain(10.0).bold(), MARGIN, top);
        x = RIGHT;
    }
    let right = facts(flow, &sheet.facts, x, top);
    flow.y = left.max(right) + 14.0;
}

/// Prints a name with what stands below it and answers where it ends.
fn party(flow: &mut Flow<'_>, party: &Party, name: Style, x: f32, top: f32) -> f32 {
    let mut y = top;
    let parts = [(party.heading.as_str(), SMALL), (party.name.as_str(), name)];
    let lines = party.lines.iter().map(|line| (line.as_str(), Style::plain(8.8)));
    for (text, style) in parts.into_iter().chain(lines).filter(|(text, _)| !text.is_empty()) {
        let lines = flow.typesetter.set(text, style, HALF);
        flow.pages.text(x, y, &lines);
        y += lines.height();
    }
    y
}

fn facts(flow: &mut Flow<'_>, facts: &[Fact], x: f32, top: f32) -> f32 {
    const LABELS: f32 = 92.0;
    let mut y = top;
    for fact in facts {
        let label = flow.typesetter.set(&fact.label, SMALL, LABELS);
        let value = flow.typesetter.set(&fact.value, Style::plain(9.0), HALF - LABELS - 6.0);
        flow.pages.text(x, y + 0.8, &label);
        flow.pages.text(x + LABELS + 6.0, y, &value);
        y += label.height().max(value.height()) + 1.5;
    }
    y
}
