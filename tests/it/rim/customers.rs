//! Customers: entered, changed with their copies, kept from borrowing, deleted (spec 5.3).

use serde_json::json;

use super::{ask, customer};
use crate::world::{World, key};

/// A loan, a repayment and a ticket of Ada, each in this status.
async fn affairs(world: &World, loan: &str, transaction: &str, ticket: &str) {
    let dates = match loan {
        "pending" => "NULL, NULL, NULL",
        _ => "'2026-03-01', '2026-03-15', '2026-03-10'",
    };
    let paid = if loan == "completed" { 1150 } else { 0 };
    let closed = if ticket == "closed" { "'2026-03-01'" } else { "NULL" };
    let sql = format!(
        "SET search_path TO rim;
         INSERT INTO loans (id, loan_id, user_id, user_phone, user_email, amount, status, network, \
           interest_rate, repayment_period, amount_due, amount_paid, exposure_at_request, \
           limit_at_request, disbursed_at, due_date, completed_at) \
         SELECT gen_random_uuid(), 'LOAN-2026-001', id, phone, email, 1000, '{loan}', 'MTN', 15, \
           14, 1150, {paid}, 1000, 10000, {dates} FROM users WHERE user_id = 'USR-2026-001';
         INSERT INTO transactions (id, transaction_id, user_id, user_phone, user_email, type, \
           amount, status, payment_method) \
         SELECT gen_random_uuid(), 'TRX-2026-000001', id, phone, email, 'repayment', 1150, \
           '{transaction}', 'card' FROM users WHERE user_id = 'USR-2026-001';
         INSERT INTO loan_repayments (id, transaction_id, loan_id, amount) \
         SELECT gen_random_uuid(), t.id, l.id, 1150 FROM transactions t, loans l \
         WHERE t.status = 'completed' AND l.status = 'completed';
         UPDATE users u SET total_loans = 1, total_repaid = l.amount_paid, repayment_status = \
           CASE l.status WHEN 'completed' THEN 'Completed' ELSE 'Pending' END \
         FROM loans l WHERE l.user_id = u.id;
         INSERT INTO tickets (id, ticket_number, customer_id, customer_name, customer_phone, \
           customer_email, subject, description, category, status, closed_at) \
         SELECT gen_random_uuid(), 'TCK-2026-000001', id, first_name, phone, email, 'Help me', \
           'It does not work', 'loan', '{ticket}', {closed} FROM users \
           WHERE user_id = 'USR-2026-001';
         INSERT INTO ticket_histories (id, ticket_id, action, performer_type, performed_by_name, \
           to_status) \
         SELECT gen_random_uuid(), id, 'create', 'system', 'system', status FROM tickets;
         SET search_path TO public"
    );
    world.meddle(&sql).await;
}

#[tokio::test]
async fn a_customer_is_numbered_and_gets_the_first_limit() {
    let world = World::rim().await;
    let officer = world.person("officer").await;
    let input = json!({ "firstName": "Chika", "phone": "0803 000 0009", "email": "c@x.example" });
    let shown = "user { userId phone creditLimit creditScore status repaymentStatus }";
    let done = world.done(&officer, "rimUserCreate", input, shown).await;
    assert_eq!(
        done["user"],
        json!({
            "userId": "USR-2026-003", "phone": "+2348030000009", "creditLimit": "1000.00",
            "creditScore": 500, "status": "ACTIVE", "repaymentStatus": "PENDING",
        })
    );
}

#[tokio::test]
async fn a_phone_number_belongs_to_one_customer() {
    let world = World::rim().await;
    let officer = world.person("officer").await;
    let input = json!({ "phone": "08030000001", "email": "c@x.example" });
    assert_eq!(world.refused(&officer, "rimUserCreate", input).await, ["NOT_UNIQUE phone"]);
}

#[tokio::test]
async fn copies_follow_a_customer_in_what_is_not_done() {
    let world = World::rim().await;
    let officer = world.person("officer").await;
    affairs(&world, "pending", "pending", "open").await;
    let input = json!({
        "userId": customer(&world, "USR-2026-001").await,
        "phone": "08030000077", "email": "ada@new.example", "lastName": "Obi",
    });
    world.done(&officer, "rimUserUpdate", input, "").await;
    let copies = "SELECT l.user_phone, l.user_email, t.user_phone AS t_phone, k.customer_phone, \
                  k.customer_name, k.customer_email FROM rim.loans l, rim.transactions t, \
                  rim.tickets k";
    assert_eq!(
        world.rows(copies).await,
        [json!({
            "user_phone": "+2348030000077", "user_email": "ada@new.example",
            "t_phone": "+2348030000077", "customer_phone": "+2348030000077",
            "customer_name": "Ada Obi", "customer_email": "ada@new.example",
        })]
    );
    world.verify().await;
}

#[tokio::test]
async fn closed_tickets_and_completed_transactions_are_records() {
    let world = World::rim().await;
    let officer = world.person("officer").await;
    affairs(&world, "completed", "completed", "closed").await;
    let input = json!({
        "userId": customer(&world, "USR-2026-001").await, "phone": "08030000077",
    });
    world.done(&officer, "rimUserUpdate", input, "").await;
    let copies = "SELECT l.user_phone, t.user_phone AS t_phone, k.customer_phone \
                  FROM rim.loans l, rim.transactions t, rim.tickets k";
    assert_eq!(
        world.rows(copies).await,
        [json!({
            "user_phone": "+2348030000077", "t_phone": "+2348030000001",
            "customer_phone": "+2348030000001",
        })]
    );
    world.verify().await;
}

#[tokio::test]
async fn operations_suspend_with_a_reason_and_let_borrow_again() {
    let world = World::rim().await;
    let (officer, operations) = (world.person("officer").await, world.person("operations").await);
    let ada = customer(&world, "USR-2026-001").await;
    let input = json!({ "userId": ada, "reason": "Fraud report" });
    assert_eq!(world.refused(&officer, "rimUserSuspend", input.clone()).await, ["FORBIDDEN "]);
    let silent = json!({ "userId": ada, "reason": "" });
    assert_eq!(world.refused(&operations, "rimUserSuspend", silent).await, ["REQUIRED reason"]);
    let done = world.done(&operations, "rimUserSuspend", input, "user { status }").await;
    assert_eq!(done["user"]["status"], "SUSPENDED");
    let back = json!({ "userId": ada });
    let shown = "user { status suspensionReason }";
    let done = world.done(&operations, "rimUserActivate", back, shown).await;
    assert_eq!(done["user"], json!({ "status": "ACTIVE", "suspensionReason": null }));
}

#[tokio::test]
async fn a_suspension_for_a_default_is_lifted_by_two_people() {
    let world = World::rim().await;
    let operations = world.person("operations").await;
    let sql = "UPDATE rim.users SET status = 'suspended', suspended_for_default = TRUE, \
               suspension_reason = 'LOAN-2026-001' WHERE user_id = 'USR-2026-001'";
    world.meddle(sql).await;
    let input = json!({ "userId": customer(&world, "USR-2026-001").await });
    let shown = "user { status } approvalRequest { id }";
    let asked = world.done(&operations, "rimUserActivate", input, shown).await;
    assert_eq!(asked["user"], json!(null));
    let id = &asked["approvalRequest"]["id"];
    let request = || json!({ "approvalRequestId": id, "idempotencyKey": key() });
    let refused = world.refused(&operations, "approvalApprove", request()).await;
    assert_eq!(refused, ["SELF_APPROVAL_FORBIDDEN approvalRequestId"]);
    world.done(&world.person("operations2").await, "approvalApprove", request(), "").await;
    let status = "SELECT status FROM rim.users WHERE user_id = 'USR-2026-001'";
    assert_eq!(world.value(status).await, json!("active"));
}

#[tokio::test]
async fn a_customer_with_an_open_loan_is_not_deleted() {
    let world = World::rim().await;
    let operations = world.person("operations").await;
    affairs(&world, "pending", "pending", "open").await;
    let ada = customer(&world, "USR-2026-001").await;
    let input = json!({ "userId": ada, "reason": "Asked for it" });
    let refused = world.refused(&operations, "rimUserDelete", input.clone()).await;
    assert_eq!(refused, ["REFERENCED_IN_USE userId"]);
    world
        .meddle(
            "UPDATE rim.loans SET status = 'rejected', rejected_at = now(), rejection_reason = 'x'",
        )
        .await;
    world.done(&operations, "rimUserDelete", input, "deletedId").await;
    let seen = ask(&world, &operations, "users { nodes { userId } }").await;
    assert_eq!(seen["nodes"], json!([{ "userId": "USR-2026-002" }]));
    // Another customer may have the number now, so the first does not come back.
    let input = json!({ "phone": "08030000001", "email": "c@x.example" });
    world.done(&operations, "rimUserCreate", input, "").await;
    let back = json!({ "userId": ada });
    assert_eq!(world.refused(&operations, "rimUserRestore", back).await, ["NOT_UNIQUE phone"]);
}

#[tokio::test]
async fn a_customer_sees_itself_and_its_own_and_nothing_else() {
    let world = World::rim().await;
    affairs(&world, "pending", "pending", "open").await;
    let (ada, bola) = (world.customer("ada").await, world.customer("bola").await);
    let query = "{ rim { users { nodes { userId phone creditScore } } loans { totalCount } \
                 transactions { totalCount } tickets { totalCount } } }";
    let seen = world.read(&ada, query).await;
    assert_eq!(
        seen["rim"],
        json!({
            "users": { "nodes": [
                { "userId": "USR-2026-001", "phone": "+2348030000001", "creditScore": 500 }] },
            "loans": { "totalCount": 1 }, "transactions": { "totalCount": 1 },
            "tickets": { "totalCount": 1 },
        })
    );
    let seen = world.read(&bola, query).await;
    assert_eq!(seen["rim"]["users"]["nodes"][0]["userId"], "USR-2026-002");
    for list in ["loans", "transactions", "tickets"] {
        assert_eq!(seen["rim"][list]["totalCount"], 0, "{list}");
    }
    for list in ["adminUsers", "auditLogs", "ticketHistories", "systemConfigs", "backups"] {
        let answer =
            world.send(&ada, &format!("{{ rim {{ {list} {{ totalCount }} }} }}"), json!({})).await;
        assert_eq!(answer["errors"][0]["extensions"]["code"], "FORBIDDEN", "{list}");
    }
    let input = json!({ "userId": customer(&world, "USR-2026-002").await, "lastName": "X" });
    assert_eq!(world.refused(&ada, "rimUserUpdate", input).await, ["FORBIDDEN "]);
}

/// Spec 5.7: a note among agents reaches no customer.
#[tokio::test]
async fn a_customer_sees_no_note_among_agents() {
    let world = World::rim().await;
    affairs(&world, "pending", "pending", "open").await;
    let sql = "INSERT INTO rim.chat_messages (id, ticket_id, sender_type, sender_admin_id, \
               sender_name, message, internal) SELECT gen_random_uuid(), k.id, 'agent', u.id, \
               'agent', m.text, m.internal FROM rim.tickets k, rim.admin_users u, \
               (VALUES ('Good day', FALSE), ('Looks like fraud', TRUE)) AS m (text, internal) \
               WHERE u.username = 'agent'";
    world.meddle(sql).await;
    let query = "tickets { nodes { messages { totalCount nodes { message } } } }";
    let seen = ask(&world, &world.customer("ada").await, query).await;
    let messages = &seen["nodes"][0]["messages"];
    assert_eq!(*messages, json!({ "totalCount": 1, "nodes": [{ "message": "Good day" }] }));
    let seen = ask(&world, &world.person("agent").await, query).await;
    assert_eq!(seen["nodes"][0]["messages"]["totalCount"], 2);
}
