//! The GraphQL types of a module's reports.

use async_graphql::registry::{MetaField, Registry};

use crate::entity::metadata::{Column, Kind};
use crate::entity::registry::{enumeration, field, object, plain_enum, type_of, with_argument};
use crate::module::Module;
use crate::report::{Figure, Group, Report, Shape};
use crate::scalars::words_of;
use crate::schema::pascal_case;

/// `BizhubGrossMarginReport`
pub(super) fn report_type(report: &Report) -> String {
    format!("{}Report", report.type_name)
}

/// `BizhubGrossMarginRow`
pub(super) fn row_type(report: &Report) -> String {
    format!("{}Row", report.type_name)
}

/// `BizhubGrossMarginTotals`
pub(super) fn totals_type(report: &Report) -> String {
    format!("{}Totals", report.type_name)
}

/// What rows of a grouped report have in common, as people read it and as an id.
pub(super) fn group_columns(group: &'static Group) -> [Column; 2] {
    let label = Figure::text("group", "group_label", "What the rows behind it share.").optional();
    let mut key = Figure::text("groupId", "group_key", "Its id.").optional().column;
    if let Some((_, target)) = group.key {
        key.kind = Kind::Reference(target);
    }
    [label.column, key]
}

/// Registers the reports of a module and answers the type of its field `reports`.
pub fn reports_type(registry: &mut Registry, module: &Module) -> String {
    let name = format!("{}Reports", pascal_case(module.name));
    let fields = module.reports.iter().map(|report| report_field(registry, report)).collect();
    object(registry, &name, "What adds up over many rows.", fields);
    name
}

fn report_field(registry: &mut Registry, report: &'static Report) -> MetaField {
    match report.shape {
        Shape::Rows => rows_types(registry, report),
        Shape::Kept => kept_type(registry, report),
    }
    let mut meta = field(report.name, report.doc, report_type(report));
    if let Some(which) = report.period {
        let doc = format!("The first day, {which}; the first of the month of `to` unless said.");
        meta = with_argument(meta, "from", doc, "Date");
        let doc = format!("The last day, {which}; today unless said.");
        meta = with_argument(meta, "to", doc, "Date");
    }
    if let Some(usual) = report.groups.first() {
        let name = format!("{}GroupBy", report.type_name);
        let values = report.groups.iter();
        let values = values.map(|group| (group.name.to_owned(), group.doc.to_owned())).collect();
        let doc = format!("What {} can be grouped by.", words_of(report.name));
        plain_enum(registry, &name, &doc, values);
        let doc = format!("What a row stands for; {} unless said.", usual.name);
        meta = with_argument(meta, "groupBy", doc, name);
    }
    if let Some(over) = report.over.map(|over| over()) {
        let doc = format!("Only what comes of {} that meet this.", words_of(over.plural));
        meta = with_argument(meta, "where", doc, format!("{}Where", over.type_name));
    }
    meta
}

fn rows_types(registry: &mut Registry, report: &'static Report) {
    let mut columns = Vec::new();
    if !report.groups.is_empty() {
        let doc = "What the row stands for, as people read it: a day, a name; null for nothing.";
        columns.push(field("group", doc, "String"));
        let doc = "The id of what the row stands for; null for what has none.";
        columns.push(field("groupId", doc, "ID"));
    }
    columns.extend(report.figures.iter().map(|figure| figure_field(registry, &figure.column)));
    let row = row_type(report);
    object(registry, &row, &format!("A row: {}", report.doc), columns);
    let rows = field("rows", "A page of rows.", format!("[{row}!]!"));
    let doc = "How many rows to read, 100 unless said; at most 1,000.";
    let rows = with_argument(rows, "first", doc, "Int");
    let doc = "How many rows to leave out before the first.";
    let mut fields = vec![
        with_argument(rows, "offset", doc, "Int"),
        field("rowCount", "How many rows there are in all.", "Int!"),
    ];
    let totals = report.figures.iter().filter(|figure| figure.total.is_some());
    let totals: Vec<MetaField> = totals
        .map(|figure| {
            let nullable = Column { nullable: true, ..figure.column };
            let sums = figure.total.is_some_and(|sql| sql.starts_with("coalesce"));
            figure_field(registry, if sums { &figure.column } else { &nullable })
        })
        .collect();
    if !totals.is_empty() {
        let name = totals_type(report);
        object(registry, &name, &format!("Over all rows: {}", report.doc), totals);
        fields.push(field("totals", "The figures of all rows together.", format!("{name}!")));
    }
    if report.period.is_some() {
        fields.push(field("from", "The first day that it looks at.", "Date!"));
        fields.push(field("to", "The last day that it looks at.", "Date!"));
    }
    fields.push(currency());
    object(registry, &report_type(report), report.doc, fields);
}

fn kept_type(registry: &mut Registry, report: &'static Report) {
    let figures = report.figures.iter();
    let mut fields: Vec<MetaField> =
        figures.map(|figure| figure_field(registry, &figure.column)).collect();
    let doc = "When the figures were read; they are kept for five minutes.";
    fields.push(field("asOf", doc, "DateTime!"));
    fields.push(currency());
    object(registry, &report_type(report), report.doc, fields);
}

fn currency() -> MetaField {
    field("currency", "ISO 4217 code of the currency of its amounts.", "String!")
}

fn figure_field(registry: &mut Registry, column: &Column) -> MetaField {
    if let Kind::Enum(words) = column.kind {
        enumeration(registry, words);
    }
    let required = !column.nullable && column.sensitive.is_none();
    let ty = format!("{}{}", type_of(column), if required { "!" } else { "" });
    let doc = match column.sensitive {
        Some(_) => format!(
            "{} Null without the right to see it; `extensions.redactions` tells.",
            column.doc
        ),
        None => column.doc.to_owned(),
    };
    field(column.field, doc, ty)
}
