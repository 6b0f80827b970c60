//! A client of graphql-transport-ws that says exactly what a test tells it to.

use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::http::HeaderValue;
use tokio_tungstenite::tungstenite::protocol::frame::Frame;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use crate::client::Client;
use crate::world::World;

/// How long a test waits for what has to come.
const PATIENCE: Duration = Duration::from_secs(20);

/// What is listened to in most tests.
pub const EVENTS: &str = "subscription($after: String) { bizhubRepairTicketEvents(after: $after) { \
    __typename ... on BizhubRepairTicketEvent { cursor verb repairTicket { id ticketNumber status } } \
    ... on Gap { cursor } ... on Lagged { cursor } } }";

/// The cursor behind everything that was announced so far in the shop `bizhub`.
pub async fn now(world: &World) -> String {
    let last = world.value("SELECT COALESCE(max(id), 0) FROM bizhub.outbox_events").await;
    let tenant = world.kernel.tenant("bizhub").unwrap().id;
    bizgraph_kernel::live::encode_cursor(tenant, last.as_i64().unwrap())
}

pub struct Socket(WebSocketStream<MaybeTlsStream<TcpStream>>);

impl Socket {
    /// A socket with these subprotocols, on which nothing was said.
    pub async fn open(client: &Client, protocol: &str) -> Socket {
        let mut request = format!("ws://{}/graphql", client.address).into_client_request().unwrap();
        if !protocol.is_empty() {
            let protocol = HeaderValue::from_str(protocol).unwrap();
            request.headers_mut().insert("sec-websocket-protocol", protocol);
        }
        if let Some(address) = &client.forwarded {
            let address = HeaderValue::from_str(address).unwrap();
            request.headers_mut().insert("x-forwarded-for", address);
        }
        Socket(connect_async(request).await.unwrap().0)
    }

    /// A socket that was acknowledged for this token.
    pub async fn of(client: &Client, token: &str) -> Socket {
        let mut socket = Socket::open(client, "graphql-transport-ws").await;
        let payload = json!({ "Authorization": format!("Bearer {token}") });
        socket.say(json!({ "type": "connection_init", "payload": payload })).await;
        assert_eq!(socket.hear().await, json!({ "type": "connection_ack" }));
        socket
    }

    /// The same, or nothing where there is no server or it goes away.
    pub async fn try_of(client: &Client, token: &str) -> Option<Socket> {
        let mut request = format!("ws://{}/graphql", client.address).into_client_request().ok()?;
        let protocol = HeaderValue::from_static("graphql-transport-ws");
        request.headers_mut().insert("sec-websocket-protocol", protocol);
        let mut socket = Socket(connect_async(request).await.ok()?.0);
        let payload = json!({ "Authorization": format!("Bearer {token}") });
        let init = json!({ "type": "connection_init", "payload": payload });
        socket.0.send(Message::text(init.to_string())).await.ok()?;
        socket.try_hear().await.map(|_| socket)
    }

    /// Subscribes, unless the socket broke.
    pub async fn try_subscribe(&mut self, id: &str, query: &str, variables: Value) -> Option<()> {
        let payload = json!({ "query": query, "variables": variables });
        let message = json!({ "id": id, "type": "subscribe", "payload": payload });
        self.0.send(Message::text(message.to_string())).await.ok()
    }

    /// The next message; nothing where the socket broke or was closed.
    pub async fn try_hear(&mut self) -> Option<Value> {
        loop {
            let frame = tokio::time::timeout(PATIENCE, self.0.next()).await;
            match frame.expect("nothing came")?.ok()? {
                Message::Text(text) => return Some(serde_json::from_str(&text).unwrap()),
                Message::Ping(_) | Message::Pong(_) => {}
                _ => return None,
            }
        }
    }

    /// A socket on which one subscription tells everything from now on.
    pub async fn listening(world: &World, client: &Client, token: &str) -> Socket {
        let mut socket = Socket::of(client, token).await;
        socket.subscribe("1", EVENTS, json!({ "after": now(world).await })).await;
        socket
    }

    pub async fn say(&mut self, message: Value) {
        self.say_text(&message.to_string()).await;
    }

    pub async fn say_text(&mut self, text: &str) {
        self.0.send(Message::text(text)).await.unwrap();
    }

    pub async fn say_bytes(&mut self, bytes: &[u8]) {
        self.0.send(Message::binary(bytes.to_vec())).await.unwrap();
    }

    /// Sends a frame as it is.
    pub async fn say_frame(&mut self, frame: Frame) {
        self.0.send(Message::Frame(frame)).await.unwrap();
    }

    pub async fn subscribe(&mut self, id: &str, query: &str, variables: Value) {
        let payload = json!({ "query": query, "variables": variables });
        self.say(json!({ "id": id, "type": "subscribe", "payload": payload })).await;
    }

    /// Waits until the server has answered a query.
    pub async fn settle(&mut self) {
        self.subscribe("settle", "{ bizhub { locations(first: 1) { nodes { id } } } }", json!({}))
            .await;
        assert_eq!(self.hear().await["type"], "next");
        assert_eq!(self.hear().await, json!({ "id": "settle", "type": "complete" }));
    }

    /// The next message.
    pub async fn hear(&mut self) -> Value {
        loop {
            match self.frame().await {
                Message::Text(text) => return serde_json::from_str(&text).unwrap(),
                Message::Ping(_) | Message::Pong(_) => {}
                other => panic!("{other:?}"),
            }
        }
    }

    /// The data of the next answer of a stream.
    pub async fn next(&mut self, id: &str) -> Value {
        let message = self.hear().await;
        assert_eq!((&message["id"], &message["type"]), (&json!(id), &json!("next")), "{message}");
        let data = &message["payload"]["data"];
        data.as_object().unwrap_or_else(|| panic!("{message}")).values().next().unwrap().clone()
    }

    /// The code by which the server closes the socket; what it says before is passed over.
    pub async fn closed(&mut self) -> (u16, String) {
        loop {
            if let Message::Close(frame) = self.frame().await {
                let frame = frame.unwrap();
                return (frame.code.into(), frame.reason.to_string());
            }
        }
    }

    async fn frame(&mut self) -> Message {
        let frame = tokio::time::timeout(PATIENCE, self.0.next()).await;
        frame.expect("nothing came").expect("the socket broke").unwrap()
    }
}
