//! Somebody else looks after a preorder (spec 6.8).

use async_graphql::InputObject;
use bizgraph_kernel::db::Tx;
use bizgraph_kernel::entity::{Bind, Id, Sql};
use bizgraph_kernel::refusal::Rule;
use bizgraph_kernel::{Refusal, mutation};

use crate::invoice::references;
use crate::preorder::Preorder;
use crate::preorder_event;
use crate::user::User;

/// Who looks after which preorder.
#[derive(InputObject)]
#[graphql(name = "BizhubPreorderAssignInput")]
pub struct Assign {
    /// The preorder.
    pub preorder_id: Id<Preorder>,
    /// Who looks after it from now on; null for nobody.
    pub assigned_to_id: Option<Id<User>>,
    /// The version that was read; the change is refused when it is no longer that.
    pub expected_version: Option<i32>,
}

/// Why somebody cannot look after a preorder.
#[derive(Refusal)]
enum AssignRefused {
    #[refusal(
        NOT_ELIGIBLE,
        at = "assignedToId",
        "{name} cannot look after preorders: only active people of the roles Sales, Manager and \
         Admin do."
    )]
    CannotSell { name: String },
}

mutation! {
    /// Gives a preorder to another person to look after.
    pub ASSIGN = "bizhubPreorderAssign"(Assign) -> Preorder,
    permission "bizhub.preorder.update" => assign
}

/// Gives a preorder to another person (spec 6.8). The person is held before the preorder is
/// locked: parents come first.
pub async fn assign(tx: &mut Tx, input: Assign) -> Rule<Preorder> {
    let assigned_to = match &input.assigned_to_id {
        Some(id) => assignee(tx, id).await?,
        None => None,
    };
    let preorder =
        tx.lock_version(&input.preorder_id, "preorderId", input.expected_version).await?;
    tx.settle()?;
    give(tx, &preorder, assigned_to).await
}

/// The preorders of a person that are neither picked up nor over, locked.
///
/// # Errors
/// Any fault of the database.
pub async fn open_of(tx: &mut Tx, person: &User) -> Rule<Vec<Preorder>> {
    let mut open = Sql::new("t.status NOT IN ('Picked Up', 'Closed') AND t.assigned_to = ");
    open.bind(Bind::Int(Some(person.id))).push(" ORDER BY t.id FOR NO KEY UPDATE OF t");
    tx.select(open).await
}

/// Gives a locked preorder to somebody to look after, or to nobody.
///
/// # Errors
/// Any fault of the database.
pub async fn give(tx: &mut Tx, preorder: &Preorder, assigned_to: Option<i32>) -> Rule<Preorder> {
    let after = tx.update(preorder, vec![Preorder::ASSIGNED_TO.to(assigned_to)]).await?;
    if after.version != preorder.version {
        preorder_event::record(tx, Some(preorder), &after, "assigned", None).await?;
    }
    Ok(after)
}

/// The person that the caller chose; refused unless it sells.
pub(super) async fn assignee(tx: &mut Tx, id: &Id<User>) -> Rule<Option<i32>> {
    let person = references::hold(tx, id, "assignedToId").await?;
    if !person.is_active || !person.role.sells() {
        tx.refuse(AssignRefused::CannotSell { name: person.full_name });
    }
    Ok(Some(person.id))
}
