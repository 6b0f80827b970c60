//! The first person of a tenant, who makes the others.

use super::Owner;
use crate::audit::AuditEntry;
use crate::auth::{hash_password, set_password};
use crate::db::fault::DatabaseViolation;
use crate::db::{Fault, Tx};
use crate::entity::decode;
use crate::entity::sql::{Bind, Sql};
use crate::module::Module;
use crate::refusal::{Code, Refusal, Rejection, Rule};
use crate::tenant::Tenant;
use uuid::Uuid;

/// Name and password of the administrator that every new tenant outside production has. The
/// account can do nothing but change its password (spec 1.11).
pub const DEFAULT_ADMINISTRATOR: (&str, &str) = ("admin", "changeme123");

/// The statement that makes an administrator of this module and answers the key as text.
fn insert_administrator(module: &Module, username: &str, email: &str) -> Sql {
    let mut parts = module.first_administrator.split('$');
    let mut sql = Sql::new(parts.next().unwrap_or_default());
    for part in parts {
        let (number, rest) = part.split_at(1);
        sql.bind(match number {
            "1" => Bind::Text(Some(username.to_owned())),
            "2" => Bind::Text(Some(email.to_owned())),
            _ => Bind::Uuid(Some(Uuid::now_v7())),
        });
        sql.push(rest);
    }
    sql
}

/// Makes the default administrator, unless the tenant has people already; answers whether it
/// did.
pub(super) async fn make_first_administrator(
    owner: &mut Owner,
    tenant: &Tenant,
    module: &Module,
) -> Result<bool, Fault> {
    let (username, password) = DEFAULT_ADMINISTRATOR;
    let has_people = Sql::new(&format!("SELECT 1 FROM ({}) person LIMIT 1", module.people));
    if !owner.load(has_people).await?.is_empty() {
        return Ok(false);
    }
    let email = format!("admin@{}.example", tenant.slug);
    let rows = owner.load(insert_administrator(module, username, &email)).await?;
    let row = rows.first().ok_or_else(|| Fault::internal("no administrator was made"))?;
    let id: String = decode(row, 0)?;
    let mut sql =
        Sql::new("INSERT INTO credentials (user_id, password_hash, must_change_password) VALUES (");
    sql.bind(Bind::Text(Some(id))).push(", ");
    sql.bind(Bind::Text(Some(hash_password(password)?))).push(", TRUE)");
    owner.load(sql).await?;
    Ok(true)
}

/// Adds an administrator with a password that has to be changed at the first login, and answers
/// the key. For the command line: everybody else is added by an administrator.
///
/// # Errors
/// `NOT_UNIQUE` when the username or the email is taken, `PASSWORD_POLICY` as for everybody.
pub async fn add_administrator(
    tx: &mut Tx,
    username: &str,
    email: &str,
    password: &str,
) -> Rule<String> {
    let rows = tx.load(insert_administrator(tx.actor.module, username, email)).await;
    let rows = rows.map_err(|fault| match fault.violated_constraint() {
        Some((DatabaseViolation::Unique, ..)) => {
            let message = "Somebody has this username or this email already.";
            Refusal::new(Code::NotUnique, "username", message).into()
        }
        _ => Rejection::from(fault),
    })?;
    let row = rows.first().ok_or_else(|| Fault::internal("no administrator was made"))?;
    let id: String = decode(row, 0)?;
    tx.audit.push(AuditEntry::new("create", "Person", id.clone()));
    set_password(tx, &id, username, email, password, true, "password").await?;
    Ok(id)
}
