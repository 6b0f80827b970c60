//! `bizgraph backup` as people type it: the real program over a folder of its own.

use std::path::{Path, PathBuf};

use crate::program::{DataFolder, Program, failure, run};

/// What a command printed that ended well.
async fn printed(arguments: &[&str], data: &Path) -> String {
    let output = run(arguments, data).await;
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{arguments:?}: {told}");
    String::from_utf8(output.stdout).unwrap()
}

/// The database of a folder while a program runs on it, as its owner.
async fn owner(data: &DataFolder) -> tokio_postgres::Client {
    crate::cluster::connect(&data.postmaster().unwrap().1).await
}

/// Every department of a tenant, as text.
async fn departments(client: &tokio_postgres::Client, schema: &str) -> String {
    let sql =
        format!("SELECT string_agg(d::text, E'\n' ORDER BY d.id) FROM {schema}.departments d");
    client.query_one(&sql, &[]).await.unwrap().get(0)
}

/// Makes a backup and answers its name and its file.
async fn made(data: &DataFolder, more: &[&str]) -> (String, PathBuf) {
    let run = [&["backup", "run", "--tenant", "rim"], more].concat();
    let line = printed(&run, &data.path()).await;
    assert!(line.contains("  success  "), "{line}");
    let (name, rest) = line.split_once("  ").unwrap();
    let (_, place) = rest.rsplit_once("local:").unwrap();
    (name.to_owned(), data.path().join("backups").join(place.trim_end()))
}

async fn stopped(mut program: Program) {
    program.terminate();
    program.ended().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_backed_up_replaces_a_suspended_tenant_and_fills_a_new_one() {
    let data = DataFolder::new();
    let folder = data.path();
    let program = Program::serve(&data).await;
    let client = owner(&data).await;
    let then = departments(&client, "rim").await;
    let (full, file) = made(&data, &[]).await;
    let change = "UPDATE rim.departments SET description = 'Changed since'";
    client.batch_execute(change).await.unwrap();
    let changed = departments(&client, "rim").await;
    let (increment, _) = made(&data, &["--incremental"]).await;
    let list = printed(&["backup", "list", "--tenant", "rim"], &folder).await;
    let names: Vec<_> = list.lines().map(|line| line.split_once("  ").unwrap().0).collect();
    assert_eq!(names, [full.as_str(), &increment]);
    let sql = printed(&["backup", "open", file.to_str().unwrap()], &folder).await;
    assert!(sql.contains("CREATE TABLE rim.departments"), "no SQL: {:.200}", sql);
    assert!(!sql.contains("Changed since"));

    let into =
        |name: &'static str, slug| ["backup", "restore", name, "--from", "rim", "--into", slug];
    let (full, increment): (&'static str, &'static str) = (full.leak(), increment.leak());
    let told = failure(&into(full, "rim"), &folder).await;
    assert!(told.contains("was used already"), "{told}");
    let replace = [&into(full, "rim")[..], &["--replace"]].concat();
    let told = failure(&replace, &folder).await;
    assert!(told.contains("tenant suspend"), "{told}");
    assert_eq!(departments(&client, "rim").await, changed);
    let told = failure(&into("no such", "copy"), &folder).await;
    assert!(told.contains("rim has no backup \"no such\""), "{told}");

    let told = printed(&into(increment, "copy"), &folder).await;
    assert!(told.contains("copy is rim as of"), "{told}");
    assert_eq!(departments(&client, "copy").await, changed);
    printed(&["tenant", "suspend", "--slug", "rim"], &folder).await;
    let told = printed(&replace, &folder).await;
    assert!(told.contains("each compared"), "{told}");
    assert_eq!(departments(&client, "rim").await, then);
    printed(&["tenant", "suspend", "--slug", "rim", "--lift"], &folder).await;
    drop(client);
    stopped(program).await;
    for slug in ["rim", "copy"] {
        let told = printed(&["verify", "--tenant", slug], &folder).await;
        assert!(told.starts_with("Nothing found"), "{told}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backup_of_before_a_change_of_keys_is_opened_listed_and_restored() {
    let data = DataFolder::new();
    let folder = data.path();
    printed(&["migrate"], &folder).await;
    let (name, file) = made(&data, &[]).await;
    printed(&["key", "rotate"], &folder).await;
    let open = ["backup", "open", file.to_str().unwrap()];
    // The data folder alone, as on a machine that has nothing else.
    let elsewhere = tempfile::tempdir().unwrap();
    for secret in ["key", "key.old"] {
        std::fs::copy(folder.join(secret), elsewhere.path().join(secret)).unwrap();
    }
    let sql = printed(&open, elsewhere.path()).await;
    assert!(sql.contains("CREATE TABLE rim.departments"));
    std::fs::remove_file(elsewhere.path().join("key.old")).unwrap();
    let told = failure(&open, elsewhere.path()).await;
    assert!(told.contains("BIZGRAPH_OLD_KEY"), "{told}");
    assert!(!elsewhere.path().join("postgres").exists(), "a cluster was made for nothing");
    // The database alone, as where the environment gives the keys.
    let aside = folder.join("aside");
    std::fs::rename(folder.join("key.old"), &aside).unwrap();
    assert_eq!(printed(&open, &folder).await, sql);
    let list = printed(&["backup", "list", "--tenant", "rim"], &folder).await;
    assert!(list.starts_with(&name), "{list}");
    let restore = ["backup", "restore", &name, "--from", "rim", "--into", "copy"];
    let told = printed(&restore, &folder).await;
    assert!(told.contains("each compared"), "{told}");
    // And with a second change behind it.
    std::fs::rename(aside, folder.join("key.old")).unwrap();
    printed(&["key", "rotate"], &folder).await;
    std::fs::remove_file(folder.join("key.old")).unwrap();
    assert_eq!(printed(&open, &folder).await, sql);
    let told = printed(&["verify", "--tenant", "copy"], &folder).await;
    assert!(told.starts_with("Nothing found"), "{told}");
}
