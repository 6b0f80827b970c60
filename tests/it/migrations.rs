//! Every migration can be taken back and run again, and makes nothing that ties tenants together.

use bizgraph::schema::MODULES;
use bizgraph_kernel::db::migrate::{self, History};

use crate::world::World;

/// A query for tables, columns, constraints and indexes of a schema, as one list.
fn shape(schema: &str) -> String {
    format!(
        "SELECT table_name || '.' || column_name || ' ' || data_type AS item \
         FROM information_schema.columns WHERE table_schema = '{schema}' \
         UNION ALL SELECT conrelid::regclass || ': ' || pg_get_constraintdef(oid) \
         FROM pg_constraint WHERE connamespace = '{schema}'::regnamespace \
         UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = '{schema}' ORDER BY 1"
    )
}

async fn down_and_up(world: World, schema: &'static str) {
    let shape = shape(schema);
    let module = world.kernel.tenant(schema).unwrap().module.clone();
    let module = world.kernel.module(&module).unwrap();
    let before = world.rows(&shape).await;
    assert!(before.len() > 300, "only {} items", before.len());
    let history = || History::tenant(schema, module);
    let reverted = migrate::revert_all(&world.owner_url, history()).await.unwrap();
    assert!(reverted > 15);
    let left = format!("SELECT tablename FROM pg_tables WHERE schemaname = '{schema}'");
    let left = world.rows(&left).await;
    assert_eq!(left, vec![serde_json::json!({ "tablename": "__diesel_schema_migrations" })]);
    let again = migrate::run(&world.owner_url, history(), |_| {}).await.unwrap();
    assert_eq!(again, reverted);
    assert_eq!(world.rows(&shape).await, before);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn down_takes_everything_back_and_up_brings_it_again() {
    down_and_up(World::new().await, "kumasi").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn down_takes_a_lender_back_and_up_brings_it_again() {
    down_and_up(World::rim().await, "ikeja").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_that_is_newer_than_the_program_is_refused() {
    let world = World::new().await;
    let sql = "INSERT INTO kumasi.__diesel_schema_migrations (version) VALUES ('99991231000000')";
    world.meddle(sql).await;
    let history = History::tenant("kumasi", MODULES[0]);
    let refused = migrate::run(&world.owner_url, history, |_| {}).await.unwrap_err();
    assert!(refused.to_string().contains("newer than this program"), "{refused}");
}

/// Spec 1.2.8: a tenant can move between machines, since its schema stands by itself.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_trigger_key_or_view_ties_a_tenant_to_another_schema() {
    let ties = "SELECT tgrelid::regclass || ' has the trigger ' || tgname AS item \
                FROM pg_trigger WHERE NOT tgisinternal \
                UNION ALL SELECT k.conrelid::regclass || ' refers to ' || k.confrelid::regclass \
                FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid \
                  JOIN pg_class o ON o.oid = k.confrelid WHERE c.relnamespace <> o.relnamespace \
                UNION ALL SELECT v.oid::regclass || ' reads ' || o.oid::regclass \
                FROM pg_rewrite r JOIN pg_class v ON v.oid = r.ev_class \
                  JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass AND d.objid = r.oid \
                    AND d.refclassid = 'pg_class'::regclass \
                  JOIN pg_class o ON o.oid = d.refobjid \
                WHERE v.oid >= 16384 AND v.relnamespace <> o.relnamespace";
    for world in [World::new().await, World::rim().await] {
        assert_eq!(world.rows(ties).await, Vec::<serde_json::Value>::new());
    }
}
