//! Import: what another lender's installation exported is taken over whole, or not at all.

mod bad_rows;
mod credit;
mod leaving_out;

use bizgraph_kernel::import::{BadRow, ImportFault, Imported, import};
use serde_json::{Value, json};

use crate::import::exports::Exports;
use crate::world::World;

const FILES: &[(&str, &str)] = &[
    ("AdminRole", include_str!("rim_import/exports/AdminRole.csv")),
    ("AdminUser", include_str!("rim_import/exports/AdminUser.csv")),
    ("User", include_str!("rim_import/exports/User.csv")),
    ("Loan", include_str!("rim_import/exports/Loan.csv")),
    ("transactions", include_str!("rim_import/exports/transactions.csv")),
    ("Department", include_str!("rim_import/exports/Department.csv")),
    ("SupportAgent", include_str!("rim_import/exports/SupportAgent.csv")),
    ("Ticket", include_str!("rim_import/exports/Ticket.csv")),
    ("ChatMessage", include_str!("rim_import/exports/ChatMessage.csv")),
    ("Attachment", include_str!("rim_import/exports/Attachment.csv")),
    ("TicketHistory", include_str!("rim_import/exports/TicketHistory.csv")),
    ("SystemAlert", include_str!("rim_import/exports/SystemAlert.csv")),
    ("BroadcastMessage", include_str!("rim_import/exports/BroadcastMessage.csv")),
    ("NotificationHistory", include_str!("rim_import/exports/NotificationHistory.csv")),
    ("ApiIntegration", include_str!("rim_import/exports/ApiIntegration.csv")),
    ("SystemConfig", include_str!("rim_import/exports/SystemConfig.csv")),
    ("EmailTemplate", include_str!("rim_import/exports/EmailTemplate.csv")),
    ("SmsTemplate", include_str!("rim_import/exports/SmsTemplate.csv")),
    ("SecuritySettings", include_str!("rim_import/exports/SecuritySettings.csv")),
    ("Backup", include_str!("rim_import/exports/Backup.csv")),
    ("BackupSettings", include_str!("rim_import/exports/BackupSettings.csv")),
    ("AuditLog", include_str!("rim_import/exports/AuditLog.csv")),
    ("AdminActivityLog", include_str!("rim_import/exports/AdminActivityLog.csv")),
];

/// All 23 files of a lender in which everything is in order.
pub fn good() -> Exports {
    Exports::of(FILES)
}

/// A world with a lender, `fresh`, whom nobody used yet.
pub async fn fresh() -> World {
    let world = World::rim().await;
    world.add_lender("fresh").await;
    world
}

pub async fn imported(
    world: &World,
    exports: &Exports,
    skip_bad: bool,
) -> Result<Imported, ImportFault> {
    let tenant = world.kernel.tenant("fresh").unwrap();
    import(&world.kernel, tenant, exports.folder(), skip_bad, |_| ()).await
}

/// The bad rows of an import that must not succeed, each as `file line: reason`; nothing is left
/// behind.
pub async fn refused(world: &World, exports: &Exports) -> Vec<String> {
    let bad = match imported(world, exports, false).await.unwrap_err() {
        ImportFault::Bad(rows) => rows,
        other => panic!("{other}"),
    };
    for table in ["users", "loans", "tickets", "loan_repayments", "admin_users"] {
        let count = world.value(&format!("SELECT count(*) FROM fresh.{table}")).await;
        assert_eq!(count, 0, "{table}");
    }
    bad.iter().map(told).collect()
}

pub fn told(row: &BadRow) -> String {
    let line = row.line.map_or(String::new(), |line| format!(" {line}"));
    format!("{}{line}: {}", row.file, row.reason)
}

#[tokio::test]
async fn a_good_export_is_taken_over_and_every_invariant_holds() {
    let world = fresh().await;
    let imported = imported(&world, &good(), false).await;
    let imported = imported.unwrap_or_else(|fault| match fault {
        ImportFault::Bad(rows) => panic!("{:#?}", rows.iter().map(told).collect::<Vec<_>>()),
        other => panic!("{other}"),
    });
    assert_eq!(imported.left_out, []);
    let rows = |table: &str| imported.rows.iter().find(|(name, _)| *name == table).unwrap().1;
    assert_eq!(
        ["users", "loans", "transactions", "loan_repayments", "tickets", "attachments"].map(rows),
        [3, 5, 6, 4, 2, 2]
    );
    assert_eq!(world.findings_of("fresh").await, [] as [String; 0]);
}

#[tokio::test]
async fn what_the_document_implies_or_repeats_is_computed() {
    let world = fresh().await;
    imported(&world, &good(), false).await.unwrap();
    let users = "SELECT user_id, phone, repayment_status, total_repaid::text AS repaid, total_loans, \
                 repayment_credit::text AS credit, suspended_for_default AS held \
                 FROM fresh.users ORDER BY user_id";
    let user =
        |id: &str, phone: &str, standing: &str, repaid: &str, loans: i32, rest: (&str, bool)| {
            json!({ "user_id": id, "phone": phone, "repayment_status": standing, "repaid": repaid,
                "total_loans": loans, "credit": rest.0, "held": rest.1 })
        };
    assert_eq!(
        world.rows(users).await,
        [
            user("USR-2024-001", "+2348031111111", "Partial", "1450.00", 2, ("50.00", false)),
            user("USR-2024-002", "+2348032222222", "Overdue", "0.00", 1, ("0.00", true)),
            user("USR-2025-017", "+2348033333333", "Pending", "0.00", 2, ("0.00", false)),
        ]
    );
    let repayments = "SELECT t.transaction_id AS paid, l.loan_id AS loan, r.amount::text \
                      FROM fresh.loan_repayments r JOIN fresh.transactions t ON t.id = r.transaction_id \
                      JOIN fresh.loans l ON l.id = r.loan_id ORDER BY 1, 2";
    let repayment = |paid: &str, loan: &str, amount: &str| json!({ "paid": paid, "loan": loan, "amount": amount });
    assert_eq!(
        world.rows(repayments).await,
        [
            repayment("TRX-2026-000002", "LOAN-2024-001", "700.00"),
            repayment("TRX-2026-000003", "LOAN-2024-001", "400.00"),
            repayment("TRX-2026-000003", "LOAN-2024-002", "100.00"),
            repayment("TRX-2026-000004", "LOAN-2024-002", "200.00"),
        ]
    );
    let counts = "SELECT (SELECT string_agg(user_count::text, ' ' ORDER BY name) FROM fresh.admin_roles) AS roles, \
                  (SELECT string_agg(agent_count::text, ' ' ORDER BY name) FROM fresh.departments) AS desks, \
                  (SELECT string_agg(active_tickets || status, ' ' ORDER BY name) FROM fresh.support_agents) AS agents, \
                  (SELECT string_agg(message_count::text, ' ' ORDER BY ticket_number) FROM fresh.tickets) AS messages";
    assert_eq!(
        world.rows(counts).await,
        [
            json!({ "roles": "1 1", "desks": "1 1", "agents": "1available 0away", "messages": "3 0" })
        ]
    );
}

#[tokio::test]
async fn metadata_that_reports_need_becomes_columns_and_the_rest_stays() {
    let world = fresh().await;
    imported(&world, &good(), false).await.unwrap();
    let loans = "SELECT credit_score, previous_loans, auto_approved, fee::text, further_metadata, \
                 due_date IS NULL AS undue FROM fresh.loans ORDER BY loan_id LIMIT 2";
    assert_eq!(
        world.rows(loans).await,
        [
            json!({ "credit_score": 600, "previous_loans": 2, "auto_approved": true, "fee": "0.00",
                    "further_metadata": { "campaign": "new year" }, "undue": false }),
            json!({ "credit_score": null, "previous_loans": null, "auto_approved": false,
                    "fee": "20.00", "further_metadata": {}, "undue": false }),
        ]
    );
    let payments = "SELECT original_amount::text AS original, fee::text, commission::text, \
                    further_metadata, reconciliation_batch_id IS NOT NULL AS batched \
                    FROM fresh.transactions WHERE transaction_id = 'TRX-2026-000002'";
    assert_eq!(
        world.rows(payments).await,
        [json!({ "original": "710.00", "fee": "10.00", "commission": "1.50",
                 "further_metadata": { "till": 4 }, "batched": true })]
    );
}

#[tokio::test]
async fn senders_performers_and_those_who_have_a_ticket_are_found() {
    let world = fresh().await;
    imported(&world, &good(), false).await.unwrap();
    let messages = "SELECT m.sender_type AS kind, u.user_id, a.username FROM fresh.chat_messages m \
                    LEFT JOIN fresh.users u ON u.id = m.sender_user_id \
                    LEFT JOIN fresh.admin_users a ON a.id = m.sender_admin_id ORDER BY m.created_at";
    assert_eq!(
        world.rows(messages).await,
        [
            json!({ "kind": "customer", "user_id": "USR-2024-001", "username": null }),
            json!({ "kind": "agent", "user_id": null, "username": "tunde" }),
            json!({ "kind": "system", "user_id": null, "username": null }),
        ]
    );
    let performers = "SELECT string_agg(performer_type, ' ' ORDER BY created_at, action) \
                      FROM fresh.ticket_histories WHERE details IS DISTINCT FROM \
                      'Taken over from the former system' AND action <> 'import'";
    assert_eq!(world.value(performers).await, "customer system admin");
    let tickets = "SELECT t.customer_phone AS phone, a.name, d.name AS desk, t.tags \
                   FROM fresh.tickets t JOIN fresh.support_agents a ON a.id = t.assigned_to \
                   LEFT JOIN fresh.departments d ON d.id = t.department_id ORDER BY ticket_number";
    assert_eq!(
        world.rows(tickets).await,
        [
            json!({ "phone": "+2348031111111", "name": "Tunde", "desk": "Front",
                    "tags": ["late", "MTN, again"] }),
            json!({ "phone": "+2348032222222", "name": "Tunde", "desk": null, "tags": [] }),
        ]
    );
}

#[tokio::test]
async fn settings_that_the_file_does_not_name_stay_and_secrets_are_sealed() {
    let world = fresh().await;
    imported(&world, &good(), false).await.unwrap();
    let configs = "SELECT (SELECT value FROM fresh.system_configs WHERE key = 'max_open') AS open, \
                   (SELECT value FROM fresh.system_configs WHERE key = 'motto') AS motto, \
                   count(*) > 10 AS others FROM fresh.system_configs";
    assert_eq!(
        world.rows(configs).await,
        [json!({ "open": "2", "motto": "Pay on time", "others": true })]
    );
    let keys = "SELECT network, api_key_end AS key, api_secret_end AS secret, \
                starts_with(api_key_sealed, 'envelope:') AS sealed FROM fresh.api_integrations";
    assert_eq!(
        world.rows(keys).await,
        [json!({ "network": "MTN", "key": "9876", "secret": "rmer", "sealed": true })]
    );
    let sealed = world.value("SELECT api_key_sealed FROM fresh.api_integrations").await;
    let secret = world.kernel.cipher.open_secret(sealed.as_str().unwrap());
    assert_eq!(secret.as_deref(), Some("key-of-the-former-9876"));
    let rest = "SELECT (SELECT password_min_length FROM fresh.security_settings) AS least, \
                (SELECT frequency || time FROM fresh.backup_settings) AS backups, \
                (SELECT string_agg(status, ' ' ORDER BY name) FROM fresh.backups) AS made";
    assert_eq!(
        world.rows(rest).await,
        [json!({ "least": 10, "backups": "weekly03:30", "made": "success failed success" })]
    );
}

#[tokio::test]
async fn people_log_in_and_numbers_go_on() {
    let world = fresh().await;
    imported(&world, &good(), false).await.unwrap();
    let login = "mutation { login(input: {tenant: \"fresh\", username: \"boss\", password: \
                 \"changeme123\"}) { token userErrors { code } } }";
    let answer = world.send_as_nobody(login, json!({})).await;
    assert!(answer["data"]["login"]["token"].is_string(), "{answer:#}");
    let boss = world.person_of("fresh", "boss").await;
    let input = json!({ "phone": "08030000077", "email": "new@home.example" });
    let done = world.done(&boss, "rimUserCreate", input, "user { userId }").await;
    assert_eq!(done["user"]["userId"], "USR-2026-018");
    assert_eq!(world.findings_of("fresh").await, [] as [String; 0]);
}

#[tokio::test]
async fn the_former_trail_goes_on_here_without_what_was_not_sealed() {
    let world = fresh().await;
    imported(&world, &good(), false).await.unwrap();
    let logs = "SELECT action, entity, user_name, changes, ip_address FROM fresh.audit_logs";
    assert_eq!(
        world.rows(logs).await,
        [json!({ "action": "update", "entity": "RimLoan", "user_name": "boss",
                 "changes": { "amount": { "old": 900, "new": 1000 } }, "ip_address": "10.0.0.1" })]
    );
    let activity = "SELECT admin_name, action, resource FROM fresh.admin_activity_logs ORDER BY id";
    let activity = world.rows(activity).await;
    assert_eq!(activity.len(), 2);
    assert_eq!(activity[1]["action"], Value::from("export"));
}
