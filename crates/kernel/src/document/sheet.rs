//! What stands on a document, as values; how it looks is the typesetter's.

/// A document's contents.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sheet {
    /// `INV-000042.pdf`
    pub file_name: String,
    /// `Invoice`
    pub title: String,
    /// `INV-000042`
    pub number: String,
    /// The business that hands it out.
    pub issuer: Party,
    /// Whom it is for.
    pub addressee: Option<Party>,
    /// What is to be known at a glance, beside the addressee.
    pub facts: Vec<Fact>,
    pub blocks: Vec<Block>,
    /// Printed at the foot of every page, before the page's number.
    pub footer: String,
}

/// A name with what stands below it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Party {
    /// `Sold to`; empty for none.
    pub heading: String,
    pub name: String,
    pub lines: Vec<String>,
}

/// A label and its value.
#[derive(Clone, Debug, PartialEq)]
pub struct Fact {
    pub label: String,
    pub value: String,
}

impl Fact {
    /// A label and its value.
    pub fn new(label: &str, value: impl Into<String>) -> Self {
        Fact { label: label.to_owned(), value: value.into() }
    }
}

/// A column of a table.
#[derive(Clone, Debug, PartialEq)]
pub struct Column {
    pub title: &'static str,
    /// Its part of the width, in proportion to the other columns'.
    pub share: u16,
    /// Amounts and counts stand at the right.
    pub right: bool,
}

impl Column {
    /// A column of text.
    pub fn left(title: &'static str, share: u16) -> Self {
        Column { title, share, right: false }
    }

    /// A column of amounts or counts.
    pub fn right(title: &'static str, share: u16) -> Self {
        Column { title, share, right: true }
    }
}

/// An amount with its label, at the right below a table.
#[derive(Clone, Debug, PartialEq)]
pub struct Sum {
    pub label: String,
    pub amount: String,
    /// The one that counts.
    pub strong: bool,
}

/// A part of a document, one below the other.
#[derive(Clone, Debug, PartialEq)]
pub enum Block {
    Heading(String),
    Text(String),
    Facts(Vec<Fact>),
    /// Rows may be any number: the table goes on from page to page under its head.
    Table {
        columns: Vec<Column>,
        rows: Vec<Vec<String>>,
    },
    Sums(Vec<Sum>),
    /// A line to sign on for each of these.
    Signatures(Vec<String>),
}
