//! What the mutations of people share: that somebody can always administer the tenant, and
//! what a name to log in with is (spec 1.7.4).

use bizgraph_kernel::db::{Fault, Tx};
use bizgraph_kernel::entity::{Bind, Sql};
use bizgraph_kernel::refusal::{Code, Refusal, Rule};
use uuid::Uuid;

use super::{AdminUser, AdminUserStatus};
use crate::admin_role::SUPER_ADMIN;

/// Locks a person and every active super_admin in one order (spec 1.6.2), so that two of them
/// cannot remove each other at the same moment (spec 1.7.4).
pub async fn lock_with_super_admins(tx: &mut Tx, key: Uuid) -> Rule<Vec<AdminUser>> {
    let mut wanted = Sql::new("t.id = ");
    wanted.bind(key.into()).push(" OR (t.status = 'active' AND t.role = ");
    wanted.bind(Bind::Text(Some(SUPER_ADMIN.to_owned())));
    wanted.push(") ORDER BY t.id FOR NO KEY UPDATE OF t");
    tx.select(wanted).await
}

/// One of the people that were just locked.
pub fn among(people: &[AdminUser], key: Uuid) -> Rule<AdminUser> {
    let found = people.iter().find(|person| person.id == key).cloned();
    found.ok_or_else(|| Fault::internal("a person who vanished while being locked").into())
}

/// Whether nobody else among the locked people could administer the tenant.
pub fn is_last_super_admin(people: &[AdminUser], user: &AdminUser) -> bool {
    let administers =
        |person: &AdminUser| person.status == AdminUserStatus::Active && person.role == SUPER_ADMIN;
    administers(user) && !people.iter().any(|other| other.id != user.id && administers(other))
}

/// A name to log in with: one word, at most 50 characters, no phone number, since those are
/// what customers log in with.
pub fn username(tx: &mut Tx, text: &str, field: &str) -> String {
    let username = tx.text(text, field, 50);
    tx.require(!username.contains(|c: char| c.is_whitespace() || c.is_control()), || {
        let message = "A username is one word; leave the spaces out.";
        Refusal::new(Code::BadFormat, field, message)
    });
    tx.require(!username.starts_with('+'), || {
        let message = "A username does not begin like a phone number.";
        Refusal::new(Code::BadFormat, field, message)
    });
    username
}
