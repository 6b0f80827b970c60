//! Tickets are resolved, closed and taken up again.

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::{
    answers, done, events, here, history, load, of_ticket, opened, refused, resolved, stand, taken,
};
use crate::world::World;

fn because(reason: &str) -> Value {
    json!({ "reason": reason })
}

fn solved() -> Value {
    json!({ "resolution": "Sent again." })
}

#[tokio::test]
async fn whoever_does_not_have_it_is_told_whose_tickets_it_can_resolve() {
    let world = World::rim().await;
    let ticket = taken(&world).await;
    let other = world.person("agent2").await;
    let input = json!({ "ticketId": ticket, "resolution": "Sent again." });
    let answer = world.call(&other, "rimTicketResolve", input, "").await;
    let sentence = "Your role may do this only to what is assigned to you.";
    assert_eq!(answer["userErrors"][0]["message"], sentence);
    let query = "{ rim { tickets { nodes { availableActions { action reason } } } } }";
    let shown = world.read(&other, query).await;
    let actions = shown["rim"]["tickets"]["nodes"][0]["availableActions"].as_array().unwrap();
    assert!(actions.contains(&json!({ "action": "resolve", "reason": sentence })), "{actions:?}");
}

#[tokio::test]
async fn who_has_it_says_what_was_done_and_the_customer_is_told() {
    let world = World::rim().await;
    let ticket = taken(&world).await;
    world.clock.advance(TimeDelta::minutes(10));
    done(&world, "agent", "Resolve", &ticket, solved()).await;
    assert_eq!(stand(&world).await, "resolved tier 1 medium with Agent");
    let it = "jsonb_build_array(resolution, resolved_at AT TIME ZONE 'UTC', \
              (SELECT username FROM rim.admin_users u WHERE u.id = resolved_by))";
    let expected = json!(["Sent again.", "2026-03-02T09:10:00", "agent"]);
    assert_eq!(of_ticket(&world, it).await, expected);
    assert_eq!(load(&world, "Agent").await, "0 available");
    let last = history(&world).await.pop();
    let expected = "admin agent: resolve (Sent again.) in-progress -> resolved";
    assert_eq!(last.as_deref(), Some(expected));
    assert_eq!(events(&world).await.last().unwrap(), "rim.ticket.resolve");
    let told = "SELECT jsonb_agg(recipient ORDER BY channel) FROM rim.notifications \
                WHERE dedupe_key LIKE 'ticket_resolved:%'";
    assert_eq!(world.value(told).await, json!(["ada@rim.example", "+2348030000001"]));
    let clock = "SELECT jsonb_build_array(stopped_at = first_responded_at, \
                 first_response_breached_at, resolution_breached_at) FROM rim.ticket_sla_clocks";
    assert_eq!(world.value(clock).await, json!([true, null, null]));
    world.verify().await;
}

#[tokio::test]
async fn only_who_has_it_or_a_lead_resolves_it() {
    for (person, may) in [
        ("agent2", false),
        ("officer", false),
        ("auditor", false),
        ("agent", true),
        ("lead", true),
        ("operations", true),
        ("admin", true),
    ] {
        let world = World::rim().await;
        let ticket = taken(&world).await;
        if may {
            done(&world, person, "Resolve", &ticket, solved()).await;
            continue;
        }
        let refusal = refused(&world, person, "Resolve", &ticket, solved()).await;
        assert_eq!(refusal[0].split(' ').next(), Some("FORBIDDEN"), "{person}");
        assert_eq!(history(&world).await.len(), 3);
    }
}

#[tokio::test]
async fn what_was_done_is_said_in_so_many_words() {
    let world = World::rim().await;
    let ticket = taken(&world).await;
    for (text, refusal) in [
        (" ".to_owned(), "REQUIRED resolution"),
        ("x".repeat(5001), "OUT_OF_RANGE resolution"),
        ("Charged 4111111111111111".to_owned(), "VALIDATION_FAILED resolution"),
    ] {
        let more = json!({ "resolution": text });
        assert_eq!(refused(&world, "agent", "Resolve", &ticket, more).await, [refusal]);
    }
    let more = json!({ "resolution": "x".repeat(5000), "expectedVersion": 7 });
    let refusal = refused(&world, "agent", "Resolve", &ticket, more).await;
    assert_eq!(refusal, ["STALE_VERSION expectedVersion"]);
    done(&world, "agent", "Resolve", &ticket, json!({ "resolution": "x".repeat(5000) })).await;
}

#[tokio::test]
async fn the_customer_agrees_and_nobody_else() {
    let world = World::rim().await;
    let ticket = resolved(&world).await;
    let refusal = refused(&world, "bola", "Confirm", &ticket, json!({})).await;
    assert_eq!(refusal, ["NOT_FOUND ticketId"]);
    for other in ["agent", "lead", "operations"] {
        let refusal = refused(&world, other, "Confirm", &ticket, json!({})).await;
        assert_eq!(refusal, ["FORBIDDEN "]);
    }
    done(&world, "ada", "Confirm", &ticket, json!({})).await;
    let closed_at = of_ticket(&world, "closed_at AT TIME ZONE 'UTC'").await;
    assert_eq!(closed_at, "2026-03-02T09:00:00");
    let expected = "customer Ada: confirm resolved -> closed";
    assert_eq!(history(&world).await.last().unwrap(), expected);
    assert_eq!(events(&world).await.last().unwrap(), "rim.ticket.confirm");
    world.verify().await;
}

#[tokio::test]
async fn who_says_nothing_for_the_tenants_hours_agrees() {
    let world = World::rim().await;
    resolved(&world).await;
    world.clock.advance(TimeDelta::hours(72) - TimeDelta::seconds(1));
    world.run_job("closeResolvedTickets").await;
    assert_eq!(of_ticket(&world, "status").await, "resolved");
    world.clock.advance(TimeDelta::seconds(1));
    world.run_job("closeResolvedTickets").await;
    assert_eq!(world.run_job("closeResolvedTickets").await, 0);
    let expected = "system system: closeAfterWaiting resolved -> closed";
    assert_eq!(history(&world).await.last().unwrap(), expected);
    let closings = events(&world).await;
    let closings = closings.iter().filter(|it| *it == "rim.ticket.closeAfterWaiting");
    assert_eq!(closings.count(), 1);
    world.verify().await;
}

#[tokio::test]
async fn the_customer_reopens_within_the_days_and_a_lead_at_any_time() {
    let world = World::rim().await;
    let ticket = resolved(&world).await;
    let refusal = refused(&world, "agent", "Reopen", &ticket, because("More")).await;
    assert_eq!(refusal, ["FORBIDDEN "]);
    let refusal = refused(&world, "ada", "Reopen", &ticket, because("")).await;
    assert_eq!(refusal, ["REQUIRED reason"]);
    done(&world, "ada", "Confirm", &ticket, json!({})).await;
    world.clock.advance(TimeDelta::days(7));
    done(&world, "ada", "Reopen", &ticket, because("Still nothing")).await;
    assert_eq!(stand(&world).await, "in-progress tier 1 medium with Agent");
    let it = "jsonb_build_array(reopen_count, resolution, resolved_at, resolved_by, closed_at)";
    assert_eq!(of_ticket(&world, it).await, json!([1, null, null, null, null]));
    assert_eq!(load(&world, "Agent").await, "1 available");
    let expected = "customer Ada: reopen (Still nothing) closed -> in-progress";
    assert_eq!(history(&world).await.last().unwrap(), expected);
    assert_eq!(events(&world).await.last().unwrap(), "rim.ticket.reopen");
    done(&world, "agent", "Resolve", &ticket, solved()).await;
    let told = "SELECT count(*) FROM rim.notifications WHERE dedupe_key LIKE 'ticket_resolved:%'";
    assert_eq!(world.value(told).await, 4, "each time by email and by SMS");
    world.clock.advance(TimeDelta::days(7) + TimeDelta::seconds(1));
    let refusal = refused(&world, "ada", "Reopen", &ticket, because("Late")).await;
    assert_eq!(refusal, ["EXPIRED ticketId"]);
    done(&world, "lead", "Reopen", &ticket, because("Late, but fair")).await;
    assert_eq!(of_ticket(&world, "reopen_count").await, 2);
    world.verify().await;
}

#[tokio::test]
async fn a_reopened_ticket_is_open_while_its_agent_is_away() {
    let world = World::rim().await;
    let ticket = resolved(&world).await;
    let lead = world.person("lead").await;
    let input = json!({ "supportAgentId": super::agent(&world, "Agent").await });
    world.done(&lead, "rimSupportAgentGoAway", input, "").await;
    done(&world, "ada", "Reopen", &ticket, because("Still nothing")).await;
    assert_eq!(stand(&world).await, "open tier 1 medium with Agent");
    assert_eq!(load(&world, "Agent").await, "1 away");
    world.verify().await;
}

#[tokio::test]
async fn a_lead_ends_spam_and_what_repeats_another() {
    let world = World::rim().await;
    here(&world, &["Agent"]).await;
    let original = opened(&world).await;
    let ticket = opened(&world).await;
    for (person, more, refusal) in [
        ("agent", because("Spam"), "FORBIDDEN "),
        ("ada", because("Spam"), "FORBIDDEN "),
        ("lead", because(" "), "REQUIRED reason"),
        (
            "lead",
            json!({ "reason": "Twice", "duplicateOfId": ticket }),
            "VALIDATION_FAILED duplicateOfId",
        ),
    ] {
        assert_eq!(refused(&world, person, "Close", &ticket, more).await, [refusal]);
    }
    let twice = json!({ "reason": "Twice", "duplicateOfId": original });
    done(&world, "lead", "Close", &ticket, twice).await;
    assert_eq!(stand(&world).await, "closed tier 1 medium with Agent");
    let it = "jsonb_build_array(close_reason, (SELECT ticket_number FROM rim.tickets o \
              WHERE o.id = rim.tickets.duplicate_of_id), closed_at IS NOT NULL)";
    let expected = json!(["Twice", "TCK-2026-000001", true]);
    assert_eq!(of_ticket(&world, it).await, expected);
    assert_eq!(load(&world, "Agent").await, "1 available");
    assert_eq!(history(&world).await.last().unwrap(), "admin lead: close (Twice) open -> closed");
    assert_eq!(events(&world).await.last().unwrap(), "rim.ticket.close");
    let chain = json!({ "reason": "Thrice", "duplicateOfId": ticket });
    let refusal = refused(&world, "lead", "Close", &original, chain).await;
    assert_eq!(refusal, ["VALIDATION_FAILED duplicateOfId"]);
    done(&world, "lead", "Close", &original, because("Spam")).await;
    world.verify().await;
    done(&world, "lead", "Reopen", &ticket, because("No repetition")).await;
    assert_eq!(
        of_ticket(&world, "jsonb_build_array(duplicate_of_id, close_reason)").await,
        json!([null, null])
    );
    world.verify().await;
}

#[tokio::test]
async fn what_waits_for_the_customer_waits_no_more_once_it_is_resolved() {
    let world = World::rim().await;
    let ticket = taken(&world).await;
    answers(&world, "agent", &ticket, false, true).await;
    world.clock.advance(TimeDelta::minutes(20));
    done(&world, "agent", "Resolve", &ticket, solved()).await;
    assert_eq!(of_ticket(&world, "waiting_on_customer").await, false);
    let clock = "SELECT jsonb_build_array(paused_at, paused_seconds) FROM rim.ticket_sla_clocks";
    assert_eq!(world.value(clock).await, json!([null, 1200]));
    world.verify().await;
}
