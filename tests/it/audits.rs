//! The public audits of GraphQL over HTTP, all of them, against a real server.

use std::path::Path;
use std::process::Stdio;

use tempfile::TempDir;
use tokio::process::Command;

use crate::server::Server;
use crate::world::World;

/// Runs a command that has to go well and answers what it told.
pub async fn run(command: &mut Command) -> String {
    let output = command.stdin(Stdio::null()).output().await.unwrap();
    let told = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{told}\n{}", String::from_utf8_lossy(&output.stderr));
    told
}

/// Copies a script with its dependencies to a folder of its own and installs those.
pub async fn install(from: &Path, script: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for file in ["package.json", "package-lock.json", ".npmrc", script] {
        std::fs::copy(from.join(file), folder.path().join(file)).unwrap();
    }
    let install = ["ci", "--no-audit", "--no-fund", "--loglevel=error"];
    run(Command::new("npm").args(install).current_dir(folder.path())).await;
    folder
}

#[tokio::test]
async fn every_audit_of_graphql_over_http_passes() {
    if Command::new("npm").arg("--version").output().await.is_err() {
        eprintln!("Node is missing, so the audits of GraphQL over HTTP were not run.");
        return;
    }
    let world = World::new().await;
    let server = Server::start(&world).await;
    let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/audits");
    let folder = install(&from, "audit.js").await;
    let told =
        run(Command::new("node").args(["audit.js", &server.url()]).current_dir(folder.path()))
            .await;
    assert!(told.ends_with("61 of 61 audits passed\n"), "{told}");
}
