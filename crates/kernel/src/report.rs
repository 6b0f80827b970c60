//! Reports are data: a sentence, a right, what can be grouped by, the figures of a row, and one
//! statement. What surrounds the statement is written once: the list's own filter and rights,
//! the period, pages, totals, redaction, the time limit and what is kept for a while (spec 6.12).

mod kept;
mod period;
mod placeholders;
mod plan;
mod registry;
mod run;

pub use kept::KeptFigures;
pub use plan::ReportPlan;
pub use registry::reports_type;

use crate::entity::metadata::{Column, EnumMeta, Kind, Meta};

/// One report, a field of the module's `reports`.
///
/// The statement answers a row with a column per figure. In its text stand: `{rows}`, the
/// condition over the alias `t` that the caller's rights and filter leave; `{from}` and `{to}`,
/// the period's days; `{group}`, the columns to group by, always the first two; `{own x}`, true
/// where the report is held for all rows, else `x` is the caller; `{zone}`, the tenant's zone.
pub struct Report {
    /// `grossMargin`
    pub name: &'static str,
    /// `BizhubGrossMargin`, the front of its types' names.
    pub type_name: &'static str,
    pub doc: &'static str,
    /// `bizhub.gross_margin_report.read`
    pub permission: &'static str,
    /// The list whose filter and rights it takes, under the alias `t`.
    pub over: Option<fn() -> &'static Meta>,
    /// Says which date has to lie in the period; `None` where the present alone counts.
    pub period: Option<&'static str>,
    /// What its rows can be grouped by, the usual first; none where a row is what it is.
    pub groups: &'static [Group],
    pub figures: &'static [Figure],
    /// How rows are ordered, over the names of figures, where their group does not say.
    pub order: &'static str,
    pub sql: &'static str,
    pub shape: Shape,
}

/// How a report is shown.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// Rows and their totals.
    Rows,
    /// A single row of figures, kept for five minutes.
    Kept,
}

/// The key of a group as SQL, and whose key it is.
pub type GroupKey = (&'static str, fn() -> &'static Meta);

/// One way of grouping a report's rows.
pub struct Group {
    /// `MODEL`
    pub name: &'static str,
    pub doc: &'static str,
    /// What people read, as SQL.
    pub label: &'static str,
    /// The key behind it, where it has one.
    pub key: Option<GroupKey>,
    /// How rows are ordered when grouped so; `None` for the report's own order.
    pub order: Option<&'static str>,
}

/// A column of a report's rows.
pub struct Figure {
    pub column: Column,
    /// What stands for it in the totals, as an aggregate over the rows.
    pub total: Option<&'static str>,
}

impl Figure {
    const fn of(field: &'static str, name: &'static str, kind: Kind, doc: &'static str) -> Self {
        let column = Column {
            field,
            name,
            expression: None,
            doc,
            kind,
            nullable: false,
            filter: false,
            order: false,
            sensitive: None,
            traced: false,
            personal: false,
            hidden: false,
        };
        Figure { column, total: None }
    }

    /// A number of things.
    pub const fn count(field: &'static str, name: &'static str, doc: &'static str) -> Self {
        Self::of(field, name, Kind::Int, doc)
    }

    /// An amount in the tenant's currency.
    pub const fn money(field: &'static str, name: &'static str, doc: &'static str) -> Self {
        Self::of(field, name, Kind::Money, doc)
    }

    /// A number that is no amount, such as days or percent.
    pub const fn number(field: &'static str, name: &'static str, doc: &'static str) -> Self {
        Self::of(field, name, Kind::Decimal, doc)
    }

    /// Words.
    pub const fn text(field: &'static str, name: &'static str, doc: &'static str) -> Self {
        Self::of(field, name, Kind::Text, doc)
    }

    /// A calendar date.
    pub const fn date(field: &'static str, name: &'static str, doc: &'static str) -> Self {
        Self::of(field, name, Kind::Date, doc)
    }

    /// A word of a closed list.
    pub const fn word(
        field: &'static str,
        name: &'static str,
        words: &'static EnumMeta,
        doc: &'static str,
    ) -> Self {
        Self::of(field, name, Kind::Enum(words), doc)
    }

    /// The id of a row.
    pub const fn id(
        field: &'static str,
        name: &'static str,
        target: fn() -> &'static Meta,
        doc: &'static str,
    ) -> Self {
        Self::of(field, name, Kind::Reference(target), doc)
    }

    /// It can be missing.
    #[must_use]
    pub const fn optional(mut self) -> Self {
        self.column.nullable = true;
        self
    }

    /// Null without this permission.
    #[must_use]
    pub const fn sensitive(mut self, permission: &'static str) -> Self {
        self.column.sensitive = Some(permission);
        self.column.traced = true;
        self
    }

    /// What stands for it in the totals, such as `coalesce(sum(net_sales), 0.00)`.
    #[must_use]
    pub const fn total(mut self, sql: &'static str) -> Self {
        self.total = Some(sql);
        self
    }
}
