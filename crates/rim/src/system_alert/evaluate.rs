//! Alerts are looked at each minute, and at once where a rule says so (spec 5.4, 5.9). One goes off when what it counts rises to its
//! threshold, and not again before its pause is over; a rise within the pause is told of at its
//! end, if it still holds.
//!
//! What is counted: loans past due that are not paid back; calls of providers that failed in 15
//! minutes; every transaction that failed in 15 minutes; urgent tickets that are neither resolved
//! nor closed; for the system, in 15 minutes, what its jobs could not do and messages that were
//! given up.

use bizgraph_kernel::db::{Fault, Tx};
use bizgraph_kernel::entity::{Bind, Entity, Sql, decode};
use bizgraph_kernel::job;
use bizgraph_kernel::job::now_is;
use bizgraph_kernel::refusal::Rule;
use chrono::TimeDelta;
use serde_json::json;
use uuid::Uuid;

use super::{SystemAlert, SystemAlertType, recipients};
use crate::alert_firing::AlertFiring;
use crate::delivery::Channel;
use crate::notification_history::NotificationType;
use crate::notification_history::write::{Letter, Reader, write};

/// What the alert `a` counts at the instant `bizgraph.now`.
macro_rules! counted {
    () => {
        "CASE a.type \
           WHEN 'overdue_loans' THEN (SELECT count(*) FROM loans l \
             WHERE l.status IN ('disbursed', 'repaying', 'defaulted') AND l.deleted_at IS NULL \
               AND l.due_date < current_setting('bizgraph.now')::timestamptz) \
           WHEN 'api_failure' THEN (SELECT count(*) FROM api_calls c WHERE NOT c.succeeded \
             AND c.created_at > current_setting('bizgraph.now')::timestamptz \
               - interval '15 minutes') \
           WHEN 'payment_gateway' THEN (SELECT count(*) FROM transactions t \
             WHERE t.status IN ('failed', 'refunded') \
               AND t.failed_at > current_setting('bizgraph.now')::timestamptz \
                 - interval '15 minutes') \
           WHEN 'user_issue' THEN (SELECT count(*) FROM tickets k \
             WHERE k.priority = 'urgent' AND k.status NOT IN ('resolved', 'closed')) \
           ELSE coalesce((SELECT sum(r.failed) FROM job_runs r \
             WHERE r.finished_at > current_setting('bizgraph.now')::timestamptz \
               - interval '15 minutes'), 0) \
             + (SELECT count(*) FROM notifications n WHERE n.status = 'failed' \
               AND n.updated_at > current_setting('bizgraph.now')::timestamptz \
                 - interval '15 minutes') \
         END"
    };
}

job! {
    /// Looks at what the alerts count, and tells of what rose too far.
    pub EVALUATE_ALERTS = "evaluateAlerts", every 1 minutes,
    due concat!(
        "SELECT a.id::text FROM system_alerts a WHERE a.enabled AND (", counted!(),
        " >= a.threshold) <> a.is_above AND (a.is_above OR a.last_triggered IS NULL \
         OR a.last_triggered + make_interval(mins => a.cooldown_minutes) \
           <= current_setting('bizgraph.now')::timestamptz) ORDER BY a.id"
    )
    => evaluate_one
}

/// Looks at one alert (spec 5.9).
pub async fn evaluate_one(tx: &mut Tx, key: &str) -> Rule<()> {
    let id: Uuid = key.parse().map_err(|_| Fault::internal("a key that is no UUID"))?;
    let mut enabled = Sql::new("t.enabled AND t.id = ");
    enabled.bind(Bind::Uuid(Some(id))).push(" FOR NO KEY UPDATE OF t");
    match tx.select::<SystemAlert>(enabled).await?.pop() {
        Some(alert) => look(tx, &alert).await,
        None => Ok(()),
    }
}

/// Looks at the alerts of a type at once: something happened that they count.
pub async fn look_at(tx: &mut Tx, r#type: SystemAlertType) -> Rule<()> {
    for alert in enabled(tx, r#type).await? {
        look(tx, &alert).await?;
    }
    Ok(())
}

/// Lets the alerts of a type go off, whatever they count, unless they rest.
pub async fn raise(tx: &mut Tx, r#type: SystemAlertType) -> Rule<()> {
    for alert in enabled(tx, r#type).await? {
        if !rests(tx, &alert) {
            let value = measured(tx, &alert).await?;
            go_off(tx, &alert, value).await?;
        }
    }
    Ok(())
}

async fn enabled(tx: &mut Tx, r#type: SystemAlertType) -> Rule<Vec<SystemAlert>> {
    let mut of_type = Sql::new("t.enabled AND t.type = ");
    of_type.bind(Bind::Text(Some(r#type.spelling().to_owned())));
    of_type.push(" ORDER BY t.id FOR NO KEY UPDATE OF t");
    tx.select(of_type).await
}

fn rests(tx: &Tx, alert: &SystemAlert) -> bool {
    let pause = TimeDelta::minutes(alert.cooldown_minutes.into());
    alert.last_triggered.is_some_and(|last| tx.now < last + pause)
}

async fn look(tx: &mut Tx, alert: &SystemAlert) -> Rule<()> {
    let value = measured(tx, alert).await?;
    let is_above = value >= alert.threshold;
    if is_above && !alert.is_above && !rests(tx, alert) {
        go_off(tx, alert, value).await?;
    } else if !is_above && alert.is_above {
        tx.amend(alert, vec![SystemAlert::IS_ABOVE.to(false)]).await?;
    }
    Ok(())
}

/// What an alert counts, now.
async fn measured(tx: &mut Tx, alert: &SystemAlert) -> Rule<i32> {
    tx.load(now_is(tx.now)).await?;
    let mut sql = Sql::new("SELECT least(");
    sql.push(counted!()).push(", 2147483647)::integer FROM system_alerts a ");
    sql.push("WHERE a.id = ").bind(alert.id.into());
    let rows = tx.load(sql).await?;
    let row = rows.first().ok_or_else(|| Fault::internal("an alert that vanished"))?;
    Ok(decode(row, 0)?)
}

async fn go_off(tx: &mut Tx, alert: &SystemAlert, value: i32) -> Rule<()> {
    let people = recipients::people(tx, alert).await?;
    let told = people.len() * alert.channel.len();
    let firing: AlertFiring = tx
        .append(vec![
            AlertFiring::SYSTEM_ALERT_ID.to(alert.id),
            AlertFiring::VALUE.to(value),
            AlertFiring::THRESHOLD.to(alert.threshold),
            AlertFiring::NOTIFIED.to(i32::try_from(told).unwrap_or(i32::MAX)),
        ])
        .await?;
    let sets = vec![
        SystemAlert::IS_ABOVE.to(true),
        SystemAlert::LAST_TRIGGERED.to(Some(tx.now)),
        SystemAlert::TRIGGER_COUNT.to(alert.trigger_count + 1),
    ];
    tx.amend(alert, sets).await?;
    tx.announce(SystemAlert::META, "trigger", &alert.id.into());
    for person in &people {
        for channel in alert.channel.iter().filter_map(|name| channel(name)) {
            let letter = Letter {
                r#type: NotificationType::Alert,
                reader: Reader::Admin(person),
                channel,
                title: alert.name.clone(),
                message: sentence(alert, value),
                secret: None,
                is_html: false,
                dedupe_key: format!("alert:{}:{}:{}", firing.id, person.id, channel.spelling()),
                metadata: json!({ "systemAlertId": alert.id, "alertFiringId": firing.id }),
                broadcast_recipient: None,
                problem: None,
            };
            write(tx, letter).await?;
        }
    }
    Ok(())
}

fn channel(name: &str) -> Option<Channel> {
    [Channel::Email, Channel::Sms, Channel::Dashboard]
        .into_iter()
        .find(|channel| channel.spelling() == name)
}

fn sentence(alert: &SystemAlert, value: i32) -> String {
    let what = match alert.r#type {
        SystemAlertType::OverdueLoans => "loans are past due",
        SystemAlertType::ApiFailure => "calls of providers failed in 15 minutes",
        SystemAlertType::PaymentGateway => "transactions failed in 15 minutes",
        SystemAlertType::UserIssue => "urgent tickets are open",
        SystemAlertType::SystemError => "errors happened in 15 minutes",
    };
    format!("{}: {value} {what}; the threshold is {}.", alert.name, alert.threshold)
}
