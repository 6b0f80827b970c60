//! The people of a shop at their screens: everything that they do goes over HTTP.

use std::collections::HashMap;

use serde_json::{Value, json};

use crate::client::Client;
use crate::server::Server;
use crate::world::{World, key};

/// Everybody who works in the shop, logged in.
pub struct Staff<'w> {
    pub world: &'w World,
    client: Client,
    tokens: HashMap<&'static str, String>,
}

impl<'w> Staff<'w> {
    /// Everybody comes to work and logs in.
    pub async fn come(world: &'w World, server: &Server) -> Staff<'w> {
        let mut tokens = HashMap::new();
        for name in ["manager", "sales", "technician", "technician2", "warehouse"] {
            tokens.insert(name, server.login(name).await);
        }
        Staff { world, client: (**server).clone(), tokens }
    }

    /// Somebody calls a mutation, which goes well, and sees this of its payload.
    pub async fn does(&self, who: &str, mutation: &str, input: Value, shown: &str) -> Value {
        let payload = self.client.call(&self.tokens[who], mutation, input.clone(), shown).await;
        assert_eq!(payload["userErrors"], json!([]), "{who}: {mutation} {input}");
        payload
    }

    /// The same with a key of its own, for whatever moves money or stock.
    pub async fn moves(&self, who: &str, mutation: &str, mut input: Value, shown: &str) -> Value {
        input["idempotencyKey"] = Value::from(key());
        self.does(who, mutation, input, shown).await
    }

    /// The codes of the refusals of a call.
    pub async fn fails(&self, who: &str, mutation: &str, input: Value) -> Vec<Value> {
        let payload = self.client.call(&self.tokens[who], mutation, input, "").await;
        let errors = payload["userErrors"].as_array().unwrap();
        errors.iter().map(|error| error["code"].clone()).collect()
    }

    /// What somebody sees of the shop.
    pub async fn sees(&self, who: &str, query: &str) -> Value {
        let query = format!("{{ bizhub {{ {query} }} }}");
        let answer = self.client.send(&self.tokens[who], &query, json!({})).await;
        assert!(answer.body.get("errors").is_none(), "{who}: {query} {answer:?}");
        answer.body["data"]["bizhub"].clone()
    }

    /// The id of the first row of a list, as a manager sees it.
    pub async fn first(&self, list: &str, condition: &str) -> Value {
        let query = format!("{list}(where: {{{condition}}}) {{ nodes {{ id }} }}");
        self.sees("manager", &query).await[list]["nodes"][0]["id"].clone()
    }

    /// The only column of a statement in the database, as text.
    pub async fn books(&self, sql: &str) -> Vec<String> {
        let rows = self.world.rows(sql).await;
        rows.iter().map(|row| row["line"].as_str().unwrap().to_owned()).collect()
    }
}
