//! The subscription root: one field per subscription of the module.

use std::borrow::Cow;
use std::marker::PhantomData;
use std::pin::Pin;

use async_graphql::indexmap::IndexSet;
use async_graphql::registry::{MetaField, MetaType, Registry};
use async_graphql::{Context, Response, SubscriptionType};
use futures_util::Stream;

use crate::entity::registry::{field, object, with_argument};
use crate::schema::{Face, stream};
use crate::subscription::Subscription;

/// The subscription root of the schema with this face.
pub struct SubscriptionRoot<F>(PhantomData<F>);

impl<F> Default for SubscriptionRoot<F> {
    fn default() -> Self {
        SubscriptionRoot(PhantomData)
    }
}

fn subscriptions<F: Face>() -> impl Iterator<Item = &'static Subscription> {
    F::modules().iter().flat_map(|module| module.subscriptions).copied()
}

impl<F: Face> SubscriptionType for SubscriptionRoot<F> {
    fn type_name() -> Cow<'static, str> {
        Cow::Borrowed("Subscription")
    }

    fn create_type_info(registry: &mut Registry) -> String {
        let fields = subscriptions::<F>().map(|one| register(registry, one)).collect();
        object(registry, "Subscription", "What can be listened to, as it happens.", fields);
        "Subscription".to_owned()
    }

    fn is_empty() -> bool {
        subscriptions::<F>().next().is_none()
    }

    fn create_field_stream<'a>(
        &'a self,
        context: &'a Context<'_>,
    ) -> Option<Pin<Box<dyn Stream<Item = Response> + Send + 'a>>> {
        let name = context.item.node.name.node.as_str();
        let subscription = subscriptions::<F>().find(|one| one.name == name)?;
        Some(Box::pin(stream::of(context, subscription)))
    }
}

fn register(registry: &mut Registry, subscription: &'static Subscription) -> MetaField {
    let meta = (subscription.entity)();
    shared(registry);
    let mut fields = vec![
        field("name", "What happened, with module and entity: `rim.ticket.assign`.", "String!"),
        field("verb", "What was done: the last word of the name.", "String!"),
        field("at", "When it was done.", "DateTime!"),
        field(meta.singular, "The row as the caller may see it now.", meta.type_name),
        field("details", "Figures and words that belong to it.", "JSON!"),
    ];
    if subscription.resumes {
        let doc = "Send it as `after` to go on behind this event; null for a signal, which is told \
                   once and not kept.";
        fields.push(field("cursor", doc, "String"));
    }
    if subscription.filtered {
        let doc = "Whether the row meets the filter; false when it just ceased to.";
        fields.push(field("matches", doc, "Boolean!"));
    }
    for row in subscription.related {
        fields.push(field(row.field, row.doc, (row.entity)().type_name));
    }
    let doc = format!("One event of {}.", subscription.name);
    object(registry, subscription.event_type, &doc, fields);
    let union = subscription.union_type();
    let types = [subscription.event_type, "Gap", "Lagged"].map(str::to_owned);
    registry.types.insert(union.clone(), union_of(&union, types.into_iter().collect()));
    let mut root = field(subscription.name, subscription.doc, format!("{union}!"));
    if let Some((argument, required)) = subscription.row {
        let doc = "Only events of this row.";
        root = with_argument(root, argument, doc, if required { "ID!" } else { "ID" });
    }
    if subscription.filtered {
        let doc = "Only events of rows that meet this, and the one by which they cease to.";
        root = with_argument(root, "filter", doc, format!("{}Where", meta.type_name));
    }
    if subscription.resumes {
        let doc = "The last cursor that was got: what came since is told first, then what comes. \
                   Without it the stream begins now.";
        root = with_argument(root, "after", doc, "String");
    }
    root
}

fn shared(registry: &mut Registry) {
    let cursor = "Where the stream goes on.";
    object(
        registry,
        "Gap",
        "The cursor was too old, or of data that was replaced since: what lies between it and this \
         place cannot be told.",
        vec![
            field("message", "What to do, for people.", "String!"),
            // As nullable as the cursors beside it, or one selection could not hold all three.
            field("cursor", cursor, "String"),
        ],
    );
    object(
        registry,
        "Lagged",
        "The client was too slow and the stream ends. Subscribe again with the cursor: nothing is \
         lost.",
        vec![
            field("message", "What to do, for people.", "String!"),
            field("cursor", "The last event before it; null when there was none.", "String"),
        ],
    );
}

fn union_of(name: &str, possible_types: IndexSet<String>) -> MetaType {
    MetaType::Union {
        name: name.to_owned(),
        description: Some("An event, or why some are missing.".to_owned()),
        possible_types,
        visible: None,
        inaccessible: false,
        tags: Vec::new(),
        rust_typename: None,
        directive_invocations: Vec::new(),
    }
}
