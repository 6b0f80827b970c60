//! An alert that never went off can be deleted; of any other the times are kept, so it is
//! switched off instead (spec 5.9).

use async_graphql::InputObject;
use bizgraph_kernel::db::{Dependants, Tx};
use bizgraph_kernel::entity::{Entity, Id};
use bizgraph_kernel::mutation;
use bizgraph_kernel::mutation::Outcome;
use bizgraph_kernel::refusal::Rule;

use super::SystemAlert;
use crate::alert_firing::AlertFiring;

/// Which alert to delete.
#[derive(InputObject)]
#[graphql(name = "RimSystemAlertDeleteInput")]
pub struct Delete {
    /// The alert.
    pub system_alert_id: Id<SystemAlert>,
    /// The version that was read; the deletion is refused when it is no longer that.
    pub expected_version: Option<i32>,
}

mutation! {
    /// Deletes an alert that never went off.
    pub DELETE = "rimSystemAlertDelete"(Delete),
    permission "rim.system_alert.delete"
    also [("deletedId", "The alert that was deleted.", "ID")] => delete
}

/// Deletes an alert (spec 5.9).
pub async fn delete(tx: &mut Tx, input: Delete) -> Rule<Outcome> {
    let (id, field) = (&input.system_alert_id, "systemAlertId");
    let alert: SystemAlert = tx.lock_version(id, field, input.expected_version).await?;
    let firings = Dependants {
        meta: AlertFiring::META,
        column: "system_alert_id",
        name: "created_at",
        only: "",
    };
    tx.refuse_dependants(&alert, field, &[firings]).await?;
    tx.settle()?;
    tx.delete(&alert).await?;
    Ok(Outcome::default().with("deletedId", id.as_str()))
}
