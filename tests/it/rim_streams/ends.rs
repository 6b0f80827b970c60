//! What ends the streams of a lender's customers and people within two seconds (spec 1.11).

use std::time::Instant;

use bizgraph_kernel::db::provision::{Owner, set_active};
use chrono::TimeDelta;
use serde_json::json;

use super::{hearing, server, settle, ticket, token};
use crate::live::socket::Socket;
use crate::rim::customer;
use crate::rim_loans::{ADA, connect_telecom, lent, set};
use crate::world::World;

/// The server ends it, now.
async fn ended(socket: &mut Socket, case: &str) {
    let since = Instant::now();
    assert_eq!(socket.closed().await, (4403, "Forbidden".to_owned()), "{case}");
    assert!(since.elapsed().as_millis() < 2_000, "{case}: {:?}", since.elapsed());
}

#[tokio::test]
async fn a_customer_who_may_not_borrow_any_more_hears_nothing_more_before_another_login() {
    for (mutation, mut input) in [
        ("rimUserSuspend", json!({ "reason": "Borrowed for others" })),
        ("rimUserDeactivate", json!({})),
    ] {
        let world = World::rim().await;
        let server = server(&world).await;
        let (hers, his) = (ticket(&world, "rim", "ada").await, ticket(&world, "rim", "bola").await);
        let mut ada = hearing(&world, &server, "ada", &hers).await;
        let mut bola = hearing(&world, &server, "bola", &his).await;
        let operations = world.person("operations").await;
        input["userId"] = json!(customer(&world, ADA).await);
        world.done(&operations, mutation, input, "").await;
        ended(&mut ada, mutation).await;
        settle(&mut bola).await;
        // Asking for help stays possible (spec 5.3).
        hearing(&world, &server, "ada", &hers).await;
    }
}

#[tokio::test]
async fn a_customer_who_is_suspended_for_a_default_hears_nothing_more() {
    let world = World::rim().await;
    connect_telecom(&world).await;
    set(&world, "loans", "suspend_on_default", "true").await;
    lent(&world, "1000.00").await;
    world.clock.advance(TimeDelta::days(45));
    let server = server(&world).await;
    let ticket = ticket(&world, "rim", "ada").await;
    let mut ada = hearing(&world, &server, "ada", &ticket).await;
    world.run_job("defaultLoans").await;
    ended(&mut ada, "default").await;
}

#[tokio::test]
async fn nobody_of_a_suspended_tenant_hears_anything_more() {
    let world = World::rim().await;
    let server = server(&world).await;
    let ticket = ticket(&world, "rim", "ada").await;
    let mut ada = hearing(&world, &server, "ada", &ticket).await;
    let mut agent = hearing(&world, &server, "agent", &ticket).await;
    let mut other = Socket::of(&server, &token(&world, "ikeja", "agent").await).await;
    let mut owner = Owner::connect(&world.owner_url).await.unwrap();
    set_active(&mut owner, "rim", false).await.unwrap();
    // As the server does every second.
    world.kernel.refresh_tenants().await.unwrap();
    ended(&mut ada, "the customer").await;
    ended(&mut agent, "the agent").await;
    settle(&mut other).await;
}
