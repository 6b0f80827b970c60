//! `verify` sees what was changed behind the lender's back: one break, exactly its findings, and
//! none once it is mended (spec 5.11, checks). R9 and R12 have their tests beside broadcasts and
//! backups.

use serde_json::json;

use crate::rim_desk::{answers, taken};
use crate::rim_loans::{agreed, connect_telecom, lent, repaid, repayment};
use crate::world::World;

/// Breaks something, expects findings of exactly these checks and entities, mends it, expects
/// none.
async fn found(world: &World, breaks: &str, mends: &str, expected: &[&str]) {
    world.meddle(breaks).await;
    let mut findings: Vec<String> = world.findings().await;
    for finding in &mut findings {
        finding.truncate(finding.rfind(' ').unwrap());
    }
    findings.dedup();
    assert_eq!(findings, expected, "{breaks}");
    world.meddle(mends).await;
    assert_eq!(world.findings().await, Vec::<String>::new(), "{mends}");
}

/// A loan of Ada that is paid back in part.
async fn lending() -> World {
    let world = World::rim().await;
    connect_telecom(&world).await;
    lent(&world, "1000.00").await;
    repaid(&world, "100.00").await;
    world.verify().await;
    world
}

/// A ticket of Ada that Agent has in work and answered.
async fn desk() -> World {
    let world = World::rim().await;
    let ticket = taken(&world).await;
    answers(&world, "agent", &ticket, false, false).await;
    answers(&world, "agent", &ticket, true, false).await;
    world.verify().await;
    world
}

#[tokio::test]
async fn r1_what_is_due_follows_from_the_terms_and_what_was_paid_from_repayments() {
    let world = lending().await;
    for column in ["amount_due", "late_fee", "fee"] {
        let change = |sign| format!("UPDATE rim.loans SET {column} = {column} {sign} 1");
        found(&world, &change('+'), &change('-'), &["R1 loan"]).await;
    }
    let rate = |rate| format!("UPDATE rim.loans SET interest_rate = {rate}");
    found(&world, &rate(16), &rate(15), &["R1 loan"]).await;
    found(
        &world,
        "UPDATE rim.loan_repayments SET amount = 90",
        "UPDATE rim.loan_repayments SET amount = 100",
        &["R1 loan", "R4 user", "R8 user"],
    )
    .await;
}

#[tokio::test]
async fn r2_a_status_agrees_with_amounts_and_dates() {
    let world = lending().await;
    let status = |status| format!("UPDATE rim.loans SET status = '{status}'");
    found(&world, &status("disbursed"), &status("repaying"), &["R2 loan"]).await;
    let defaulted = ["R2 loan", "R4 user"];
    found(&world, &status("defaulted"), &status("repaying"), &defaulted).await;
    let later = |sign| format!("UPDATE rim.loans SET due_date = due_date {sign} interval '2 days'");
    found(&world, &later('+'), &later('-'), &["R2 loan"]).await;
}

#[tokio::test]
async fn r2_what_was_agreed_to_has_its_moment() {
    let world = World::rim().await;
    agreed(&world, "1000.00").await;
    world.meddle("ALTER TABLE rim.loans ADD COLUMN kept TIMESTAMPTZ").await;
    world.meddle("UPDATE rim.loans SET kept = approved_at").await;
    found(
        &world,
        "UPDATE rim.loans SET approved_at = NULL",
        "UPDATE rim.loans SET approved_at = kept",
        &["R2 loan"],
    )
    .await;
}

#[tokio::test]
async fn r3_what_was_out_at_the_approval_was_within_the_limit_of_then() {
    let world = lending().await;
    let more = |sign| {
        format!("UPDATE rim.loans SET exposure_at_approval = exposure_at_approval {sign} 90000")
    };
    found(&world, &more('+'), &more('-'), &["R3 loan"]).await;
}

#[tokio::test]
async fn r4_the_figures_of_a_customer_follow_from_loans_and_transactions() {
    let world = lending().await;
    for column in ["total_loans", "total_repaid"] {
        let change = |sign| format!("UPDATE rim.users SET {column} = {column} {sign} 1");
        let mends = format!("{} WHERE user_id = 'USR-2026-001'", change('-'));
        let breaks = format!("{} WHERE user_id = 'USR-2026-001'", change('+'));
        found(&world, &breaks, &mends, &["R4 user"]).await;
    }
    let standing = |standing| {
        format!(
            "UPDATE rim.users SET repayment_status = '{standing}' WHERE user_id = 'USR-2026-001'"
        )
    };
    for wrong in ["Completed", "Pending", "Overdue"] {
        found(&world, &standing(wrong), &standing("Partial"), &["R4 user"]).await;
    }
}

#[tokio::test]
async fn r5_copies_follow_the_customer() {
    let world = lending().await;
    let finance = world.person("finance").await;
    let mut waiting = repayment(&world, "10.00").await;
    waiting["arrived"] = json!(false);
    world.done(&finance, "rimTransactionCreate", waiting, "").await;
    taken(&world).await;
    world.verify().await;
    for (table, column, entity) in [
        ("loans", "user_phone", "loan"),
        ("loans", "user_email", "loan"),
        ("transactions", "user_phone", "transaction"),
        ("transactions", "user_email", "transaction"),
        ("tickets", "customer_name", "ticket"),
        ("tickets", "customer_phone", "ticket"),
        ("tickets", "customer_email", "ticket"),
    ] {
        let only = if table == "transactions" { " WHERE status = 'pending'" } else { "" };
        let breaks = format!("UPDATE rim.{table} SET {column} = '9' || {column}{only}");
        let mends = format!("UPDATE rim.{table} SET {column} = substr({column}, 2){only}");
        found(&world, &breaks, &mends, &[&format!("R5 {entity}")]).await;
    }
    // What is done is a record of its time.
    world.meddle("UPDATE rim.transactions SET user_phone = '1' WHERE status = 'completed'").await;
    world.verify().await;
}

#[tokio::test]
async fn r6_what_is_counted_is_what_is_there() {
    let world = desk().await;
    for (table, column, entity) in [
        ("departments", "agent_count", "department"),
        ("admin_roles", "user_count", "admin_role"),
        ("tickets", "message_count", "ticket"),
        ("support_agents", "active_tickets", "support_agent"),
    ] {
        let change = |sign| format!("UPDATE rim.{table} SET {column} = {column} {sign} 1");
        found(&world, &change('+'), &change('-'), &[&format!("R6 {entity}")]).await;
    }
    let last = |sign| {
        format!("UPDATE rim.tickets SET last_message_at = last_message_at {sign} interval '1 hour'")
    };
    found(&world, &last('+'), &last('-'), &["R6 ticket"]).await;
    let capacity = |most| format!("UPDATE rim.support_agents SET capacity = {most}");
    found(&world, &capacity(1), &capacity(10), &["R6 support_agent"]).await;
    let status =
        |from, to| format!("UPDATE rim.support_agents SET status = '{to}' WHERE status = '{from}'");
    let (busy, back) = (status("available", "busy"), status("busy", "available"));
    found(&world, &busy, &back, &["R6 support_agent"]).await;
}

#[tokio::test]
async fn r7_every_status_of_a_ticket_has_its_row_of_the_history() {
    let world = desk().await;
    let broken = |from| {
        format!(
            "UPDATE rim.ticket_histories SET from_status = {from} WHERE to_status = 'in-progress'"
        )
    };
    found(&world, &broken("'closed'"), &broken("'open'"), &["R7 ticket_history"]).await;
    let status = |status| format!("UPDATE rim.tickets SET status = '{status}'");
    found(&world, &status("escalated"), &status("in-progress"), &["R7 ticket"]).await;
    world.meddle("DELETE FROM rim.ticket_histories WHERE to_status = 'in-progress'").await;
    let findings = world.findings().await;
    assert!(findings.len() == 1 && findings[0].starts_with("R7 ticket "), "{findings:?}");
}

#[tokio::test]
async fn r8_the_parts_of_a_repayment_are_what_was_paid() {
    let world = lending().await;
    let of_repayments =
        |amount| format!("UPDATE rim.transactions SET amount = {amount} WHERE type = 'repayment'");
    let expected = ["R4 user", "R8 transaction", "R8 user"];
    found(&world, &of_repayments("50"), &of_repayments("100"), &expected).await;
    let credit = |credit| {
        format!("UPDATE rim.users SET repayment_credit = {credit} WHERE user_id = 'USR-2026-001'")
    };
    found(&world, &credit("5"), &credit("0"), &["R4 user", "R8 user"]).await;
}

#[tokio::test]
async fn r10_there_is_one_row_of_security_settings() {
    let world = World::rim().await;
    world.meddle("DELETE FROM rim.security_settings").await;
    assert_eq!(world.findings().await, ["R10 backup_settings all"]);
    world.meddle("INSERT INTO rim.security_settings DEFAULT VALUES").await;
    world.verify().await;
}

#[tokio::test]
async fn r11_a_persons_role_is_called_what_the_role_is() {
    let world = World::rim().await;
    let of_agent =
        |role| format!("UPDATE rim.admin_users SET role = '{role}' WHERE username = 'agent'");
    found(&world, &of_agent("ghost"), &of_agent("support_agent"), &["R11 admin_user"]).await;
}

#[tokio::test]
async fn a_clock_rests_and_stops_with_its_ticket() {
    let world = desk().await;
    for (breaks, mends) in [
        (
            "UPDATE rim.ticket_sla_clocks SET stopped_at = now()",
            "UPDATE rim.ticket_sla_clocks SET stopped_at = NULL",
        ),
        (
            "UPDATE rim.ticket_sla_clocks SET paused_at = now()",
            "UPDATE rim.ticket_sla_clocks SET paused_at = NULL",
        ),
        (
            "UPDATE rim.ticket_sla_clocks SET started_at = started_at - interval '1 day'",
            "UPDATE rim.ticket_sla_clocks SET started_at = started_at + interval '1 day'",
        ),
    ] {
        found(&world, breaks, mends, &["SLA ticket_sla_clock"]).await;
    }
}
