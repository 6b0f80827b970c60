//! What stands against a start is told in one sentence, with an exit code that says so.

use crate::program::{DataFolder, Program, failure, run};
use crate::world::World;

#[tokio::test]
async fn a_port_in_use_is_one_sentence() {
    let data = DataFolder::new();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let told = failure(&["serve", "--listen", &address], &data.path()).await;
    assert!(told.contains(&format!("cannot listen on {address}")), "{told}");
    assert!(told.contains("--listen"), "{told}");
    assert!(data.postmaster().is_none(), "a cluster was started for nothing");
}

#[tokio::test]
async fn a_database_that_is_newer_than_the_program_is_one_sentence() {
    let world = World::new().await;
    let data = DataFolder::new();
    world
        .meddle("INSERT INTO bizhub.__diesel_schema_migrations (version) VALUES ('99991231000000')")
        .await;
    let before = world.rows("SELECT * FROM bizhub.__diesel_schema_migrations").await;
    for command in [
        &["migrate", "--database-url", &world.owner_url][..],
        &["serve", "--listen", "127.0.0.1:0", "--database-url", &world.owner_url],
    ] {
        let told = failure(command, &data.path()).await;
        assert!(told.contains("newer than this program"), "{told}");
    }
    assert_eq!(world.rows("SELECT * FROM bizhub.__diesel_schema_migrations").await, before);
}

#[tokio::test]
async fn a_database_that_is_not_there_is_one_sentence() {
    let data = DataFolder::new();
    let url = "postgresql://nobody@127.0.0.1:1/none";
    for command in ["serve", "migrate", "verify"] {
        let told = failure(&[command, "--database-url", url], &data.path()).await;
        assert!(!told.contains("panic"), "{told}");
    }
}

#[tokio::test]
async fn a_folder_that_cannot_be_used_is_one_sentence() {
    let data = DataFolder::new();
    std::fs::write(data.path(), "a file where the folder should be").unwrap();
    let told = failure(&["serve", "--listen", "127.0.0.1:0"], &data.path()).await;
    assert!(told.contains(data.path().to_str().unwrap()), "{told}");
}

#[tokio::test]
async fn a_folder_in_use_is_one_sentence_and_other_commands_join() {
    let data = DataFolder::new();
    let mut program = Program::serve(&data).await;
    let told = failure(&["serve", "--listen", "127.0.0.1:0"], &data.path()).await;
    assert!(told.contains("runs") || told.contains("use"), "{told}");
    for command in [&["verify"][..], &["tenant", "list"], &["migrate", "--status"]] {
        let output = run(command, &data.path()).await;
        assert!(output.status.success(), "{output:?}");
        assert!(!output.stdout.is_empty(), "{output:?}");
    }
    program.terminate();
    program.ended().await;
    // Started again it keeps the data, and the password that was seeded.
    let again = Program::serve(&data).await;
    again.administrator(false).await;
}
