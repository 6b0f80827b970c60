//! The people of the shop: who they are and which role they have (spec 6.2, 6.11). How they
//! prove who they are is the kernel's business.

pub mod activate;
pub mod create;
pub mod deactivate;
pub mod reset_second_factor;
pub mod set_password;
pub mod set_role;
pub mod unlock;
pub mod update;

use bizgraph_kernel::db::{Fault, Tx};
use bizgraph_kernel::entity::{Bind, Sql};
use bizgraph_kernel::input::trimmed;
use bizgraph_kernel::refusal::{Code, Refusal, Rule};
use bizgraph_kernel::{Entity, Words};
use chrono::{DateTime, Utc};

/// What a person may do in the shop.
#[derive(Words, Clone, Copy, Debug, PartialEq, Eq)]
#[words(name = "BizhubUserRole")]
pub enum UserRole {
    /// Full access, the settings and the people included.
    #[word("Admin")]
    Admin,
    /// Sales, stock and reports; agrees to what needs a second person.
    #[word("Manager")]
    Manager,
    /// Customers, and the invoices and payments of their own.
    #[word("Sales")]
    Sales,
    /// Diagnostics, wipes, quality checks and repairs.
    #[word("Technician")]
    Technician,
    /// Receives stock and moves it.
    #[word("Warehouse")]
    Warehouse,
}

impl UserRole {
    /// Whether a person with this role can be given repairs.
    pub fn repairs(self) -> bool {
        matches!(self, UserRole::Admin | UserRole::Manager | UserRole::Technician)
    }

    /// Whether a person with this role can have invoices of its own.
    pub fn sells(self) -> bool {
        matches!(self, UserRole::Admin | UserRole::Manager | UserRole::Sales)
    }
}

/// A person who works in the shop.
#[derive(Entity, Clone, Debug)]
#[entity(module = "bizhub", table = users, permission = "bizhub.user", default_order = full_name)]
#[has_many(
    invoices: crate::invoice::Invoice by sales_rep_id "Invoices that this person sells.",
    repair_tickets: crate::repair_ticket::RepairTicket by assigned_to "What this person repairs."
)]
#[lookup(userByUsername = username)]
pub struct User {
    pub id: i32,
    /// The name that the person logs in with; unique, whatever its case.
    #[entity(filter, order)]
    pub username: String,
    /// Email address as it was typed; unique, whatever its case.
    #[entity(filter, order)]
    pub email: String,
    /// What the person may do.
    #[entity(filter, order)]
    pub role: UserRole,
    /// The person's name.
    #[entity(filter, order)]
    pub full_name: String,
    /// Phone number in international form, such as +233201234567.
    pub phone: Option<String>,
    /// Whether the person can log in and be given work.
    #[entity(filter)]
    pub is_active: bool,
    /// When the person logged in last; empty before the first time.
    #[entity(sql = "SELECT e.occurred_at FROM audit_entries e \
                    WHERE e.actor = {t}.id::text AND e.action = 'login' \
                    ORDER BY e.id DESC LIMIT 1")]
    pub last_login: Option<DateTime<Utc>>,
    /// Moves on with every change.
    pub version: i32,
    /// When the person was added.
    #[entity(filter, order)]
    pub created_at: DateTime<Utc>,
    /// When something about the person changed last.
    pub updated_at: DateTime<Utc>,
}

impl User {
    /// The key as the kernel's tables of credentials and sessions hold it.
    pub fn credential_key(&self) -> String {
        self.id.to_string()
    }
}

/// Locks these people and every active administrator in one order (spec 1.6.2), so that two
/// administrators cannot remove each other at the same moment (spec 1.7.4).
async fn lock_with_administrators(tx: &mut Tx, keys: Vec<i32>) -> Rule<Vec<User>> {
    let mut wanted = Sql::new("t.id = ANY(");
    wanted.bind(Bind::Ints(keys)).push(") OR (t.is_active AND t.role = ");
    wanted.bind(Bind::Text(Some(UserRole::Admin.spelling().to_owned())));
    wanted.push(") ORDER BY t.id FOR NO KEY UPDATE OF t");
    tx.select(wanted).await
}

/// One of the people that were just locked.
fn among(people: &[User], key: i32) -> Rule<User> {
    let found = people.iter().find(|person| person.id == key).cloned();
    found.ok_or_else(|| Fault::internal("a person who vanished while being locked").into())
}

/// Whether nobody else among the locked people could administer the tenant.
fn is_last_administrator(people: &[User], user: &User) -> bool {
    let administers = |person: &User| person.is_active && person.role == UserRole::Admin;
    administers(user) && !people.iter().any(|other| other.id != user.id && administers(other))
}

/// A name to log in with: one word, at most 50 characters.
fn username(tx: &mut Tx, text: &str, field: &str) -> String {
    let username = tx.text(text, field, 50);
    tx.require(!username.contains(|c: char| c.is_whitespace() || c.is_control()), || {
        let message = "A username is one word; leave the spaces out.";
        Refusal::new(Code::BadFormat, field, message)
    });
    username
}

/// A phone number that may be left out.
fn optional_phone(tx: &mut Tx, phone: Option<String>, field: &str) -> Option<String> {
    trimmed(phone).map(|phone| tx.phone(&phone, field))
}
