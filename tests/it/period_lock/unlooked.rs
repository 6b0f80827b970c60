//! Rows of today cost no look at the lock, and those behind it agree with whoever moves it.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};

use super::locked_through;
use crate::cluster::connect;
use crate::shop::Shop;
use crate::till::{cash, service};
use crate::world::{World, key};

fn paid_on(invoice: &str, day: &str) -> Value {
    json!({
        "invoiceId": invoice, "tenders": [cash("50.00")], "paymentDate": day,
        "idempotencyKey": key(),
    })
}

/// Waits until a statement waits for another's lock.
async fn until_one_waits(world: &World) {
    let waiting = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() \
                   AND wait_event_type = 'Lock'";
    let waits = async {
        while world.value(waiting).await == json!(0) {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), waits).await.expect("nothing waits");
}

#[tokio::test]
async fn a_payment_of_today_does_not_look_at_the_lock() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let invoices =
        [shop.sent(json!([service("50.00")])).await, shop.sent(json!([service("50.00")])).await];
    let other = connect(&world.owner_url).await;
    other.batch_execute("BEGIN; LOCK TABLE bizhub.period_locks").await.unwrap();
    let today = paid_on(&invoices[0], "2026-03-02");
    world.done(&shop.sales, "bizhubInvoicePay", today, "").await;
    let earlier = paid_on(&invoices[1], "2026-03-01");
    let refused = world.refused(&shop.sales, "bizhubInvoicePay", earlier.clone()).await;
    assert_eq!(refused, ["RETRY_LATER "], "a payment of yesterday looks at it");
    other.batch_execute("ROLLBACK").await.unwrap();
    world.done(&shop.sales, "bizhubInvoicePay", earlier, "").await;
    world.verify().await;
}

#[tokio::test]
async fn a_payment_that_meets_a_lock_on_the_move_waits_for_it_and_obeys() {
    let world = Arc::new(World::new().await);
    let shop = Shop::open(&world).await;
    let invoice = shop.sent(json!([service("50.00")])).await;
    let other = connect(&world.owner_url).await;
    let moves = "BEGIN; UPDATE bizhub.period_locks SET locked_through = '2026-03-01'";
    other.batch_execute(moves).await.unwrap();
    let paying = {
        let (world, person) = (world.clone(), shop.sales.clone());
        let input = paid_on(&invoice, "2026-03-01");
        tokio::spawn(async move { world.refused(&person, "bizhubInvoicePay", input).await })
    };
    until_one_waits(&world).await;
    other.batch_execute("COMMIT").await.unwrap();
    assert_eq!(paying.await.unwrap(), ["PERIOD_LOCKED paymentDate"]);
    assert_eq!(shop.books(&invoice).await, "Sent: 0.00 of 50.00, 0.00 back");
}

#[tokio::test]
async fn whoever_moves_the_lock_waits_for_what_was_written_by_it() {
    let world = Arc::new(World::new().await);
    let reader = connect(&world.owner_url).await;
    reader.batch_execute("BEGIN; SELECT * FROM bizhub.period_locks FOR SHARE").await.unwrap();
    let moving = {
        let (world, admin) = (world.clone(), world.person("admin").await);
        let input = json!({ "lockedThrough": "2026-03-01" });
        tokio::spawn(async move { world.done(&admin, "periodLockMoveForward", input, "").await })
    };
    until_one_waits(&world).await;
    assert_eq!(locked_through(&world).await, json!(null));
    reader.batch_execute("COMMIT").await.unwrap();
    moving.await.unwrap();
    assert_eq!(locked_through(&world).await, "2026-03-01");
}
