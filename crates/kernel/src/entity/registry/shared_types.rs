//! Types that every schema has.

use async_graphql::registry::{MetaType, Registry};

use super::{field, object, plain_enum};

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
        "AuditChange",
        "A field that a mutation changed.",
        vec![
            field("field", "Name of the field.", "String!"),
            field("old", "What it was; null when there was nothing, or when it is hidden.", "JSON"),
            field(
                "new",
                "What it became; null when nothing is left, or when it is hidden.",
                "JSON",
            ),
            field(
                "redacted",
                "True when the caller may not see the values of this field.",
                "Boolean!",
            ),
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
