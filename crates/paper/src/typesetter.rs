//! Text becomes lines: shaped, ordered by its direction, and broken at a width.

use std::borrow::Cow;
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;

use krilla::text::Font;
use parley::fontique::{Blob, Collection, CollectionOptions, FontInfoOverride};
use parley::style::{FontFamily, FontFamilyName, FontWeight, LineHeight, StyleProperty};
use parley::{Alignment, AlignmentOptions, FontContext, Layout, LayoutContext};

/// The name under which the fonts are registered.
const FAMILY: &str = "Paper";
static REGULAR: &[u8] = include_bytes!("../fonts/DejaVuSansCondensed.ttf");
static BOLD: &[u8] = include_bytes!("../fonts/DejaVuSansCondensed-Bold.ttf");

/// Characters of one text at most; a longer one ends in an ellipsis.
const MOST_CHARACTERS: usize = 4_000;

/// A colour of ink.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Ink(pub u8, pub u8, pub u8);

pub(crate) const BLACK: Ink = Ink(0x1b, 0x1f, 0x24);
pub(crate) const GREY: Ink = Ink(0x5f, 0x68, 0x74);
pub(crate) const ACCENT: Ink = Ink(0x12, 0x4e, 0x66);
pub(crate) const LINE: Ink = Ink(0xd4, 0xd9, 0xdf);

/// How a text looks. Sizes are in points.
#[derive(Clone, Copy)]
pub(crate) struct Style {
    pub size: f32,
    pub bold: bool,
    pub ink: Ink,
    pub right: bool,
}

impl Style {
    /// Plain text of a size.
    pub const fn plain(size: f32) -> Self {
        Style { size, bold: false, ink: BLACK, right: false }
    }

    pub const fn bold(self) -> Self {
        Style { bold: true, ..self }
    }

    pub const fn ink(self, ink: Ink) -> Self {
        Style { ink, ..self }
    }

    pub const fn right(self) -> Self {
        Style { right: true, ..self }
    }
}

/// A text that was set: its lines and where they lie.
#[derive(Clone)]
pub(crate) struct Lines {
    pub text: Rc<str>,
    pub layout: Rc<Layout<()>>,
    pub ink: Ink,
}

impl Lines {
    /// How much room all lines take, in points.
    pub fn height(&self) -> f32 {
        self.layout.height()
    }
}

/// Sets text with the program's own fonts.
pub(crate) struct Typesetter {
    fonts: FontContext,
    layouts: LayoutContext<()>,
    embedded: HashMap<u64, Option<Font>>,
}

impl Typesetter {
    pub fn new() -> Self {
        // The same everywhere: the fonts of the machine play no part.
        let mut collection =
            Collection::new(CollectionOptions { shared: false, system_fonts: false });
        for (bytes, weight) in [(REGULAR, FontWeight::NORMAL), (BOLD, FontWeight::BOLD)] {
            let named = FontInfoOverride {
                family_name: Some(FAMILY),
                weight: Some(weight),
                ..FontInfoOverride::default()
            };
            collection.register_fonts(Blob::new(Arc::new(bytes)), Some(named));
        }
        Typesetter {
            fonts: FontContext { collection, ..FontContext::default() },
            layouts: LayoutContext::new(),
            embedded: HashMap::new(),
        }
    }

    /// Sets a text within a width, in points.
    pub fn set(&mut self, text: &str, style: Style, width: f32) -> Lines {
        let text: Rc<str> = printable(text).into();
        let mut builder = self.layouts.ranged_builder(&mut self.fonts, &text, 1.0, false);
        let family = FontFamily::Single(FontFamilyName::Named(Cow::Borrowed(FAMILY)));
        builder.push_default(StyleProperty::FontFamily(family));
        builder.push_default(StyleProperty::FontSize(style.size));
        builder.push_default(StyleProperty::LineHeight(LineHeight::FontSizeRelative(1.35)));
        // A serial number longer than its column is broken, not printed over the next one.
        builder.push_default(StyleProperty::OverflowWrap(parley::style::OverflowWrap::Anywhere));
        if style.bold {
            builder.push_default(StyleProperty::FontWeight(FontWeight::BOLD));
        }
        let mut layout = builder.build(&text);
        layout.break_all_lines(Some(width));
        let alignment = if style.right { Alignment::Right } else { Alignment::Start };
        layout.align(alignment, AlignmentOptions::default());
        Lines { text, layout: Rc::new(layout), ink: style.ink }
    }

    /// The font of a run as the file embeds it; `None` when it cannot be used.
    pub fn embedded(&mut self, font: &parley::FontData) -> Option<Font> {
        let (data, id) = font.data.clone().into_raw_parts();
        let embedded = self.embedded.entry(id);
        embedded.or_insert_with(|| Font::new(data.into(), font.index)).clone()
    }
}

/// A text without characters that have no shape: they would be printed as boxes.
fn printable(text: &str) -> String {
    let shaped = |c: char| match c {
        '\r' => None,
        '\t' => Some(' '),
        '\n' => Some('\n'),
        other => (!other.is_control()).then_some(other),
    };
    let mut characters = text.chars().filter_map(shaped);
    let mut printable: String = characters.by_ref().take(MOST_CHARACTERS).collect();
    if characters.next().is_some() {
        printable.push('…');
    }
    printable
}
