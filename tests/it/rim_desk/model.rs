//! The clock of the resolution against a model that counts the minutes of work one by one, through
//! pauses, resolutions, reopenings and other priorities in any order.

use chrono::{DateTime, Datelike, TimeDelta, Timelike, Utc, Weekday};
use proptest::collection::vec;
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;
use serde_json::json;

use super::{agent, done, here, of_ticket, opened};
use crate::world::World;

/// Minutes to the resolution by priority.
const PROMISES: [(&str, i64); 4] =
    [("URGENT", 240), ("HIGH", 480), ("MEDIUM", 1440), ("LOW", 4320)];

/// A minute of work in Lagos, an hour before UTC.
fn is_worked(minute: DateTime<Utc>) -> bool {
    let there = minute + TimeDelta::hours(1);
    let weekend = matches!(there.weekday(), Weekday::Sat | Weekday::Sun);
    !weekend && (8..17).contains(&there.hour())
}

/// What the clock should have counted.
struct Model {
    now: DateTime<Utc>,
    counted: i64,
    promised: i64,
    waits: bool,
    resolved: bool,
}

impl Model {
    fn runs(&self) -> bool {
        !self.waits && !self.resolved
    }

    fn advance(&mut self, minutes: i64) {
        for _ in 0..minutes {
            if self.runs() && is_worked(self.now) {
                self.counted += 1;
            }
            self.now += TimeDelta::minutes(1);
        }
    }

    /// When the promise is due if nothing happens any more; `None` once it is.
    fn due(&self) -> Option<DateTime<Utc>> {
        let (mut at, mut left) = (self.now, self.promised - self.counted);
        if left <= 0 {
            return None;
        }
        while left > 0 {
            left -= i64::from(is_worked(at));
            at += TimeDelta::minutes(1);
        }
        Some(at)
    }
}

#[tokio::test]
async fn the_clock_agrees_with_minutes_counted_one_by_one() {
    let mut compared = 0;
    let mut runner = TestRunner::deterministic();
    for walk in 0..3 {
        let steps = vec((1..250i64, 0..4usize, 0..4usize), 40).new_tree(&mut runner).unwrap();
        let world = World::rim().await;
        here(&world, &["Agent"]).await;
        let ticket = opened(&world).await;
        let to = json!({ "supportAgentId": agent(&world, "Agent").await });
        done(&world, "agent", "Assign", &ticket, to).await;
        let now = world.kernel.clock.now();
        let mut model = Model { now, counted: 0, promised: 1440, waits: false, resolved: false };
        for (minutes, what, priority) in steps.current() {
            world.clock.advance(TimeDelta::minutes(minutes));
            model.advance(minutes);
            step(&world, &mut model, &ticket, what, PROMISES[priority]).await;
            let (Some(due), true) = (model.due(), model.runs()) else { continue };
            let at = "SELECT resolution_due_at FROM rim.ticket_sla_clocks";
            let at: DateTime<Utc> = world.value(at).await.as_str().unwrap().parse().unwrap();
            assert_eq!(at, due, "walk {walk}, {} of {} counted", model.counted, model.promised);
            compared += 1;
        }
        world.verify().await;
    }
    assert!(compared > 20, "only {compared} comparisons");
}

/// Does something that the ticket's state allows.
async fn step(
    world: &World,
    model: &mut Model,
    ticket: &str,
    what: usize,
    (priority, minutes): (&str, i64),
) {
    let version = of_ticket(world, "version").await;
    if model.resolved {
        done(world, "lead", "Reopen", ticket, json!({ "reason": "More" })).await;
        model.resolved = false;
        return;
    }
    match what {
        0 => {
            let change = json!({ "expectedVersion": version, "waitingOnCustomer": !model.waits });
            done(world, "agent", "Update", ticket, change).await;
            model.waits = !model.waits;
        }
        1 => {
            done(world, "lead", "Resolve", ticket, json!({ "resolution": "Done." })).await;
            (model.resolved, model.waits) = (true, false);
        }
        2 => {
            let change = json!({ "expectedVersion": version, "priority": priority });
            done(world, "agent", "Update", ticket, change).await;
            model.promised = minutes;
        }
        _ => {}
    }
}
