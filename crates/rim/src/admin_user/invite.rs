//! A new person of the admin panel. Nobody chooses its first password: the server makes one
//! that works once and has to be changed at the first login (spec 5.8, 1.11).

use async_graphql::InputObject;
use bizgraph_kernel::db::Tx;
use bizgraph_kernel::entity::Id;
use bizgraph_kernel::input::trimmed;
use bizgraph_kernel::mutation;
use bizgraph_kernel::mutation::Outcome;
use bizgraph_kernel::refusal::Rule;

use super::administrators::username;
use super::{AdminUser, acting, one_time_password};
use crate::admin_role::AdminRole;

/// Who the person is.
#[derive(InputObject)]
#[graphql(name = "RimAdminUserInviteInput")]
pub struct Invite {
    /// The name to log in with: one word, unique, at most 50 characters.
    pub username: String,
    /// Email address; unique.
    pub email: String,
    /// Phone number, national or international.
    pub phone: Option<String>,
    /// What the person may do.
    pub role_id: Id<AdminRole>,
}

mutation! {
    /// Adds a person to the admin panel with a one-time password, shown now and never again and
    /// sent to the person by the templates `password_reset`.
    pub INVITE = "rimAdminUserInvite"(Invite) -> AdminUser,
    permission "rim.admin_user.transition:invite" also [super::ONE_TIME_PASSWORD] => invite
}

/// Adds a person and answers its one-time password (spec 5.8).
pub async fn invite(tx: &mut Tx, input: Invite) -> Rule<Outcome> {
    let role: AdminRole = tx.lock(&input.role_id, "roleId").await?;
    tx.require_all_rights_of(&role.name, "roleId").await?;
    let phone = trimmed(input.phone).map(|phone| tx.phone(&phone, "phone"));
    let sets = vec![
        AdminUser::USERNAME.to(username(tx, &input.username, "username")),
        AdminUser::EMAIL.to(tx.email(&input.email, "email")),
        AdminUser::PHONE.to(phone),
        AdminUser::ROLE.to(role.name.clone()),
        AdminUser::ROLE_ID.to(role.id),
        AdminUser::CREATED_BY.to(acting(tx)),
    ];
    tx.settle()?;
    let user = tx.insert::<AdminUser>(sets).await?;
    tx.amend(&role, vec![AdminRole::USER_COUNT.to(role.user_count + 1)]).await?;
    let password = one_time_password::give(tx, &user).await?;
    Ok(Outcome::from(user).with("oneTimePassword", password))
}
