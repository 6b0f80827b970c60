//! The set-up against a real PostgreSQL: what it makes, and what the server's login role may do.

use bizgraph_kernel::db::migrate::{History, MigrationFault, revert_all, status};
use tokio_postgres::{Client, NoTls};

use super::*;
use crate::embedded::{Cluster, Profile};

struct Ground {
    cluster: Cluster,
    owner: Owner,
    _folder: tempfile::TempDir,
}

impl Ground {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let cluster = Cluster::start(folder.path(), Profile::Test).await.unwrap();
        let owner = Owner::connect(&cluster.url("postgres")).await.unwrap();
        Ground { cluster, owner, _folder: folder }
    }

    async fn set_up(&mut self) -> Vec<Provisioned> {
        set_up(&mut self.owner, Some("it's"), Environment::Development, |_, _| ()).await.unwrap()
    }

    /// Connected as the server is when it runs, or as the owner.
    async fn client(&self, url: &str) -> Client {
        let (client, connection) = tokio_postgres::connect(url, NoTls).await.unwrap();
        tokio::spawn(connection);
        client
    }

    async fn app(&self) -> Client {
        self.client(&self.owner.app_url("it's")).await
    }
}

async fn refused(client: &Client, text: &str) -> String {
    let error = client.batch_execute(text).await.unwrap_err();
    client.batch_execute("ROLLBACK").await.unwrap();
    error.as_db_error().unwrap().message().to_owned()
}

const AS_BIZHUB: &str = "BEGIN; SET LOCAL ROLE postgres_bizhub; SET LOCAL search_path TO bizhub; ";

#[tokio::test(flavor = "multi_thread")]
async fn a_second_set_up_changes_nothing() {
    let mut ground = Ground::new().await;
    let first = ground.set_up().await;
    assert_eq!(first.len(), 5);
    let made = |all: &[Provisioned]| all.iter().filter(|one| one.default_administrator).count();
    assert_eq!(made(&first), MODULES.len());
    let second = ground.set_up().await;
    assert!(second.iter().all(|one| !one.is_new && one.migrations == 0));
    assert_eq!(made(&second), 0);
    ground.cluster.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn production_has_no_administrator_that_everybody_knows() {
    let mut ground = Ground::new().await;
    let made = set_up(&mut ground.owner, None, Environment::Production, |_, _| ()).await.unwrap();
    assert!(made.iter().all(|one| !one.default_administrator));
    let client = ground.client(ground.owner.url()).await;
    let rows = client.query("SELECT FROM bizhub.credentials", &[]).await.unwrap();
    assert!(rows.is_empty());
    ground.cluster.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_login_role_reads_a_tenant_only_inside_its_transaction() {
    let mut ground = Ground::new().await;
    ground.set_up().await;
    let app = ground.app().await;
    app.batch_execute("SELECT FROM platform.tenants").await.unwrap();
    for statement in [
        "SELECT FROM bizhub.users",
        "UPDATE platform.tenants SET status = 'active'",
        "CREATE TABLE public.mine ()",
        "CREATE SCHEMA mine",
        "SET ROLE postgres",
    ] {
        assert!(refused(&app, statement).await.contains("permission denied"), "{statement}");
    }
    app.batch_execute(&format!("{AS_BIZHUB} SELECT FROM users; COMMIT")).await.unwrap();
    ground.cluster.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn two_tenants_of_one_module_are_walled_off_from_each_other() {
    let mut ground = Ground::new().await;
    ground.set_up().await;
    let mut other = shipped_tenants()[1].clone();
    other.slug = "shop_2".to_owned();
    add_tenant(&mut ground.owner, &other, module("bizhub"), true, |_| ()).await.unwrap();
    let app = ground.app().await;
    let probe = format!("{AS_BIZHUB} SELECT FROM shop_2.users");
    assert!(refused(&app, &probe).await.contains("permission denied for schema"));
    ground.cluster.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_reporting_role_reads_business_rows_no_credentials_and_changes_nothing() {
    let mut ground = Ground::new().await;
    ground.set_up().await;
    let client = ground.client(ground.owner.url()).await;
    let role = "BEGIN; SET LOCAL ROLE postgres_bizhub_readonly; SET LOCAL search_path TO bizhub;";
    for table in ["customers", "invoices", "audit_entries"] {
        client.batch_execute(&format!("{role} SELECT * FROM {table}; COMMIT")).await.unwrap();
    }
    for statement in [
        "SELECT * FROM credentials",
        "SELECT * FROM sessions",
        "SELECT * FROM api_keys",
        "SELECT * FROM mfa_factors",
        "SELECT * FROM recovery_codes",
        "SELECT * FROM one_time_codes",
        "SELECT * FROM login_challenges",
        "SELECT * FROM login_attempts",
        "SELECT * FROM notifications",
        "SELECT * FROM rim.users",
        "INSERT INTO customers DEFAULT VALUES",
        "UPDATE customers SET full_name = 'x'",
        "DELETE FROM customers",
        "TRUNCATE customers",
    ] {
        let told = refused(&client, &format!("{role} {statement}")).await;
        assert!(told.contains("permission denied"), "{statement}: {told}");
    }
    let logs_in = "SELECT rolcanlogin FROM pg_roles WHERE rolname = 'postgres_bizhub_readonly'";
    let row = client.query_one(logs_in, &[]).await.unwrap();
    assert!(!row.get::<_, bool>(0), "operators let their own people become it");
    ground.cluster.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_audit_log_can_be_added_to_and_never_changed() {
    let mut ground = Ground::new().await;
    ground.set_up().await;
    let app = ground.app().await;
    // Old announcements are pruned, by deletion only.
    for (table, is_pruned) in
        [("audit_entries", false), ("audit_seals", false), ("outbox_events", true)]
    {
        if !is_pruned {
            let message = refused(&app, &format!("{AS_BIZHUB} DELETE FROM {table}")).await;
            assert!(message.contains("permission denied"), "{table}: {message}");
        }
        for statement in [
            format!("UPDATE {table} SET id = 1"),
            format!("TRUNCATE {table}"),
            format!("DROP TABLE {table}"),
        ] {
            let message = refused(&app, &format!("{AS_BIZHUB} {statement}")).await;
            let right = message.contains("permission denied") || message.contains("must be owner");
            assert!(right, "{statement}: {message}");
        }
    }
    ground.cluster.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_history_goes_down_to_nothing_and_up_again() {
    let mut ground = Ground::new().await;
    ground.set_up().await;
    let url = ground.owner.url().to_owned();
    for module in MODULES.iter().copied() {
        let history = || History::tenant(module.name, module);
        let reverted = revert_all(&url, history()).await.unwrap();
        let steps = status(&url, history()).await.unwrap();
        assert_eq!(steps.len(), reverted);
        assert!(steps.iter().all(|step| !step.applied));
        let client = ground.client(&url).await;
        let left = "SELECT relname::text FROM pg_class WHERE relkind IN ('r', 'v', 'f', 'm') \
                    AND relnamespace = $1::text::regnamespace \
                    AND relname <> '__diesel_schema_migrations'";
        let left = client.query(left, &[&module.name]).await.unwrap();
        assert!(
            left.is_empty(),
            "{:?}",
            left.iter().map(|row| row.get(0)).collect::<Vec<String>>()
        );
    }
    let again = ground.set_up().await;
    assert!(again.iter().any(|one| one.migrations > 0));
    ground.cluster.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_is_newer_than_the_program_is_left_alone() {
    let mut ground = Ground::new().await;
    ground.set_up().await;
    let client = ground.client(ground.owner.url()).await;
    let later = "INSERT INTO bizhub.__diesel_schema_migrations (version) VALUES ('29990101000001')";
    client.batch_execute(later).await.unwrap();
    let outcome = set_up(&mut ground.owner, None, Environment::Development, |_, _| ()).await;
    let sentence = outcome.unwrap_err();
    assert!(sentence.to_string().starts_with("the database is newer than this program"));
    let history = History::tenant("bizhub", MODULES[0]);
    let outcome = status(ground.owner.url(), history).await;
    assert!(matches!(outcome, Err(MigrationFault::Newer { .. })));
    ground.cluster.stop().await.unwrap();
}
