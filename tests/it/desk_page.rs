//! The page of the support desk in real browsers: two people on one ticket, and a server that
//! goes and comes back under them.

use std::sync::Arc;

use bizgraph::schema::MODULES;
use bizgraph::server::ServerSettings;
use bizgraph_kernel::audit::Cipher;
use bizgraph_kernel::db::{Database, PoolSizes};
use bizgraph_kernel::kernel::Kernel;
use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::browser::Script;
use crate::client::PASSWORD;
use crate::rim::id_of;
use crate::security::second_factor::app::App;
use crate::server::{Server, give_lenders_passwords};
use crate::world::{CUSTOMERS, World, key};

#[tokio::test]
async fn two_people_talk_in_their_browsers_and_nothing_is_lost_when_the_server_restarts() {
    let world = World::rim().await;
    // Whoever is there is given what is asked.
    world.meddle("UPDATE rim.support_agents SET status = 'available' WHERE name = 'Agent'").await;
    give_lenders_passwords(&world).await;
    let mut server = Server::over(world.kernel.clone(), ServerSettings::default()).await;
    let means = Means::set_up(&world, &server).await;
    let page = server.get("/desk").await.text().await.unwrap();
    assert!(page.contains("/desk/assets/"), "the page was not built: run make web\n{page}");

    let address = format!("http://{}", server.address);
    let Some(mut script) = Script::run("desk.js", &address, &[]).await else { return };
    let mut told = Vec::new();
    while let Some(line) = script.next().await {
        let mut answer = "done".to_owned();
        match line.split_once(' ').unwrap_or((&line, "")) {
            ("stop", _) => {
                server.stop().await;
                write_meanwhile(&world).await;
            }
            ("start", _) => server = restarted(&world, &server).await,
            ("code", whose) => answer = means.code(&world, whose).await,
            _ => {
                told.push(line);
                continue;
            }
        }
        script.answer(&answer).await;
    }
    script.ended_well(&told).await;
    let written = "SELECT count(*) FILTER (WHERE internal) AS notes, \
                   count(*) FILTER (WHERE sender_type = 'customer') AS customers, \
                   count(*) FILTER (WHERE sender_type = 'agent' AND NOT internal) AS agents \
                   FROM rim.chat_messages";
    let expected = json!({ "notes": 1, "customers": 3, "agents": 6 });
    assert_eq!(world.rows(written).await, [expected]);
    let tickets = "SELECT customer_name, status, priority, category, tags FROM rim.tickets \
                   ORDER BY id";
    let expected = [
        json!({
            "customer_name": "Ada", "status": "closed", "priority": "medium",
            "category": "general", "tags": [],
        }),
        json!({
            "customer_name": "Bola", "status": "open", "priority": "urgent",
            "category": "loan", "tags": ["limit", "called"],
        }),
        json!({
            "customer_name": "Bola", "status": "in-progress", "priority": "medium",
            "category": "general", "tags": [],
        }),
    ];
    assert_eq!(world.rows(tickets).await, expected);
    world.verify().await;
}

/// Who has no second factor where one is required can do nothing but set one up.
#[tokio::test]
async fn who_needs_a_second_factor_sets_it_up_in_the_page_before_anything_else() {
    let world = World::rim().await;
    world.meddle("UPDATE rim.security_settings SET two_factor_required = TRUE").await;
    give_lenders_passwords(&world).await;
    let server = Server::over(world.kernel.clone(), ServerSettings::default()).await;
    let address = format!("http://{}", server.address);
    let Some(mut script) = Script::run("enrolment.js", &address, &[]).await else { return };
    let mut told = Vec::new();
    while let Some(line) = script.next().await {
        let answer = match line.split_once(' ').unwrap_or((&line, "")) {
            ("app", secret) => App { secret: secret.to_owned() }.code(&world),
            ("code", recipient) => latest_code(&world, recipient).await,
            ("as", method) => {
                let sets =
                    format!("UPDATE rim.security_settings SET two_factor_method = '{method}'");
                world.meddle(&sets).await;
                String::new()
            }
            _ => {
                told.push(line);
                continue;
            }
        };
        script.answer(&answer).await;
    }
    script.ended_well(&told).await;
    let factors = "SELECT u.username, m.method FROM rim.mfa_factors m JOIN rim.admin_users u \
                   ON m.user_id = 'adminUser:' || u.id WHERE m.confirmed_at IS NOT NULL \
                   ORDER BY u.username";
    let factor = |username, method| json!({ "username": username, "method": method });
    let expected = [factor("agent", "app"), factor("agent2", "app"), factor("lead", "email")];
    assert_eq!(world.rows(factors).await, expected);
}

/// The code in the latest message to an address.
async fn latest_code(world: &World, recipient: &str) -> String {
    let latest = format!(
        "SELECT left(body, 6) FROM rim.notifications WHERE recipient = '{recipient}' \
         ORDER BY id DESC LIMIT 1"
    );
    world.value(&latest).await.as_str().unwrap().to_owned()
}

/// By what people of the desk prove a second time who they are.
struct Means {
    app: App,
    recovery_code: String,
}

impl Means {
    /// The agent gets an app, and the lead codes by mail.
    async fn set_up(world: &World, server: &Server) -> Means {
        world.meddle("UPDATE rim.security_settings SET two_factor_method = 'email'").await;
        let agent = Session::of(server, "agent").await;
        let begun = agent.enrol("APP").await;
        let mut pairs = begun["otpauthUri"].as_str().unwrap().split(['?', '&']);
        let secret = pairs.find_map(|pair| pair.strip_prefix("secret=")).unwrap();
        let app = App { secret: secret.to_owned() };
        let codes = agent.confirm(&app.code(world)).await;
        let recovery_code = codes["recoveryCodes"][0].as_str().unwrap().to_owned();
        let means = Means { app, recovery_code };
        let lead = Session::of(server, "lead").await;
        lead.enrol("EMAIL").await;
        lead.confirm(&means.code(world, "lead").await).await;
        means
    }

    /// A code as the person has it.
    async fn code(&self, world: &World, whose: &str) -> String {
        let recipient = match whose {
            "recovery" => return self.recovery_code.clone(),
            "agent" => {
                // The step of the code before is used up.
                world.clock.advance(TimeDelta::seconds(30));
                return self.app.code(world);
            }
            "ada" => CUSTOMERS[0].1,
            _ => "lead@rim.example",
        };
        latest_code(world, recipient).await
    }
}

/// Somebody who logged in to set up a second factor.
struct Session<'a> {
    server: &'a Server,
    token: String,
}

impl<'a> Session<'a> {
    async fn of(server: &'a Server, username: &str) -> Self {
        let payload = server.try_login("rim", username, PASSWORD).await;
        Session { server, token: payload["token"].as_str().unwrap().to_owned() }
    }

    async fn enrol(&self, method: &str) -> Value {
        let input = json!({ "method": method, "password": PASSWORD });
        self.call("enrolSecondFactor", input, "otpauthUri").await
    }

    async fn confirm(&self, code: &str) -> Value {
        self.call("confirmSecondFactor", json!({ "code": code }), "recoveryCodes").await
    }

    async fn call(&self, mutation: &str, input: Value, shown: &str) -> Value {
        let payload = self.server.call(&self.token, mutation, input, shown).await;
        assert_eq!(payload["userErrors"], json!([]), "{mutation}");
        payload
    }
}

/// A colleague writes to the customer while no page hears of it.
async fn write_meanwhile(world: &World) {
    let colleague = world.person("lead").await;
    let input = json!({
        "ticketId": id_of(world, "tickets", "ticketNumber: { startsWith: \"TCK\" }").await,
        "message": "Written while the page was alone.",
        "idempotencyKey": key(),
    });
    world.done(&colleague, "rimChatMessageSend", input, "").await;
}

/// Another server at the same address, with a kernel of its own.
async fn restarted(world: &World, before: &Server) -> Server {
    let database = Database::new(&world.app_url, PoolSizes { reads: 4, writes: 4 }).unwrap();
    let cipher = Cipher::new(&[7; 32]);
    let kernel = Arc::new(Kernel::new(database, world.clock.clone(), cipher, MODULES));
    kernel.refresh_tenants().await.unwrap();
    Server::at(before.address, kernel, ServerSettings::default()).await
}
