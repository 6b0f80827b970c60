//! What the end of a loan makes of a limit (spec 5.3): a factor, within the bounds of the tenant and
//! rounded down to 50.

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::{connect_telecom, figures, lent, repaid, set};
use crate::world::World;

/// A lender of these bounds whose customer was lent 1,000.00, and has this limit since.
async fn lender(least: &str, most: &str, limit: &str) -> World {
    let world = World::rim().await;
    connect_telecom(&world).await;
    set(&world, "credit", "min", least).await;
    set(&world, "credit", "max", most).await;
    lent(&world, "1000.00").await;
    world.meddle(&format!("UPDATE rim.users SET credit_limit = {limit}")).await;
    world
}

/// The limit after the loan is paid back in time.
async fn rewarded(least: &str, most: &str, limit: &str) -> Value {
    let world = lender(least, most, limit).await;
    repaid(&world, "1150.00").await;
    world.verify().await;
    figures(&world).await["limit"].clone()
}

/// The limit after the loan is given up.
async fn lost(least: &str, most: &str, limit: &str) -> Value {
    let world = lender(least, most, limit).await;
    world.clock.advance(TimeDelta::days(45));
    world.run_job("defaultLoans").await;
    world.verify().await;
    let figures = figures(&world).await;
    assert_eq!(figures["credit_score"], 350);
    figures["limit"].clone()
}

#[tokio::test]
async fn a_limit_is_rounded_down_to_fifty() {
    assert_eq!(rewarded("0.00", "100000.00", "1290.00").await, "1400.00");
    assert_eq!(rewarded("0.00", "100000.00", "1200.00").await, "1300.00");
    assert_eq!(lost("0.00", "100000.00", "1290.00").await, "600.00");
}

#[tokio::test]
async fn a_reward_ends_at_the_highest_limit() {
    assert_eq!(rewarded("0.00", "11000.00", "10000.00").await, "11000.00");
    assert_eq!(rewarded("0.00", "10950.00", "10000.00").await, "10950.00");
    assert_eq!(rewarded("0.00", "10430.00", "10000.00").await, "10400.00");
    assert_eq!(rewarded("0.00", "10000.00", "10000.00").await, "10000.00");
}

#[tokio::test]
async fn a_limit_set_by_hand_above_the_highest_comes_back_to_it() {
    assert_eq!(rewarded("0.00", "10000.00", "20000.00").await, "10000.00");
    assert_eq!(lost("0.00", "10000.00", "30000.00").await, "10000.00");
}

#[tokio::test]
async fn a_loss_ends_at_the_lowest_limit() {
    assert_eq!(lost("5000.00", "100000.00", "10000.00").await, "5000.00");
    assert_eq!(lost("5050.00", "100000.00", "10000.00").await, "5050.00");
    assert_eq!(lost("2000.00", "100000.00", "1000.00").await, "2000.00");
    assert_eq!(rewarded("2000.00", "100000.00", "1000.00").await, "2000.00");
}

#[tokio::test]
async fn a_limit_that_came_back_to_the_highest_is_undone_with_its_repayment() {
    let world = lender("0.00", "10000.00", "20000.00").await;
    let repayment = repaid(&world, "1150.00").await;
    assert_eq!(figures(&world).await["limit"], "10000.00");
    super::refunds::refunded(&world, &repayment).await;
    assert_eq!(figures(&world).await["limit"], "20000.00");
    let changes = "SELECT old_limit::text AS old, new_limit::text AS new \
                   FROM rim.credit_limit_changes ORDER BY created_at, id";
    let row = |old: &str, new: &str| json!({ "old": old, "new": new });
    let expected = [row("20000.00", "10000.00"), row("10000.00", "20000.00")];
    assert_eq!(world.rows(changes).await, expected);
    world.verify().await;
}
