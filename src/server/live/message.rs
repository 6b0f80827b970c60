//! The messages of graphql-transport-ws, and the codes by which a socket is closed.

use serde::Deserialize;
use serde_json::{Map, Value, json};

/// The name of the protocol.
pub const PROTOCOL: &str = "graphql-transport-ws";

/// What a client says.
#[derive(Debug, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ClientMessage {
    ConnectionInit { payload: Option<Map<String, Value>> },
    Ping { payload: Option<Map<String, Value>> },
    Pong { payload: Option<Map<String, Value>> },
    Subscribe { id: String, payload: Map<String, Value> },
    Complete { id: String },
}

/// `connection_ack`
pub fn acknowledge() -> String {
    r#"{"type":"connection_ack"}"#.to_owned()
}

/// `pong`, with what the ping brought.
pub fn pong(payload: Option<Map<String, Value>>) -> String {
    match payload {
        Some(payload) => json!({ "type": "pong", "payload": payload }).to_string(),
        None => r#"{"type":"pong"}"#.to_owned(),
    }
}

/// `complete`
pub fn complete(id: &str) -> String {
    json!({ "id": id, "type": "complete" }).to_string()
}

/// `next` or `error`, around what is JSON already.
pub fn answer(id: &str, json: &[u8], is_refusal: bool) -> String {
    let kind = if is_refusal { "error" } else { "next" };
    let id = Value::from(id);
    let payload = String::from_utf8_lossy(json);
    format!(r#"{{"id":{id},"type":"{kind}","payload":{payload}}}"#)
}

/// Why the server closes a socket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Close {
    /// The server stops; come back to another one.
    GoingAway,
    /// A message that is none of the protocol.
    Invalid(&'static str),
    /// An operation before the acknowledgement.
    Unauthorized,
    /// The token does not hold, or no longer.
    Forbidden,
    /// The client speaks another protocol.
    UnknownProtocol,
    /// Nothing was said in time.
    InitTimeout,
    /// An id that is in use.
    DuplicateId,
    /// A second `connection_init`.
    SecondInit,
    /// The server is too busy to prove the token.
    TryLater,
}

impl Close {
    /// Code and reason as they are sent; a reason has at most 123 bytes.
    pub fn frame(self, id: &str) -> (u16, String) {
        let (code, reason) = match self {
            Close::GoingAway => (1001, "Going away"),
            Close::TryLater => (1013, "Try again later"),
            Close::Invalid(reason) => (4400, reason),
            Close::Unauthorized => (4401, "Unauthorized"),
            Close::Forbidden => (4403, "Forbidden"),
            Close::UnknownProtocol => (4406, "Subprotocol not acceptable"),
            Close::InitTimeout => (4408, "Connection initialisation timeout"),
            Close::SecondInit => (4429, "Too many initialisation requests"),
            Close::DuplicateId => {
                let id: String = id.chars().take(20).collect();
                return (4409, format!("Subscriber for {id} already exists"));
            }
        };
        (code, reason.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_messages_of_the_protocol_are_read() {
        let read = |text: &str| serde_json::from_str::<ClientMessage>(text).is_ok();
        assert!(read(r#"{"type":"connection_init"}"#));
        assert!(read(r#"{"type":"ping","payload":{"a":1}}"#));
        assert!(read(r#"{"type":"subscribe","id":"1","payload":{"query":"{a}"}}"#));
        for wrong in [
            "",
            "1",
            "{}",
            r#"{"type":"start"}"#,
            r#"{"type":"subscribe","payload":{"query":"{a}"}}"#,
            r#"{"type":"subscribe","id":1,"payload":{"query":"{a}"}}"#,
            r#"{"type":"ping","payload":"text"}"#,
            r#"{"type":"complete"}"#,
        ] {
            assert!(!read(wrong), "{wrong}");
        }
    }

    #[test]
    fn reasons_fit_into_a_frame() {
        let (code, reason) = Close::DuplicateId.frame(&"ä".repeat(500));
        assert_eq!(code, 4409);
        assert!(reason.len() <= 123, "{reason}");
    }
}
