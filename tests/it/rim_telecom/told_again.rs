//! What providers told is kept for the days that the tenant sets, and has no second effect when it
//! is told again after that (spec 1.6.5, 5.12).

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::callbacks::{Desk, airtime, paid};
use super::{lent, telecom_id};
use crate::rim::id_of;
use crate::rim_loans::{figures, loans, set};
use crate::world::key;

/// What is kept of what was told, as `kind reference status`.
async fn kept(desk: &Desk) -> Vec<Value> {
    let sql = "SELECT concat_ws(' ', kind, reference, status) AS it FROM rim.provider_callbacks \
               ORDER BY id";
    desk.world.rows(sql).await.into_iter().map(|mut row| row["it"].take()).collect()
}

async fn removed(desk: &Desk) -> i32 {
    desk.world.run_job("pruneProviderCallbacks").await
}

/// Everything that telling could move.
async fn books(desk: &Desk) -> Value {
    let sql = "SELECT status, amount::text AS amount, reference, version FROM rim.transactions \
               ORDER BY id";
    let transactions = desk.world.rows(sql).await;
    json!([transactions, loans(&desk.world).await, figures(&desk.world).await])
}

#[tokio::test]
async fn what_was_told_is_removed_after_400_days_and_counts_once_all_the_same() {
    let desk = Desk::open().await;
    lent(&desk.world, "1000.00").await;
    let telecom = telecom_id(&desk.world).await;
    let payment = |status| paid("PSK-1", "150.00", status);
    let first = desk.done(&desk.gateway, payment("completed")).await;
    desk.done(&telecom, airtime("completed")).await;
    desk.done(&desk.gateway, paid("PSK-2", "100.00", "completed")).await;
    let taken_back = desk.done(&desk.gateway, paid("PSK-2", "100.00", "reversed")).await;
    desk.world.clock.advance(TimeDelta::days(400));
    assert_eq!(removed(&desk).await, 0);
    assert_eq!(kept(&desk).await.len(), 4);
    desk.world.clock.advance(TimeDelta::seconds(1));
    assert_eq!((removed(&desk).await, removed(&desk).await), (1, 0));
    assert_eq!(kept(&desk).await, [] as [Value; 0]);
    desk.world.run_job("refreshOverdue").await;
    let before = books(&desk).await;
    assert_eq!(desk.done(&desk.gateway, payment("completed")).await, first);
    let again = desk.done(&desk.gateway, paid("PSK-2", "100.00", "reversed")).await;
    assert_eq!(again, taken_back);
    desk.done(&telecom, airtime("completed")).await;
    // What was taken back does not arrive once more.
    let late = desk.refused(&desk.gateway, paid("PSK-2", "100.00", "completed")).await;
    assert_eq!(late.1, "INVALID_TRANSITION");
    assert_eq!(books(&desk).await, before);
    desk.world.verify().await;
}

#[tokio::test]
async fn what_was_told_of_a_payment_that_was_deleted_stays() {
    let desk = Desk::open().await;
    lent(&desk.world, "1000.00").await;
    desk.done(&desk.gateway, paid("PSK-1", "150.00", "failed")).await;
    let finance = desk.world.person("finance").await;
    let id = id_of(&desk.world, "transactions", "type: { eq: REPAYMENT }").await;
    let input = json!({ "transactionId": id, "expectedVersion": 2, "reason": "A test" });
    desk.world.done(&finance, "rimTransactionDelete", input, "").await;
    desk.world.clock.advance(TimeDelta::days(4_000));
    assert_eq!(removed(&desk).await, 0);
    desk.done(&desk.gateway, paid("PSK-1", "150.00", "failed")).await;
    let payments = "SELECT count(*) FROM rim.transactions WHERE type = 'repayment'";
    assert_eq!(desk.world.value(payments).await, 1);
    desk.world.done(&finance, "rimTransactionRestore", json!({ "transactionId": id }), "").await;
    assert_eq!(removed(&desk).await, 1);
}

#[tokio::test]
async fn the_tenant_says_for_how_long_it_is_kept_and_no_less_than_30_days() {
    let desk = Desk::open().await;
    let admin = desk.world.person("admin").await;
    let config = id_of(&desk.world, "systemConfigs", "key: { eq: \"callback_days\" }").await;
    for value in ["29", "3651", "30.5"] {
        let input = json!({ "systemConfigId": config, "value": value });
        let refused = desk.world.refused(&admin, "rimSystemConfigUpdate", input).await;
        assert_eq!(refused, ["OUT_OF_RANGE value"], "{value}");
    }
    set(&desk.world, "integrations", "callback_days", "30").await;
    lent(&desk.world, "1000.00").await;
    desk.done(&desk.gateway, paid(&key(), "150.00", "failed")).await;
    desk.world.clock.advance(TimeDelta::days(30));
    assert_eq!(removed(&desk).await, 0);
    desk.world.clock.advance(TimeDelta::seconds(1));
    assert_eq!(removed(&desk).await, 1);
}

#[tokio::test]
async fn it_is_removed_a_thousand_at_a_time() {
    let desk = Desk::open().await;
    desk.world
        .meddle(
            "INSERT INTO rim.provider_callbacks (api_integration_id, provider, kind, reference, \
               status, told, created_at) \
             SELECT i.id, i.provider, 'airtime', n::text, 'completed', '{}', '2020-01-01' \
             FROM rim.api_integrations i, generate_series(1, 2001) n WHERE i.type = 'telecom'",
        )
        .await;
    assert_eq!(removed(&desk).await, 3);
    assert_eq!(kept(&desk).await, [] as [Value; 0]);
}
