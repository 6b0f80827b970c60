//! Whether a customer gets new loans: it is switched off and on by hand, with a reason where it
//! is a suspension. Switching off ends the customer's sessions (spec 1.11); paying back and asking
//! for help stay possible, after another login (spec 5.3).

use async_graphql::InputObject;
use bizgraph_kernel::auth::revoke_all;
use bizgraph_kernel::db::Tx;
use bizgraph_kernel::entity::Id;
use bizgraph_kernel::mutation;
use bizgraph_kernel::refusal::Rule;

use super::{User, UserStatus, machine};

/// Who may borrow again.
#[derive(InputObject)]
#[graphql(name = "RimUserActivateInput")]
pub struct Activate {
    /// The customer.
    pub user_id: Id<User>,
    /// The version that was read; the move is refused when it is no longer that.
    pub expected_version: Option<i32>,
}

/// Who is not to borrow for now.
#[derive(InputObject)]
#[graphql(name = "RimUserDeactivateInput")]
pub struct Deactivate {
    /// The customer.
    pub user_id: Id<User>,
    /// The version that was read; the move is refused when it is no longer that.
    pub expected_version: Option<i32>,
    /// Why, at most 500 characters.
    pub reason: Option<String>,
}

/// Who is not to borrow, and why.
#[derive(InputObject)]
#[graphql(name = "RimUserSuspendInput")]
pub struct Suspend {
    /// The customer.
    pub user_id: Id<User>,
    /// The version that was read; the move is refused when it is no longer that.
    pub expected_version: Option<i32>,
    /// Why, at most 500 characters.
    pub reason: String,
}

mutation! {
    /// Lets a customer borrow again. Where it was suspended for a default, a second person has
    /// to agree.
    pub ACTIVATE = "rimUserActivate"(Activate) -> User,
    permission "rim.user.transition:activate"
    approved by "rim.user.transition:activate" => activate
}

mutation! {
    /// Keeps a customer from borrowing until it is active again, and ends its sessions.
    pub DEACTIVATE = "rimUserDeactivate"(Deactivate) -> User,
    permission "rim.user.transition:deactivate" => deactivate
}

mutation! {
    /// Keeps a customer from borrowing, for a reason, and ends its sessions.
    pub SUSPEND = "rimUserSuspend"(Suspend) -> User,
    permission "rim.user.transition:suspend" => suspend
}

/// Lets a customer borrow again (spec 5.3).
pub async fn activate(tx: &mut Tx, input: Activate) -> Rule<User> {
    let user: User = tx.lock_version(&input.user_id, "userId", input.expected_version).await?;
    tx.check_move(&user, &machine::ACTIVATE, None, "userId")?;
    tx.settle()?;
    if user.suspended_for_default {
        tx.four_eyes(&user, format!("Let {} borrow again after a default", user.user_id)).await?;
    }
    let sets = vec![
        User::SUSPENSION_REASON.to(None::<String>),
        User::SUSPENDED_FOR_DEFAULT.to(false),
        User::LAST_ACTIVE_AT.to(tx.now),
    ];
    tx.advance(&user, &machine::ACTIVATE, UserStatus::Active.spelling(), sets).await
}

/// Keeps a customer from borrowing (spec 5.3).
pub async fn deactivate(tx: &mut Tx, input: Deactivate) -> Rule<User> {
    let user: User = tx.lock_version(&input.user_id, "userId", input.expected_version).await?;
    tx.check_move(&user, &machine::DEACTIVATE, None, "userId")?;
    tx.optional_text(input.reason, "reason", 500);
    tx.settle()?;
    let inactive = UserStatus::Inactive.spelling();
    let user = tx.advance(&user, &machine::DEACTIVATE, inactive, Vec::new()).await?;
    revoke_all(tx, &user.credential_key()).await?;
    Ok(user)
}

/// Keeps a customer from borrowing, for a reason (spec 5.3).
pub async fn suspend(tx: &mut Tx, input: Suspend) -> Rule<User> {
    let user: User = tx.lock_version(&input.user_id, "userId", input.expected_version).await?;
    tx.check_move(&user, &machine::SUSPEND, None, "userId")?;
    let reason = tx.text(&input.reason, "reason", 500);
    tx.settle()?;
    let sets = vec![User::SUSPENSION_REASON.to(Some(reason))];
    let user = tx.advance(&user, &machine::SUSPEND, UserStatus::Suspended.spelling(), sets).await?;
    revoke_all(tx, &user.credential_key()).await?;
    Ok(user)
}
