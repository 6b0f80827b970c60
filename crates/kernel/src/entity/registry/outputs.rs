//! The object types of an entity and its fields on the module's root.

use async_graphql::registry::{MetaField, MetaType, Registry};

use super::{enumeration, field, object, type_of, with_argument};
use crate::audit::RecordedEntry;
use crate::entity::aggregate::{is_extreme, is_group, is_number};
use crate::entity::metadata::{Column, Entity, Kind, Meta, Relation, RelationKind};
use crate::entity::plan::{has_history, is_trail};
use crate::scalars::words_of;

/// Whether there is anything to group an entity by.
pub(super) fn has_groups(meta: &Meta) -> bool {
    meta.columns.iter().any(|column| is_group(column) && !column.hidden)
}

/// The arguments that every connection of an entity takes.
fn connection_arguments(meta: &Meta, mut field: MetaField) -> MetaField {
    let name = meta.type_name;
    let plural = words_of(meta.plural);
    field = with_argument(
        field,
        "where",
        format!("Only {plural} that meet this."),
        format!("{name}Where"),
    );
    field = with_argument(
        field,
        "orderBy",
        "At most three fields to order by; without it the usual order.",
        format!("[{name}OrderBy!]"),
    );
    field = with_argument(
        field,
        "first",
        "How many to read forward, 25 unless said; at most 100, or 1,000 for a role that may export.",
        "Int",
    );
    field = with_argument(field, "after", "Read on behind the row with this cursor.", "String");
    field = with_argument(field, "last", "How many to read backward from the end.", "Int");
    field =
        with_argument(field, "before", "Read backward from the row with this cursor.", "String");
    if meta.soft_delete {
        let doc = "Show deleted rows too, for a role that may delete them.";
        field = with_argument(field, "includeDeleted", doc, "Boolean");
    }
    field
}

pub(super) fn object_type(registry: &mut Registry, meta: &'static Meta) {
    let mut fields = Vec::new();
    for column in meta.columns.iter().filter(|column| !column.hidden) {
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
        fields.push(field(column.field, doc, ty));
    }
    if meta.money {
        fields.push(field("currency", "ISO 4217 code of the currency of its amounts.", "String!"));
    }
    if meta.machine.is_some() {
        let doc = "What can be done with it now, and what stands against the rest.";
        fields.push(field("availableActions", doc, "[AvailableAction!]!"));
    }
    for relation in meta.relations {
        fields.push(relation_field(relation));
    }
    if has_history(meta) {
        let doc =
            "Who changed it, the latest change first; for a role that may read the audit trail.";
        let history = field("history", doc, "AuditEntryConnection");
        fields.push(connection_arguments(RecordedEntry::META, history));
    }
    if is_trail(meta) {
        fields.extend(recorded_fields());
    }
    object(registry, meta.type_name, meta.doc, fields);
    if meta.view {
        return;
    }
    registry.add_implements(meta.type_name, "Node");
    if let Some(MetaType::Interface { possible_types, .. }) = registry.types.get_mut("Node") {
        possible_types.insert(meta.type_name.to_owned());
    }
}

fn recorded_fields() -> [MetaField; 2] {
    let changes = "The changed fields. Null when the caller may not read such rows; \
                   `extensions.redactions` tells.";
    [
        field("subjectId", "The row that it was done to; null for what is no row.", "ID"),
        field("changes", changes, "[AuditChange!]"),
    ]
}

fn relation_field(relation: &Relation) -> MetaField {
    let target = (relation.target)();
    match relation.kind {
        RelationKind::BelongsTo { .. } => field(relation.field, relation.doc, target.type_name),
        RelationKind::HasMany { .. } => {
            let ty = format!("{}Connection", target.type_name);
            connection_arguments(target, field(relation.field, relation.doc, ty))
        }
    }
}

pub(super) fn connection_types(registry: &mut Registry, meta: &Meta) {
    let (name, plural) = (meta.type_name, words_of(meta.plural));
    object(
        registry,
        &format!("{name}Connection"),
        &format!("A page of {plural}."),
        vec![
            field("edges", "The rows, each with its cursor.", format!("[{name}Edge!]!")),
            field("nodes", "The rows.", format!("[{name}!]!")),
            field("pageInfo", "Whether there is more, and where to read on.", "PageInfo!"),
            field(
                "totalCount",
                "How many there are in all, exact to 10,000. Counted only when asked for.",
                "Int!",
            ),
            field("totalCountCapped", "True when there are more than 10,000.", "Boolean!"),
        ],
    );
    object(
        registry,
        &format!("{name}Edge"),
        &format!("One of the {plural} and its place in the list."),
        vec![
            field("cursor", "Its place in the list, for `after` and `before`.", "String!"),
            field("node", "The row.", format!("{name}!")),
        ],
    );
}

pub(super) fn aggregate_types(registry: &mut Registry, meta: &Meta) {
    let (name, plural) = (meta.type_name, words_of(meta.plural));
    let mut fields = vec![field("count", "How many there are.", "Int!")];
    if has_groups(meta) {
        let doc = "What the rows of this group have in common.";
        fields.push(field("group", doc, "[AggregateGroup!]!"));
    }
    let shown = |pick: fn(&Column) -> bool| {
        let columns = meta.columns.iter().filter(move |column| pick(column) && !column.hidden);
        let fields = columns.map(|column| {
            let ty = if matches!(column.kind, Kind::Int) { "Decimal" } else { type_of(column) };
            field(column.field, column.doc, ty)
        });
        fields.collect::<Vec<_>>()
    };
    let (numbers, extremes) = (shown(is_number), shown(is_extreme));
    if !numbers.is_empty() {
        let ty = format!("{name}Numbers");
        object(registry, &ty, &format!("One figure for each number of {plural}."), numbers);
        fields.push(field("sum", "Sums.", ty.clone()));
        fields.push(field("avg", "Averages, money rounded to its minor unit.", ty));
    }
    if !extremes.is_empty() {
        let ty = format!("{name}Extremes");
        object(
            registry,
            &ty,
            &format!("One value for each number and date of {plural}."),
            extremes,
        );
        fields.push(field("min", "Smallest or earliest.", ty.clone()));
        fields.push(field("max", "Largest or latest.", ty));
    }
    object(registry, &format!("{name}Aggregate"), &format!("Figures over {plural}."), fields);
}

/// The query fields of an entity on its module's root.
pub fn root_fields(meta: &'static Meta) -> Vec<MetaField> {
    let (name, noun, plural) = (meta.type_name, words_of(meta.singular), words_of(meta.plural));
    let mut fields = Vec::new();
    // A view's rows are figures, not things with an identity.
    if !meta.view {
        let one = field(meta.singular, format!("One {noun} by its id. {}", meta.doc), name);
        fields.push(with_argument(one, "id", format!("The id of the {noun}."), "ID!"));
    }
    let doc = format!("A page of {plural}. {}", meta.doc);
    fields.push(connection_arguments(meta, field(meta.plural, doc, format!("{name}Connection"))));
    let doc = format!("Counts, sums and averages of {plural}, whole or by group (at most 1,000).");
    let mut aggregates =
        field(&format!("{}Aggregates", meta.singular), doc, format!("[{name}Aggregate!]"));
    aggregates = with_argument(
        aggregates,
        "where",
        format!("Only {plural} that meet this."),
        format!("{name}Where"),
    );
    if has_groups(meta) {
        let ty = format!("[{name}GroupBy!]");
        aggregates = with_argument(aggregates, "groupBy", "At most three fields to group by.", ty);
    }
    fields.push(aggregates);
    for lookup in meta.lookups {
        let column = &meta.columns[lookup.column];
        let doc = format!("One {noun} by its {}.", words_of(column.field));
        let ty = format!("{}!", type_of(column));
        fields.push(with_argument(field(lookup.field, doc, name), column.field, column.doc, ty));
    }
    fields
}
