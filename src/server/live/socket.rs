//! The protocol of one socket, as graphql-transport-ws says.

use std::{pin::pin, sync::Arc, time::Duration};

use futures_util::{SinkExt, StreamExt, stream::poll_fn};
use hyper::upgrade::Upgraded;
use hyper_util::rt::TokioIo;
use serde_json::{Map, Value};
use tokio::time::{Instant, sleep_until, timeout};
use tokio_tungstenite::{
    WebSocketStream,
    tungstenite::{
        self, Message, Utf8Bytes,
        error::ProtocolError,
        protocol::{CloseFrame, frame::coding::CloseCode},
    },
};

use super::{
    message::{self, ClientMessage, Close, Id, Operation},
    operation::{self, Answers, refusal},
    operations::{Came, Operations},
};
use crate::server::{
    door::Door,
    engine::{Engine, RequestFacts},
    http::parameters,
    refusal::Refusal,
};

/// How long a client may take to introduce itself.
const INIT: Duration = Duration::from_secs(5);
/// How long a client may be silent before it is asked whether it is there, and then once more
/// before it is given up.
const SILENCE: Duration = Duration::from_secs(25);
/// How long a client may take to read what is written to it.
const WRITE: Duration = Duration::from_secs(30);
/// Operations that may run on one socket.
const OPERATIONS: usize = 50;

type Frames = WebSocketStream<TokioIo<Upgraded>>;

/// Why a socket ends.
enum End {
    /// With a code.
    Close(Close, String),
    /// The client closes it, and waits for the answer.
    Closed,
    /// The client is gone.
    Gone,
}

impl From<Close> for End {
    fn from(close: Close) -> Self {
        End::Close(close, String::new())
    }
}

/// Serves a socket until it is closed.
pub async fn serve<E: Engine>(
    door: Arc<Door<E>>,
    mut frames: Frames,
    facts: RequestFacts,
    token: Option<String>,
    speaks: bool,
) {
    let end = if speaks {
        let mut socket = Socket { door: &door, frames: &mut frames, facts, token };
        match socket.run().await {
            Ok(never) => match never {},
            Err(end) => end,
        }
    } else {
        Close::UnknownProtocol.into()
    };
    let frame = match end {
        End::Gone => return,
        End::Closed => None,
        End::Close(close, id) => {
            let (code, reason) = close.frame(&id);
            Some(CloseFrame { code: CloseCode::from(code), reason: Utf8Bytes::from(reason) })
        }
    };
    // A client that is gone does not hear it; one that hears it answers, and is read to its end. To
    // one that closes by itself the answer is ready, and leaves with the next reading.
    let closing = async {
        if let Some(frame) = frame {
            frames.close(Some(frame)).await.ok()?;
        }
        while frames.next().await?.is_ok() {}
        Some(())
    };
    let _ = timeout(INIT, closing).await;
}

struct Socket<'a, E: Engine> {
    door: &'a Arc<Door<E>>,
    frames: &'a mut Frames,
    facts: RequestFacts,
    token: Option<String>,
}

/// What happens next on a socket.
enum Next {
    Said(Option<Result<Message, tungstenite::Error>>),
    Came(Came),
    Silent,
    Ended,
    Drained,
}

enum Never {}

impl<E: Engine> Socket<'_, E> {
    async fn run(&mut self) -> Result<Never, End> {
        let door = Arc::clone(self.door);
        let mut drained = pin!(door.drained());
        let caller = tokio::select! {
            // What is rare is boxed: most sockets only listen.
            introduced = timeout(INIT, Box::pin(self.introduce())) => {
                introduced.map_err(|_| Close::InitTimeout)??
            }
            () = &mut drained => return Err(Close::GoingAway.into()),
        };
        let mut ended = pin!(door.engine.credential_ended(caller, self.facts.clone()));
        let mut operations = Operations::default();
        let (mut heard, mut asked) = (Instant::now(), false);
        loop {
            let coming = poll_fn(|context| operations.poll_next_unpin(context));
            let mut coming = pin!(coming);
            let next = tokio::select! {
                said = self.frames.next() => Next::Said(said),
                Some(came) = coming.next() => Next::Came(came),
                () = &mut ended => Next::Ended,
                () = &mut drained => Next::Drained,
                () = sleep_until(heard + SILENCE) => Next::Silent,
            };
            match next {
                Next::Ended => return Err(Close::Forbidden.into()),
                Next::Drained => return Err(Close::GoingAway.into()),
                Next::Silent if asked => return Err(End::Gone),
                Next::Silent => {
                    self.send(Message::Ping(Vec::new().into())).await?;
                    (heard, asked) = (Instant::now(), true);
                }
                Next::Came(Came::Answer(id, answer)) => {
                    let text = message::answer(&id, &answer.json, answer.is_refusal);
                    self.say(text).await?;
                }
                Next::Came(Came::End(id)) => self.say(message::complete(&id)).await?,
                Next::Said(said) => {
                    (heard, asked) = (Instant::now(), false);
                    if let Some(said) = self.understand(said)? {
                        Box::pin(self.obey(said, &mut operations)).await?;
                    }
                }
            }
        }
    }

    /// Waits for `connection_init` and proves its token.
    async fn introduce(&mut self) -> Result<Arc<E::Caller>, End> {
        loop {
            let said = self.frames.next().await;
            match self.understand(said)? {
                None => {}
                Some(ClientMessage::ConnectionInit { payload }) => {
                    if let Some(token) = payload.as_ref().and_then(token_in) {
                        self.token = Some(token);
                    }
                    let token = self.token.as_deref();
                    let caller = self.door.engine.authenticate(token, &self.facts).await;
                    let caller = caller.map_err(|rejected| match rejected.status {
                        401 | 403 => Close::Forbidden,
                        _ => Close::TryLater,
                    })?;
                    self.say(message::acknowledge()).await?;
                    return Ok(caller);
                }
                Some(ClientMessage::Ping { payload }) => self.say(message::pong(payload)).await?,
                Some(ClientMessage::Subscribe { .. }) => return Err(Close::Unauthorized.into()),
                Some(ClientMessage::Pong { .. } | ClientMessage::Complete { .. }) => {}
            }
        }
    }

    async fn obey(&mut self, said: ClientMessage, operations: &mut Operations) -> Result<(), End> {
        match said {
            ClientMessage::ConnectionInit { .. } => return Err(Close::SecondInit.into()),
            ClientMessage::Ping { payload } => self.say(message::pong(payload)).await?,
            ClientMessage::Pong { .. } => {}
            ClientMessage::Complete { id } => operations.end(&id.0),
            ClientMessage::Subscribe { id, .. } if operations.has(&id.0) => {
                return Err(End::Close(Close::DuplicateId, id.0));
            }
            ClientMessage::Subscribe { id: Id(id), payload } => {
                let mut facts = self.facts.clone();
                facts.request_id = uuid::Uuid::now_v7().to_string();
                let request_id = facts.request_id.clone();
                match self.start(payload, facts, operations.len()).await {
                    Ok(answers) => operations.add(id, answers),
                    Err(refused) => {
                        let answer = refusal(refused, &request_id);
                        self.say(message::answer(&id, &answer.json, true)).await?;
                    }
                }
            }
        }
        Ok(())
    }

    async fn start(
        &mut self,
        payload: Operation,
        facts: RequestFacts,
        running: usize,
    ) -> Result<Answers, Refusal> {
        if running >= OPERATIONS {
            let (limit, actual) = (OPERATIONS as u64, running as u64 + 1);
            return Err(Refusal::limit("LIMIT_EXCEEDED", "operations", limit, actual));
        }
        let body = serde_json::to_vec(&payload).map_err(|error| {
            tracing::error!(%error, "an operation could not be written");
            Refusal::busy("The operation could not be read.")
        })?;
        let parameters = parameters::from_body(&body)?;
        operation::start(self.door, self.token.as_deref(), facts, parameters).await
    }

    /// The message in a frame; `None` for a frame that holds none.
    fn understand(
        &self,
        said: Option<Result<Message, tungstenite::Error>>,
    ) -> Result<Option<ClientMessage>, End> {
        let text = match said {
            Some(Ok(Message::Text(text))) => text,
            Some(Ok(Message::Binary(_))) => {
                return Err(Close::Invalid("Messages are text").into());
            }
            Some(Ok(Message::Ping(_) | Message::Pong(_) | Message::Frame(_))) => return Ok(None),
            Some(Err(tungstenite::Error::Capacity(_))) => {
                return Err(Close::Invalid("The message is too long").into());
            }
            Some(Err(tungstenite::Error::Utf8(_))) => {
                return Err(Close::BrokenText.into());
            }
            // A client that is gone without a word counts as a break of the protocol too.
            Some(Err(tungstenite::Error::Protocol(broken)))
                if broken != ProtocolError::ResetWithoutClosingHandshake =>
            {
                return Err(Close::BrokenFrames.into());
            }
            Some(Ok(Message::Close(_))) => return Err(End::Closed),
            Some(Err(_)) | None => return Err(End::Gone),
        };
        serde_json::from_str(&text)
            .map(Some)
            .map_err(|_| Close::Invalid("This is no message of graphql-transport-ws").into())
    }

    async fn say(&mut self, text: String) -> Result<(), End> {
        self.send(Message::Text(text.into())).await
    }

    /// A client that does not read is given up; what it missed it gets by its cursor.
    async fn send(&mut self, message: Message) -> Result<(), End> {
        match timeout(WRITE, self.frames.send(message)).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) | Err(_) => Err(End::Gone),
        }
    }
}

/// The token in the payload of `connection_init`: `Authorization: Bearer ..` as in HTTP, in any
/// case, or `token`.
fn token_in(payload: &Map<String, Value>) -> Option<String> {
    let named = |name: &str| payload.iter().find(|(key, _)| key.eq_ignore_ascii_case(name));
    let (_, value) = named("authorization").or_else(|| named("token"))?;
    let text = value.as_str()?.trim();
    let token = match text.split_once(' ') {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") => token.trim(),
        _ => text,
    };
    (!token.is_empty()).then(|| token.to_owned())
}
