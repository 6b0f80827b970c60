//! Every example of GraphiQL runs as it stands, by the person it names, one after the other.

use bizgraph::demo::{Loaded, load};
use futures_util::StreamExt;
use serde_json::{Map, Value, json};

use crate::demo;
use crate::world::{Person, World, key};

const EXAMPLES: &str = include_str!("../../web/graphiql/src/examples.json");

/// Fills an example's variables as the page does: keys, and the rows that `find` names.
async fn filled(world: &World, person: &Person, example: &Value) -> Result<Value, String> {
    let mut found = Map::new();
    if let Some(find) = example["find"].as_str() {
        let answer = world.send(person, find, json!({})).await;
        let data = answer["data"].as_object().ok_or_else(|| format!("{find}\n{answer:#}"))?;
        for part in data.values() {
            found.extend(part.as_object().unwrap().clone());
        }
    }
    let mut text = example["variables"].to_string();
    while let Some(start) = text.find("{{") {
        let end = start + text[start..].find("}}").unwrap();
        let name = text[start + 2..end].to_owned();
        let value = match name.as_str() {
            "new key" => key(),
            "new serial" => key()[..8].to_uppercase(),
            _ => {
                let (first, field) = name.split_once('.').unwrap_or((&name, "id"));
                let value = &found[first]["nodes"][0][field];
                let value = if value.is_object() { &value["nodes"][0]["id"] } else { value };
                value.as_str().ok_or_else(|| format!("Nothing fits {name}."))?.to_owned()
            }
        };
        text.replace_range(start..end + 2, &value);
    }
    Ok(serde_json::from_str(&text).unwrap())
}

/// What is wrong with an example; empty when nothing is.
async fn complaint(world: &World, example: &Value) -> String {
    let name = example["name"].as_str().unwrap();
    let query = example["query"].as_str().unwrap();
    let person = world.person(example["as"].as_str().unwrap_or("admin")).await;
    let variables = match filled(world, &person, example).await {
        Ok(variables) => variables,
        Err(complaint) => return complaint,
    };
    if query.starts_with("subscription") {
        let mut events = world.listen(&person, query, variables);
        // A stream that is refused says so before anything else.
        return tokio::select! {
            biased;
            told = events.next() => format!("{told:?}"),
            _ = world.read(&person, "{ viewer { name } }") => String::new(),
        };
    }
    let answer = world.send(&person, query, variables).await;
    if answer.get("errors").is_some() || answer.get("extensions").is_some() {
        return format!("{answer:#}");
    }
    // Nobody of a test has the default administrator's password.
    if name == "Change my password" {
        return String::new();
    }
    let data = answer["data"].as_object().unwrap();
    let refused = data
        .values()
        .filter_map(|payload| payload.get("userErrors")?.as_array())
        .any(|refusals| !refusals.is_empty());
    if refused != name.starts_with("A wrong step") {
        return format!("{answer:#}");
    }
    let first = data.values().next().and_then(Value::as_object);
    let finds_nothing = first
        .and_then(|parts| parts.values().next())
        .is_some_and(|list| list["nodes"] == json!([]) || list["rows"] == json!([]));
    if finds_nothing { "It finds nothing.".to_owned() } else { String::new() }
}

/// Runs the examples of a module, and those of the platform that the others begin with.
async fn run(world: &World, module: &str) {
    let examples: Vec<Value> = serde_json::from_str(EXAMPLES).unwrap();
    let of = |wanted: &str| examples.iter().filter(|it| it["module"] == wanted).count();
    assert!(of(module) >= 15, "{} examples of {module}", of(module));
    let mut complaints = Vec::new();
    for example in &examples {
        if example["module"] == module || example["module"] == "platform" {
            let complaint = complaint(world, example).await;
            if !complaint.is_empty() {
                complaints
                    .push(format!("{} / {}\n{complaint}", example["section"], example["name"]));
            }
        }
    }
    assert!(complaints.is_empty(), "{}", complaints.join("\n\n"));
    world.verify().await;
}

#[tokio::test]
async fn every_example_works_in_the_demo_world_of_the_shop() {
    let world = demo::demo().await;
    run(&world, "bizhub").await;
    // The laptop of the story: bought, tested, sold in two tenders, and brought back.
    let story = "SELECT count(*) FROM bizhub.invoices WHERE total_amount = 5000 \
                 AND invoice_date = '2026-03-02' AND status = 'Refunded'";
    assert_eq!(world.value(story).await, json!(1));
}

#[tokio::test]
async fn every_example_works_in_the_demo_world_of_the_lender() {
    let world = World::rim().await;
    let alone = "SET search_path TO rim; DELETE FROM support_agents; DELETE FROM users; \
                 DELETE FROM admin_users WHERE username <> 'admin'; \
                 UPDATE departments SET agent_count = 0; \
                 UPDATE admin_roles r SET user_count = \
                   (SELECT count(*) FROM admin_users u WHERE u.role_id = r.id)";
    world.meddle(alone).await;
    let tenant = world.kernel.tenant("rim").unwrap();
    if load(&world.kernel, &tenant, |_, _| ()).await.unwrap() == Loaded::None {
        eprintln!("The lender has no demo world, so its examples were not run.");
        return;
    }
    run(&world, "rim").await;
}
