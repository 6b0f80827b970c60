//! The input types of an entity: conditions, order and grouping.

use async_graphql::registry::Registry;

use super::outputs::has_groups;
use super::{input, input_object, plain_enum, type_of};
use crate::entity::aggregate::is_group;
use crate::entity::metadata::{Column, Kind, Meta, RelationKind};
use crate::entity::order::order_name;
use crate::scalars::words_of;

pub(super) fn filter_types(registry: &mut Registry, meta: &'static Meta) {
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
            Kind::Bool
                | Kind::Enum(_)
                | Kind::Key(_)
                | Kind::Reference(_)
                | Kind::Uuid
                | Kind::FileLink
                | Kind::BackupLink
                | Kind::Json
                | Kind::Texts
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

pub(super) fn order_types(registry: &mut Registry, meta: &Meta) {
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

pub(super) fn group_types(registry: &mut Registry, meta: &Meta) {
    if !has_groups(meta) {
        return;
    }
    let (name, plural) = (meta.type_name, words_of(meta.plural));
    let columns = meta.columns.iter().filter(|column| is_group(column) && !column.hidden);
    let groups = columns.map(|column| {
        (order_name(column.name), format!("By {}: {}", words_of(column.field), column.doc))
    });
    let doc = format!("What {plural} can be grouped by.");
    plain_enum(registry, &format!("{name}GroupField"), &doc, groups.collect());
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
