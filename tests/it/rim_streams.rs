//! What is heard at the desk while it happens: by whom, in which order, and by whom not
//! (spec 5.7, 1.11).

mod clients;
mod conversation;
mod ends;
mod presence;
mod replicas;
mod restarts;
mod tickets;

use bizgraph::server::ServerSettings;
use bizgraph_kernel::entity::GlobalId;
use serde_json::{Value, json};

use crate::live::socket::Socket;
use crate::server::Server;
use crate::world::{CUSTOMERS, World};

/// What is listened to in most tests.
pub const EVENTS: &str = "subscription($id: ID!, $after: String) { \
    rimTicketEvents(ticketId: $id, after: $after) { __typename ... on RimTicketEvent { cursor verb \
    details ticket { ticketNumber status } chatMessage { message internal } \
    ticketPresence { activity name internal until } } ... on Gap { cursor } ... on Lagged { cursor } } }";

/// A server over a world of lenders.
pub async fn server(world: &World) -> Server {
    Server::over(world.kernel.clone(), ServerSettings::default()).await
}

/// A token of a session of somebody: a username of the staff, or the name of a customer.
pub async fn token(world: &World, tenant: &str, username: &str) -> String {
    let customer = CUSTOMERS.iter().find(|(name, _)| *name == username);
    let person = match customer {
        Some((_, phone)) => {
            format!("SELECT 'user:' || id FROM {tenant}.users WHERE phone = '{phone}'")
        }
        None => {
            format!(
                "SELECT 'adminUser:' || id FROM {tenant}.admin_users WHERE username = '{username}'"
            )
        }
    };
    let secret = uuid::Uuid::new_v4().simple().to_string().repeat(2);
    let token = format!("bg_{tenant}_{secret}");
    let now = world.kernel.clock.now().to_rfc3339();
    let insert = format!(
        "INSERT INTO {tenant}.sessions (id, user_id, token_hash, created_at, last_seen_at, expires_at) \
         SELECT gen_random_uuid(), ({person}), sha256('{token}'), '{now}', '{now}', \
         timestamptz '{now}' + interval '12 hours'"
    );
    world.meddle(&insert).await;
    token
}

/// A ticket of a customer, entered behind the back of the server; answers its id.
pub async fn ticket(world: &World, tenant: &str, customer: &str) -> String {
    let (_, phone) = CUSTOMERS.iter().find(|(name, _)| *name == customer).unwrap();
    let number = format!("TCK-TEST-{}", uuid::Uuid::new_v4().simple());
    let number = &number[..30];
    let insert = format!(
        "INSERT INTO {tenant}.tickets (id, ticket_number, customer_id, customer_name, \
         customer_phone, customer_email, subject, description, category) \
         SELECT gen_random_uuid(), '{number}', id, first_name, phone, email, 'No airtime', \
         'It did not come', 'technical' FROM {tenant}.users WHERE phone = '{phone}'"
    );
    world.meddle(&insert).await;
    let id = format!("SELECT id FROM {tenant}.tickets WHERE ticket_number = '{number}'");
    let key = world.value(&id).await;
    let tenant = world.kernel.tenant(tenant).unwrap().id;
    GlobalId::encode(tenant, "RimTicket", key.as_str().unwrap())
}

/// The cursor behind everything that was announced so far.
pub async fn now(world: &World, tenant: &str) -> String {
    let last = format!("SELECT COALESCE(max(id), 0) FROM {tenant}.outbox_events");
    let last = world.value(&last).await.as_i64().unwrap();
    bizgraph_kernel::live::encode_cursor(world.kernel.tenant(tenant).unwrap().id, last)
}

/// A socket on which somebody of the lender `rim` hears a ticket from now on.
pub async fn hearing(world: &World, server: &Server, username: &str, ticket: &str) -> Socket {
    let token = token(world, "rim", username).await;
    let mut socket = Socket::of(server, &token).await;
    let variables = json!({ "id": ticket, "after": now(world, "rim").await });
    socket.subscribe("1", EVENTS, variables).await;
    settle(&mut socket).await;
    socket
}

/// Waits until the server has answered a query behind what was said before.
pub async fn settle(socket: &mut Socket) {
    socket.subscribe("settle", "{ viewer { username } }", json!({})).await;
    let message = socket.hear().await;
    assert_eq!(message["type"], "next", "{message}");
    assert_eq!(socket.hear().await, json!({ "id": "settle", "type": "complete" }));
}

/// The only error by which an operation was refused.
pub async fn refusal(socket: &mut Socket) -> Value {
    let message = socket.hear().await;
    assert_eq!(message["type"], "error", "{message}");
    let errors = message["payload"].as_array().unwrap();
    assert_eq!(errors.len(), 1, "{message}");
    errors[0].clone()
}
