//! Paper: a document's contents become pages of PDF. Text is shaped and broken into lines by a
//! layout engine with fonts that are part of the program; what a document says is never part of
//! a template, so nothing in it can change how it is set.
//!
//! - `typesetter`: text of a width becomes lines.
//! - `page`: marks on pages, and pages as a file.
//! - `flow`: blocks one below the other, from page to page.
//! - `head`: who hands the document out, what it is and whom it is for.

mod flow;
mod head;
mod page;
mod typesetter;

use bizgraph_kernel::document::Sheet;

use flow::Flow;
use page::Pages;
use typesetter::Typesetter;

/// Why a document could not be set in type; a defect of ours.
#[derive(Debug, thiserror::Error)]
pub enum PaperFault {
    /// The fonts that are part of the program cannot be used.
    #[error("a font cannot be used")]
    Font,
    /// The file could not be written.
    #[error("the document cannot be written: {0}")]
    Writing(String),
}

/// The document as a file of the type `application/pdf`, A4.
///
/// # Errors
/// Defects of ours; no contents make it fail.
pub fn pdf(sheet: &Sheet) -> Result<Vec<u8>, PaperFault> {
    let mut typesetter = Typesetter::new();
    let pages = lay_out(&mut typesetter, sheet);
    let description = format!("{} {}", sheet.title, sheet.number);
    pages.write(&mut typesetter, description.trim(), &sheet.footer)
}

fn lay_out(typesetter: &mut Typesetter, sheet: &Sheet) -> Pages {
    let mut pages = Pages::default();
    let mut flow = Flow::new(typesetter, &mut pages, running_title(sheet));
    head::set(&mut flow, sheet);
    for block in &sheet.blocks {
        flow.block(block);
    }
    pages
}

/// What stands at the top of the second page and those after it.
fn running_title(sheet: &Sheet) -> String {
    let parts = [sheet.issuer.name.as_str(), sheet.title.as_str(), sheet.number.as_str()];
    let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    parts.join("  ·  ")
}

#[cfg(test)]
mod tests;
