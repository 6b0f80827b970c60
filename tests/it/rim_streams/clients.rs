//! The public clients of graphql-transport-ws and of GraphQL over SSE against a real server, and
//! every code by which a socket is closed.

use std::path::Path;

use tokio::process::Command;

use super::{server, ticket, token};
use crate::audits::{install, run};
use crate::world::World;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn public_clients_are_served_as_their_protocols_say() {
    if Command::new("npm").arg("--version").output().await.is_err() {
        eprintln!("Node is missing, so the public clients were not run.");
        return;
    }
    let world = World::rim().await;
    let server = server(&world).await;
    let (token, ticket) = (token(&world, "rim", "agent").await, ticket(&world, "rim", "ada").await);
    let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/clients");
    let folder = install(&from, "live.js").await;
    let arguments = ["live.js", &server.url(), &token, &ticket];
    let told = run(Command::new("node").args(arguments).current_dir(folder.path())).await;
    assert!(told.ends_with("15 of 15 sentences hold\n"), "{told}");
}
