//! A walk through the lender.

use serde_json::{Value, json};

use super::ground::Ground;
use super::inputs::Asked;
use crate::world::{Person, World};

pub static LENDER: Ground = Ground {
    module: &bizgraph_rim::MODULE,
    rare: &[
        "rimAdmin",
        "rimApiIntegration",
        "rimDepartment",
        "rimLoanProduct",
        "rimLoanReject",
        "rimLoanUndoApprove",
        "rimSupportAgent",
        "rimCannedReply",
        "rimSlaPolicy",
        "rimTicketClose",
        "rimUserCreate",
        "rimUserDeactivate",
        "rimUserDelete",
        "rimUserSuspend",
        "rimTransactionFail",
        "rimReconciliationBatch",
    ],
    wishes: &[
        ("rimLoanRequest", "RimUser", &["active"]),
        ("rimTransactionReconcile", "RimTransaction", &["completed", "failed"]),
        ("rimTransactionUndoReconcile", "RimTransaction", &["completed", "failed"]),
        ("rimTicketTake", "RimTicket", &["open", "escalated"]),
        ("rimTicketUpdate", "RimTicket", &["open", "in-progress"]),
        ("rimTicketAssign", "RimSupportAgent", &["available", "busy"]),
        ("rimTransactionCreate", "RimLoan", &["disbursed", "repaying", "defaulted"]),
        ("approval", "ApprovalRequest", &["pending"]),
    ],
    customers: "RimUser",
    types: &[
        ("approvalRequestId", "ApprovalRequest"),
        ("roleId", "RimAdminRole"),
        ("customerId", "RimUser"),
        ("duplicateOfId", "RimTicket"),
    ],
    no_key: "01920000-0000-7000-8000-0000000fffff",
    amounts: &[
        "500.00", "500.00", "500.00", "1000.00", "1000.00", "250.00", "1234.56", "0.00", "-1.00",
    ],
    wanted: |field| match field {
        "loanProductId" => 10,
        "loanId" => 40,
        "customerId" => 80,
        "supportAgentId" => 60,
        "arrived" => 60,
        "creditLimit" => 80,
        "originalAmount" | "fee" | "scope" => 5,
        _ => 25,
    },
    special,
    facts: |table| {
        let due = match table {
            "users" => {
                "(SELECT sum(l.outstanding_amount) FROM rim.loans l WHERE l.user_id = t.id \
                 AND l.status IN ('disbursed', 'repaying', 'defaulted'))::text"
            }
            _ => "to_jsonb(t) ->> 'outstanding_amount'",
        };
        let customer = match table {
            "users" => "''",
            "tickets" => "to_jsonb(t) ->> 'customer_id'",
            _ => "to_jsonb(t) ->> 'user_id'",
        };
        ["''", customer, due]
    },
    // Uploads, second factors, deliveries and tested providers are not made on a walk, and words of
    // templates and parameters are not guessed.
    never: &[
        "rimAdminUserResetSecondFactor",
        "rimApiIntegrationActivate",
        "rimAttachmentLink",
        "rimBroadcastMessageRetry",
        "rimBroadcastMessageSchedule",
        "rimBroadcastMessageUnschedule",
        "rimChatMessageEdit",
        "rimEmailTemplateCreate",
        "rimEmailTemplateDelete",
        "rimEmailTemplatePreview",
        "rimLoanDefault",
        "rimNotificationHistoryRecordReceipt",
        "rimNotificationHistoryRetry",
        "rimSmsTemplateCreate",
        "rimSmsTemplateDelete",
        "rimSmsTemplatePreview",
        "rimSystemConfigCreate",
        "rimSystemConfigDelete",
        "rimTransactionCreate",
        "rimTransactionDelete",
        "rimTransactionFail",
        "rimTransactionReconcile",
        "rimTransactionRestore",
        "rimTransactionUndoReconcile",
    ],
};

fn special(asked: &mut Asked<'_>, of: &str, field: &str) -> Option<Value> {
    let dice = &mut *asked.dice;
    match (of, field) {
        ("RimNetwork" | "RimNetwork!", _) if dice.chance(70) => Some(json!("MTN")),
        ("Int", "tier") => Some(json!(1 + dice.below(3))),
        ("Int", "creditScore") => Some(json!(dice.below(1_050))),
        ("Int", "repaymentPeriod") => Some(json!(1 + dice.below(30))),
        ("Int", field) if field.ends_with("Minutes") => Some(json!(60 + dice.below(600))),
        ("Boolean", "arrived") => Some(json!(dice.chance(80))),
        ("Boolean", "enabled") => Some(json!(dice.chance(90))),
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
             UPDATE support_agents SET status = 'available'; \
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
