//! The page of the support desk in real browsers: two people on one ticket, and a server that
//! goes and comes back under them.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::Arc;

use bizgraph::schema::MODULES;
use bizgraph::server::ServerSettings;
use bizgraph_kernel::audit::Cipher;
use bizgraph_kernel::db::{Database, PoolSizes};
use bizgraph_kernel::kernel::Kernel;
use serde_json::json;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::process::Command;

use crate::rim::id_of;
use crate::server::{Server, give_lenders_passwords};
use crate::world::{World, key};

const FILES: &[&str] = &["package.json", "package-lock.json", ".npmrc", "desk.js"];

/// Where distributions put a browser that can be driven.
const BROWSERS: &[&str] =
    &["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

/// A folder that gets a picture of every state, for people who want to look.
const PICTURES: &str = "BIZGRAPH_PICTURES";

#[tokio::test]
async fn two_people_talk_in_their_browsers_and_nothing_is_lost_when_the_server_restarts() {
    let browser = BROWSERS.iter().find(|program| Path::new(program).exists());
    let (Some(browser), Ok(_)) = (browser, Command::new("npm").arg("--version").output().await)
    else {
        eprintln!("Chromium or Node is missing, so the page of the support desk was not tested.");
        return;
    };
    let world = World::rim().await;
    // Whoever is there is given what is asked.
    world.meddle("UPDATE rim.support_agents SET status = 'available' WHERE name = 'Agent'").await;
    give_lenders_passwords(&world).await;
    let mut server = Server::over(world.kernel.clone(), ServerSettings::default()).await;
    let page = server.get("/desk").await.text().await.unwrap();
    assert!(page.contains("/desk/assets/"), "the page was not built: run make web\n{page}");

    let folder = tempfile::tempdir().unwrap();
    install(folder.path()).await;
    let mut browsers = Command::new("node")
        .args(["desk.js", &format!("http://{}", server.address), browser])
        .args(std::env::var(PICTURES).map(PathBuf::from))
        .current_dir(folder.path())
        .kill_on_drop(true)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut answers = browsers.stdin.take().unwrap();
    let mut asked = BufReader::new(browsers.stdout.take().unwrap()).lines();
    let mut told = Vec::new();
    while let Some(line) = asked.next_line().await.unwrap() {
        match line.as_str() {
            "stop" => {
                server.stop().await;
                write_meanwhile(&world).await;
            }
            "start" => server = restarted(&world, &server).await,
            _ => {
                told.push(line);
                continue;
            }
        }
        answers.write_all(b"done\n").await.unwrap();
    }
    assert!(browsers.wait().await.unwrap().success(), "{told:?}");
    assert_eq!(told, ["all is well"]);
    let written = "SELECT count(*) FILTER (WHERE internal) AS notes, \
                   count(*) FILTER (WHERE sender_type = 'customer') AS customers, \
                   count(*) FILTER (WHERE sender_type = 'agent' AND NOT internal) AS agents \
                   FROM rim.chat_messages";
    let expected = json!({ "notes": 1, "customers": 3, "agents": 4 });
    assert_eq!(world.rows(written).await, [expected]);
    assert_eq!(world.value("SELECT status FROM rim.tickets").await, json!("closed"));
    world.verify().await;
}

async fn install(folder: &Path) {
    for file in FILES {
        let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/desk").join(file);
        std::fs::copy(from, folder.join(file)).unwrap();
    }
    let arguments = ["ci", "--no-audit", "--no-fund", "--loglevel=error"];
    let installed = Command::new("npm").args(arguments).current_dir(folder).output().await.unwrap();
    assert!(installed.status.success(), "{}", String::from_utf8_lossy(&installed.stderr));
}

/// A colleague writes to the customer while no page hears of it.
async fn write_meanwhile(world: &World) {
    let colleague = world.person("lead").await;
    let input = json!({
        "ticketId": id_of(world, "tickets", "ticketNumber: { startsWith: \"TCK\" }").await,
        "message": "Written while the page was alone.",
        "idempotencyKey": key(),
    });
    world.done(&colleague, "rimChatMessageSend", input, "").await;
}

/// Another server at the same address, with a kernel of its own.
async fn restarted(world: &World, before: &Server) -> Server {
    let database = Database::new(&world.app_url, PoolSizes { reads: 4, writes: 4 }).unwrap();
    let cipher = Cipher::new(&[7; 32]);
    let kernel = Arc::new(Kernel::new(database, world.clock.clone(), cipher, MODULES));
    kernel.refresh_tenants().await.unwrap();
    Server::at(before.address, kernel, ServerSettings::default()).await
}
