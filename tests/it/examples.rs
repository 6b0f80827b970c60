//! Every example of GraphiQL runs as it stands, by the person it names, one after the other.

use std::cell::RefCell;
use std::sync::Arc;

use bizgraph_kernel::actor::Actor;
use chrono::TimeDelta;
use futures_util::StreamExt;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use crate::demo;
use crate::security::second_factor::app::App;
use crate::world::{Person, World, key};

const EXAMPLES: &str = include_str!("../../web/graphiql/src/examples.json");

/// Whoever tries the examples: what was answered last, and the app that was set up.
struct Visitor<'a> {
    world: &'a World,
    last: RefCell<Value>,
    app: RefCell<Option<App>>,
}

impl Visitor<'_> {
    async fn send(&self, who: &str, query: &str, variables: Value) -> Value {
        match who {
            "nobody" => self.world.send_as_nobody(query, variables).await,
            _ => self.world.send(&self.person(who).await, query, variables).await,
        }
    }

    /// Somebody who logged in.
    async fn person(&self, who: &str) -> Person {
        let person = self.world.person(who).await;
        Person(Arc::new(Actor { session: Some(Uuid::new_v4()), ..Actor::clone(&person.0) }))
    }

    /// Fills an example's variables as the page does: keys, rows that `find` names, fields of the
    /// answer before; and codes as people type them.
    async fn filled(&self, who: &str, example: &Value) -> Result<Value, String> {
        let mut found = Map::new();
        if let Some(find) = example["find"].as_str() {
            let answer = self.send(who, find, json!({})).await;
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
                "new key" => json!(key()),
                "new serial" => json!(key()[..8].to_uppercase()),
                "your code" => json!(self.code(example).await),
                _ => {
                    let (first, field) = name.split_once('.').unwrap_or((&name, "id"));
                    let value = match first {
                        "answer" => anywhere(&self.last.borrow(), field).unwrap_or_default(),
                        _ => found[first]["nodes"][0][field].clone(),
                    };
                    if value.is_object() { value["nodes"][0]["id"].clone() } else { value }
                }
            };
            match value {
                Value::String(value) => text.replace_range(start..end + 2, &value),
                // A number stands without the quotes of its place.
                Value::Number(value) => text.replace_range(start - 1..end + 3, &value.to_string()),
                _ => return Err(format!("Nothing fits {name}.")),
            }
        }
        Ok(serde_json::from_str(&text).unwrap())
    }

    /// The code that the person reads off its phone.
    async fn code(&self, example: &Value) -> String {
        if example["query"].as_str().unwrap().contains("loginWithCode") {
            let latest = "SELECT left(body, 6) FROM rim.notifications \
                          WHERE template = 'platform.login_code' ORDER BY id DESC LIMIT 1";
            return self.world.value(latest).await.as_str().unwrap().to_owned();
        }
        // Each code of the app works once.
        self.world.clock.advance(TimeDelta::seconds(30));
        self.app.borrow().as_ref().unwrap().code(self.world)
    }

    /// What is wrong with an example; empty when nothing is.
    async fn complaint(&self, example: &Value) -> String {
        let name = example["name"].as_str().unwrap();
        let query = example["query"].as_str().unwrap();
        let who = example["as"].as_str().unwrap_or("admin");
        let variables = match self.filled(who, example).await {
            Ok(variables) => variables,
            Err(complaint) => return complaint,
        };
        if query.starts_with("subscription") {
            let person = self.person(who).await;
            let mut events = self.world.listen(&person, query, variables);
            // A stream that is refused says so before anything else.
            return tokio::select! {
                biased;
                told = events.next() => format!("{told:?}"),
                _ = self.world.read(&person, "{ viewer { name } }") => String::new(),
            };
        }
        let answer = self.send(who, query, variables).await;
        self.last.replace(answer.clone());
        if answer.get("errors").is_some() || answer.get("extensions").is_some() {
            return format!("{answer:#}");
        }
        // Nobody of a test has the default administrator's password.
        if name == "Change my password" {
            return String::new();
        }
        if let Some(Value::String(uri)) = anywhere(&answer, "otpauthUri") {
            let secret = uri.split(['?', '&']).find_map(|pair| pair.strip_prefix("secret="));
            self.app.replace(secret.map(|secret| App { secret: secret.to_owned() }));
        }
        let data = answer["data"].as_object().unwrap();
        let refused = data
            .values()
            .filter_map(|payload| payload.get("userErrors")?.as_array())
            .flatten()
            // Who is asked for a code is on the way in.
            .any(|refusal| refusal["code"] != "TWO_FACTOR_REQUIRED");
        if refused != name.starts_with("A wrong step") {
            return format!("{answer:#}");
        }
        let first = data.values().next().and_then(Value::as_object);
        let finds_nothing = first
            .and_then(|parts| parts.values().next())
            .is_some_and(|list| list["nodes"] == json!([]) || list["rows"] == json!([]));
        if finds_nothing { "It finds nothing.".to_owned() } else { String::new() }
    }
}

/// The first field of this name, however deep.
fn anywhere(value: &Value, field: &str) -> Option<Value> {
    match value {
        Value::Object(fields) => fields.get(field).filter(|value| !value.is_null()).cloned(),
        _ => None,
    }
    .or_else(|| {
        let inner: Vec<&Value> = match value {
            Value::Object(fields) => fields.values().collect(),
            Value::Array(items) => items.iter().collect(),
            _ => Vec::new(),
        };
        inner.into_iter().find_map(|inner| anywhere(inner, field))
    })
}

/// Runs the examples of a module, and those of the platform that the others begin with.
async fn run(world: &World, module: &str) {
    let examples: Vec<Value> = serde_json::from_str(EXAMPLES).unwrap();
    let of = |wanted: &str| examples.iter().filter(|it| it["module"] == wanted).count();
    assert!(of(module) >= 15, "{} examples of {module}", of(module));
    let visitor = Visitor { world, last: RefCell::default(), app: RefCell::default() };
    let mut complaints = Vec::new();
    for example in &examples {
        if example["module"] == module || example["module"] == "platform" {
            let complaint = visitor.complaint(example).await;
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
    let world = demo::lender::demo().await;
    run(&world, "rim").await;
}
