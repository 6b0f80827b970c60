//! A person as login sees one: the module's user row and the kernel's credentials.

use crate::actor::Actor;
use crate::db::Tx;
use crate::entity::{Bind, Sql, decode};
use crate::kernel::Kernel;
use crate::refusal::Rule;

/// Someone of the tenant with the means to prove it.
#[derive(Clone, Debug)]
pub(crate) struct Person {
    /// Key in the module's user table as text.
    pub id: String,
    pub username: String,
    pub email: Option<String>,
    pub name: String,
    pub role: String,
    pub active: bool,
    /// `None` for a person who was never given a password.
    pub password_hash: Option<String>,
    pub must_change_password: bool,
    /// Phone number in international form, where it is known.
    pub phone: Option<String>,
    /// Hashes of the passwords before this one, latest first.
    pub previous_hashes: Vec<String>,
}

impl Person {
    /// The current hash and those before it, latest first.
    pub fn all_hashes(&self) -> Vec<String> {
        self.password_hash.iter().chain(&self.previous_hashes).cloned().collect()
    }

    /// The person as whoever acts in a transaction of the door.
    pub fn actor(&self, kernel: &Kernel, system: &Actor) -> Actor {
        Actor {
            id: self.id.clone(),
            username: self.username.clone(),
            name: self.name.clone(),
            role: self.role.clone(),
            rights: kernel.rights(system.module, &self.role),
            must_change_password: self.must_change_password,
            ..system.clone()
        }
    }
}

/// The person with this username, in any spelling of its letters.
pub(crate) async fn by_username(tx: &mut Tx, username: &str) -> Rule<Option<Person>> {
    let mut condition = Sql::new("lower(p.username) = ");
    // One value keeps the plan that a list would not get.
    match &tx.personal_data {
        Some(_) => condition
            .push("ANY(SELECT lower(form) FROM unnest(")
            .bind(tx.personal_forms(&[username]))
            .push("::text[]) AS form)"),
        None => condition.push("lower(").bind(Bind::Text(Some(username.to_owned()))).push(")"),
    };
    find(tx, condition).await
}

/// The person with this key.
pub(crate) async fn by_id(tx: &mut Tx, id: &str) -> Rule<Option<Person>> {
    let mut condition = Sql::new("p.id::text = ");
    condition.bind(Bind::Text(Some(id.to_owned())));
    find(tx, condition).await
}

async fn find(tx: &mut Tx, condition: Sql) -> Rule<Option<Person>> {
    let mut sql = Sql::new(
        "SELECT p.id::text, p.username::text, p.email::text, p.name::text, p.role::text, \
         p.active, c.password_hash, COALESCE(c.must_change_password, FALSE), \
         to_jsonb(COALESCE(c.previous_hashes, '{}')), p.phone::text FROM (",
    );
    sql.push(tx.actor.module.people);
    sql.push(") p LEFT JOIN credentials c ON c.user_id = p.id::text WHERE ").append(condition);
    let rows = tx.load(sql).await?;
    let Some(row) = rows.first() else { return Ok(None) };
    let previous: serde_json::Value = decode(row, 8)?;
    Ok(Some(Person {
        id: decode(row, 0)?,
        username: decode(row, 1)?,
        email: decode(row, 2)?,
        name: decode(row, 3)?,
        role: decode(row, 4)?,
        active: decode(row, 5)?,
        password_hash: decode(row, 6)?,
        must_change_password: decode(row, 7)?,
        phone: decode(row, 9)?,
        previous_hashes: serde_json::from_value(previous)
            .map_err(|error| crate::db::Fault::decode(error.into()))?,
    }))
}
