//! The private cluster against a real PostgreSQL, killed in the ways that happen.

use rustix::process::{Signal, kill_process};
use tempfile::TempDir;
use tokio::process::Command;

use super::*;

fn folder() -> TempDir {
    tempfile::tempdir().unwrap()
}

async fn start(folder: &TempDir) -> Cluster {
    Cluster::start(folder.path(), Profile::Test).await.unwrap()
}

async fn psql(cluster: &Cluster, statement: &str) -> String {
    let output = Command::new("psql")
        .args(["-X", "-At", "-v", "ON_ERROR_STOP=1", "-c", statement])
        .arg(cluster.url("postgres"))
        .output()
        .await
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

/// Ends the test's hold on a cluster as a killed server would: nothing is stopped.
fn abandon(cluster: Cluster) {
    cluster.lock.unlock().unwrap();
    std::mem::forget(cluster);
}

#[tokio::test]
async fn a_stopped_cluster_keeps_its_rows_and_leaves_no_process() {
    let folder = folder();
    let cluster = start(&folder).await;
    assert_eq!(psql(&cluster, "SHOW listen_addresses").await, "");
    assert_eq!(psql(&cluster, "SHOW server_encoding").await, "UTF8");
    psql(&cluster, "CREATE TABLE kept AS SELECT 42 AS number").await;
    let process = cluster.process;
    let data_folder = cluster.data_folder.clone();
    cluster.stop().await.unwrap();
    assert_eq!(postmaster::running_on(&data_folder), None);

    let again = start(&folder).await;
    assert_ne!(again.process, process);
    assert_eq!(psql(&again, "SELECT number FROM kept").await, "42");
    again.stop().await.unwrap();
}

#[tokio::test]
async fn a_killed_postmaster_is_recovered_by_the_next_start() {
    let folder = folder();
    let mut cluster = Cluster::start(folder.path(), Profile::Durable).await.unwrap();
    psql(&cluster, "CREATE TABLE kept AS SELECT 42 AS number").await;
    let url = cluster.url("postgres");
    let (client, connection) = tokio_postgres::connect(&url, NoTls).await.unwrap();
    let connection = tokio::spawn(connection);
    let busy = tokio::spawn(async move { client.simple_query("SELECT pg_sleep(600)").await });
    let sleeping = "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep'";
    while psql(&cluster, sleeping).await == "0" {
        tokio::task::yield_now().await;
    }
    kill_process(cluster.process, Signal::KILL).unwrap();
    cluster.child.take().unwrap().wait().await.unwrap();
    abandon(cluster);

    let again = start(&folder).await;
    assert_eq!(psql(&again, "SELECT number FROM kept").await, "42");
    assert!(busy.await.unwrap().is_err());
    let _ = connection.await;
    again.stop().await.unwrap();
}

#[tokio::test]
async fn the_postmaster_of_a_killed_server_is_taken_over_and_stopped() {
    let folder = folder();
    let cluster = start(&folder).await;
    let process = cluster.process;
    abandon(cluster);
    let again = start(&folder).await;
    assert_eq!(again.process, process);
    assert_eq!(psql(&again, "SELECT 1").await, "1");
    again.stop().await.unwrap();
}

#[tokio::test]
async fn a_process_number_that_another_program_has_now_is_not_believed() {
    let folder = folder();
    let cluster = start(&folder).await;
    let pid_file = cluster.data_folder.join("postmaster.pid");
    let text = fs::read_to_string(&pid_file).unwrap();
    cluster.stop().await.unwrap();
    let own = std::process::id().to_string();
    let (_, rest) = text.split_once('\n').unwrap();
    fs::write(&pid_file, format!("{own}\n{rest}")).unwrap();

    let again = start(&folder).await;
    assert_eq!(psql(&again, "SELECT 1").await, "1");
    again.stop().await.unwrap();
}

#[tokio::test]
async fn two_servers_on_one_folder_are_told_so() {
    let folder = folder();
    let cluster = start(&folder).await;
    let refused = Cluster::start(folder.path(), Profile::Test).await.unwrap_err();
    let own = std::process::id();
    assert!(
        refused
            .to_string()
            .starts_with(&format!("another bizgraph (process {own}) already runs on "))
    );
    cluster.stop().await.unwrap();
}

#[tokio::test]
async fn a_path_too_long_for_a_socket_is_no_hindrance() {
    let folder = folder();
    let long = folder.path().join("a".repeat(120));
    let cluster = Cluster::start(&long, Profile::Test).await.unwrap();
    assert_eq!(psql(&cluster, "SELECT 1").await, "1");
    let socket_folder = cluster.socket_folder.clone();
    assert!(!socket_folder.starts_with(&long));
    cluster.stop().await.unwrap();
    fs::remove_dir(socket_folder).unwrap();
}

#[tokio::test]
async fn a_folder_closed_to_the_unprivileged_user_is_no_hindrance() {
    use std::os::unix::fs::PermissionsExt;
    if !rustix::process::geteuid().is_root() {
        return;
    }
    let folder = folder();
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o700)).unwrap();
    let inside = folder.path().join(".data");
    let cluster = Cluster::start(&inside, Profile::Test).await.unwrap();
    let place = cluster.data_folder.clone();
    assert_eq!(fs::read_link(inside.join("postgres")).unwrap(), place);
    psql(&cluster, "CREATE TABLE kept AS SELECT 42 AS number").await;
    cluster.stop().await.unwrap();

    let again = Cluster::start(&inside, Profile::Test).await.unwrap();
    assert_eq!(psql(&again, "SELECT number FROM kept").await, "42");
    again.stop().await.unwrap();
    fs::remove_dir_all(place).unwrap();
}

#[tokio::test]
async fn a_file_in_the_place_of_the_folder_is_one_sentence() {
    let folder = folder();
    let file = folder.path().join("file");
    fs::write(&file, "").unwrap();
    let refused = Cluster::start(&file, Profile::Test).await.unwrap_err();
    assert!(refused.to_string().contains("choose another folder with --data"));
}
