//! A walk through the lender.

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::ground::{Facts, Ground};
use super::inputs::Asked;
use crate::world::{Person, World};

pub static LENDER: Ground = Ground {
    module: &bizgraph_rim::MODULE,
    rare: &[
        "rimAdmin",
        "rimApiIntegrationCreate",
        "rimApiIntegrationDeactivate",
        "rimApiIntegrationDelete",
        "rimCannedReply",
        "rimDepartment",
        "rimEmailTemplate",
        "rimLoanProduct",
        "rimLoanReject",
        "rimLoanUndoApprove",
        "rimReconciliationBatch",
        "rimSlaPolicy",
        "rimSmsTemplate",
        "rimSupportAgent",
        "rimSystemAlert",
        "rimSystemConfig",
        "rimTicketClose",
        "rimTicketLeave",
        "rimTicketStartTyping",
        "rimTicketStopTyping",
        "rimTicketUpdate",
        "rimTicketView",
        "rimTransactionFail",
        "rimTransactionUpdate",
        "rimUserCreate",
        "rimUserDeactivate",
        "rimUserDelete",
        "rimUserSuspend",
        "rimUserUnlock",
        "rimUserUpdate",
    ],
    wishes: &[
        ("rimAdminRoleDelete", "RimAdminRole", &["unused"]),
        ("rimAdminUserResetSecondFactor", "RimAdminUser", &["proves twice"]),
        ("rimApiIntegrationTest", "RimApiIntegration", &["inactive", "error"]),
        ("rimApiIntegrationActivate", "RimApiIntegration", &["tested"]),
        ("rimBackupDownload", "RimBackup", &["at hand"]),
        ("rimBroadcastMessageUpdate", "RimBroadcastMessage", &["draft"]),
        ("rimBroadcastMessageDelete", "RimBroadcastMessage", &["draft"]),
        ("rimDepartmentDelete", "RimDepartment", &["unused"]),
        ("rimEmailTemplatePreview", "RimEmailTemplate", &["calls by name"]),
        ("rimEmailTemplateDelete", "RimEmailTemplate", &["calls by name"]),
        ("rimLoanRequest", "RimUser", &["active"]),
        ("rimLoanDefault", "RimLoan", &["late"]),
        ("rimLoanDisburse", "RimLoan", &["can go out"]),
        ("rimNotificationHistoryRecordReceipt", "RimNotificationHistory", &["sent"]),
        ("rimSmsTemplatePreview", "RimSmsTemplate", &["calls by name"]),
        ("rimSmsTemplateDelete", "RimSmsTemplate", &["calls by name"]),
        ("rimSystemConfigDelete", "RimSystemConfig", &["walk"]),
        ("rimTransactionReconcile", "RimTransaction", &["completed", "failed"]),
        ("rimTransactionUndoReconcile", "RimTransaction", &["reconciled"]),
        ("rimTransactionDelete", "RimTransaction", &["failed"]),
        ("rimTicketUpdate", "RimTicket", &["open", "in-progress"]),
        ("rimTicketAssign", "RimSupportAgent", &["available", "busy"]),
        ("rimTransactionCreate", "RimLoan", &["disbursed", "repaying", "defaulted"]),
        ("rimTransactionCreate", "RimUser", &["owes"]),
        ("approval", "ApprovalRequest", &["pending"]),
    ],
    own: &[
        ("rimChatMessageEdit", "RimChatMessage"),
        ("rimChatMessageSend", "StoredFile"),
        ("rimTicketAccept", "RimTicket"),
        ("rimTicketTake", "RimTicket"),
    ],
    customers: "RimUser",
    types: &[
        ("approvalRequestId", "ApprovalRequest"),
        ("roleId", "RimAdminRole"),
        ("customerId", "RimUser"),
        ("duplicateOfId", "RimTicket"),
        ("customUserIds", "RimUser"),
        ("throughId", "RimChatMessage"),
        ("recipients", "RimAdminUser"),
        ("storedFileIds", "StoredFile"),
    ],
    no_key: "01920000-0000-7000-8000-0000000fffff",
    amounts: &[
        "500.00", "500.00", "500.00", "1000.00", "1000.00", "250.00", "1234.56", "0.00", "-1.00",
    ],
    astray: 20,
    wanted: |field| match field {
        "loanProductId" => 10,
        "loanId" => 40,
        "customerId" => 80,
        "supportAgentId" => 60,
        "arrived" => 60,
        "creditLimit" => 80,
        "originalAmount" | "fee" | "scope" => 5,
        "storedFileIds" => 20,
        "adminUserId" => 60,
        _ => 25,
    },
    special,
    facts,
};

/// What the rules ask about the rows of a table.
fn facts(table: &str) -> Facts {
    let customer = match table {
        "users" => "NULL",
        "tickets" => "t.whole ->> 'customer_id'",
        _ => "t.whole ->> 'user_id'",
    };
    let (due, also) = match table {
        "admin_roles" => ("NULL", "CASE WHEN t.user_count = 0 THEN 'unused' END"),
        "admin_users" => (
            "NULL",
            "(SELECT 'proves twice' FROM rim.mfa_factors m WHERE m.user_id = 'adminUser:' || t.id)",
        ),
        "api_integrations" => (
            "NULL",
            "CASE WHEN t.status = 'inactive' AND t.last_test_result = 'success' \
             AND t.last_tested > {now} - interval '1 day' AND NOT EXISTS (SELECT \
               FROM rim.api_integrations o WHERE o.status = 'active' AND o.type = t.type \
               AND coalesce(o.network, o.provider) = coalesce(t.network, t.provider)) \
             THEN 'tested' END",
        ),
        "backups" => {
            ("NULL", "CASE WHEN t.status = 'success' AND t.removed_at IS NULL THEN 'at hand' END")
        }
        "departments" => (
            "NULL",
            "CASE WHEN t.agent_count = 0 AND NOT EXISTS (SELECT FROM rim.tickets k \
               WHERE k.department_id = t.id) THEN 'unused' END",
        ),
        "email_templates" | "sms_templates" => {
            ("NULL", "CASE WHEN t.variables = ARRAY['name'] THEN 'calls by name' END")
        }
        "loans" => (
            "t.outstanding_amount::text",
            "CASE WHEN t.status IN ('disbursed', 'repaying') AND t.due_date < {now} THEN 'late' \
             WHEN t.status = 'approved' AND EXISTS (SELECT FROM rim.api_integrations i \
                 WHERE i.type = 'telecom' AND i.status = 'active' AND i.network = t.network) \
               AND NOT EXISTS (SELECT FROM rim.transactions x \
                 WHERE x.loan_id = t.id AND x.status = 'pending') THEN 'can go out' END",
        ),
        "system_configs" => ("NULL", "t.category"),
        "transactions" => {
            ("t.amount::text", "CASE WHEN t.reconciled_at IS NOT NULL THEN 'reconciled' END")
        }
        "users" => (
            "(SELECT sum(l.outstanding_amount) FROM rim.loans l WHERE l.user_id = t.id \
             AND l.status IN ('disbursed', 'repaying', 'defaulted'))::text",
            "(SELECT 'owes' FROM rim.loans l WHERE l.user_id = t.id \
             AND l.status IN ('disbursed', 'repaying', 'defaulted') LIMIT 1)",
        ),
        _ => ("NULL", "NULL"),
    };
    let by = match table {
        "chat_messages" => {
            "CASE WHEN t.created_at > {now} - interval '5 minutes' \
             THEN coalesce('user:' || t.sender_user_id, 'adminUser:' || t.sender_admin_id) END"
        }
        // An agent whose turn it is, or one of those who can take it.
        "tickets" => {
            "(SELECT 'adminUser:' || a.admin_user_id FROM rim.support_agents a \
             WHERE a.admin_user_id IS NOT NULL AND CASE t.status \
               WHEN 'open' THEN a.status <> 'away' AND (a.id = t.assigned_to \
                 OR t.assigned_to IS NULL AND a.department_id = t.department_id) \
               WHEN 'escalated' THEN a.id = t.escalated_to \
                 OR t.escalated_to IS NULL AND a.tier >= t.tier END LIMIT 1)"
        }
        _ => "NULL",
    };
    Facts { customer, due, by, also, ..Facts::NONE }
}

fn special(asked: &mut Asked<'_>, of: &str, field: &str) -> Option<Value> {
    let dice = &mut *asked.dice;
    match (of, field) {
        ("RimNetwork" | "RimNetwork!", _) if dice.chance(70) => Some(json!("MTN")),
        // This server has no store elsewhere.
        ("RimStorageLocation", _) => Some(json!("LOCAL")),
        ("Int", "tier") => Some(json!(1 + dice.below(3))),
        ("Int", "creditScore") => Some(json!(dice.below(1_050))),
        ("Int", "repaymentPeriod") => Some(json!(1 + dice.below(30))),
        ("Int", field) if field.ends_with("Minutes") => Some(json!(60 + dice.below(600))),
        ("Boolean", "arrived") => Some(json!(dice.chance(80))),
        ("Boolean", "enabled") => Some(json!(dice.chance(90))),
        (_, "amount") if asked.mutation.name == "rimLoanRequest" => {
            Some(json!(dice.word(&["500.00", "500.00", "1000.00", "250.00", "1234.56", "0.00"])))
        }
        (_, "creditLimit") => Some(json!(dice.word(&["9000.00", "15000.00", "70000.00"]))),
        (_, "minAmount") => Some(json!("100.00")),
        (_, "maxAmount") => Some(json!(dice.word(&["5000.00", "50.00"]))),
        (_, "interestRate") => Some(json!(dice.word(&["10", "12.5", "101"]))),
        (_, "fee") => Some(json!("0.00")),
        ("Date", "statementDate") => Some(json!("2026-03-02")),
        ("String", "name") if asked.mutation.name.starts_with("rimAdminRole") => {
            Some(json!(format!("walk_{:x}", dice.roll())))
        }
        ("String", "baseUrl") => Some(json!("https://telecom.example/v1")),
        ("String", "provider") => Some(json!(dice.word(&["MTN Nigeria", "Wallet"]))),
        ("String", "resource") => {
            Some(json!(dice.word(&["loans", "users", "tickets", "loans.approve", "nothing"])))
        }
        (_, "variables") => Some(json!(["name"])),
        (_, "values") => Some(json!({ "name": "Ada" })),
        ("String", "body" | "message") if asked.mutation.name.contains("Template") => {
            Some(json!("Good morning, {{name}}."))
        }
        ("String", "category") if asked.mutation.name.starts_with("rimSystemConfig") => {
            Some(json!("walk"))
        }
        ("String", "key") => Some(json!(format!("step_{:x}", dice.roll()))),
        ("String", "value") => Some(json!(dice.word(&["15", "true"]))),
        ("DateTime", "scheduledFor") => {
            let ahead = TimeDelta::hours(dice.below(48).try_into().unwrap());
            Some(json!((asked.now + ahead).to_rfc3339()))
        }
        (_, "statementAmount") => {
            let due = asked.first.map(|(_, row)| row.due.clone()).filter(|due| !due.is_empty());
            due.map(Value::from)
        }
        _ => None,
    }
}

/// Customers who can borrow, and telecoms of every network.
pub async fn beginning(world: &World) {
    world
        .meddle(
            "SET search_path TO rim; \
             INSERT INTO api_integrations (id, name, type, provider, network, status, base_url) \
               SELECT gen_random_uuid(), n || ' airtime', 'telecom', n || ' Nigeria', n, 'active', \
                 'https://telecom.example' FROM unnest(ARRAY['MTN', 'Airtel', 'Glo', '9mobile']) n; \
             INSERT INTO users (id, user_id, first_name, phone, email, credit_limit, credit_score, \
                 last_active_at) \
               SELECT ('01920000-0000-7000-8000-00000000c' || lpad(n::text, 3, '0'))::uuid, \
                 'USR-2026-' || lpad(nextval('series_user')::text, 3, '0'), 'Customer', \
                 '+23480300010' || lpad(n::text, 2, '0'), 'customer' || n || '@rim.example', 9000, \
                 500 + 20 * n, '2026-03-01' FROM generate_series(1, 16) n; \
             INSERT INTO mfa_factors (user_id, method, secret, confirmed_at) \
               SELECT 'adminUser:' || id, 'app', '\\x00', '2026-03-01' FROM admin_users; \
             INSERT INTO support_agents (id, name, email, phone, department_id, tier, admin_user_id) \
               SELECT gen_random_uuid(), u.username, u.email, '+2348030000200', d.id, d.tier, u.id \
               FROM admin_users u JOIN departments d ON d.name = CASE u.username \
                 WHEN 'operations' THEN 'Loans Desk' WHEN 'operations2' THEN 'Escalations' END; \
             UPDATE departments d SET agent_count = \
               (SELECT count(*) FROM support_agents a WHERE a.department_id = d.id); \
             UPDATE support_agents SET status = 'available'; \
             INSERT INTO loan_products (id, name, network, min_amount, max_amount, interest_rate, \
                 repayment_period) SELECT gen_random_uuid(), n || ' for a week', n, 100, 1000, 10, 7 \
               FROM unnest(ARRAY['MTN', 'Airtel', 'Glo', '9mobile']) n; \
             UPDATE system_configs SET value = '3' WHERE key = 'max_open'; \
             UPDATE system_configs SET value = '5' WHERE key = 'default_after_days'; \
             UPDATE system_configs SET value = 'true' WHERE key = 'suspend_on_default'",
        )
        .await;
}

/// The customers who take part themselves.
pub async fn customers(world: &World) -> Vec<Person> {
    let mut people = Vec::new();
    for place in 1..=6 {
        people.push(world.person_of("rim", &format!("+234803000100{place}")).await);
    }
    people
}
