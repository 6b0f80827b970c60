//! Seals: whoever changes, removes, swaps or slips in an entry of the audit trail is found out
//! (spec 1.8.1).

use bizgraph_kernel::audit::seal::{self, Sealer};
use bizgraph_kernel::db::Session;
use serde_json::json;

use crate::shop::Shop;
use crate::world::World;

/// Turns until nothing is left to seal; answers how many entries were sealed.
async fn seal(world: &World, sealer: &mut Sealer, slug: &str) -> usize {
    let tenant = world.kernel.tenant(slug).unwrap();
    let first = sealer.seal(&world.kernel, &tenant).await.unwrap();
    first + sealer.seal(&world.kernel, &tenant).await.unwrap()
}

/// A shop with a trail of some sealed entries, and their ids.
async fn sealed(world: &World) -> Vec<i64> {
    let shop = Shop::open(world).await;
    for _ in 0..4 {
        shop.customer().await;
    }
    let ids = ids(world).await;
    assert_eq!(seal(world, &mut Sealer::default(), "bizhub").await, ids.len());
    world.verify().await;
    ids
}

async fn ids(world: &World) -> Vec<i64> {
    let rows = world.rows("SELECT id FROM bizhub.audit_entries ORDER BY id").await;
    rows.iter().map(|row| row["id"].as_i64().unwrap()).collect()
}

/// Meddles with a sealed trail and answers what is found.
async fn found(world: &World, breaks: &str) -> Vec<String> {
    world.meddle(breaks).await;
    world.findings().await
}

#[tokio::test]
async fn entries_are_sealed_in_the_background_and_the_chain_grows() {
    let world = World::new().await;
    sealed(&world).await;
    let mut sealer = Sealer::default();
    assert_eq!(seal(&world, &mut sealer, "bizhub").await, 0);
    Shop::open(&world).await.customer().await;
    assert!(seal(&world, &mut sealer, "bizhub").await > 0);
    let seals = "SELECT count(*) = 2 AND bool_and(id = 1 OR octet_length(previous_hash) = 32) \
                 FROM bizhub.audit_seals";
    assert_eq!(world.value(seals).await, true);
    world.verify().await;
}

#[tokio::test]
async fn a_long_trail_is_sealed_in_many_seals() {
    let world = World::new().await;
    world
        .meddle(
            "INSERT INTO bizhub.audit_entries (occurred_at, business_date, actor, actor_name, \
             actor_role, action, entity, entity_id, operation, request_id) \
             SELECT now(), '2026-03-02', 'system', 'System', 'system', 'x', 'X', n::text, 'x', '' \
             FROM generate_series(1, 2500) n",
        )
        .await;
    assert_eq!(seal(&world, &mut Sealer::default(), "bizhub").await, 2500);
    assert_eq!(world.value("SELECT count(*) FROM bizhub.audit_seals").await, 3);
    world.verify().await;
}

#[tokio::test]
async fn a_writer_that_is_not_done_holds_up_its_own_tenant_only() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let (client, connection) =
        tokio_postgres::connect(&world.owner_url, tokio_postgres::NoTls).await.unwrap();
    tokio::spawn(connection);
    let entry = "BEGIN; INSERT INTO bizhub.audit_entries (occurred_at, business_date, actor, \
                 actor_name, actor_role, action, entity, entity_id, operation, request_id) \
                 VALUES (now(), '2026-03-02', 'system', 'System', 'system', 'x', 'X', '', 'x', '')";
    client.batch_execute(entry).await.unwrap();
    shop.customer().await;
    let admin = world.person_of("kumasi", "admin").await;
    let input = json!({ "sourceName": "Radio" });
    world.done(&admin, "bizhubLeadSourceCreate", input, "").await;
    let mut sealer = Sealer::default();
    assert_eq!(seal(&world, &mut sealer, "bizhub").await, 0);
    assert_eq!(seal(&world, &mut sealer, "kumasi").await, 1);
    client.batch_execute("COMMIT").await.unwrap();
    let all = ids(&world).await.len();
    assert_eq!(seal(&world, &mut sealer, "bizhub").await, all);
    world.verify().await;
}

#[tokio::test]
async fn a_changed_entry_is_found_whichever_column_was_changed() {
    let world = World::new().await;
    let entry = sealed(&world).await[1];
    let columns = "SELECT column_name AS name, data_type AS type FROM information_schema.columns \
                   WHERE table_schema = 'bizhub' AND table_name = 'audit_entries' \
                   AND column_name <> 'id'";
    for column in world.rows(columns).await {
        let name = column["name"].as_str().unwrap();
        let value = match column["type"].as_str().unwrap() {
            "text" => format!("coalesce({name}, '') || '.'"),
            "jsonb" => format!("{name} || '{{\"x\": 1}}'"),
            "date" => format!("{name} + 1"),
            "timestamp with time zone" => format!("{name} + interval '1 microsecond'"),
            other => panic!("{other}"),
        };
        let keep =
            format!("CREATE TABLE kept AS SELECT * FROM bizhub.audit_entries WHERE id = {entry}");
        world.meddle(&keep).await;
        let breaks = format!("UPDATE bizhub.audit_entries SET {name} = {value} WHERE id = {entry}");
        assert_eq!(found(&world, &breaks).await, [format!("P2 audit_entry {entry}")], "{name}");
        let mends = format!(
            "UPDATE bizhub.audit_entries e SET {name} = k.{name} FROM kept k WHERE e.id = k.id; \
             DROP TABLE kept"
        );
        assert_eq!(found(&world, &mends).await, Vec::<String>::new(), "{name}");
    }
}

#[tokio::test]
async fn a_removed_entry_is_found() {
    let world = World::new().await;
    let ids = sealed(&world).await;
    let breaks = format!("DELETE FROM bizhub.audit_entries WHERE id = {}", ids[2]);
    assert_eq!(found(&world, &breaks).await, [format!("P2 audit_entry {}", ids[2])]);
}

#[tokio::test]
async fn entries_removed_from_the_end_are_found() {
    let world = World::new().await;
    let ids = sealed(&world).await;
    let last = ids[ids.len() - 1];
    let breaks = format!("DELETE FROM bizhub.audit_entries WHERE id = {last}");
    assert_eq!(found(&world, &breaks).await, [format!("P2 audit_entry {last}")]);
}

#[tokio::test]
async fn swapped_entries_are_found() {
    let world = World::new().await;
    let ids = sealed(&world).await;
    let (one, other) = (ids[1], ids[2]);
    let breaks = format!(
        "UPDATE bizhub.audit_entries SET id = -1 WHERE id = {one}; \
         UPDATE bizhub.audit_entries SET id = {one} WHERE id = {other}; \
         UPDATE bizhub.audit_entries SET id = {other} WHERE id = -1"
    );
    let mut findings = found(&world, &breaks).await;
    findings.sort();
    assert_eq!(findings, [format!("P2 audit_entry {one}"), format!("P2 audit_entry {other}")]);
}

#[tokio::test]
async fn an_entry_slipped_into_the_past_is_found() {
    let world = World::new().await;
    sealed(&world).await;
    let breaks = "INSERT INTO bizhub.audit_entries (id, occurred_at, business_date, actor, \
                  actor_name, actor_role, action, entity, entity_id, operation, request_id) \
                  VALUES (0, now(), '2026-03-02', 'system', 'System', 'system', 'x', 'X', '', 'x', '')";
    assert_eq!(found(&world, breaks).await, ["P2 audit_entry 0"]);
}

#[tokio::test]
async fn a_changed_or_removed_seal_is_found() {
    let world = World::new().await;
    sealed(&world).await;
    let shop = Shop::open(&world).await;
    let mut sealer = Sealer::default();
    for _ in 0..2 {
        shop.customer().await;
        seal(&world, &mut sealer, "bizhub").await;
    }
    world.verify().await;
    let breaks = "CREATE TABLE kept AS SELECT * FROM bizhub.audit_seals; \
                  UPDATE bizhub.audit_seals SET hash = sha256('x') WHERE id = 2";
    // Its own hash, the one that the next seal follows, and its signature.
    assert_eq!(
        found(&world, breaks).await,
        ["P2 audit_seal 2", "P2 audit_seal 3", "P2 audit_seal 2"]
    );
    let breaks = "DELETE FROM bizhub.audit_seals; INSERT INTO bizhub.audit_seals \
                  SELECT * FROM kept WHERE id <> 2";
    let findings = found(&world, breaks).await;
    assert!(findings.contains(&"P2 audit_seal 3".to_owned()), "{findings:?}");
}

/// Somebody with all rights on the database changes an entry and makes the chain anew.
#[tokio::test]
async fn a_chain_made_anew_lacks_the_signature_of_the_server() {
    let world = World::new().await;
    let ids = sealed(&world).await;
    let tenant = world.kernel.tenant("bizhub").unwrap();
    let actor = world.kernel.system_actor(tenant.clone()).unwrap();
    let session = Session::new(world.kernel.database.clone(), actor, world.kernel.clock.now());
    let head = seal::head(&session).await.unwrap().unwrap();
    assert!(seal::holds(&session, head.seal, &head.hash).await.unwrap());
    session.finish();
    world
        .meddle(&format!(
            "UPDATE bizhub.audit_entries SET actor_name = 'Nobody' WHERE id = {}; \
             DELETE FROM bizhub.audit_seals",
            ids[1]
        ))
        .await;
    let other = bizgraph_kernel::audit::Cipher::new(&[9; 32]);
    let kernel = bizgraph_kernel::kernel::Kernel::new(
        bizgraph_kernel::db::Database::new(
            &world.app_url,
            bizgraph_kernel::db::PoolSizes { reads: 1, writes: 2 },
        )
        .unwrap(),
        world.clock.clone(),
        other,
        bizgraph::schema::MODULES,
    );
    kernel.refresh_tenants().await.unwrap();
    let mut forger = Sealer::default();
    let tenant = kernel.tenant("bizhub").unwrap();
    assert!(forger.seal(&kernel, &tenant).await.unwrap() > 0);
    assert_eq!(world.findings().await, ["P2 audit_seal 1"]);
    let actor = world.kernel.system_actor(tenant).unwrap();
    let session = Session::new(world.kernel.database.clone(), actor, world.kernel.clock.now());
    assert!(!seal::holds(&session, head.seal, &head.hash).await.unwrap());
    session.finish();
}

#[tokio::test]
async fn the_application_cannot_change_or_delete_seals() {
    let world = World::new().await;
    let rights = "SELECT has_table_privilege('bizgraph_template_bizhub', 'bizhub.audit_seals', 'UPDATE') \
                  OR has_table_privilege('bizgraph_template_bizhub', 'bizhub.audit_seals', 'DELETE')";
    assert_eq!(world.value(rights).await, false);
}
