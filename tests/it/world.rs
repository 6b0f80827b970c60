//! A world of its own for every test: a database cloned from a migrated template, two shops
//! in it, a clock that stands still, and people of every role.

use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use async_graphql::{Request, Variables};
use bizgraph::embedded::{Cluster, Profile};
use bizgraph::schema::{MODULES, Schemas};
use bizgraph::server::render::render;
use bizgraph_kernel::actor::{Actor, Origin};
use bizgraph_kernel::audit::Cipher;
use bizgraph_kernel::clock::SetClock;
use bizgraph_kernel::db::provision::{self, NewTenant, Owner};
use bizgraph_kernel::db::{Database, PoolSizes, Session};
use bizgraph_kernel::kernel::Kernel;
use bizgraph_kernel::schema::RequestContext;
use bizgraph_kernel::verify::{self, PLATFORM_CHECKS};
use chrono::{TimeZone, Utc};
use serde_json::{Value, json};
use tokio::sync::OnceCell;

const TEMPLATE: &str = "bizgraph_template";
const APP_PASSWORD: &str = "only-for-tests";

/// People of both shops: username and role.
pub const PEOPLE: &[(&str, &str)] = &[
    ("admin", "Admin"),
    ("manager", "Manager"),
    ("manager2", "Manager"),
    ("sales", "Sales"),
    ("sales2", "Sales"),
    ("technician", "Technician"),
    ("technician2", "Technician"),
    ("warehouse", "Warehouse"),
];

/// The cluster that all tests of one run share.
struct Shared {
    cluster: Cluster,
    app_url: String,
}

static SHARED: OnceCell<Shared> = OnceCell::const_new();
static WORLDS: AtomicUsize = AtomicUsize::new(0);
static SCHEMAS: std::sync::LazyLock<Schemas> = std::sync::LazyLock::new(Schemas::default);

async fn shared() -> &'static Shared {
    SHARED.get_or_init(start).await
}

async fn start() -> Shared {
    let folder =
        PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("pg-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let cluster = Cluster::start(&folder, Profile::Test).await.unwrap();
    stop_with_this_process(&folder);
    run_sql(&cluster.url("postgres"), &format!("CREATE DATABASE {TEMPLATE}")).await;
    let mut owner = Owner::connect(&cluster.url(TEMPLATE)).await.unwrap();
    provision::set_up_server(&mut owner, Some(APP_PASSWORD)).await.unwrap();
    for slug in ["bizhub", "kumasi"] {
        let tenant = NewTenant {
            slug: slug.to_owned(),
            module: "bizhub".to_owned(),
            name: format!("Shop {slug}"),
            country: "GH".to_owned(),
            currency: "GHS".to_owned(),
            time_zone: "Africa/Accra".to_owned(),
        };
        let module = Some(MODULES[0]);
        provision::add_tenant(&mut owner, &tenant, module, false, |_| {}).await.unwrap();
        let people: Vec<String> = PEOPLE
            .iter()
            .map(|(name, role)| {
                format!("('{name}', '{name}@{slug}.example', '{role}', '{name} of {slug}')")
            })
            .collect();
        let people = people.join(", ");
        let sql =
            format!("INSERT INTO {slug}.users (username, email, role, full_name) VALUES {people}");
        run_sql(&cluster.url(TEMPLATE), &sql).await;
    }
    let app_url = owner.app_url(APP_PASSWORD);
    drop(owner);
    Shared { cluster, app_url }
}

/// A shell that waits for the end of this process, however it ends, then stops the cluster and
/// removes its folder: the harness leaves no place to do it ourselves.
#[allow(clippy::zombie_processes, reason = "it outlives this process on purpose")]
fn stop_with_this_process(folder: &std::path::Path) {
    let pid_file = std::fs::read_to_string(folder.join("postgres/postmaster.pid")).unwrap();
    let pid = pid_file.lines().next().unwrap().to_owned();
    let script = "read -r _; kill -INT \"$1\"; \
                  while kill -0 \"$1\" 2>/dev/null; do sleep 0.1; done; rm -rf \"$2\"";
    let mut child = Command::new("sh")
        .args(["-c", script, "sh", &pid])
        .arg(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    stdin.flush().unwrap();
    std::mem::forget(stdin);
}

async fn connect(url: &str) -> tokio_postgres::Client {
    let (client, connection) = tokio_postgres::connect(url, tokio_postgres::NoTls).await.unwrap();
    tokio::spawn(connection);
    client
}

async fn run_sql(url: &str, sql: &str) {
    connect(url).await.batch_execute(sql).await.unwrap();
}

/// One test's world.
pub struct World {
    pub kernel: Arc<Kernel>,
    pub clock: Arc<SetClock>,
    pub owner_url: String,
    /// The address for the application's own login role.
    pub app_url: String,
    owner: tokio_postgres::Client,
}

/// A person of a world, ready to act.
#[derive(Clone)]
pub struct Person(pub Arc<Actor>);

impl World {
    /// A fresh copy of the template.
    pub async fn new() -> World {
        World::with_pools(PoolSizes { reads: 4, writes: 8 }).await
    }

    /// The same with pools of these sizes.
    pub async fn with_pools(sizes: PoolSizes) -> World {
        let shared = shared().await;
        let name = format!("world_{}", WORLDS.fetch_add(1, Ordering::Relaxed));
        let create = format!("CREATE DATABASE {name} TEMPLATE {TEMPLATE}");
        run_sql(&shared.cluster.url("postgres"), &create).await;
        let app_url = shared.app_url.replace(&format!("/{TEMPLATE}"), &format!("/{name}"));
        let clock = Arc::new(SetClock::at(Utc.with_ymd_and_hms(2026, 3, 2, 9, 0, 0).unwrap()));
        let database = Database::new(&app_url, sizes).unwrap();
        let cipher = Cipher::new(&[7; 32]);
        let kernel = Arc::new(Kernel::new(database, clock.clone(), cipher, MODULES));
        kernel.refresh_tenants().await.unwrap();
        let owner_url = shared.cluster.url(&name);
        let owner = connect(&owner_url).await;
        World { kernel, clock, owner_url, app_url, owner }
    }

    /// A person of the shop `bizhub`.
    pub async fn person(&self, username: &str) -> Person {
        self.person_of("bizhub", username).await
    }

    /// A person of any shop.
    pub async fn person_of(&self, tenant: &str, username: &str) -> Person {
        let sql = format!("SELECT id, full_name, role FROM {tenant}.users WHERE username = $1");
        let row = self.owner.query_one(&sql, &[&username]).await.unwrap();
        let role: String = row.get(2);
        let tenant = self.kernel.tenant(tenant).unwrap();
        let module = self.kernel.module("bizhub").unwrap();
        Person(Arc::new(Actor {
            tenant,
            module,
            id: row.get::<_, i32>(0).to_string(),
            username: username.to_owned(),
            name: row.get(1),
            rights: self.kernel.rights(module, &role),
            role,
            session: None,
            must_change_password: false,
            fixed_business_date: None,
        }))
    }

    /// Sends an operation and answers the whole response.
    pub async fn send(&self, person: &Person, query: &str, variables: Value) -> Value {
        let origin = Origin { request_id: "test".to_owned(), ..Origin::default() };
        let context = RequestContext::new(self.kernel.clone(), Some(person.0.clone()), origin);
        let request = Request::new(query).variables(Variables::from_json(variables));
        let response = SCHEMAS.execute(context, request).await;
        serde_json::from_slice(&render(&response, false).unwrap()).unwrap()
    }

    /// Sends a query that must succeed and answers its data.
    pub async fn read(&self, person: &Person, query: &str) -> Value {
        let answer = self.send(person, query, json!({})).await;
        assert!(answer.get("errors").is_none(), "{query}\n{answer:#}");
        answer["data"].clone()
    }

    /// Calls a mutation by name with its input and answers the payload.
    pub async fn call(&self, person: &Person, mutation: &str, input: Value, shown: &str) -> Value {
        let mut name = mutation.to_owned();
        name[..1].make_ascii_uppercase();
        let query = format!(
            "mutation($input: {name}Input!) {{ it: {mutation}(input: $input) {{ {shown} replayed \
             userErrors {{ code message field details }} }} }}"
        );
        let answer = self.send(person, &query, json!({ "input": input })).await;
        assert!(answer.get("errors").is_none(), "{mutation} {input}\n{answer:#}");
        answer["data"]["it"].clone()
    }

    /// Calls a mutation that must succeed and answers the payload.
    pub async fn done(&self, person: &Person, mutation: &str, input: Value, shown: &str) -> Value {
        let payload = self.call(person, mutation, input.clone(), shown).await;
        assert_eq!(payload["userErrors"], json!([]), "{mutation} {input}");
        payload
    }

    /// Calls a mutation that must be refused and answers each refusal as `CODE path`.
    pub async fn refused(&self, person: &Person, mutation: &str, input: Value) -> Vec<String> {
        let payload = self.call(person, mutation, input.clone(), "").await;
        let errors = payload["userErrors"].as_array().unwrap();
        assert!(!errors.is_empty(), "{mutation} {input} was not refused");
        let line = |error: &Value| {
            let path: Vec<&str> = error["field"]
                .as_array()
                .unwrap()
                .iter()
                .map(|part| part.as_str().unwrap())
                .collect();
            format!("{} {}", error["code"].as_str().unwrap(), path.join("."))
        };
        errors.iter().map(line).collect()
    }

    /// Rows of a query as the owner of the database, each as JSON.
    pub async fn rows(&self, sql: &str) -> Vec<Value> {
        let sql = format!("SELECT to_jsonb(q) FROM ({sql}) q");
        let messages = self.owner.simple_query(&sql).await.unwrap();
        let rows = messages.iter().filter_map(|message| match message {
            tokio_postgres::SimpleQueryMessage::Row(row) => row.get(0),
            _ => None,
        });
        rows.map(|text| serde_json::from_str(text).unwrap()).collect()
    }

    /// The only value of a query as the owner of the database.
    pub async fn value(&self, sql: &str) -> Value {
        let rows = self.rows(sql).await;
        assert_eq!(rows.len(), 1, "{sql}");
        rows[0].as_object().unwrap().values().next().unwrap().clone()
    }

    /// Every invariant of the shop and of the platform that is broken, each as `B1 asset 7`.
    pub async fn findings(&self) -> Vec<String> {
        let actor = self.kernel.system_actor(self.kernel.tenant("bizhub").unwrap()).unwrap();
        let session = Session::new(self.kernel.database.clone(), actor, self.kernel.clock.now());
        let mut lines = Vec::new();
        for checks in [bizgraph_bizhub::verify::CHECKS, PLATFORM_CHECKS] {
            let findings = verify::findings(&session, checks).await.unwrap();
            lines.extend(findings.iter().map(|it| format!("{} {} {}", it.check, it.entity, it.id)));
        }
        session.finish();
        lines
    }

    /// Fails unless every invariant holds.
    pub async fn verify(&self) {
        assert_eq!(self.findings().await, Vec::<String>::new());
    }

    /// Changes the database behind the back of the server.
    pub async fn meddle(&self, sql: &str) {
        self.owner.batch_execute(sql).await.unwrap();
    }
}

/// A key that no other call has.
pub fn key() -> String {
    uuid::Uuid::new_v4().to_string()
}
