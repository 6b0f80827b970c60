//! Two people work one ticket over their sockets, and the server is restarted under them: whoever
//! comes back behind the last cursor misses no word and hears none twice, and no note reaches the
//! customer by any way.

use std::sync::Arc;

use bizgraph::schema::MODULES;
use bizgraph::server::ServerSettings;
use bizgraph_kernel::audit::Cipher;
use bizgraph_kernel::db::{Database, PoolSizes};
use bizgraph_kernel::kernel::Kernel;
use serde_json::{Value, json};

use super::{EVENTS, now, server, token};
use crate::live::socket::Socket;
use crate::rim_conversations::{opened, write};
use crate::server::Server;
use crate::world::World;

/// How often the server is restarted.
const RESTARTS: usize = 3;

const SAY: &str = "mutation($input: RimChatMessageSendInput!) { rimChatMessageSend(input: $input) \
                   { chatMessage { message } userErrors { message } } }";

/// One of the two, at a socket.
struct Side {
    token: String,
    ticket: String,
    socket: Option<Socket>,
    /// Behind what was heard last.
    cursor: Value,
    /// Words of messages and notes, in the order in which they were heard.
    heard: Vec<String>,
    /// Everything that came over any socket, to its last letter.
    whole: String,
}

impl Side {
    async fn of(world: &World, username: &str, ticket: &str) -> Side {
        Side {
            token: token(world, "rim", username).await,
            ticket: ticket.to_owned(),
            socket: None,
            cursor: json!(now(world, "rim").await),
            heard: Vec::new(),
            whole: String::new(),
        }
    }

    /// Comes (back) and goes on behind what was heard last.
    async fn come(&mut self, server: &Server) {
        let mut socket = Socket::of(server, &self.token).await;
        let variables = json!({ "id": self.ticket, "after": self.cursor });
        socket.subscribe("1", EVENTS, variables).await;
        self.socket = Some(socket);
    }

    /// The server sends the socket away, with a word that says to come back.
    async fn is_sent_away(&mut self) {
        let (code, _) = self.socket.take().unwrap().closed().await;
        assert_eq!(code, 1001, "it goes away");
    }

    /// Says something over the socket that it listens on.
    async fn says(&mut self, text: &str, internal: bool) {
        let input = json!({ "ticketId": self.ticket, "message": text, "internal": internal });
        let socket = self.socket.as_mut().unwrap();
        socket.subscribe(text, SAY, json!({ "input": input })).await;
    }

    /// Listens until these words came.
    async fn hears(&mut self, last: &str) {
        while self.heard.last().is_none_or(|heard| heard != last) {
            let message = self.socket.as_mut().unwrap().hear().await;
            if message["id"] == "1" {
                self.whole += &message.to_string();
                assert_eq!(message["type"], "next", "{message}");
                let event = &message["payload"]["data"]["rimTicketEvents"];
                assert_eq!(event["__typename"], "RimTicketEvent", "{message}");
                self.cursor = event["cursor"].clone();
                let words = event["chatMessage"]["message"].as_str();
                self.heard.extend(words.map(str::to_owned));
            } else if message["type"] == "next" {
                let refused = &message["payload"]["data"]["rimChatMessageSend"]["userErrors"];
                assert_eq!(refused, &json!([]), "{message}");
            }
        }
    }
}

/// Another server at the same address, with a kernel of its own.
async fn restarted(world: &World, before: &Server) -> Server {
    let database = Database::new(&world.app_url, PoolSizes { reads: 4, writes: 4 }).unwrap();
    let kernel = Kernel::new(database, world.clock.clone(), Cipher::new(&[7; 32]), MODULES);
    kernel.refresh_tenants().await.unwrap();
    Server::at(before.address, Arc::new(kernel), ServerSettings::default()).await
}

#[tokio::test]
async fn two_people_talk_over_restarts_and_no_note_reaches_the_customer() {
    let world = World::rim().await;
    let mut server = server(&world).await;
    let ticket = opened(&world).await;
    let mut ada = Side::of(&world, "ada", &ticket).await;
    let mut agent = Side::of(&world, "agent", &ticket).await;
    let lead = world.person("lead").await;
    ada.come(&server).await;
    agent.come(&server).await;
    let (mut messages, mut all) = (Vec::new(), Vec::new());
    for round in 0..=RESTARTS {
        let words = |what: &str| format!("{what} of round {round}");
        ada.says(&words("question"), false).await;
        agent.hears(&words("question")).await;
        agent.says(&words("note"), true).await;
        agent.hears(&words("note")).await;
        agent.says(&words("answer"), false).await;
        agent.hears(&words("answer")).await;
        messages.extend(["question", "answer"].map(words));
        all.extend(["question", "note", "answer"].map(words));
        if round < RESTARTS {
            // The customer has not heard the answer yet when the server goes away, and while
            // nobody is there a colleague writes both.
            server.stop().await;
            ada.is_sent_away().await;
            agent.is_sent_away().await;
            for (what, internal) in [("whisper", true), ("word meanwhile", false)] {
                write(&world, &lead, &ticket, &words(what), json!({ "internal": internal })).await;
            }
            messages.push(words("word meanwhile"));
            all.extend(["whisper", "word meanwhile"].map(words));
            server = restarted(&world, &server).await;
            ada.come(&server).await;
            agent.come(&server).await;
        }
        ada.hears(messages.last().unwrap()).await;
        agent.hears(all.last().unwrap()).await;
    }
    assert_eq!(ada.heard, messages);
    assert_eq!(agent.heard, all);
    for secret in ["note", "whisper"] {
        assert!(!ada.whole.contains(secret), "{}", ada.whole);
    }
    world.verify().await;
}
