//! The people of a lender at their screens, and its customers at their phones: everything that
//! they do goes over HTTP.

use std::collections::HashMap;

use bizgraph_kernel::schema::mutation_by_name;
use chrono::{NaiveDate, TimeDelta};
use serde_json::{Value, json};
use tokio::sync::Mutex;

use crate::client::{Client, PASSWORD};
use crate::server::{Server, give_lenders_passwords};
use crate::world::{CUSTOMERS, World, key};

/// Everybody who has to do with the lender.
pub struct People<'w> {
    pub world: &'w World,
    client: Client,
    /// Who is logged in.
    tokens: Mutex<HashMap<String, String>>,
}

impl<'w> People<'w> {
    /// Everybody, before anybody logged in.
    pub async fn of(world: &'w World, server: &Server) -> People<'w> {
        give_lenders_passwords(world).await;
        People { world, client: (**server).clone(), tokens: Mutex::default() }
    }

    /// A day comes, at ten in the morning: everything that is due by the calendar runs, and whoever
    /// wants something has to log in again.
    pub async fn wake_up_on(&self, day: &str) {
        let day: NaiveDate = day.parse().unwrap();
        let morning = day.and_hms_opt(9, 0, 0).unwrap().and_utc();
        self.world.clock.advance(morning - self.world.kernel.clock.now());
        self.world.run_jobs(&day.to_string()).await;
        self.tokens.lock().await.clear();
    }

    /// Somebody calls a mutation, which goes well, and sees this of its payload.
    pub async fn does(&self, who: &str, mutation: &str, input: Value, shown: &str) -> Value {
        let payload = self.calls(who, mutation, input.clone(), shown).await;
        assert_eq!(payload["userErrors"], json!([]), "{who}: {mutation} {input}");
        payload
    }

    /// Somebody calls a mutation that is refused: the sentences that they read.
    pub async fn is_told(&self, who: &str, mutation: &str, input: Value) -> Vec<String> {
        let payload = self.calls(who, mutation, input.clone(), "").await;
        let told = sentences(&payload);
        assert!(!told.is_empty(), "{who}: {mutation} {input} was not refused");
        told
    }

    /// Somebody asks for what a second person has to agree to: the id of the request.
    pub async fn asks_for(&self, who: &str, mutation: &str, input: Value) -> Value {
        let payload = self.does(who, mutation, input, "approvalRequest { id status }").await;
        assert_eq!(payload["approvalRequest"]["status"], "PENDING");
        payload["approvalRequest"]["id"].clone()
    }

    /// Whatever somebody does takes them a moment.
    async fn calls(&self, who: &str, mutation: &str, mut input: Value, shown: &str) -> Value {
        self.world.clock.advance(TimeDelta::seconds(10));
        let known = mutation_by_name(&bizgraph_rim::MODULE, mutation).unwrap();
        if known.keyed && input.get("idempotencyKey").is_none() {
            input["idempotencyKey"] = json!(key());
        }
        self.client.call(&self.token(who).await, mutation, input, shown).await
    }

    /// What somebody sees of the lender.
    pub async fn sees(&self, who: &str, query: &str) -> Value {
        let answer = self.asks(who, &format!("{{ rim {{ it: {query} }} }}")).await;
        assert!(answer.get("errors").is_none(), "{who}: {query} {answer}");
        answer["data"]["rim"]["it"].clone()
    }

    /// The whole answer to a query.
    pub async fn asks(&self, who: &str, query: &str) -> Value {
        self.client.send(&self.token(who).await, query, json!({})).await.body
    }

    /// The id of the only row of a list that meets a condition, as an administrator sees it.
    pub async fn id(&self, list: &str, condition: &str) -> Value {
        let query = format!("{list}(where: {{{condition}}}) {{ nodes {{ id }} }}");
        let found = self.sees("admin", &query).await;
        assert_eq!(found["nodes"].as_array().unwrap().len(), 1, "{list} {condition}");
        found["nodes"][0]["id"].clone()
    }

    /// The id of a customer.
    pub async fn customer(&self, name: &str) -> Value {
        self.id("users", &format!("phone: {{eq: \"{}\"}}", number_of(name).unwrap())).await
    }

    /// The token of somebody, who logs in if necessary.
    async fn token(&self, who: &str) -> String {
        if let Some(token) = self.tokens.lock().await.get(who) {
            return token.clone();
        }
        let payload = match number_of(who) {
            Some(number) => {
                let code = Box::pin(self.code_for(number)).await;
                self.enters(number, &code).await
            }
            None => self.client.try_login("rim", who, PASSWORD).await,
        };
        assert_eq!(payload["userErrors"], json!([]), "{who}");
        let token = payload["token"].as_str().unwrap().to_owned();
        self.tokens.lock().await.insert(who.to_owned(), token.clone());
        token
    }

    /// A code is asked for: no provider sends it, so it stands where administrators read what
    /// would be sent.
    pub async fn code_for(&self, number: &str) -> String {
        let input = json!({ "tenant": "rim", "phone": number });
        let payload = self.client.call("", "requestLoginCode", input, "expiresAt").await;
        assert_eq!(payload["userErrors"], json!([]), "{number}");
        let query = "{ platform { notifications(first: 1, orderBy: [{field: CREATED_AT, \
                     direction: DESC}]) { nodes { recipient body } } } }";
        let answer = self.asks("admin", query).await;
        let sent = &answer["data"]["platform"]["notifications"]["nodes"][0];
        assert_eq!(sent["recipient"], number, "{answer}");
        sent["body"].as_str().unwrap().chars().take(6).collect()
    }

    /// Somebody enters a code that was sent to a number.
    pub async fn enters(&self, number: &str, code: &str) -> Value {
        let input = json!({ "tenant": "rim", "phone": number, "code": code });
        self.client.call("", "loginWithCode", input, "token viewer { role }").await
    }
}

/// What a payload says against a call.
pub fn sentences(payload: &Value) -> Vec<String> {
    let errors = payload["userErrors"].as_array().unwrap();
    errors.iter().map(|error| error["message"].as_str().unwrap().to_owned()).collect()
}

/// The number that a customer logs in with; nobody else has one.
pub fn number_of(who: &str) -> Option<&'static str> {
    CUSTOMERS.iter().find(|(name, _)| *name == who).map(|(_, number)| *number)
}
