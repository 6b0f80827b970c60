//! GraphiQL in a real browser: a customer who logged in by phone listens to a ticket.

use std::path::Path;

use bizgraph::server::ServerSettings;
use serde_json::{Value, json};

use crate::browser::Script;
use crate::rim_desk::{done, here, opened};
use crate::server::Server;
use crate::world::{CUSTOMERS, World, key};

/// The code in the latest message to a phone.
async fn code(world: &World, phone: &str) -> Value {
    let latest = format!(
        "SELECT left(body, 6) FROM rim.notifications WHERE recipient = '{phone}' \
         ORDER BY id DESC LIMIT 1"
    );
    world.value(&latest).await
}

#[tokio::test]
async fn a_customer_subscribes_to_a_ticket_in_graphiql_and_sees_an_answer_arrive() {
    let world = World::rim().await;
    here(&world, &["Agent"]).await;
    let ticket = opened(&world).await;
    done(&world, "agent", "Take", &ticket, json!({})).await;
    let (ada, agent) = (world.customer("ada").await, world.person("agent").await);
    // Behind this nothing is missed, however late the page subscribes.
    let cursor = world.read(&ada, "{ liveCursor }").await["liveCursor"].clone();
    let server = Server::over(world.kernel.clone(), ServerSettings::default()).await;
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("web/graphiql/dist/index.html");
    assert!(page.exists(), "the page was not built: run make web");

    let address = format!("http://{}", server.address);
    let variables = json!({ "ticketId": ticket, "after": cursor }).to_string();
    let Some(mut script) = Script::run("graphiql.js", &address, &[&variables]).await else {
        return;
    };
    let mut told = Vec::new();
    while let Some(line) = script.next().await {
        match line.as_str() {
            "code ada" => {
                let code = code(&world, CUSTOMERS[0].1).await;
                script.answer(code.as_str().unwrap()).await;
            }
            "write" => {
                let input = json!({
                    "ticketId": ticket, "message": "Written while you watch.",
                    "idempotencyKey": key(),
                });
                world.done(&agent, "rimChatMessageSend", input, "").await;
                script.answer("done").await;
            }
            _ => told.push(line),
        }
    }
    script.ended_well(&told).await;
}
