//! A caller who speaks HTTP to a server, in this process or in one of its own.

use std::net::SocketAddr;

use reqwest::StatusCode;
use serde_json::{Value, json};
use tokio::sync::Semaphore;

/// The password of everybody in a test's server.
pub const PASSWORD: &str = "correct horse battery";

/// A process computes two hashes at a time and lets eight wait (spec 1.11); tests that run
/// side by side must not turn each other away.
static TURNS: Semaphore = Semaphore::const_new(4);

/// An answer over HTTP.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: reqwest::header::HeaderMap,
    pub body: Value,
}

impl Answer {
    /// The code of the first error; empty when there is none.
    pub fn code(&self) -> &str {
        self.body["errors"][0]["extensions"]["code"].as_str().unwrap_or_default()
    }
}

/// A caller of one server.
#[derive(Clone)]
pub struct Client {
    pub address: SocketAddr,
    /// Whom a proxy says that it speaks for.
    pub forwarded: Option<String>,
    http: reqwest::Client,
}

impl Client {
    /// A caller of the server at this address.
    pub fn of(address: SocketAddr) -> Client {
        Client { address, forwarded: None, http: reqwest::Client::new() }
    }

    /// The same caller behind a proxy that names this address.
    pub fn from(&self, address: &str) -> Client {
        Client { forwarded: Some(address.to_owned()), ..self.clone() }
    }

    /// The address of the API.
    pub fn url(&self) -> String {
        format!("http://{}/graphql", self.address)
    }

    /// A plain request to any path.
    pub async fn get(&self, path: &str) -> reqwest::Response {
        let request = self.http.get(format!("http://{}{path}", self.address));
        self.forwarded(request).send().await.unwrap()
    }

    /// A request as the proxy passes it on, where there is one.
    fn forwarded(&self, request: reqwest::RequestBuilder) -> reqwest::RequestBuilder {
        match &self.forwarded {
            Some(address) => request.header("x-forwarded-for", address),
            None => request,
        }
    }

    /// A request that is made by hand.
    pub fn post(&self) -> reqwest::RequestBuilder {
        self.post_for("application/graphql-response+json")
    }

    /// The same for an answer of another media type.
    pub fn post_for(&self, media_type: &str) -> reqwest::RequestBuilder {
        self.forwarded(self.http.post(self.url()).header("accept", media_type))
    }

    /// Sends a request that was made by hand.
    pub async fn answer(&self, request: reqwest::RequestBuilder) -> Answer {
        let response = request.send().await.unwrap();
        let (status, headers) = (response.status(), response.headers().clone());
        let text = response.text().await.unwrap();
        let body = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"));
        Answer { status, headers, body }
    }

    /// Asks for a list as a file, without a token when it is empty.
    pub async fn export(&self, token: &str, file: &str, request: Value) -> reqwest::Response {
        let request =
            self.http.post(format!("http://{}/export/{file}", self.address)).json(&request);
        let request = if token.is_empty() { request } else { request.bearer_auth(token) };
        self.forwarded(request).send().await.unwrap()
    }

    /// Sends a file under a name, without a token when it is empty.
    pub async fn upload(&self, token: &str, name: &str, content: Vec<u8>) -> Answer {
        let url = format!("http://{}/files?name={name}", self.address);
        let request = self.http.post(url).body(content);
        let request = if token.is_empty() { request } else { request.bearer_auth(token) };
        self.answer(request).await
    }

    /// Sends an operation with this token, without one when it is empty.
    pub async fn send(&self, token: &str, query: &str, variables: Value) -> Answer {
        let mut request = self.post().json(&json!({ "query": query, "variables": variables }));
        if !token.is_empty() {
            request = request.bearer_auth(token);
        }
        self.answer(request).await
    }

    /// Calls `login` and answers its payload.
    pub async fn try_login(&self, tenant: &str, username: &str, password: &str) -> Value {
        let _turn = TURNS.acquire().await.unwrap();
        let query = "mutation($input: LoginInput!) { login(input: $input) { token expiresAt \
                     mustChangePassword viewer { username role tenant { slug } } \
                     userErrors { code message field details } } }";
        let input = json!({ "tenant": tenant, "username": username, "password": password });
        let answer = self.send("", query, json!({ "input": input })).await;
        assert!(answer.body.get("errors").is_none(), "{answer:?}");
        answer.body["data"]["login"].clone()
    }

    /// Logs in with the common password and answers the token.
    pub async fn login(&self, username: &str) -> String {
        let payload = self.try_login("bizhub", username, PASSWORD).await;
        assert_eq!(payload["userErrors"], json!([]), "{username}");
        payload["token"].as_str().unwrap().to_owned()
    }

    /// The code of the only refusal of a login; empty when it went well.
    pub async fn login_code(&self, username: &str, password: &str) -> String {
        let payload = self.try_login("bizhub", username, password).await;
        let errors = payload["userErrors"].as_array().unwrap();
        assert_eq!(payload["token"].is_null(), !errors.is_empty());
        assert!(errors.len() <= 1, "{errors:?}");
        errors.first().map(|error| error["code"].as_str().unwrap().to_owned()).unwrap_or_default()
    }

    /// Calls `changePassword` and answers its refusals.
    pub async fn change_password(&self, token: &str, current: &str, new: &str) -> Vec<Value> {
        let _turn = TURNS.acquire().await.unwrap();
        let query = "mutation($input: ChangePasswordInput!) { changePassword(input: $input) { \
                     userErrors { code message field details } } }";
        let input = json!({ "currentPassword": current, "newPassword": new });
        let answer = self.send(token, query, json!({ "input": input })).await;
        let errors = answer.body["data"]["changePassword"]["userErrors"].as_array();
        errors.unwrap_or_else(|| panic!("{answer:?}")).clone()
    }

    /// Calls a mutation and answers its payload.
    pub async fn call(&self, token: &str, mutation: &str, input: Value, shown: &str) -> Value {
        let _turn = TURNS.acquire().await.unwrap();
        let mut name = mutation.to_owned();
        name[..1].make_ascii_uppercase();
        let query = format!(
            "mutation($input: {name}Input!) {{ it: {mutation}(input: $input) {{ {shown} \
             userErrors {{ code message field details }} }} }}"
        );
        let answer = self.send(token, &query, json!({ "input": input })).await;
        assert!(answer.body.get("errors").is_none(), "{mutation} {answer:?}");
        answer.body["data"]["it"].clone()
    }

    /// The role behind a token; `None` when the token is not taken.
    pub async fn role(&self, token: &str) -> Option<String> {
        let answer = self.send(token, "{ viewer { role } }", json!({})).await;
        if answer.status == StatusCode::UNAUTHORIZED {
            assert_eq!(answer.code(), "UNAUTHENTICATED");
            assert!(answer.body.get("data").is_none());
            return None;
        }
        assert_eq!(answer.status, StatusCode::OK, "{answer:?}");
        Some(answer.body["data"]["viewer"]["role"].as_str().unwrap().to_owned())
    }

    /// The id of a person.
    pub async fn user_id(&self, token: &str, username: &str) -> String {
        let query = "query($name: String!) { bizhub { userByUsername(username: $name) { id } } }";
        let answer = self.send(token, query, json!({ "name": username })).await;
        let id = answer.body["data"]["bizhub"]["userByUsername"]["id"].as_str();
        id.unwrap_or_else(|| panic!("{answer:?}")).to_owned()
    }
}
