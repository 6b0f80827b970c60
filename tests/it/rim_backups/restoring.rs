//! Restoring: what comes back is what was there, or nothing is changed.

use std::path::{Path, PathBuf};

use bizgraph::schema::MODULES;
use bizgraph_kernel::actor::Origin;
use bizgraph_kernel::audit::Cipher;
use bizgraph_kernel::backup::{self, Base, Made, Order, Place, Restored, Source, Target};
use bizgraph_kernel::cipher::rotation;
use bizgraph_kernel::db::provision::{Owner, set_active, set_up_server};
use futures_util::TryStreamExt;
use serde_json::json;
use std::time::Duration;

use crate::rim_loans::{connect_telecom, lent, repaid};
use crate::world::World;

/// A lender with loans, money and something in every kind of column.
async fn lender() -> World {
    let world = World::rim().await;
    connect_telecom(&world).await;
    lent(&world, "1000.00").await;
    repaid(&world, "300.00").await;
    world
        .meddle(
            "UPDATE rim.users SET first_name = E'A\\tda \\\\. \\n\"O\\'Neill\" \u{e9}', \
               last_name = '' WHERE user_id = 'USR-2026-001'",
        )
        .await;
    world
}

async fn made(world: &World, base: Option<&Made>) -> Made {
    let tenant = world.kernel.tenant("rim").unwrap();
    let base =
        base.map(|full| Base { sha256: full.sha256.clone(), manifest: full.manifest.clone() });
    let order = Order { name: "a name / with :signs".to_owned(), place: Place::Local, base };
    world.kernel.make_backup(&tenant, order, Duration::from_secs(60)).await.unwrap()
}

fn stored(world: &World, made: &Made) -> Source {
    Source::at(&world.kernel.backups, &made.location).unwrap()
}

async fn restored(
    world: &World,
    source: &Source,
    full: Option<&Source>,
    into: &str,
    key: u8,
) -> Result<Restored, String> {
    let mut owner = Owner::connect(&world.owner_url).await.unwrap();
    // A world is a clone and has no login role of its own yet.
    set_up_server(&mut owner, None).await.unwrap();
    let target = Target { slug: into.to_owned(), replace: into == "rim" };
    let cipher = Cipher::new(&[key; 32]);
    let restored = backup::restore(&cipher, &mut owner, MODULES, source, full, &target).await;
    if restored.is_ok() && into == "copy" {
        let role = format!("{}_copy", owner.database());
        world.meddle(&format!("GRANT \"{role}\" TO {}_app", crate::cluster::LENDERS)).await;
    }
    restored.map_err(|fault| fault.to_string())
}

/// Fails unless two schemas have the same tables with the same rows, and the same counters.
async fn the_same(world: &World, one: &str, other: &str) -> usize {
    let tables = |schema: &str| {
        format!("SELECT tablename FROM pg_tables WHERE schemaname = '{schema}' ORDER BY 1")
    };
    let all = world.rows(&tables(one)).await;
    assert_eq!(world.rows(&tables(other)).await, all);
    let mut filled = 0;
    for row in &all {
        let table = row["tablename"].as_str().unwrap();
        if table == "__diesel_schema_migrations" {
            continue;
        }
        let differ = format!(
            "SELECT count(*) FROM ((SELECT t::text FROM {one}.{table} t EXCEPT ALL \
             SELECT t::text FROM {other}.{table} t) UNION ALL \
             (SELECT t::text FROM {other}.{table} t EXCEPT ALL \
             SELECT t::text FROM {one}.{table} t)) d"
        );
        assert_eq!(world.value(&differ).await, 0, "{table}");
        let rows = world.value(&format!("SELECT count(*) FROM {one}.{table}")).await;
        filled += usize::from(rows != 0);
    }
    let counters = |schema: &str| {
        format!(
            "SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = '{schema}' \
             ORDER BY 1"
        )
    };
    assert_eq!(world.rows(&counters(one)).await, world.rows(&counters(other)).await);
    filled
}

/// Every invariant of a tenant that is broken.
async fn findings(world: &World, slug: &str) -> Vec<String> {
    world.kernel.refresh_tenants().await.unwrap();
    world.findings_of(slug).await
}

async fn schemas(world: &World) -> Vec<serde_json::Value> {
    world.rows("SELECT nspname FROM pg_namespace WHERE nspname !~ '^pg_' ORDER BY 1").await
}

#[tokio::test]
async fn a_full_backup_comes_back_row_by_row_in_a_new_tenant() {
    let world = lender().await;
    let full = made(&world, None).await;
    let restored = restored(&world, &stored(&world, &full), None, "copy", 7).await.unwrap();
    assert_eq!(restored.tenant.time_zone, "Africa/Lagos");
    let filled = the_same(&world, "rim", "copy").await;
    assert!(filled > 12, "{filled}");
    assert_eq!(findings(&world, "copy").await, [] as [String; 0]);
    // It lives: its people work in it, and its numbers go on.
    let officer = world.person_of("copy", "officer").await;
    let input = json!({ "phone": "08030000077", "email": "new@copy.example" });
    let done = world.done(&officer, "rimUserCreate", input, "user { userId }").await;
    assert_eq!(done["user"]["userId"], "USR-2026-003");
    let seen = world.value("SELECT count(*) FROM rim.users").await;
    assert_eq!(seen, 2);
}

#[tokio::test]
async fn an_incremental_backup_comes_back_on_the_full_one() {
    let world = lender().await;
    let full = made(&world, None).await;
    repaid(&world, "200.00").await;
    world.meddle("DELETE FROM rim.canned_replies; DELETE FROM rim.sms_templates").await;
    let increment = made(&world, Some(&full)).await;
    let holds = &increment.manifest.holds;
    assert!(holds.contains(&"transactions".to_owned()), "{holds:?}");
    assert!(!holds.contains(&"admin_roles".to_owned()), "{holds:?}");
    assert!(increment.size < full.size);
    let (source, base) = (stored(&world, &increment), stored(&world, &full));
    let told = restored(&world, &source, None, "copy", 7).await.unwrap_err();
    assert!(told.contains("--full"), "{told}");
    let other = made(&world, None).await;
    let other = stored(&world, &other);
    let told = restored(&world, &source, Some(&other), "copy", 7).await.unwrap_err();
    assert!(told.contains("from another full backup"), "{told}");
    restored(&world, &source, Some(&base), "copy", 7).await.unwrap();
    the_same(&world, "rim", "copy").await;
    assert_eq!(findings(&world, "copy").await, [] as [String; 0]);
}

/// Writes a stored backup into a file, changed.
async fn file(world: &World, made: &Made, change: impl FnOnce(&mut Vec<u8>)) -> PathBuf {
    let link = {
        let tenant = world.kernel.tenant("rim").unwrap();
        let signed = bizgraph_kernel::signed_link::SignedLink::new(
            &tenant.slug,
            "platform.backup",
            &made.location,
            "system",
            world.kernel.clock.now(),
        );
        signed.sign(&world.kernel.cipher)
    };
    let linked = world.kernel.follow(&link, &Origin::default()).await.unwrap();
    let bizgraph_kernel::stored_file::Linked::File(file) = linked else { panic!() };
    let pieces: Vec<_> = file.pieces.try_collect().await.unwrap();
    let mut bytes = pieces.concat();
    change(&mut bytes);
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(&file.name);
    std::fs::write(&path, bytes).unwrap();
    path
}

#[tokio::test]
async fn a_wrong_key_a_changed_or_a_cut_file_are_refused_and_change_nothing() {
    let world = lender().await;
    let full = made(&world, None).await;
    let before = schemas(&world).await;
    let source = stored(&world, &full);
    let told = restored(&world, &source, None, "copy", 8).await.unwrap_err();
    assert!(told.contains("sealed with another key"), "{told}");
    type Change = fn(&mut Vec<u8>);
    let changes: [(Change, &str); 5] = [
        (|bytes| *bytes.last_mut().unwrap() ^= 1, "was changed or cut short"),
        (|bytes| bytes[1_000] ^= 1, "was changed or cut short"),
        (|bytes| bytes.truncate(bytes.len() - 1), "was changed or cut short"),
        (|bytes| bytes.truncate(48), "was changed or cut short"),
        (|bytes| bytes[0] = b'X', "is no backup"),
    ];
    for (change, says) in changes {
        let path = file(&world, &full, change).await;
        let source = Source::File(path.clone());
        let told = restored(&world, &source, None, "copy", 7).await.unwrap_err();
        std::fs::remove_file(path).unwrap();
        assert!(told.contains(says), "{told}");
    }
    let nowhere = Source::File("/nowhere.backup".into());
    let told = restored(&world, &nowhere, None, "copy", 7).await.unwrap_err();
    assert_eq!(told, "there is no backup at /nowhere.backup");
    assert_eq!(schemas(&world).await, before);
    assert_eq!(world.value("SELECT count(*) FROM platform.tenants").await, 2);
}

#[tokio::test]
async fn a_tenant_that_was_used_is_only_replaced_while_it_is_suspended() {
    let world = lender().await;
    let full = made(&world, None).await;
    let source = stored(&world, &full);
    let told = restored(&world, &source, None, "rim", 7).await.unwrap_err();
    assert!(told.contains("tenant suspend rim"), "{told}");
    repaid(&world, "100.00").await;
    let mut owner = Owner::connect(&world.owner_url).await.unwrap();
    set_active(&mut owner, "rim", false).await.unwrap();
    restored(&world, &source, None, "rim", 7).await.unwrap();
    let paid = "SELECT amount_paid::text FROM rim.loans";
    assert_eq!(world.value(paid).await, "300.00");
    set_active(&mut owner, "rim", true).await.unwrap();
    assert_eq!(findings(&world, "rim").await, [] as [String; 0]);
    // Into one that was used, without being told to replace it.
    let ikeja = world.person_of("ikeja", "officer").await;
    let input = json!({ "phone": "08030000078", "email": "new@ikeja.example" });
    world.done(&ikeja, "rimUserCreate", input, "").await;
    let told = restored(&world, &source, None, "ikeja", 7).await.unwrap_err();
    assert!(told.contains("ikeja was used already"), "{told}");
}

#[tokio::test]
async fn a_tenant_that_nobody_used_yet_is_filled() {
    let world = lender().await;
    let full = made(&world, None).await;
    restored(&world, &stored(&world, &full), None, "ikeja", 7).await.unwrap();
    the_same(&world, "rim", "ikeja").await;
    assert_eq!(findings(&world, "ikeja").await, [] as [String; 0]);
}

#[tokio::test]
async fn a_dump_waits_for_nobody_and_nobody_for_it() {
    let world = lender().await;
    let row = "UPDATE rim.departments SET description = 'Being written'";
    let locked = crate::cluster::connect(&world.owner_url).await;
    locked.batch_execute(&format!("BEGIN; {row}")).await.unwrap();
    let (full, ()) = tokio::join!(made(&world, None), async {
        repaid(&world, "50.00").await;
    });
    locked.batch_execute("ROLLBACK").await.unwrap();
    assert!(full.size > 1_000);
}

/// Another server, with a key of its own, reads the file and the secrets that came with it.
#[tokio::test]
async fn a_backup_of_a_server_elsewhere_is_restored_with_the_key_of_that_server() {
    let world = lender().await;
    let secret = world.kernel.cipher.seal_secret("of elsewhere").unwrap();
    world.meddle(&format!("UPDATE rim.api_integrations SET api_secret_sealed = '{secret}'")).await;
    let full = made(&world, None).await;
    let path = file(&world, &full, |_| ()).await;
    let here = World::rim().await;
    let (own, named) = (Cipher::new(&[9; 32]), [[6; 32], [7; 32]]);
    let mut owner = Owner::connect(&here.owner_url).await.unwrap();
    set_up_server(&mut owner, None).await.unwrap();
    rotation::note_first(&mut owner, &own).await.unwrap();
    rotation::learn_beside(&mut owner, &own, &named).await.unwrap();
    let target = Target { slug: "ikeja".to_owned(), replace: false };
    let source = Source::File(path.clone());
    backup::restore(&own, &mut owner, MODULES, &source, None, &target).await.unwrap();
    std::fs::remove_file(path).unwrap();
    for _ in 0..2 {
        rotation::note_older(&mut owner, &own, &named).await.unwrap();
    }
    let known = "SELECT generation, wrapped IS NULL AS in_use FROM platform.encryption_keys \
                 ORDER BY generation";
    assert_eq!(
        here.rows(known).await,
        [
            json!({ "generation": -2, "in_use": false }),
            json!({ "generation": -1, "in_use": false }),
            json!({ "generation": 0, "in_use": true }),
        ]
    );
    let own = Cipher::new(&[9; 32]);
    rotation::learn_beside(&mut owner, &own, &[]).await.unwrap();
    let sealed = here.value("SELECT api_secret_sealed FROM ikeja.api_integrations").await;
    assert_eq!(own.open_secret(sealed.as_str().unwrap()).as_deref(), Some("of elsewhere"));
}
