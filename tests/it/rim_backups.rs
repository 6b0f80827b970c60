//! Copies of a lender's tables: begun, made, kept, handed out, restored (spec 5.10).

mod chains;
mod commands;
mod download;
mod keeping;
mod restoring;
mod settings;
mod starting;

use bizgraph_kernel::job::{Job, Ran};
use serde_json::{Value, json};

use crate::world::World;

/// Begins a backup by hand and answers its id.
pub async fn begun(world: &World, kind: &str) -> String {
    let admin = world.person("admin").await;
    let payload =
        world.done(&admin, "rimBackupStart", json!({ "type": kind }), "backup { id }").await;
    payload["backup"]["id"].as_str().unwrap().to_owned()
}

/// Makes a backup of this kind and answers its id.
pub async fn made(world: &World, kind: &str) -> String {
    let id = begun(world, kind).await;
    assert_eq!(world.run_job("makeBackups").await, 1);
    id
}

/// The backups, oldest first, as the owner of the database sees them.
pub async fn backups(world: &World, columns: &str) -> Vec<Value> {
    world.rows(&format!("SELECT {columns} FROM rim.backups ORDER BY created_at, id")).await
}

/// Changes the settings behind the server's back.
pub async fn set(world: &World, columns: &str) {
    world.meddle(&format!("UPDATE rim.backup_settings SET {columns}")).await;
}

/// Runs a job that may have something to tell.
pub async fn ran(world: &World, name: &str) -> Ran {
    let tenant = world.kernel.tenant("rim").unwrap();
    let job = Job::named(world.kernel.module("rim").unwrap(), name).unwrap();
    world.kernel.run_job(&tenant, job, None).await.unwrap().unwrap()
}
