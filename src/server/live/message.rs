//! The messages of graphql-transport-ws, and the codes by which a socket is closed.

use serde::{Deserialize, Serialize};
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
    Subscribe { id: Id, payload: Operation },
    Complete { id: Id },
}

/// By which the messages of one operation are known; never empty.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "String")]
pub struct Id(pub String);

impl TryFrom<String> for Id {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, &'static str> {
        if text.is_empty() { Err("an id is not empty") } else { Ok(Id(text)) }
    }
}

/// What `subscribe` asks for, of these kinds and no others.
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Operation {
    query: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    operation_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    variables: Option<Map<String, Value>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    extensions: Option<Map<String, Value>>,
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

/// The longest reason of a close frame, in bytes.
const REASON_BYTES: usize = 123;

/// Why the server closes a socket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Close {
    /// The server stops; come back to another one.
    GoingAway,
    /// Frames that are none of a WebSocket.
    BrokenFrames,
    /// Text that is not UTF-8.
    BrokenText,
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
    /// Code and reason as they are sent.
    pub fn frame(self, id: &str) -> (u16, String) {
        let (code, reason) = match self {
            Close::GoingAway => (1001, "Going away"),
            Close::BrokenFrames => (1002, "Protocol error"),
            Close::BrokenText => (1007, "Text is UTF-8"),
            Close::TryLater => (1013, "Try again later"),
            Close::Invalid(reason) => (4400, reason),
            Close::Unauthorized => (4401, "Unauthorized"),
            Close::Forbidden => (4403, "Forbidden"),
            Close::UnknownProtocol => (4406, "Subprotocol not acceptable"),
            Close::InitTimeout => (4408, "Connection initialisation timeout"),
            Close::SecondInit => (4429, "Too many initialisation requests"),
            Close::DuplicateId => {
                let room = REASON_BYTES - "Subscriber for  already exists".len();
                let id = &id[..id.floor_char_boundary(room)];
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
        let whole = r#"{"query":"{a}","variables":null,"operationName":null,"more":1}"#;
        assert!(read(&format!(r#"{{"type":"subscribe","id":"1","payload":{whole}}}"#)));
        for wrong in [
            "",
            "1",
            "{}",
            r#"{"type":"start"}"#,
            r#"{"type":"subscribe","payload":{"query":"{a}"}}"#,
            r#"{"type":"subscribe","id":1,"payload":{"query":"{a}"}}"#,
            r#"{"type":"ping","payload":"text"}"#,
            r#"{"type":"complete"}"#,
            r#"{"type":"complete","id":""}"#,
            r#"{"type":"subscribe","id":"","payload":{"query":"{a}"}}"#,
            r#"{"type":"subscribe","id":"1","payload":{}}"#,
            r#"{"type":"subscribe","id":"1","payload":{"query":7}}"#,
            r#"{"type":"subscribe","id":"1","payload":{"query":"{a}","variables":[]}}"#,
            r#"{"type":"subscribe","id":"1","payload":{"query":"{a}","operationName":7}}"#,
            r#"{"type":"subscribe","id":"1","payload":{"query":"{a}","extensions":"x"}}"#,
        ] {
            assert!(!read(wrong), "{wrong}");
        }
    }

    #[test]
    fn reasons_fit_into_a_frame() {
        let (code, reason) = Close::DuplicateId.frame(&"ä".repeat(500));
        assert_eq!(code, 4409);
        assert!(reason.len() <= REASON_BYTES, "{reason}");
        let id = "0193b3a0-7c2e-7a41-9d5b-8d1f2f3a4b5c";
        let (_, reason) = Close::DuplicateId.frame(id);
        assert_eq!(reason, format!("Subscriber for {id} already exists"));
    }
}
