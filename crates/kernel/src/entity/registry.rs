//! An entity's GraphQL types, written into the schema's registry from its metadata.

use async_graphql::indexmap::IndexMap;
use async_graphql::registry::{
    EnumBuilder, InputObjectBuilder, MetaEnumValue, MetaField, MetaInputValue, MetaType,
    ObjectBuilder, Registry,
};

use crate::entity::aggregate::{is_extreme, is_group, is_number};
use crate::entity::metadata::{Column, EnumMeta, Kind, Meta, Relation, RelationKind};
use crate::entity::order::order_name;
use crate::scalars::words_of;

/// A field with its sentence.
pub fn field(name: &str, doc: impl Into<String>, ty: impl Into<String>) -> MetaField {
    let mut field = MetaField::new(name, ty);
    field.description = Some(doc.into());
    field
}

/// The field with one more argument.
pub fn with_argument(
    mut field: MetaField,
    name: &str,
    doc: impl Into<String>,
    ty: impl Into<String>,
) -> MetaField {
    field.args.insert(name.to_owned(), input(name, doc, ty));
    field
}

/// An input value with its sentence.
pub fn input(name: &str, doc: impl Into<String>, ty: impl Into<String>) -> MetaInputValue {
    let mut value = MetaInputValue::new(name, ty);
    value.description = Some(doc.into());
    value
}

/// Registers an object from its fields.
pub fn object(registry: &mut Registry, name: &str, doc: &str, fields: Vec<MetaField>) {
    let fields: IndexMap<String, MetaField> =
        fields.into_iter().map(|field| (field.name.clone(), field)).collect();
    let built = ObjectBuilder::new(name, fields).description(Some(doc.to_owned())).build();
    registry.types.insert(name.to_owned(), built);
}

fn input_object(registry: &mut Registry, name: &str, doc: &str, values: Vec<MetaInputValue>) {
    let values: IndexMap<String, MetaInputValue> =
        values.into_iter().map(|value| (value.name.clone(), value)).collect();
    let built = InputObjectBuilder::new(name, values).description(Some(doc.to_owned())).build();
    registry.types.insert(name.to_owned(), built);
}

/// Registers a closed list of words.
pub fn enumeration(registry: &mut Registry, words: &EnumMeta) {
    if registry.types.contains_key(words.type_name) {
        return;
    }
    let values = words.values.iter().map(|word| {
        let mut value = MetaEnumValue::new(word.name);
        let spelled = format!("The document spells it \"{}\".", word.stored);
        value.description =
            Some(if word.doc.is_empty() { spelled } else { format!("{} {spelled}", word.doc) });
        (word.name.to_owned(), value)
    });
    let built = EnumBuilder::new(words.type_name, values.collect())
        .description(Some(words.doc.to_owned()))
        .build();
    registry.types.insert(words.type_name.to_owned(), built);
}

fn plain_enum(registry: &mut Registry, name: &str, doc: &str, values: Vec<(String, String)>) {
    let values = values.into_iter().map(|(name, doc)| {
        let mut value = MetaEnumValue::new(&name);
        value.description = Some(doc);
        (name, value)
    });
    let built = EnumBuilder::new(name, values.collect()).description(Some(doc.to_owned())).build();
    registry.types.insert(name.to_owned(), built);
}

/// The GraphQL type of a column, without its `!`.
fn type_of(column: &Column) -> &'static str {
    match column.kind {
        Kind::Int => "Int",
        Kind::BigInt => "BigInt",
        Kind::Text => "String",
        Kind::Bool => "Boolean",
        Kind::Money => "Money",
        Kind::Decimal => "Decimal",
        Kind::Date => "Date",
        Kind::Instant => "DateTime",
        Kind::Json => "JSON",
        Kind::Uuid => "UUID",
        Kind::Enum(words) => words.type_name,
        Kind::Key | Kind::Reference(_) => "ID",
    }
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

/// Registers everything that an entity needs.
pub fn entity(registry: &mut Registry, meta: &'static Meta) {
    if registry.types.contains_key(meta.type_name) {
        return;
    }
    object_type(registry, meta);
    connection_types(registry, meta);
    filter_types(registry, meta);
    order_types(registry, meta);
    aggregate_types(registry, meta);
}

fn object_type(registry: &mut Registry, meta: &'static Meta) {
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
    object(registry, meta.type_name, meta.doc, fields);
    if meta.view {
        return;
    }
    registry.add_implements(meta.type_name, "Node");
    if let Some(MetaType::Interface { possible_types, .. }) = registry.types.get_mut("Node") {
        possible_types.insert(meta.type_name.to_owned());
    }
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

fn connection_types(registry: &mut Registry, meta: &Meta) {
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

fn filter_types(registry: &mut Registry, meta: &'static Meta) {
    let name = meta.type_name;
    let this = format!("{name}Where");
    let mut values = vec![
        input("and", "All of these hold.", format!("[{this}!]")),
        input("or", "At least one of these holds.", format!("[{this}!]")),
        input("not", "This does not hold.", this.clone()),
    ];
    for column in meta.columns.iter().filter(|column| column.filter && !column.hidden) {
        let doc = format!("By {}: {}", words_of(column.field), column.doc);
        values.push(input(column.field, doc, comparison(registry, column)));
    }
    for relation in meta.relations {
        let target = (relation.target)();
        let many = matches!(relation.kind, RelationKind::HasMany { .. });
        let ty = format!("{}{}", target.type_name, if many { "ListWhere" } else { "OneWhere" });
        let doc = format!("By what its {} are like.", words_of(relation.field));
        values.push(input(relation.field, doc, ty));
    }
    input_object(registry, &this, &format!("Conditions on {}.", words_of(meta.plural)), values);
    let (one, list) = (format!("{name}OneWhere"), format!("{name}ListWhere"));
    let noun = words_of(meta.singular);
    input_object(
        registry,
        &one,
        &format!("A condition on the {noun} that a row points to."),
        vec![
            input("is", "There is one, and it meets this.", this.clone()),
            input("isNot", "There is none that meets this.", this.clone()),
        ],
    );
    input_object(
        registry,
        &list,
        &format!("A condition on the {} that point to a row.", words_of(meta.plural)),
        vec![
            input("some", "At least one meets this.", this.clone()),
            input("none", "None meets this.", this.clone()),
        ],
    );
}

/// The comparison input of a column's kind, registered when first needed.
fn comparison(registry: &mut Registry, column: &Column) -> String {
    let scalar = type_of(column);
    let name = format!("{scalar}Comparison");
    if !registry.types.contains_key(&name) {
        let mut values = vec![
            input("eq", "Is this.", scalar),
            input("ne", "Is not this; a missing value is not it either.", scalar),
            input("in", "Is one of these, at most 200.", format!("[{scalar}!]")),
            input("isNull", "Is missing (true) or present (false).", "Boolean"),
        ];
        let ordered = !matches!(
            column.kind,
            Kind::Bool | Kind::Enum(_) | Kind::Key | Kind::Reference(_) | Kind::Uuid | Kind::Json
        );
        if ordered {
            values.push(input("gt", "Is greater or later than this.", scalar));
            values.push(input("gte", "Is this, or greater or later.", scalar));
            values.push(input("lt", "Is less or earlier than this.", scalar));
            values.push(input("lte", "Is this, or less or earlier.", scalar));
        }
        if matches!(column.kind, Kind::Text) {
            values.push(input("contains", "Contains this, upper or lower case.", scalar));
            values.push(input("startsWith", "Starts with this, upper or lower case.", scalar));
        }
        input_object(
            registry,
            &name,
            &format!("Comparisons of a {scalar}; all given must hold."),
            values,
        );
    }
    name
}

fn order_types(registry: &mut Registry, meta: &Meta) {
    let name = meta.type_name;
    let columns = meta.columns.iter().filter(|column| column.order && !column.hidden);
    let values = columns.map(|column| {
        (order_name(column.name), format!("By {}: {}", words_of(column.field), column.doc))
    });
    let doc = format!("What {} can be ordered by.", words_of(meta.plural));
    plain_enum(registry, &format!("{name}OrderField"), &doc, values.collect());
    input_object(
        registry,
        &format!("{name}OrderBy"),
        &format!("One field to order {} by.", words_of(meta.plural)),
        vec![
            input("field", "The field.", format!("{name}OrderField!")),
            input("direction", "ASC unless said.", "OrderDirection"),
        ],
    );
}

fn aggregate_types(registry: &mut Registry, meta: &Meta) {
    let (name, plural) = (meta.type_name, words_of(meta.plural));
    let groups: Vec<(String, String)> = meta
        .columns
        .iter()
        .filter(|column| is_group(column) && !column.hidden)
        .map(|column| {
            (order_name(column.name), format!("By {}: {}", words_of(column.field), column.doc))
        })
        .collect();
    let mut fields = vec![field("count", "How many there are.", "Int!")];
    if !groups.is_empty() {
        fields.push(field(
            "group",
            "What the rows of this group have in common.",
            "[AggregateGroup!]!",
        ));
        let doc = format!("What {plural} can be grouped by.");
        plain_enum(registry, &format!("{name}GroupField"), &doc, groups);
        input_object(
            registry,
            &format!("{name}GroupBy"),
            &format!("One field to group {plural} by."),
            vec![
                input("field", "The field.", format!("{name}GroupField!")),
                input("by", "The span for a date, DAY unless said.", "DateSpan"),
            ],
        );
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
    if meta.columns.iter().any(|column| is_group(column) && !column.hidden) {
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

/// Types that every schema has.
pub fn shared(registry: &mut Registry) {
    use async_graphql::InputType;
    <crate::money::Money as InputType>::create_type_info(registry);
    <crate::money::Decimal as InputType>::create_type_info(registry);
    <crate::scalars::Json as InputType>::create_type_info(registry);
    <crate::scalars::BigInt as InputType>::create_type_info(registry);
    <crate::scalars::Date as InputType>::create_type_info(registry);
    <chrono::DateTime<chrono::Utc> as InputType>::create_type_info(registry);
    <uuid::Uuid as InputType>::create_type_info(registry);
    if let Some(MetaType::Scalar { description, .. }) = registry.types.get_mut("ID") {
        *description = Some("A global id: opaque, it carries tenant, type and key.".to_owned());
    }
    let words = |list: &[(&str, &str)]| {
        list.iter().map(|(name, doc)| ((*name).to_owned(), (*doc).to_owned())).collect()
    };
    plain_enum(
        registry,
        "OrderDirection",
        "Which way to order.",
        words(&[("ASC", "Smallest or earliest first."), ("DESC", "Largest or latest first.")]),
    );
    plain_enum(
        registry,
        "DateSpan",
        "The span that dates are grouped by, in the tenant's time zone.",
        words(&[
            ("DAY", "A calendar day."),
            ("WEEK", "A week from Monday."),
            ("MONTH", "A calendar month."),
        ]),
    );
    object(
        registry,
        "PageInfo",
        "Whether there is more, and where to read on.",
        vec![
            field("hasNextPage", "True when rows follow this page.", "Boolean!"),
            field("hasPreviousPage", "True when rows come before this page.", "Boolean!"),
            field("startCursor", "Cursor of the first row, null for an empty page.", "String"),
            field("endCursor", "Cursor of the last row, null for an empty page.", "String"),
        ],
    );
    object(
        registry,
        "AggregateGroup",
        "A field and the value that all rows of a group share.",
        vec![
            field("field", "Name of the field.", "String!"),
            field("value", "The shared value as text: an enum's word, an id or a date.", "String"),
        ],
    );
    object(
        registry,
        "AvailableAction",
        "A move of the status: whether the caller can make it now.",
        vec![
            field("action", "The verb; the mutation is module + entity + verb.", "String!"),
            field("allowed", "True when status and role allow it.", "Boolean!"),
            field("reason", "What stands against it, null when it is allowed.", "String"),
        ],
    );
}
