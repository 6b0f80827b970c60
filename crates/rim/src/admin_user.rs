//! The people of the admin panel (spec 5.8). How they prove who they are is the kernel's
//! business.

pub mod access;
mod administrators;
pub mod credentials;
pub mod invite;
pub mod machine;
pub mod one_time_password;
pub mod reset_second_factor;
pub mod set_role;
pub mod update;

use bizgraph_kernel::db::Tx;
use bizgraph_kernel::{Entity, Words};
use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::admin_role::AdminRole;

/// Whether a person of the admin panel can come in.
#[derive(Words, Clone, Copy, Debug, PartialEq, Eq)]
#[words(name = "RimAdminUserStatus")]
pub enum AdminUserStatus {
    /// `active`: can log in.
    #[word("active")]
    Active,
    /// `inactive`: left, or is away for long.
    #[word("inactive")]
    Inactive,
    /// `suspended`: kept out for a reason.
    #[word("suspended")]
    Suspended,
}

/// A person who works with the admin panel.
#[derive(Entity, Clone, Debug)]
#[entity(module = "rim", table = admin_users, permission = "rim.admin_user",
    default_order = username, machine = crate::admin_user::machine::MACHINE)]
#[has_many(
    created: AdminUser by created_by "People whom this person invited.",
    approved_loans: crate::loan::Loan by approved_by "Loans that this person agreed to.",
    rejected_loans: crate::loan::Loan by rejected_by "Loans that this person rejected.",
    reconciled_transactions: crate::transaction::Transaction by reconciled_by
        "Transactions that this person reconciled.",
    broadcast_messages: crate::broadcast_message::BroadcastMessage by created_by
        "Broadcasts that this person wrote.",
    ticket_histories: crate::ticket_history::TicketHistory by performed_by
        "What this person did to tickets.",
    notification_histories: crate::notification_history::NotificationHistory by admin_user_id
        "Messages that this person got.",
    support_agents: crate::support_agent::SupportAgent by admin_user_id
        "The agent that this login acts as; at most one.",
    activity_logs: crate::admin_activity_log::AdminActivityLog by admin_id
        "What this person did.",
    audit_logs: crate::audit_log::AuditLog by user_id "What this person changed."
)]
#[lookup(adminUserByUsername = username)]
#[scope(
    own = "{t}.id = {actor}",
    // Whoever may work on tickets.
    desk = "EXISTS (SELECT 1 FROM admin_roles r WHERE r.id = {t}.role_id AND r.permissions @> \
            '[{\"resource\": \"tickets\", \"actions\": [\"write\"]}]')"
)]
pub struct AdminUser {
    pub id: Uuid,
    /// The name to log in with; unique, whatever its case.
    #[entity(filter, order)]
    pub username: String,
    /// Email address as it was typed; unique, whatever its case.
    #[entity(filter, order, sensitive = "rim.admin_user.read_sensitive")]
    pub email: String,
    /// Phone number in international form, for codes.
    #[entity(sensitive = "rim.admin_user.read_sensitive")]
    pub phone: Option<String>,
    /// Name of the role; it follows the role.
    pub role: String,
    /// What the person may do.
    #[entity(belongs_to = admin_role: AdminRole, filter)]
    pub role_id: Uuid,
    /// Whether the person can come in.
    #[entity(filter)]
    pub status: AdminUserStatus,
    /// Why the person was suspended.
    pub suspension_reason: Option<String>,
    /// When the person logged in last; empty before the first time.
    #[entity(sql = "SELECT e.occurred_at FROM audit_entries e \
                    WHERE e.actor = 'adminUser:' || {t}.id::text AND e.action = 'login' \
                    ORDER BY e.id DESC LIMIT 1")]
    pub last_login: Option<DateTime<Utc>>,
    /// Whether the person has a second factor.
    #[entity(sql = "EXISTS (SELECT 1 FROM mfa_factors m \
                    WHERE m.user_id = 'adminUser:' || {t}.id::text AND m.confirmed_at IS NOT NULL)")]
    pub two_factor_enabled: bool,
    /// Who invited the person; empty for the first.
    #[entity(belongs_to = creator: AdminUser, filter)]
    pub created_by: Option<Uuid>,
    /// Moves on with every change.
    pub version: i32,
    /// When the person was added.
    #[entity(filter, order)]
    pub created_at: DateTime<Utc>,
    /// When something about the person changed last.
    pub updated_at: DateTime<Utc>,
}

impl AdminUser {
    /// The key as the kernel's tables of credentials and sessions hold it.
    pub fn credential_key(&self) -> String {
        Self::credential_key_of(self.id)
    }

    /// The same of the person with this id.
    pub fn credential_key_of(id: Uuid) -> String {
        format!("adminUser:{id}")
    }
}

/// The payload field of mutations that make a password.
const ONE_TIME_PASSWORD: (&str, &str, &str) = (
    "oneTimePassword",
    "The password, to be changed at the next login; shown only here.",
    "String",
);

/// The person of the admin panel who acts; `None` for customers and the server.
pub fn acting(tx: &Tx) -> Option<Uuid> {
    tx.actor.key_as("adminUser")
}
