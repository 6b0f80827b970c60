//! Alerts: who hears of them, when they go off, and what each counts (spec 5.9).

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::letters;
use crate::rim::{customer, id_of, role, staff};
use crate::rim_loans::{ADA, connect_telecom, lent, sent};
use crate::world::World;

/// An alert on urgent tickets at two of them, told to finance by mail and in the panel.
async fn alert(world: &World) -> Value {
    json!({
        "name": "Fires", "type": "USER_ISSUE", "threshold": 2, "channel": ["EMAIL", "DASHBOARD"],
        "recipients": [role(world, "finance").await],
    })
}

async fn urgent(world: &World, number: i32) {
    let sql = format!(
        "INSERT INTO rim.tickets (id, ticket_number, customer_id, customer_name, customer_phone, \
           customer_email, subject, description, category, priority) \
         SELECT gen_random_uuid(), 'T-{number}', id, 'Ada', phone, email, 'Help me', 'Now', \
           'loan', 'urgent' FROM rim.users WHERE user_id = '{ADA}'"
    );
    world.meddle(&sql).await;
}

/// Switches the seeded alerts off, so that one alert is looked at.
async fn alone(world: &World) {
    world.meddle("UPDATE rim.system_alerts SET enabled = FALSE").await;
}

async fn times(world: &World, name: &str) -> i64 {
    let sql = format!("SELECT trigger_count FROM rim.system_alerts WHERE name = '{name}'");
    world.value(&sql).await.as_i64().unwrap()
}

#[tokio::test]
async fn an_alert_goes_off_when_its_count_rises_to_the_threshold_and_tells_its_people() {
    let world = World::rim().await;
    alone(&world).await;
    let operations = world.person("operations").await;
    let input = alert(&world).await;
    let shown = "systemAlert { enabled cooldownMinutes channel triggerCount lastTriggered }";
    let done = world.done(&operations, "rimSystemAlertCreate", input, shown).await;
    let expected = json!({
        "enabled": true, "cooldownMinutes": 60, "channel": ["email", "dashboard"],
        "triggerCount": 0, "lastTriggered": null,
    });
    assert_eq!(done["systemAlert"], expected);
    urgent(&world, 1).await;
    assert_eq!(world.run_job("evaluateAlerts").await, 0);
    urgent(&world, 2).await;
    world.run_job("evaluateAlerts").await;
    let row = world.rows(
        "SELECT value, a.threshold, notified, trigger_count, last_triggered = f.created_at AS at \
         FROM rim.alert_firings f JOIN rim.system_alerts a ON a.id = f.system_alert_id",
    );
    let expected = json!({
        "value": 2, "threshold": 2, "notified": 4, "trigger_count": 1, "at": true,
    });
    assert_eq!(row.await, [expected]);
    let rows = letters(&world, "channel, status, type, title, message").await;
    let letter = |channel: &str, status: &str| {
        json!({
            "channel": channel, "status": status, "type": "alert", "title": "Fires",
            "message": "Fires: 2 urgent tickets are open; the threshold is 2.",
        })
    };
    let each = [letter("email", "pending"), letter("dashboard", "sent")];
    assert_eq!(rows, [each.clone(), each].concat());
    // Once, as long as it stays there.
    urgent(&world, 3).await;
    world.clock.advance(TimeDelta::minutes(90));
    assert_eq!(world.run_job("evaluateAlerts").await, 0);
    assert_eq!(times(&world, "Fires").await, 1);
}

#[tokio::test]
async fn it_goes_off_again_after_it_fell_and_its_pause_is_over() {
    let world = World::rim().await;
    alone(&world).await;
    let operations = world.person("operations").await;
    world.done(&operations, "rimSystemAlertCreate", alert(&world).await, "").await;
    let fall = "UPDATE rim.tickets SET status = 'closed', closed_at = '2026-03-02'";
    urgent(&world, 1).await;
    urgent(&world, 2).await;
    world.run_job("evaluateAlerts").await;
    world.meddle(fall).await;
    world.clock.advance(TimeDelta::minutes(10));
    world.run_job("evaluateAlerts").await;
    urgent(&world, 3).await;
    urgent(&world, 4).await;
    // Within the pause it rests; at its end it tells what still holds.
    for (minutes, expected) in [(1, 1), (48, 1), (1, 2), (60, 2)] {
        world.clock.advance(TimeDelta::minutes(minutes));
        world.run_job("evaluateAlerts").await;
        assert_eq!(times(&world, "Fires").await, expected, "{minutes}");
    }
    let firings = "SELECT count(*)::integer FROM rim.alert_firings";
    assert_eq!(world.value(firings).await, 2);
}

#[tokio::test]
async fn people_and_roles_are_checked_and_who_left_is_not_told() {
    let world = World::rim().await;
    alone(&world).await;
    let operations = world.person("operations").await;
    let ada = customer(&world, ADA).await;
    let other = world.person_of("ikeja", "admin").await;
    let theirs = bizgraph_kernel::entity::GlobalId::encode(
        other.0.tenant.id,
        "RimAdminUser",
        "01920000-0000-7000-8000-000000000101",
    );
    for (recipients, refusals) in [
        (json!([ada]), vec!["BAD_FORMAT recipients.0"]),
        (json!(["nonsense"]), vec!["BAD_FORMAT recipients.0"]),
        (json!([role(&world, "finance").await, theirs]), vec!["REFERENCE_NOT_FOUND recipients.1"]),
    ] {
        let mut input = alert(&world).await;
        input["recipients"] = recipients;
        let refused = world.refused(&operations, "rimSystemAlertCreate", input).await;
        assert_eq!(refused, refusals);
    }
    let mut input = alert(&world).await;
    // By the role and by name, and still told once.
    let finance = staff(&world, "finance").await;
    input["recipients"] = json!([role(&world, "finance").await, finance, finance]);
    world.done(&operations, "rimSystemAlertCreate", input, "").await;
    world
        .meddle("UPDATE rim.admin_users SET status = 'inactive' WHERE username = 'finance2'")
        .await;
    urgent(&world, 1).await;
    urgent(&world, 2).await;
    world.run_job("evaluateAlerts").await;
    let told = "SELECT u.username, n.channel FROM rim.notification_histories n \
                JOIN rim.admin_users u ON u.id = n.admin_user_id ORDER BY n.id";
    let one = |channel: &str| json!({ "username": "finance", "channel": channel });
    assert_eq!(world.rows(told).await, [one("email"), one("dashboard")]);
    // Everybody reads what was written to them, and nothing else.
    let finance = world.person("finance").await;
    let query = "notificationHistories { nodes { title channel adminUser { username } } }";
    let seen = crate::rim::ask(&world, &finance, query).await;
    assert_eq!(seen["nodes"].as_array().unwrap().len(), 2);
    let officer = world.person("officer").await;
    let seen = crate::rim::ask(&world, &officer, query).await;
    assert_eq!(seen["nodes"], json!([]));
}

#[tokio::test]
async fn a_person_without_a_number_is_a_message_that_failed() {
    let world = World::rim().await;
    alone(&world).await;
    let operations = world.person("operations").await;
    let mut input = alert(&world).await;
    input["channel"] = json!(["SMS", "SMS"]);
    input["recipients"] = json!([staff(&world, "lead").await]);
    world.done(&operations, "rimSystemAlertCreate", input, "").await;
    urgent(&world, 1).await;
    urgent(&world, 2).await;
    world.run_job("evaluateAlerts").await;
    let rows = letters(&world, "channel, status, error_message").await;
    let why = "No number or address of this person is known.";
    let expected = json!({ "channel": "sms", "status": "failed", "error_message": why });
    assert_eq!(rows, [expected]);
    assert_eq!(world.value("SELECT count(*)::integer FROM rim.notifications").await, 0);
}

#[tokio::test]
async fn an_alert_says_what_is_wrong_with_it() {
    let world = World::rim().await;
    let operations = world.person("operations").await;
    for (field, value, refusal) in [
        ("threshold", json!(0), "OUT_OF_RANGE threshold"),
        ("cooldownMinutes", json!(0), "OUT_OF_RANGE cooldownMinutes"),
        ("channel", json!([]), "REQUIRED channel"),
        ("name", json!(" "), "REQUIRED name"),
        ("name", json!("Overdue loans"), "NOT_UNIQUE name"),
    ] {
        let mut input = alert(&world).await;
        input[field] = value;
        let refused = world.refused(&operations, "rimSystemAlertCreate", input).await;
        assert_eq!(refused, [refusal]);
    }
    let officer = world.person("officer").await;
    let refused = world.refused(&officer, "rimSystemAlertCreate", alert(&world).await).await;
    assert_eq!(refused, ["FORBIDDEN "]);
}

#[tokio::test]
async fn one_that_is_switched_off_is_not_looked_at_and_one_that_never_went_off_can_go() {
    let world = World::rim().await;
    alone(&world).await;
    let operations = world.person("operations").await;
    world.done(&operations, "rimSystemAlertCreate", alert(&world).await, "").await;
    let id = id_of(&world, "systemAlerts", "name: { eq: \"Fires\" }").await;
    let input = json!({ "systemAlertId": id });
    world.done(&operations, "rimSystemAlertDisable", input.clone(), "").await;
    urgent(&world, 1).await;
    urgent(&world, 2).await;
    assert_eq!(world.run_job("evaluateAlerts").await, 0);
    world.done(&operations, "rimSystemAlertEnable", input.clone(), "").await;
    assert_eq!(world.run_job("evaluateAlerts").await, 1);
    let admin = world.person("admin").await;
    let refused = world.refused(&admin, "rimSystemAlertDelete", input).await;
    assert_eq!(refused, ["REFERENCED_IN_USE systemAlertId"]);
    let quiet = id_of(&world, "systemAlerts", "name: { eq: \"Overdue loans\" }").await;
    let quiet = json!({ "systemAlertId": quiet });
    let refused = world.refused(&operations, "rimSystemAlertDelete", quiet.clone()).await;
    assert_eq!(refused, ["FORBIDDEN "]);
    world.done(&admin, "rimSystemAlertDelete", quiet, "deletedId").await;
}

#[tokio::test]
async fn a_lower_threshold_can_go_off_at_once() {
    let world = World::rim().await;
    alone(&world).await;
    let operations = world.person("operations").await;
    let shown = "systemAlert { id version }";
    let made = world.done(&operations, "rimSystemAlertCreate", alert(&world).await, shown).await;
    urgent(&world, 1).await;
    world.run_job("evaluateAlerts").await;
    let input = json!({
        "systemAlertId": made["systemAlert"]["id"], "threshold": 1,
        "expectedVersion": made["systemAlert"]["version"],
    });
    world.done(&operations, "rimSystemAlertUpdate", input.clone(), "").await;
    world.run_job("evaluateAlerts").await;
    assert_eq!(times(&world, "Fires").await, 1);
    let refused = world.refused(&operations, "rimSystemAlertUpdate", input).await;
    assert_eq!(refused, ["STALE_VERSION expectedVersion"]);
}

/// Sets every seeded alert off at one.
async fn sensitive(world: &World) {
    world.meddle("UPDATE rim.system_alerts SET threshold = 1").await;
}

async fn gone_off(world: &World) -> Vec<Value> {
    world.run_job("evaluateAlerts").await;
    world.rows("SELECT type FROM rim.system_alerts WHERE trigger_count > 0 ORDER BY type").await
}

#[tokio::test]
async fn overdue_loans_are_loans_past_due() {
    let world = World::rim().await;
    connect_telecom(&world).await;
    sensitive(&world).await;
    lent(&world, "1000.00").await;
    // The last day to pay back is 2026-03-16, in Lagos.
    world.clock.advance(TimeDelta::days(14) + TimeDelta::hours(13) + TimeDelta::minutes(59));
    assert_eq!(gone_off(&world).await, Vec::<Value>::new());
    world.clock.advance(TimeDelta::minutes(2));
    assert_eq!(gone_off(&world).await, [json!({ "type": "overdue_loans" })]);
}

#[tokio::test]
async fn a_transaction_that_failed_in_15_minutes_is_a_failing_payment() {
    let world = World::rim().await;
    connect_telecom(&world).await;
    sensitive(&world).await;
    let loan = crate::rim_loans::agreed(&world, "1000.00").await;
    let airtime = sent(&world, &loan).await;
    let finance = world.person("finance").await;
    let input = json!({
        "transactionId": airtime, "reason": "Busy", "idempotencyKey": crate::world::key(),
    });
    world.done(&finance, "rimTransactionFail", input, "").await;
    world.clock.advance(TimeDelta::minutes(15));
    assert_eq!(gone_off(&world).await, Vec::<Value>::new());
    world.meddle("UPDATE rim.transactions SET failed_at = failed_at + interval '1 minute'").await;
    assert_eq!(gone_off(&world).await, [json!({ "type": "payment_gateway" })]);
}

#[tokio::test]
async fn a_call_that_failed_in_15_minutes_is_a_failing_provider() {
    let world = World::rim().await;
    connect_telecom(&world).await;
    sensitive(&world).await;
    let call = |succeeded: bool, time: &str| {
        format!(
            "INSERT INTO rim.api_calls (id, api_integration_id, purpose, succeeded, created_at) \
             SELECT gen_random_uuid(), id, 'test', {succeeded}, '2026-03-02 {time}Z' \
             FROM rim.api_integrations"
        )
    };
    world.meddle(&call(true, "08:55")).await;
    world.meddle(&call(false, "08:45")).await;
    assert_eq!(gone_off(&world).await, Vec::<Value>::new());
    world.meddle(&call(false, "08:46")).await;
    assert_eq!(gone_off(&world).await, [json!({ "type": "api_failure" })]);
}

/// Spec 5.4: a loan that was given up tells those who watch over loans that are late, at once.
#[tokio::test]
async fn a_loan_that_is_given_up_sets_the_alert_on_overdue_loans_off() {
    let world = World::rim().await;
    connect_telecom(&world).await;
    sensitive(&world).await;
    let loan = lent(&world, "1000.00").await;
    world.clock.advance(TimeDelta::days(20));
    let officer = world.person("officer").await;
    let input = json!({ "loanId": loan, "reason": "Gone" });
    world.done(&officer, "rimLoanDefault", input, "").await;
    assert_eq!(times(&world, "Overdue loans").await, 1);
    world.run_job("evaluateAlerts").await;
    assert_eq!(times(&world, "Overdue loans").await, 1);
}

/// Spec 5.4: airtime that failed three times is told of, however few other calls failed.
#[tokio::test]
async fn airtime_that_failed_three_times_sets_the_alert_on_providers_off() {
    let world = World::rim().await;
    connect_telecom(&world).await;
    let loan = crate::rim_loans::agreed(&world, "1000.00").await;
    let finance = world.person("finance").await;
    for (attempts, expected) in [(1, 0), (2, 0), (3, 1)] {
        let airtime = sent(&world, &loan).await;
        let input = json!({
            "transactionId": airtime, "reason": "Busy", "idempotencyKey": crate::world::key(),
        });
        world.done(&finance, "rimTransactionFail", input, "").await;
        assert_eq!(times(&world, "Failing providers").await, expected, "{attempts}");
    }
    // What is below the threshold does not keep the alert up.
    world.run_job("evaluateAlerts").await;
    let above = "SELECT is_above FROM rim.system_alerts WHERE name = 'Failing providers'";
    assert_eq!(world.value(above).await, false);
    assert_eq!(times(&world, "Failing providers").await, 1);
}

#[tokio::test]
async fn what_jobs_could_not_do_in_15_minutes_are_errors_of_the_system() {
    let world = World::rim().await;
    sensitive(&world).await;
    world
        .meddle(
            "INSERT INTO rim.job_runs (job, business_date, status, asked_by, failed, started_at, \
             finished_at) VALUES ('defaultLoans', '2026-03-02', 'done', 'system', 3, \
             '2026-03-02 08:50Z', '2026-03-02 08:50Z')",
        )
        .await;
    assert_eq!(gone_off(&world).await, [json!({ "type": "system_error" })]);
    let value = "SELECT value FROM rim.alert_firings";
    assert_eq!(world.value(value).await, 3);
}
