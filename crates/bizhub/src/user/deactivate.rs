//! A person leaves: no login, no sessions, no keys, and open drafts, preorders and repair tickets
//! go to a colleague (spec 6.11). The row stays, because history names it.

use async_graphql::InputObject;
use bizgraph_kernel::auth::revoke_all;
use bizgraph_kernel::db::Tx;
use bizgraph_kernel::entity::{Bind, Id, Sql};
use bizgraph_kernel::refusal::Rule;
use bizgraph_kernel::{Refusal, mutation};

use super::{User, among, is_last_administrator, lock_with_administrators};
use crate::invoice::{Invoice, InvoiceStatus};
use crate::preorder::assign;
use crate::repair_ticket;

/// Who leaves.
#[derive(InputObject)]
#[graphql(name = "BizhubUserDeactivateInput")]
pub struct Deactivate {
    /// The person.
    pub user_id: Id<User>,
    /// The version that was read; the change is refused when it is no longer that.
    pub expected_version: Option<i32>,
    /// Who takes over the drafts, preorders and repair tickets; required when there are any.
    pub hand_over_to_id: Option<Id<User>>,
    /// Why the person leaves; at most 500 characters.
    pub reason: Option<String>,
}

/// Why a person cannot be deactivated.
#[derive(Refusal)]
enum DeactivateRefused {
    #[refusal(
        FORBIDDEN,
        at = "userId",
        "Nobody deactivates themselves; ask another administrator."
    )]
    Oneself,
    #[refusal(ALREADY_DONE, at = "userId", "{name} is not active.")]
    NotActive { name: String },
    #[refusal(
        PRECONDITION_FAILED,
        at = "userId",
        "{name} is the last active administrator. Make another person an administrator first."
    )]
    LastAdministrator { name: String },
    #[refusal(
        REQUIRED,
        at = "handOverToId",
        "{name} has open drafts ({drafts}), preorders ({preorders}) or repair tickets ({tickets}). \
         Say who takes them over."
    )]
    WorkLeft { name: String, drafts: usize, preorders: usize, tickets: usize },
    #[refusal(
        NOT_ELIGIBLE,
        at = "handOverToId",
        "{name} cannot take this over: drafts and preorders go to another active person who \
         sells, repair tickets to one who repairs."
    )]
    CannotTakeOver { name: String },
}

mutation! {
    /// Ends a person's access and hands its drafts, preorders and repair tickets over.
    pub DEACTIVATE = "bizhubUserDeactivate"(Deactivate) -> User,
    permission "bizhub.user.update" => deactivate
}

/// Ends a person's access (spec 6.11). Repair tickets are locked before drafts, because a draft
/// can be the bill of one.
pub async fn deactivate(tx: &mut Tx, input: Deactivate) -> Rule<User> {
    let key = tx.read(&input.user_id, "userId").await?.id;
    let successor_key = match &input.hand_over_to_id {
        Some(id) => Some(tx.read(id, "handOverToId").await?.id),
        None => None,
    };
    let keys = [Some(key), successor_key].into_iter().flatten().collect();
    let people = lock_with_administrators(tx, keys).await?;
    let user = among(&people, key)?;
    let successor = successor_key.map(|key| among(&people, key)).transpose()?;
    if let Some(expected) = input.expected_version {
        tx.expect_version(&user, expected).await?;
    }
    let tickets = repair_ticket::open_of(tx, &user).await?;
    let drafts = drafts_of(tx, &user).await?;
    let preorders = assign::open_of(tx, &user).await?;
    let sells = !drafts.is_empty() || !preorders.is_empty();
    let name = || user.full_name.clone();

    tx.optional_text(input.reason, "reason", 500);
    tx.require_all_rights_of(user.role.spelling(), "userId").await?;
    if user.credential_key() == tx.actor.id {
        tx.refuse(DeactivateRefused::Oneself);
    }
    if !user.is_active {
        tx.refuse(DeactivateRefused::NotActive { name: name() });
    }
    if is_last_administrator(&people, &user) {
        tx.refuse(DeactivateRefused::LastAdministrator { name: name() });
    }
    match &successor {
        Some(other) => {
            let fits = (other.role.sells() || !sells && !tickets.is_empty())
                && (other.role.repairs() || tickets.is_empty());
            if other.id == user.id || !other.is_active || !fits {
                tx.refuse(DeactivateRefused::CannotTakeOver { name: other.full_name.clone() });
            }
        }
        None if sells || !tickets.is_empty() => {
            let (drafts, preorders, tickets) = (drafts.len(), preorders.len(), tickets.len());
            tx.refuse(DeactivateRefused::WorkLeft { name: name(), drafts, preorders, tickets });
        }
        None => {}
    }
    tx.settle()?;

    if let Some(successor) = successor {
        for draft in &drafts {
            tx.update(draft, vec![Invoice::SALES_REP_ID.to(Some(successor.id))]).await?;
        }
        for preorder in &preorders {
            assign::give(tx, preorder, Some(successor.id)).await?;
        }
        for ticket in &tickets {
            repair_ticket::hand_over(tx, ticket, &successor).await?;
        }
    }
    let user = tx.update(&user, vec![User::IS_ACTIVE.to(false)]).await?;
    revoke_all(tx, &user.credential_key()).await?;
    Ok(user)
}

async fn drafts_of(tx: &mut Tx, user: &User) -> Rule<Vec<Invoice>> {
    let mut open = Sql::new("t.sales_rep_id = ");
    open.bind(Bind::Int(Some(user.id))).push(" AND t.status = ");
    open.bind(Bind::Text(Some(InvoiceStatus::Draft.spelling().to_owned())));
    open.push(" ORDER BY t.id FOR NO KEY UPDATE OF t");
    tx.select(open).await
}
