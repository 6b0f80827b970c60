//! What brings each effect about: the world just before, and the call or the job that is left.

use bizgraph_kernel::entity::GlobalId;
use serde_json::{Value, json};

use crate::matrix::Subject;
use crate::rim_machines::desk::{TICKET, key_of};
use crate::rim_machines::lending::{LOAN, TRANSACTION};
use crate::rim_machines::messages::messages_leave;
use crate::rim_machines::subject::FAILS;
use crate::world::{World, key};

/// A row, and what moves it.
pub struct Cause {
    pub row: String,
    /// The role that the trail names.
    pub by: &'static str,
    left: Left,
}

enum Left {
    /// Person, mutation and input.
    Call(&'static str, String, Value),
    Job(&'static str),
    /// What waits in the outbox leaves it.
    Delivery,
}

impl Cause {
    /// Lets it happen.
    pub async fn happens(&self, world: &World) {
        match &self.left {
            Left::Call(username, mutation, input) => {
                let person = world.person(username).await;
                world.done(&person, mutation, input.clone(), "").await;
            }
            Left::Job(name) => assert!(world.run_job(name).await > 0, "{name}"),
            Left::Delivery => messages_leave(world).await,
        }
    }
}

/// The cause of a move that nobody makes by hand; a new one needs a line here.
pub async fn cause(world: &World, subject: &Subject, verb: &str, from: &str, to: &str) -> Cause {
    let put = subject.put(world, from, to, "admin");
    match (subject.machine.name, verb) {
        ("ticket", "closeAfterWaiting") => {
            let row = put.await.key;
            let sql =
                format!("UPDATE rim.tickets SET resolved_at = '2026-02-20' WHERE id = '{row}'");
            world.meddle(&sql).await;
            Cause { row, by: "system", left: Left::Job("closeResolvedTickets") }
        }
        ("agent", verb) => desk(world, subject, verb, from).await,
        ("loan", verb) => loan(world, verb, from, to).await,
        ("customer", "fallIdle") => {
            let row = put.await.key;
            let sql =
                format!("UPDATE rim.users SET last_active_at = '2025-01-01' WHERE id = '{row}'");
            world.meddle(&sql).await;
            Cause { row, by: "system", left: Left::Job("deactivateIdleUsers") }
        }
        ("customer", "suspendForDefault") => {
            // The customer of a loan has its key.
            let row = LOAN.put(world, "disbursed", "defaulted", "admin").await.key;
            let sql = format!(
                "UPDATE rim.system_configs SET value = 'true' WHERE key = 'suspend_on_default'; \
                 UPDATE rim.users SET status = '{from}' WHERE id = '{row}'"
            );
            world.meddle(&sql).await;
            let left = call(world, "officer", &LOAN, &row, "default", to).await;
            Cause { row, by: "loan_officer", left }
        }
        ("integration", "breakDown") => {
            let telecom = failing_telecom(world, 4).await;
            let left = paying_out_of(world, &agreed_with_glo(world).await).await;
            Cause { row: telecom, by: "system", left }
        }
        ("integration", "recover") => {
            let row = put.await.key;
            let input =
                json!({ "apiIntegrationId": subject.id(&world.person("admin").await, &row) });
            let left = Left::Call("admin", "rimApiIntegrationTest".to_owned(), input);
            Cause { row, by: "system", left }
        }
        ("backup", "succeed") => {
            let row = put.await.key;
            world.meddle("UPDATE rim.backups SET created_at = '2026-03-02 08:30Z'").await;
            Cause { row, by: "system", left: Left::Job("makeBackups") }
        }
        ("backup", "fail") => {
            Cause { row: put.await.key, by: "system", left: Left::Job("giveUpBackups") }
        }
        ("notification", verb) => {
            let row = put.await.key;
            if from == "pending" {
                return Cause { row, by: "system", left: Left::Delivery };
            }
            let mut input = json!({
                "notificationHistoryId": subject.id(&world.person("admin").await, &row),
                "arrived": verb == "deliver",
            });
            if verb == "fail" {
                input["errorMessage"] = json!("No such number");
            }
            let name = "rimNotificationHistoryRecordReceipt".to_owned();
            Cause { row, by: "super_admin", left: Left::Call("admin", name, input) }
        }
        (machine, verb) => panic!("the effect {machine} {verb} has no cause in this test"),
    }
}

/// A move of a person, on a row.
async fn call(
    world: &World,
    username: &'static str,
    subject: &Subject,
    row: &str,
    verb: &str,
    to: &str,
) -> Left {
    let person = world.person(username).await;
    Left::Call(username, subject.mutation(verb), subject.input(&person, row, verb, ("", to)))
}

/// An agent gets its last ticket, or loses one of a full desk.
async fn desk(world: &World, subject: &Subject, verb: &str, from: &str) -> Cause {
    let row = subject.put(world, from, "", "agent").await.key;
    let (holder, taker) = if verb == "fillUp" { ("lead", "agent") } else { ("agent", "agent2") };
    if verb == "fillUp" {
        let sql = format!("UPDATE rim.support_agents SET active_tickets = 199 WHERE id = '{row}'");
        world.meddle(&sql).await;
    }
    let ticket = TICKET.put(world, "open", "open", holder).await;
    let admin = world.person("admin").await;
    let input = json!({
        "ticketId": TICKET.id(&admin, &ticket), "supportAgentId": subject.id(&admin, key_of(taker)),
    });
    let left = Left::Call("admin", "rimTicketAssign".to_owned(), input);
    Cause { row, by: "super_admin", left }
}

async fn loan(world: &World, verb: &str, from: &str, to: &str) -> Cause {
    let before = match (verb, to) {
        ("reopen", "defaulted") => "defaulted",
        ("reopen" | "unpay", _) => "disbursed",
        ("undisburse", _) => "approved",
        _ => from,
    };
    let row = match verb {
        "disbursementFails" => {
            failing_telecom(world, 0).await;
            agreed_with_glo(world).await
        }
        _ => LOAN.put(world, before, "", "admin").await.key,
    };
    let (by, left) = match (verb, from, to) {
        ("disbursementFails", ..) => ("system", paying_out_of(world, &row).await),
        ("firstRepayment", ..) => ("finance", repayment(world, &row, "50.00").await),
        ("settle", "repaying", _) => ("finance", repayment(world, &row, "1100.00").await),
        ("settle" | "recover", ..) => ("finance", repayment(world, &row, "1150.00").await),
        ("reopen", _, "repaying") => {
            repaid(world, &row, "150.00").await;
            ("finance", refund(world, &repaid(world, &row, "1000.00").await).await)
        }
        ("reopen", ..) => ("finance", refund(world, &repaid(world, &row, "1150.00").await).await),
        ("unpay", ..) => ("finance", refund(world, &repaid(world, &row, "50.00").await).await),
        ("undisburse", ..) => {
            happened(world, &paying_out_of(world, &row).await).await;
            ("finance", refund(world, &newest_of(world, &row).await).await)
        }
        (verb, ..) => panic!("the effect {verb} has no cause in this test"),
    };
    Cause { row, by, left }
}

async fn happened(world: &World, left: &Left) {
    if let Left::Call(username, mutation, input) = left {
        world.done(&world.person(username).await, mutation, input.clone(), "").await;
    }
}

/// A telecom of Glo that takes no airtime, after so many failures.
async fn failing_telecom(world: &World, failures: i32) -> String {
    let row = key();
    let sql = format!(
        "UPDATE rim.api_integrations SET status = 'inactive' WHERE network = 'Glo'; \
         INSERT INTO rim.api_integrations (id, name, type, provider, network, status, base_url, \
           failure_count) \
         VALUES ('{row}', '{row}', 'telecom', '{row}', 'Glo', 'active', '{FAILS}', {failures})"
    );
    world.meddle(&sql).await;
    row
}

async fn agreed_with_glo(world: &World) -> String {
    let row = LOAN.put(world, "approved", "", "admin").await.key;
    world.meddle(&format!("UPDATE rim.loans SET network = 'Glo' WHERE id = '{row}'")).await;
    row
}

async fn paying_out_of(world: &World, loan: &str) -> Left {
    call(world, "finance", &LOAN, loan, "disburse", "disbursed").await
}

/// What the customer of a loan pays back; it has the loan's key.
async fn repayment(world: &World, loan: &str, amount: &str) -> Left {
    let finance = world.person("finance").await;
    let input = json!({
        "userId": GlobalId::encode(finance.0.tenant.id, "RimUser", loan), "amount": amount,
        "paymentMethod": "WALLET", "arrived": true, "idempotencyKey": key(),
    });
    Left::Call("finance", "rimTransactionCreate".to_owned(), input)
}

/// Pays back and answers the transaction.
async fn repaid(world: &World, loan: &str, amount: &str) -> String {
    happened(world, &repayment(world, loan, amount).await).await;
    newest_of(world, loan).await
}

/// The newest transaction of a loan's customer.
async fn newest_of(world: &World, loan: &str) -> String {
    let sql = format!(
        "SELECT id FROM rim.transactions WHERE user_id = '{loan}' ORDER BY id DESC LIMIT 1"
    );
    world.value(&sql).await.as_str().unwrap().to_owned()
}

async fn refund(world: &World, transaction: &str) -> Left {
    call(world, "finance", &TRANSACTION, transaction, "refund", "refunded").await
}
