//! The field `verify` of the platform's root: what `bizgraph verify` finds, for administrators.

use async_graphql::registry::{MetaField, Registry};

use crate::actor::Actor;
use crate::db::Session;
use crate::entity::registry::{field, object};
use crate::entity::selection::Selected;
use crate::refusal::Rule;
use crate::schema::answer::project;
use crate::schema::query_root::Root;
use crate::verify;

const PERMISSION: &str = "platform.verify.read";
const TYPE_NAME: &str = "VerifyFinding";

/// Registers the type of a finding and answers the field.
pub(super) fn root_field(registry: &mut Registry) -> MetaField {
    let text = |name: &str, doc: &str| field(name, doc, "String!");
    object(
        registry,
        TYPE_NAME,
        "A row that breaks what must always hold.",
        vec![
            text("check", "Name of the invariant, such as B1."),
            text("says", "What should hold."),
            text("entity", "What kind of row it is."),
            text("id", "Its key."),
            text("expected", "What should be there."),
            text("actual", "What is there."),
            field("firstSeenAt", "When `bizgraph verify` met it first, if it did.", "DateTime"),
        ],
    );
    let doc = "Every row that breaks what must always hold, computed now; it may take long.";
    field("verify", doc, format!("[{TYPE_NAME}!]"))
}

/// Refuses whoever may not ask.
pub(super) fn admit(actor: &Actor) -> Rule<()> {
    actor.require(PERMISSION, "verify the tenant")
}

/// Runs every check and writes what was selected of the findings.
pub(super) async fn write(
    Root { document, registry, request }: Root<'_>,
    session: &Session,
    selected: &Selected<'_>,
) -> Rule<Vec<u8>> {
    let mut findings = verify::verify(session, &request.kernel.cipher).await?;
    verify::fill_first_seen(session, &mut findings).await?;
    let findings = serde_json::to_value(findings).unwrap_or_default();
    let mut out = Vec::new();
    project(&mut out, document, registry, selected, TYPE_NAME, &findings);
    Ok(out)
}
