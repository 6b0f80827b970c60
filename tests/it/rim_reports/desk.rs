//! The desk: tickets, how fast they are answered, and what agents have to do. The rows are put
//! there, so that what the reports say does not hang on how tickets move.

use super::{lender, lines, totals};

const TICKETS: &str = include_str!("tickets.sql");

#[tokio::test]
async fn tickets_are_told_with_their_times_and_promises() {
    let (world, _) = lender().await;
    world.meddle(TICKETS).await;
    let lead = world.person("lead").await;
    let fields = "group tickets answered resolved escalated reopened reopenRate \
                  averageMinutesToFirstResponse medianMinutesToFirstResponse \
                  averageHoursToResolution firstResponseInTime resolutionInTime";
    // Loan tickets: answered after 10 and 90 minutes (60 were promised), resolved after 2 and 10
    // hours (8 were promised), the second one reopened before. General: nobody answered.
    let rows = [
        "loan | 2 | 2 | 2 | 1 | 1 | 50.00 | 50.00 | 50.00 | 6.00 | 50.00 | 50.00",
        "general | 1 | 0 | 0 | 0 | 0 | null | null | null | null | 0.00 | null",
    ];
    assert_eq!(lines(&world, &lead, "tickets", fields).await, rows);
    let whole = "3 | 50.00 | 33.33 | 50.00";
    let fields = "tickets averageMinutesToFirstResponse firstResponseInTime resolutionInTime";
    assert_eq!(totals(&world, &lead, "tickets", fields).await, whole);
    let told = lines(&world, &lead, "tickets(groupBy: AGENT)", "group tickets reopened").await;
    assert_eq!(told, ["Agent | 2 | 1", "null | 1 | 0"]);
    let told = lines(&world, &lead, "tickets(groupBy: STATUS)", "group tickets").await;
    assert_eq!(told, ["closed | 1", "open | 1", "resolved | 1"]);
    let earlier = "tickets(from: \"2026-02-01\", to: \"2026-02-28\")";
    assert_eq!(totals(&world, &lead, earlier, "tickets reopenRate").await, "0 | null");
}

#[tokio::test]
async fn agents_are_told_with_what_they_have_and_did() {
    let (world, _) = lender().await;
    world.meddle(TICKETS).await;
    let lead = world.person("lead").await;
    let fields = "group agents activeTickets capacity loadPercent resolved answers";
    let rows = [
        "Agent | 1 | 4 | 10 | 40.00 | 2 | 1",
        "Agent2 | 1 | 1 | 5 | 20.00 | 0 | 0",
        "Lead | 1 | 0 | 10 | 0.00 | 0 | 0",
    ];
    assert_eq!(lines(&world, &lead, "agentLoad", fields).await, rows);
    let told = lines(&world, &lead, "agentLoad(groupBy: TIER)", "group agents loadPercent").await;
    assert_eq!(told, ["1 | 2 | 33.33", "3 | 1 | 0.00"]);
    let earlier = "agentLoad(from: \"2026-02-01\", to: \"2026-02-28\")";
    assert_eq!(totals(&world, &lead, earlier, "activeTickets resolved").await, "5 | 0");
}
