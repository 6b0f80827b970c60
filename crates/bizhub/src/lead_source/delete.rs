//! A lead source that no invoice names can be deleted for good; any other is made inactive.

use async_graphql::InputObject;
use bizgraph_kernel::db::{Dependants, Tx};
use bizgraph_kernel::entity::{Entity, Id};
use bizgraph_kernel::mutation;
use bizgraph_kernel::mutation::Outcome;
use bizgraph_kernel::refusal::Rule;

use super::LeadSource;
use crate::invoice::Invoice;

/// Which source to delete.
#[derive(InputObject)]
#[graphql(name = "BizhubLeadSourceDeleteInput")]
pub struct Delete {
    /// The source.
    pub lead_source_id: Id<LeadSource>,
    /// The version that was read; the deletion is refused when it is no longer that.
    pub expected_version: Option<i32>,
}

mutation! {
    /// Deletes a lead source that no invoice names; make any other inactive instead.
    pub DELETE = "bizhubLeadSourceDelete"(Delete),
    permission "bizhub.lead_source.delete"
    also [("deletedId", "The source that was deleted.", "ID")] => delete
}

/// Deletes a lead source that no invoice names.
pub async fn delete(tx: &mut Tx, input: Delete) -> Rule<Outcome> {
    let (id, field) = (&input.lead_source_id, "leadSourceId");
    let source = tx.lock_version(id, field, input.expected_version).await?;
    let sales = Dependants {
        meta: Invoice::META,
        column: "lead_source_id",
        name: "invoice_number",
        only: "",
    };
    tx.refuse_dependants(&source, field, &[sales]).await?;
    tx.settle()?;
    tx.delete(&source).await?;
    Ok(Outcome::default().with("deletedId", id.as_str()))
}
