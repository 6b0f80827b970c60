//! Another role for a person: never one's own, neither to nor from one that may do more than the
//! caller, and never so that nobody administers the tenant any more (spec 1.7.4). What the person
//! was doing ends: it logs in again.

use async_graphql::InputObject;
use bizgraph_kernel::auth::revoke_all;
use bizgraph_kernel::db::Tx;
use bizgraph_kernel::entity::Id;
use bizgraph_kernel::refusal::Rule;
use bizgraph_kernel::{Refusal, mutation};

use super::{User, UserRole, among, is_last_administrator, lock_with_administrators};

/// Who gets which role.
#[derive(InputObject)]
#[graphql(name = "BizhubUserSetRoleInput")]
pub struct SetRole {
    /// The person.
    pub user_id: Id<User>,
    /// The version that was read; the change is refused when it is no longer that.
    pub expected_version: Option<i32>,
    /// What the person may do from now on.
    pub role: UserRole,
}

/// Why a role cannot be given.
#[derive(Refusal)]
enum SetRoleRefused {
    #[refusal(
        FORBIDDEN,
        at = "userId",
        "Nobody changes their own role; ask another administrator."
    )]
    OwnRole,
    #[refusal(
        PRECONDITION_FAILED,
        at = "role",
        "{name} is the last active administrator. Make another person an administrator first."
    )]
    LastAdministrator { name: String },
}

mutation! {
    /// Gives a person another role and ends its sessions and keys.
    pub SET_ROLE = "bizhubUserSetRole"(SetRole) -> User,
    permission "bizhub.user.update" => set_role
}

/// Gives a person another role (spec 1.7.4).
pub async fn set_role(tx: &mut Tx, input: SetRole) -> Rule<User> {
    let key = tx.read(&input.user_id, "userId").await?.id;
    let people = lock_with_administrators(tx, vec![key]).await?;
    let user = among(&people, key)?;
    if let Some(expected) = input.expected_version {
        tx.expect_version(&user, expected).await?;
    }
    if user.credential_key() == tx.actor.id {
        tx.refuse(SetRoleRefused::OwnRole);
    }
    if input.role != UserRole::Admin && is_last_administrator(&people, &user) {
        tx.refuse(SetRoleRefused::LastAdministrator { name: user.full_name.clone() });
    }
    tx.require_all_rights_of(user.role.spelling(), "userId").await?;
    tx.require_all_rights_of(input.role.spelling(), "role").await?;
    tx.settle()?;
    if user.role == input.role {
        return Ok(user);
    }
    let user = tx.update(&user, vec![User::ROLE.to(input.role)]).await?;
    revoke_all(tx, &user.credential_key()).await?;
    Ok(user)
}
