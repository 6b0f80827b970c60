//! Whoever touches a customer and what belongs to it locks the customer first (spec 1.6.2), so
//! that no two wait for each other.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tokio::join;

use super::{done, hears, resolved};
use crate::cluster::connect;
use crate::rim::customer;
use crate::rim_loans::{ADA, asked, connect_telecom};
use crate::world::{Person, World, key};

/// What belongs to a customer, or is counted for it.
const BELOW: [&str; 5] = ["tickets", "chat_messages", "support_agents", "loans", "transactions"];

/// Somebody else who holds every customer.
async fn holder(world: &World) -> tokio_postgres::Client {
    let holder = connect(&world.owner_url).await;
    holder.batch_execute("BEGIN; SELECT FROM rim.users FOR NO KEY UPDATE").await.unwrap();
    holder
}

/// Waits until so many of the server's connections wait for a lock.
async fn waiting(world: &World, count: i64) {
    let sql = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() \
               AND usename LIKE '%\\_app' AND wait_event_type = 'Lock'";
    let started = Instant::now();
    while world.value(sql).await != count {
        assert!(started.elapsed() < Duration::from_secs(30), "{count} do not wait");
        tokio::task::yield_now().await;
    }
}

/// Tables of which a row is locked.
async fn locked(world: &World) -> Vec<&'static str> {
    let mut locked = Vec::new();
    for table in BELOW {
        let sql = format!(
            "SELECT (SELECT count(*) FROM rim.{table}) - (SELECT count(*) FROM \
             (SELECT FROM rim.{table} FOR NO KEY UPDATE SKIP LOCKED) free)"
        );
        if world.value(&sql).await != 0 {
            locked.push(table);
        }
    }
    locked
}

/// Makes a call that has to wait for its customer, and answers what it held meanwhile.
async fn held_meanwhile(
    world: &World,
    person: &Person,
    mutation: &str,
    input: Value,
) -> Vec<&'static str> {
    let holder = holder(world).await;
    let look = async {
        waiting(world, 1).await;
        let locked = locked(world).await;
        holder.batch_execute("ROLLBACK").await.unwrap();
        locked
    };
    let (_, locked) = join!(world.done(person, mutation, input, ""), look);
    locked
}

/// A closed ticket of Ada that an agent had.
async fn closed(world: &World) -> String {
    let ticket = resolved(world).await;
    done(world, "ada", "Confirm", &ticket, json!({})).await;
    ticket
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_customer_is_locked_before_its_tickets_and_their_agents() {
    let world = World::rim().await;
    let ticket = closed(&world).await;
    let reopen = json!({ "ticketId": ticket, "reason": "More" });
    let write = json!({ "ticketId": ticket, "message": "Again", "idempotencyKey": key() });
    for (person, mutation, input) in [
        (world.person("lead").await, "rimTicketReopen", reopen),
        (world.customer("ada").await, "rimChatMessageSend", write),
    ] {
        let held = held_meanwhile(&world, &person, mutation, input).await;
        assert_eq!(held, Vec::<&str>::new(), "{mutation}");
    }
    world.verify().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_customer_is_locked_before_its_loans_and_transactions() {
    let world = World::rim().await;
    connect_telecom(&world).await;
    let (officer, finance) = (world.person("officer").await, world.person("finance").await);
    let operations = world.person("operations").await;
    let asked = asked(&world, "1000.00").await;
    let approve = json!({ "loanId": asked });
    let held = held_meanwhile(&world, &officer, "rimLoanApprove", approve).await;
    assert_eq!(held, Vec::<&str>::new(), "approve");
    let disburse = json!({ "loanId": asked, "idempotencyKey": key() });
    let held = held_meanwhile(&world, &finance, "rimLoanDisburse", disburse).await;
    assert_eq!(held, Vec::<&str>::new(), "disburse");
    let airtime = crate::rim::id_of(&world, "transactions", "type: { eq: AIRTIME }").await;
    let phone = json!({ "userId": customer(&world, ADA).await, "firstName": "Adaeze" });
    let held = held_meanwhile(&world, &operations, "rimUserUpdate", phone).await;
    assert_eq!(held, Vec::<&str>::new(), "update");
    let confirm = json!({ "transactionId": airtime, "idempotencyKey": key() });
    let held = held_meanwhile(&world, &finance, "rimTransactionConfirm", confirm).await;
    assert_eq!(held, Vec::<&str>::new(), "confirm");
    world.verify().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_customer_who_writes_and_a_lead_who_reopens_do_not_wait_for_each_other() {
    let world = World::rim().await;
    let ticket = closed(&world).await;
    let lead = world.person("lead").await;
    let holder = holder(&world).await;
    let release = async {
        waiting(&world, 2).await;
        holder.batch_execute("ROLLBACK").await.unwrap();
    };
    let reopen = async {
        // The customer is the first to wait, and so the first to go on.
        waiting(&world, 1).await;
        let input = json!({ "ticketId": ticket, "reason": "More" });
        world.call(&lead, "rimTicketReopen", input, "").await
    };
    let (_, reopened, ()) = join!(hears(&world, &ticket, "Again"), reopen, release);
    assert_eq!(reopened["userErrors"][0]["code"], "INVALID_TRANSITION", "{reopened}");
    // Whoever was undone for a deadlock has told so by the end of its transaction.
    let deadlocks = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()";
    assert_eq!(world.value(deadlocks).await, 0);
    world.verify().await;
}
