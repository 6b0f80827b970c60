//! Who the caller is, as the API shows it.

use async_graphql::registry::Registry;
use chrono::NaiveDate;
use serde_json::{Value, json};

use crate::actor::Actor;
use crate::auth::security_settings::TwoFactorMethod;
use crate::entity::GlobalId;
use crate::entity::cell::Words;
use crate::entity::registry::{enumeration, field, object};

/// Name of the type that [`viewer_type`] registers.
const VIEWER: &str = "Viewer";

/// Registers the types of `viewer` and answers the name of the outer one.
pub fn viewer_type(registry: &mut Registry) -> String {
    enumeration(registry, TwoFactorMethod::WORDS);
    object(
        registry,
        "ViewerTenant",
        "The organisation that the caller belongs to.",
        vec![
            field("slug", "Short name, as login takes it.", "String!"),
            field("name", "Its name.", "String!"),
            field("module", "The module that it runs.", "String!"),
            field("currency", "ISO 4217 code of the currency of its documents.", "String!"),
            field("country", "ISO 3166 code of its country.", "String!"),
            field("timeZone", "The zone in which its days begin.", "String!"),
            field("businessDate", "What counts as today.", "Date!"),
        ],
    );
    object(
        registry,
        VIEWER,
        "Who calls, for whom, and what they may do.",
        vec![
            field("id", "The person, or the owner of the key.", "ID!"),
            field("username", "The name that login takes.", "String!"),
            field("name", "The name that people use.", "String!"),
            field("role", "The role whose rights hold.", "String!"),
            field("tenant", "The organisation.", "ViewerTenant!"),
            field("permissions", "Permissions held; `*` stands for all.", "[String!]!"),
            field(
                "mustChangePassword",
                "True while nothing is allowed but changing the password.",
                "Boolean!",
            ),
            field(
                "mustEnrolSecondFactor",
                "True while nothing is allowed but setting up a second factor.",
                "Boolean!",
            ),
            field(
                "secondFactor",
                "How you prove a second time who you are; null when you do not.",
                "TwoFactorMethod",
            ),
        ],
    );
    VIEWER.to_owned()
}

/// The fields of `Viewer` for this caller.
pub fn viewer_json(actor: &Actor, business_date: NaiveDate) -> Value {
    let tenant = &actor.tenant;
    json!({
        "id": global_id(actor),
        "username": actor.username,
        "name": actor.name,
        "role": actor.role,
        "tenant": {
            "slug": tenant.slug,
            "name": tenant.name,
            "module": tenant.module,
            "currency": tenant.currency,
            "country": tenant.country,
            "timeZone": tenant.time_zone.name(),
            "businessDate": business_date.to_string(),
        },
        "permissions": actor.rights.names(),
        "mustChangePassword": actor.must_change_password,
        "mustEnrolSecondFactor": actor.must_enrol_second_factor,
        "secondFactor": actor.second_factor.and_then(name),
    })
}

fn name(method: TwoFactorMethod) -> Option<&'static str> {
    TwoFactorMethod::WORDS.by_stored(method.spelling()).map(|word| word.name)
}

/// The id of the row that the module shows for its person.
fn global_id(actor: &Actor) -> String {
    let (kind, key) = actor.id.split_once(':').unwrap_or(("user", &actor.id));
    let users = actor.module.entities.iter().find(|meta| meta.singular == kind);
    let type_name = users.map_or(VIEWER, |meta| meta.type_name);
    GlobalId::encode(actor.tenant.id, type_name, key)
}
