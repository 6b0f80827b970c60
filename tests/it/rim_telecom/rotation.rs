//! A change of keys: what was sealed and signed before stays known, the old key opens nothing
//! new, and what was broken off goes on (spec 1.11).

use std::sync::Arc;
use std::time::Duration;

use bizgraph::schema::MODULES;
use bizgraph_kernel::audit::seal::Sealer;
use bizgraph_kernel::cipher::Cipher;
use bizgraph_kernel::cipher::rotation::{self, KeyFault};
use bizgraph_kernel::db::provision::Owner;
use bizgraph_kernel::db::{Database, PoolSizes};
use bizgraph_kernel::kernel::Kernel;
use serde_json::json;

use super::{SECRET, added, telecom_id};
use crate::program::{DataFolder, Program, failure, run};
use crate::rim_loans::{agreed, connect_telecom};
use crate::world::World;

const OLD: [u8; 32] = [7; 32];
const NEW: [u8; 32] = [8; 32];

/// A kernel with this key over the world's database; the keys that it replaced are learned.
async fn kernel(world: &World, key: &[u8; 32]) -> Result<Arc<Kernel>, KeyFault> {
    let database = Database::new(&world.app_url, PoolSizes { reads: 2, writes: 2 }).unwrap();
    let kernel = Kernel::new(database, world.clock.clone(), Cipher::new(key), MODULES);
    rotation::learn(&kernel.database, &kernel.cipher).await?;
    kernel.refresh_tenants().await.unwrap();
    Ok(Arc::new(kernel))
}

/// Nobody is connected as the server's login role any more.
async fn stopped(world: &mut World) {
    let database = Database::new(&world.app_url, PoolSizes { reads: 1, writes: 1 }).unwrap();
    let kernel = Kernel::new(database, world.clock.clone(), Cipher::new(&OLD), MODULES);
    world.kernel = Arc::new(kernel);
    let sql = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() \
               AND usename LIKE '%_app'";
    let gone = async {
        while world.value(sql).await != 0 {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), gone).await.expect("a server stayed");
}

/// A lender with a secret, sealed entries of its trail, and no server.
async fn lender() -> World {
    let mut world = World::rim().await;
    added(&world, "https://telecom.example").await;
    connect_telecom_and_agree(&world).await;
    seal(&world).await;
    world.verify().await;
    stopped(&mut world).await;
    world
}

async fn connect_telecom_and_agree(world: &World) {
    world.meddle("UPDATE rim.api_integrations SET name = 'Sealed', network = 'Glo'").await;
    connect_telecom(world).await;
    agreed(world, "1000.00").await;
}

async fn seal(world: &World) {
    let tenant = world.kernel.tenant("rim").unwrap();
    let mut sealer = Sealer::default();
    for _ in 0..2 {
        sealer.seal(&world.kernel, &tenant).await.unwrap();
    }
}

async fn replace(world: &World, old: &[u8; 32], new: &[u8; 32]) -> Result<(), KeyFault> {
    let mut owner = Owner::connect(&world.owner_url).await.unwrap();
    rotation::replace(&mut owner, old, new).await
}

async fn renew(world: &World) -> usize {
    let mut renewed = 0;
    for tenant in world.kernel.tenants() {
        renewed += world.kernel.renew_envelopes(&tenant).await.unwrap();
    }
    renewed
}

async fn secret(world: &World) -> Option<String> {
    let sql = "SELECT api_secret_sealed FROM rim.api_integrations WHERE name = 'Sealed'";
    let sealed = world.value(sql).await;
    world.kernel.cipher.open_secret(sealed.as_str().unwrap())
}

#[tokio::test]
async fn after_a_change_of_keys_everything_is_read_and_verified_with_the_new_one() {
    let mut world = lender().await;
    let factor = Cipher::new(&OLD).seal_secret("a second factor").unwrap();
    let enrolled = "INSERT INTO rim.mfa_factors (user_id, method, secret) VALUES ('x', 'app', ";
    world.meddle(&format!("{enrolled}'{factor}')")).await;
    replace(&world, &OLD, &NEW).await.unwrap();
    assert!(matches!(kernel(&world, &OLD).await, Err(KeyFault::Another)));
    world.kernel = kernel(&world, &NEW).await.unwrap();
    // Broken off here, it can be read all the same.
    assert_eq!(secret(&world).await.as_deref(), Some(SECRET));
    assert_eq!(renew(&world).await, 3);
    assert_eq!(secret(&world).await.as_deref(), Some(SECRET));
    let factor = world.value("SELECT secret FROM rim.mfa_factors").await;
    assert_eq!(Cipher::new(&OLD).open_secret(factor.as_str().unwrap()), None);
    let factor = world.kernel.cipher.open_secret(factor.as_str().unwrap());
    assert_eq!(factor.as_deref(), Some("a second factor"));
    let sql = "SELECT api_secret_sealed FROM rim.api_integrations WHERE name = 'Sealed'";
    let sealed = world.value(sql).await;
    assert_eq!(Cipher::new(&OLD).open_secret(sealed.as_str().unwrap()), None);
    world.verify().await;
    let phone = "SELECT new_values ->> 'userPhone' AS phone FROM rim.audit_entries \
                 WHERE entity = 'RimLoan' AND action = 'create'";
    let sealed = world.value(phone).await;
    assert_eq!(world.kernel.cipher.open(&sealed), Some(json!("+2348030000001")));
    assert_eq!(renew(&world).await, 0);
    world.verify().await;
}

#[tokio::test]
async fn keys_change_again_and_again() {
    let mut world = lender().await;
    let mut key = OLD;
    for next in [[8; 32], [9; 32], [10; 32]] {
        replace(&world, &key, &next).await.unwrap();
        world.kernel = kernel(&world, &next).await.unwrap();
        renew(&world).await;
        assert_eq!(secret(&world).await.as_deref(), Some(SECRET));
        world.verify().await;
        stopped(&mut world).await;
        key = next;
    }
}

#[tokio::test]
async fn what_was_broken_off_goes_on_and_a_wrong_old_key_changes_nothing() {
    let mut world = lender().await;
    assert!(matches!(replace(&world, &OLD, &OLD).await, Err(KeyFault::TheSame)));
    replace(&world, &OLD, &NEW).await.unwrap();
    replace(&world, &OLD, &NEW).await.unwrap();
    assert!(matches!(replace(&world, &OLD, &[9; 32]).await, Err(KeyFault::Another)));
    assert!(matches!(replace(&world, &[6; 32], &[9; 32]).await, Err(KeyFault::Another)));
    world.kernel = kernel(&world, &NEW).await.unwrap();
    assert_eq!(renew(&world).await, 2);
    assert_eq!(world.value("SELECT count(*) FROM platform.encryption_keys").await, 2);
    world.verify().await;
}

#[tokio::test]
async fn no_key_changes_under_a_server_that_runs() {
    let world = World::rim().await;
    telecom_id_of(&world).await;
    assert!(matches!(replace(&world, &OLD, &NEW).await, Err(KeyFault::InUse)));
    assert!(kernel(&world, &OLD).await.is_ok());
}

async fn telecom_id_of(world: &World) {
    added(world, "https://telecom.example").await;
    telecom_id(world).await;
}

/// Somebody who stole the old key makes the end of the trail anew.
#[tokio::test]
async fn the_old_key_signs_nothing_any_more() {
    let mut world = lender().await;
    replace(&world, &OLD, &NEW).await.unwrap();
    world.kernel = kernel(&world, &NEW).await.unwrap();
    renew(&world).await;
    world.verify().await;
    let last = world.value("SELECT max(id) FROM rim.audit_seals").await;
    let sql = format!("DELETE FROM rim.audit_seals WHERE id = {last}");
    world.meddle(&sql).await;
    let database = Database::new(&world.app_url, PoolSizes { reads: 2, writes: 2 }).unwrap();
    let thief = Kernel::new(database, world.clock.clone(), Cipher::new(&OLD), MODULES);
    thief.refresh_tenants().await.unwrap();
    let tenant = thief.tenant("rim").unwrap();
    assert!(Sealer::default().seal(&thief, &tenant).await.unwrap() > 0);
    assert_eq!(world.findings().await, [format!("P2 audit_seal {last}")]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_command_changes_the_key_of_a_server_that_was_stopped() {
    let data = DataFolder::new();
    let mut program = Program::serve(&data).await;
    program.administrator(false).await;
    let told = failure(&["key", "rotate"], &data.path()).await;
    assert!(told.contains("stop all of them first"), "{told}");
    program.terminate();
    program.ended().await;
    let before = std::fs::read(data.path().join("key")).unwrap();
    let rotated = run(&["key", "rotate"], &data.path()).await;
    let told = String::from_utf8(rotated.stdout).unwrap();
    assert!(rotated.status.success() && told.contains("The new key is in use"), "{told}");
    assert_ne!(std::fs::read(data.path().join("key")).unwrap(), before);
    let mut program = Program::serve(&data).await;
    program.administrator(true).await;
    let verified = run(&["audit", "verify"], &data.path()).await;
    let told = String::from_utf8_lossy(&verified.stdout).into_owned();
    assert!(verified.status.success(), "{told} {:?}", verified.stderr);
    program.terminate();
    program.ended().await;
    std::fs::write(data.path().join("key"), before).unwrap();
    let told = failure(&["verify"], &data.path()).await;
    assert!(told.contains("not the key that the data is sealed with"), "{told}");
}
