//! Blocks one below the other. A page that is full is followed by another; a table goes on there
//! under its head, and what belongs together stays together.

use bizgraph_kernel::document::{Block, Column, Fact, Sum};

use crate::page::{BOTTOM, MARGIN, Pages, TOP, WIDTH};
use crate::typesetter::{ACCENT, BLACK, GREY, LINE, Lines, Style, Typesetter};

/// The width of the text, in points.
pub(crate) const MEASURE: f32 = WIDTH - 2.0 * MARGIN;

const BODY: Style = Style::plain(9.0);
const LABEL: Style = Style::plain(8.0).ink(GREY);
/// Space between two cells, and above and below a row.
const GUTTER: f32 = 8.0;
const PADDING: f32 = 3.5;

/// The place on the pages at which the next block begins.
pub(crate) struct Flow<'a> {
    pub typesetter: &'a mut Typesetter,
    pub pages: &'a mut Pages,
    pub y: f32,
    running_title: String,
}

impl<'a> Flow<'a> {
    /// At the top of the first page.
    pub fn new(
        typesetter: &'a mut Typesetter,
        pages: &'a mut Pages,
        running_title: String,
    ) -> Self {
        pages.begin();
        Flow { typesetter, pages, y: TOP, running_title }
    }

    /// Goes on to the next page.
    fn next_page(&mut self) {
        self.pages.begin();
        let title = self.typesetter.set(&self.running_title, LABEL, MEASURE);
        self.pages.text(MARGIN, TOP - 12.0, &title);
        self.pages.rule(MARGIN, TOP + 4.0, MEASURE, 0.5, LINE);
        self.y = TOP + 16.0;
    }

    /// Goes on to the next page unless so much room is left on this one.
    fn keep(&mut self, height: f32) {
        if self.y + height > BOTTOM {
            self.next_page();
        }
    }

    /// Sets one block.
    pub fn block(&mut self, block: &Block) {
        match block {
            Block::Heading(text) => self.heading(text),
            Block::Text(text) => self.text(text),
            Block::Facts(facts) => self.facts(facts),
            Block::Table { columns, rows } => self.table(columns, rows),
            Block::Sums(sums) => self.sums(sums),
            Block::Signatures(names) => self.signatures(names),
        }
    }

    fn heading(&mut self, text: &str) {
        let lines = self.typesetter.set(text, Style::plain(10.5).bold().ink(ACCENT), MEASURE);
        // A heading is not left alone at the foot of a page.
        self.keep(lines.height() + 40.0);
        self.y += 6.0;
        self.pages.text(MARGIN, self.y, &lines);
        self.y += lines.height() + 4.0;
    }

    fn text(&mut self, text: &str) {
        let lines = self.typesetter.set(text, BODY, MEASURE);
        self.lines(&lines);
        self.y += 6.0;
    }

    /// Prints a text from page to page, line by line.
    fn lines(&mut self, lines: &Lines) {
        // Where the first line would lie on the page at hand.
        let mut origin = self.y;
        for place in 0..lines.layout.len() {
            let Some(line) = lines.layout.get(place) else { continue };
            let top = line.metrics().block_min_coord;
            let bottom = top + line.metrics().line_height;
            if origin + bottom > BOTTOM {
                self.next_page();
                origin = self.y - top;
            }
            self.pages.line(MARGIN, origin, lines, place);
            self.y = origin + bottom;
        }
    }

    fn facts(&mut self, facts: &[Fact]) {
        for fact in facts {
            let label = self.typesetter.set(&fact.label, LABEL, 130.0);
            let value = self.typesetter.set(&fact.value, BODY, MEASURE - 142.0);
            let height = label.height().max(value.height());
            self.keep(height);
            self.pages.text(MARGIN, self.y + 0.8, &label);
            self.pages.text(MARGIN + 142.0, self.y, &value);
            self.y += height + 2.5;
        }
        self.y += 6.0;
    }

    fn table(&mut self, columns: &[Column], rows: &[Vec<String>]) {
        let titles: Vec<String> = columns.iter().map(|column| column.title.to_owned()).collect();
        let head = self.row(columns, &titles, Style::plain(7.8).bold().ink(GREY));
        self.keep(head.height + 40.0);
        self.table_head(&head);
        for row in rows {
            let row = self.row(columns, row, BODY);
            if self.y + row.height > BOTTOM {
                self.next_page();
                self.table_head(&head);
            }
            self.print_row(&row);
            self.pages.rule(MARGIN, self.y, MEASURE, 0.4, LINE);
        }
        self.y += 8.0;
    }

    fn table_head(&mut self, head: &Row) {
        self.print_row(head);
        self.pages.rule(MARGIN, self.y, MEASURE, 0.9, ACCENT);
    }

    fn row(&mut self, columns: &[Column], cells: &[String], style: Style) -> Row {
        let shares: f32 = columns.iter().map(|column| f32::from(column.share)).sum();
        let room = MEASURE - GUTTER * (columns.len().saturating_sub(1)) as f32;
        let mut x = MARGIN;
        let mut row = Row { cells: Vec::with_capacity(columns.len()), height: 0.0 };
        for (column, cell) in columns.iter().zip(cells) {
            let width = room * f32::from(column.share) / shares.max(1.0);
            let style = if column.right { style.right() } else { style };
            let lines = self.typesetter.set(cell, style, width);
            row.height = row.height.max(lines.height() + 2.0 * PADDING);
            row.cells.push((x, lines));
            x += width + GUTTER;
        }
        row
    }

    fn print_row(&mut self, row: &Row) {
        for (x, lines) in &row.cells {
            self.pages.text(*x, self.y + PADDING, lines);
        }
        self.y += row.height;
    }

    fn sums(&mut self, sums: &[Sum]) {
        const LABELS: f32 = 150.0;
        const AMOUNTS: f32 = 110.0;
        let x = MARGIN + MEASURE - LABELS - GUTTER - AMOUNTS;
        let mut set = Vec::with_capacity(sums.len());
        for sum in sums {
            let (size, ink) = if sum.strong { (10.5, BLACK) } else { (9.0, GREY) };
            let style = Style { bold: sum.strong, ..Style::plain(size) };
            let label = self.typesetter.set(&sum.label, style.ink(ink), LABELS);
            let amount = self.typesetter.set(&sum.amount, style.right(), AMOUNTS);
            let height = label.height().max(amount.height()) + 3.0;
            set.push((label, amount, height, sum.strong));
        }
        // Amounts that add up are read together.
        let height: f32 = set.iter().map(|(_, _, height, _)| height + 3.0).sum();
        self.keep(height.min(300.0));
        for (label, amount, height, strong) in set {
            self.keep(height);
            if strong {
                self.pages.rule(x, self.y, LABELS + GUTTER + AMOUNTS, 0.7, ACCENT);
                self.y += 3.0;
            }
            self.pages.text(x, self.y, &label);
            self.pages.text(x + LABELS + GUTTER, self.y, &amount);
            self.y += height;
        }
        self.y += 8.0;
    }

    fn signatures(&mut self, names: &[String]) {
        let each = MEASURE / names.len().max(2) as f32;
        self.keep(70.0);
        self.y += 42.0;
        for (place, name) in names.iter().enumerate() {
            let x = MARGIN + each * place as f32;
            self.pages.rule(x, self.y, each - 24.0, 0.6, GREY);
            let label = self.typesetter.set(name, LABEL, each - 24.0);
            self.pages.text(x, self.y + 4.0, &label);
        }
        self.y += 24.0;
    }
}

/// A row of a table, set and not yet printed.
struct Row {
    cells: Vec<(f32, Lines)>,
    height: f32,
}
