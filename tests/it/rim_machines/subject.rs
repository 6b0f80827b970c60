//! The lender's machines under test, and the world in which their moves are made.

use std::sync::Arc;

use bizgraph_kernel::notification::Senders;
use bizgraph_kernel::provider::address::AllowedHosts;
use bizgraph_kernel::provider::{Call, Provider, Providers, Reply};
use futures_util::future::{BoxFuture, ready};
use serde_json::json;

use crate::matrix::House;
use crate::rim_machines::{desk, lending, messages, people, system};
use crate::world::World;

/// The rows of the desk belong to the person who moves them; a customer's are Ada's.
pub static LENDER: House = House {
    world: || Box::pin(world()),
    roles: &[
        ("super_admin", "admin"),
        ("operations_manager", "operations"),
        ("loan_officer", "officer"),
        ("finance", "finance"),
        ("support_agent", "agent"),
        ("support_lead", "lead"),
        ("marketing", "marketing"),
        ("auditor", "auditor"),
        ("customer", "ada"),
    ],
    neighbour: "ikeja",
    subjects: &[
        &desk::TICKET,
        &desk::AGENT,
        &lending::LOAN,
        &lending::TRANSACTION,
        &people::USER,
        &people::ADMIN_USER,
        &system::INTEGRATION,
        &system::BACKUP,
        &messages::BROADCAST,
        &messages::NOTIFICATION,
    ],
    tables: &[
        "tickets",
        "ticket_histories",
        "ticket_sla_clocks",
        "chat_messages",
        "support_agents",
        "loans",
        "loan_repayments",
        "transactions",
        "users",
        "credit_limit_changes",
        "admin_users",
        "admin_roles",
        "sessions",
        "api_integrations",
        "api_calls",
        "alert_firings",
        "backups",
        "approval_requests",
        "broadcast_messages",
        "broadcast_recipients",
        "notification_histories",
        "notifications",
        "outbox_events",
        "idempotency_records",
        "audit_entries WHERE action <> 'denied'",
    ],
    least: (250, 60),
};

/// A provider whose host says how it behaves.
struct ByHost;

/// Where calls end well, and where they do not.
pub const PAYS: &str = "https://pays.example";
pub const FAILS: &str = "https://fails.example";

impl Provider for ByHost {
    fn call<'a>(&'a self, call: &'a Call) -> BoxFuture<'a, Reply> {
        let status = if call.base_url == PAYS { 200 } else { 422 };
        let body = Some(json!({ "status": "completed", "reference": "T-1" }));
        Box::pin(ready(Reply::Answered { status, body }))
    }
}

/// A lender whose telecoms answer at once, where one person is enough and credit is kept.
async fn world() -> World {
    let mut world = World::rim().await;
    let kernel = Arc::get_mut(&mut world.kernel).unwrap();
    kernel.providers = Arc::new(Providers::new(Arc::new(ByHost), AllowedHosts::default()));
    kernel.senders = Senders { sms: Arc::new(messages::ByText), ..Senders::default() };
    desk::prepare(&world).await;
    messages::prepare(&world).await;
    let sql = format!(
        "INSERT INTO rim.tenant_settings (key, value) VALUES ('four_eyes.enforced', 'false'); \
         UPDATE rim.system_configs SET value = 'true' WHERE key = 'allow_credit'; \
         INSERT INTO rim.api_integrations (id, name, type, provider, network, status, base_url) \
         VALUES (gen_random_uuid(), 'MTN airtime', 'telecom', 'MTN Nigeria', 'MTN', 'active', \
           '{PAYS}');"
    );
    world.meddle(&sql).await;
    world
}
