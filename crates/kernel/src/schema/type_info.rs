//! The registry entries of both roots.

use async_graphql::indexmap::IndexSet;
use async_graphql::registry::{MetaField, MetaType, Registry};

use crate::auth::{DOOR_MUTATIONS, DoorMutation, viewer_type};
use crate::entity::metadata::{Entity, EnumMeta, EnumValue, Meta};
use crate::entity::registry::{self, field, object, with_argument};
use crate::module::Module;
use crate::mutation::Mutation;
use crate::refusal::Code;
use crate::report::reports_type;
use crate::schema::{PLATFORM_ENTITIES, PLATFORM_MUTATIONS, verification};

/// `bizhub` as part of a type's name: `Bizhub`.
pub fn pascal_case(name: &str) -> String {
    let mut characters = name.chars();
    let first = characters.next().map(|first| first.to_ascii_uppercase());
    first.into_iter().chain(characters).collect()
}

/// Registers the query root for these modules.
pub fn query(registry: &mut Registry, modules: &[&'static Module]) {
    registry::shared(registry);
    node_interface(registry);
    viewer_type(registry);
    let mut fields = vec![field(
        "viewer",
        "Who is logged in, for which tenant and with which permissions; null for nobody.",
        "Viewer",
    )];
    if !modules.is_empty() {
        let doc = "The place in the stream of events at this moment. Ask for it, then read rows, \
                   then subscribe with it as `after`: nothing that happens meanwhile is missed.";
        fields.push(field("liveCursor", doc, "String"));
        let doc = "The row with this id, whatever its type.";
        fields.push(with_argument(field("node", doc, "Node"), "id", "A global id.", "ID!"));
        let doc = "The rows with these ids, in their order, null where there is none; at most 100.";
        let nodes = field("nodes", doc, "[Node]!");
        fields.push(with_argument(nodes, "ids", "Global ids.", "[ID!]!"));
        let doc = "What every tenant has: approval requests, keys and settings.";
        module_object(registry, "PlatformQuery", doc, PLATFORM_ENTITIES, None);
        fields.push(field("platform", doc, "PlatformQuery!"));
    }
    for module in modules {
        let name = format!("{}Query", pascal_case(module.name));
        module_object(registry, &name, module.doc, module.entities, Some(module));
        fields.push(field(module.name, module.doc, format!("{name}!")));
    }
    object(registry, "Query", "Everything that can be read.", fields);
}

fn module_object(
    registry: &mut Registry,
    name: &str,
    doc: &str,
    entities: &[&'static Meta],
    module: Option<&Module>,
) {
    let mut fields = Vec::new();
    for meta in entities {
        registry::entity(registry, meta);
        fields.extend(registry::root_fields(meta));
    }
    if module.is_none() {
        fields.push(verification::root_field(registry));
    }
    if let Some(module) = module.filter(|module| !module.reports.is_empty()) {
        let doc = "What adds up over many rows.";
        fields.push(field("reports", doc, format!("{}!", reports_type(registry, module))));
    }
    object(registry, name, doc, fields);
}

fn node_interface(registry: &mut Registry) {
    let id = field("id", "Global and opaque: it carries tenant, type and key.", "ID!");
    registry.types.insert(
        "Node".to_owned(),
        MetaType::Interface {
            name: "Node".to_owned(),
            description: Some("Anything with a global id.".to_owned()),
            fields: [("id".to_owned(), id)].into_iter().collect(),
            possible_types: IndexSet::default(),
            extends: false,
            keys: None,
            visible: None,
            inaccessible: false,
            tags: Vec::new(),
            rust_typename: None,
            directive_invocations: Vec::new(),
            requires_scopes: Vec::new(),
        },
    );
}

/// Registers the mutation root for these modules.
pub fn mutation(registry: &mut Registry, modules: &[&'static Module]) {
    error_types(registry);
    let mut fields: Vec<MetaField> = DOOR_MUTATIONS
        .iter()
        .filter(|door| door.public || !modules.is_empty())
        .map(|door| door_field(registry, door))
        .collect();
    if !modules.is_empty() {
        fields.extend(PLATFORM_MUTATIONS.iter().map(|mutation| rule_field(registry, mutation)));
    }
    for module in modules {
        fields.extend(module.mutations.iter().map(|mutation| rule_field(registry, mutation)));
    }
    object(registry, "Mutation", "Everything that can be done; one mutation per move.", fields);
}

fn door_field(registry: &mut Registry, door: &DoorMutation) -> MetaField {
    let payload = (door.payload_type)(registry);
    let mut meta = field(door.name, door.doc, payload);
    let input = (door.input_type)(registry);
    if !input.is_empty() {
        meta = with_argument(meta, "input", "What it needs.", input);
    }
    meta
}

/// `BizhubInvoicePayPayload`
pub fn payload_name(mutation: &Mutation) -> String {
    format!("{}Payload", pascal_case(mutation.name))
}

fn rule_field(registry: &mut Registry, mutation: &Mutation) -> MetaField {
    let payload = payload_name(mutation);
    let mut fields = Vec::new();
    if let Some(meta) = mutation.entity.map(|entity| entity()) {
        let doc = "The row as it stands now; null when it was refused.";
        fields.push(field(meta.singular, doc, meta.type_name));
    }
    if mutation.approval.is_some() {
        let doc = "Set when a second person has to agree first; nothing was done yet.";
        let name = "approvalRequest";
        fields.push(field(name, doc, crate::approval::ApprovalRequest::META.type_name));
    }
    for (name, doc, ty) in mutation.extra {
        fields.push(field(name, *doc, *ty));
    }
    fields.push(field(
        "userErrors",
        "Why it was refused; empty when it was done.",
        "[UserError!]!",
    ));
    let doc = "True when an earlier call with the same key did it and this only answers again.";
    fields.push(field("replayed", doc, "Boolean!"));
    object(registry, &payload, &format!("What {} came to.", mutation.name), fields);
    let input = (mutation.input_type)(registry);
    let meta = field(mutation.name, mutation.doc.trim(), payload);
    with_argument(meta, "input", "What it needs.", input)
}

fn error_types(registry: &mut Registry) {
    let values: Vec<EnumValue> =
        Code::ALL.iter().map(|(_, name, doc)| EnumValue { name, stored: name, doc }).collect();
    let words = EnumMeta {
        type_name: "ErrorCode",
        doc: "The closed list of what can be wrong.",
        values: Vec::leak(values),
    };
    registry::enumeration(registry, &words);
    object(
        registry,
        "UserError",
        "One sentence of a rule that was not met.",
        vec![
            field("code", "What is wrong, for programs.", "ErrorCode!"),
            field("message", "What is wrong and what to do, for people.", "String!"),
            field("field", "Path into the input; empty when it is about the whole.", "[String!]!"),
            field("details", "Figures behind it; the keys are fixed per code.", "JSON!"),
        ],
    );
}
