//! Several at once on one ticket, one agent, one capacity.

use futures_util::future::join_all;
use serde_json::{Value, json};

use super::{here, history, load, of_ticket, opened, question, resolved, stand};
use crate::world::{Person, World, key};

/// Codes of the refusals, in any order; empty for what went well.
async fn at_once(world: &World, calls: Vec<(&Person, &str, Value)>) -> Vec<String> {
    let calls = calls.into_iter().map(|(person, verb, input)| async move {
        let payload = world.call(person, &format!("rimTicket{verb}"), input, "").await;
        let codes = payload["userErrors"].as_array().unwrap().iter();
        codes.map(|it| it["code"].as_str().unwrap().to_owned()).collect::<String>()
    });
    let mut codes = join_all(calls).await;
    codes.sort();
    codes
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_who_take_at_once_one_gets_it() {
    let world = World::rim().await;
    let ticket = opened(&world).await;
    here(&world, &["Agent", "Agent2"]).await;
    let (one, two) = (world.person("agent").await, world.person("agent2").await);
    let input = json!({ "ticketId": ticket });
    let calls = vec![(&one, "Take", input.clone()), (&two, "Take", input)];
    assert_eq!(at_once(&world, calls).await, ["", "ALREADY_DONE"]);
    let loads = [load(&world, "Agent").await, load(&world, "Agent2").await];
    assert!(loads.contains(&"1 available".to_owned()), "{loads:?}");
    assert!(loads.contains(&"0 available".to_owned()), "{loads:?}");
    assert_eq!(history(&world).await.len(), 2);
    world.verify().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tickets_that_begin_at_once_are_shared_out_evenly() {
    let world = World::rim().await;
    here(&world, &["Agent", "Agent2"]).await;
    let ada = world.customer("ada").await;
    let bola = world.customer("bola").await;
    let mut calls = Vec::new();
    for place in 0..6 {
        let mut input = question(&world).await;
        input["idempotencyKey"] = json!(key());
        input.as_object_mut().unwrap().remove("customerId");
        calls.push((if place % 2 == 0 { &ada } else { &bola }, "Create", input));
    }
    assert_eq!(at_once(&world, calls).await, [""; 6]);
    assert_eq!([load(&world, "Agent").await, load(&world, "Agent2").await], ["3 available"; 2]);
    world.verify().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_ticket_that_is_reopened_and_confirmed_at_once_did_one_of_both() {
    let world = World::rim().await;
    let ticket = resolved(&world).await;
    let ada = world.customer("ada").await;
    let lead = world.person("lead").await;
    let version = of_ticket(&world, "version").await;
    let reopen = json!({ "ticketId": ticket, "expectedVersion": version, "reason": "More" });
    let confirm = json!({ "ticketId": ticket, "expectedVersion": version });
    let calls = vec![(&lead, "Reopen", reopen), (&ada, "Confirm", confirm)];
    assert_eq!(at_once(&world, calls).await, ["", "STALE_VERSION"]);
    let stand = stand(&world).await;
    assert!(stand.starts_with("closed") || stand.starts_with("in-progress"), "{stand}");
    world.verify().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_key_twice_at_once_is_one_ticket() {
    let world = World::rim().await;
    let ada = world.customer("ada").await;
    let input = question(&world).await;
    let calls = (0..4).map(|_| (&ada, "Create", input.clone())).collect();
    assert_eq!(at_once(&world, calls).await, [""; 4]);
    assert_eq!(world.value("SELECT count(*) FROM rim.tickets").await, 1);
    world.verify().await;
}
