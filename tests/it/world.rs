//! A world of its own for every test: a database cloned from a migrated template, two shops or
//! two lenders in it, a clock that stands still, and people of every role.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, LazyLock, Mutex};
use std::time::Duration;

use async_graphql::{Request, Response, Variables};
use bizgraph::embedded::dump_program;
use bizgraph::schema::{MODULES, Schemas};
use bizgraph::server::documents::Documents;
use bizgraph::server::render::render;
use bizgraph_kernel::actor::{Actor, Origin};
use bizgraph_kernel::audit::Cipher;
use bizgraph_kernel::backup::{Backups, PgDump};
use bizgraph_kernel::clock::SetClock;
use bizgraph_kernel::db::provision::{self, Owner};
use bizgraph_kernel::db::{Database, PoolSizes, Session};
use bizgraph_kernel::entity::{Bind, Sql, decode};
use bizgraph_kernel::job::{Ended, Job, Ran};
use bizgraph_kernel::kernel::Kernel;
use bizgraph_kernel::schema::RequestContext;
use bizgraph_kernel::stored_file::FileStore;
use bizgraph_kernel::verify;
use chrono::{TimeZone, Utc};
use futures_util::stream::BoxStream;
use serde_json::{Value, json};

use crate::cluster::{LENDERS, Shared, TEMPLATE, connect, lender, lenders_url, shared};

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

/// People of both lenders: username and role.
pub const STAFF: &[(&str, &str)] = &[
    ("admin", "super_admin"),
    ("operations", "operations_manager"),
    ("operations2", "operations_manager"),
    ("officer", "loan_officer"),
    ("officer2", "loan_officer"),
    ("finance", "finance"),
    ("finance2", "finance"),
    ("agent", "support_agent"),
    ("agent2", "support_agent"),
    ("lead", "support_lead"),
    ("marketing", "marketing"),
    ("marketing2", "marketing"),
    ("auditor", "auditor"),
];

/// Customers of both lenders: name and phone number, which they log in with.
pub const CUSTOMERS: &[(&str, &str)] = &[("ada", "+2348030000001"), ("bola", "+2348030000002")];

/// Connections of a world and how long they are waited for: longer than in earnest, since other
/// tests take the machine.
const USUAL: (PoolSizes, Duration) = (PoolSizes { reads: 4, writes: 8 }, Duration::from_secs(20));

static WORLDS: AtomicUsize = AtomicUsize::new(0);

/// Databases of worlds that have ended, dropped when the next one begins: all together would
/// fill a disk.
static LEFT: Mutex<Vec<String>> = Mutex::new(Vec::new());
/// All worlds have the same.
pub static SCHEMAS: LazyLock<Arc<Schemas>> = LazyLock::new(|| Arc::new(Schemas::new().unwrap()));
static DOCUMENTS: LazyLock<Documents> = LazyLock::new(Documents::default);

/// Executes as the doors do, without their budgets. A document that came before runs as one.
pub async fn execute(context: RequestContext, request: Request) -> Response {
    let module = context.actor.as_ref().map(|actor| actor.module.name);
    match DOCUMENTS.get(module, &request.query, SCHEMAS.costs(module)) {
        Ok(guarded) => SCHEMAS.execute(context, &guarded, request).await,
        Err(refusal) => Response::from_errors(vec![refusal.into_error()]),
    }
}

/// One test's world.
pub struct World {
    pub kernel: Arc<Kernel>,
    pub clock: Arc<SetClock>,
    pub owner_url: String,
    /// The address for the application's own login role.
    pub app_url: String,
    /// The tenant that people belong to unless another is named.
    home: &'static str,
    owner: tokio_postgres::Client,
    /// Whether others are cloned from it when it is over.
    is_kept: bool,
}

impl Drop for World {
    fn drop(&mut self) {
        if !self.is_kept {
            LEFT.lock().unwrap().push(self.name().to_owned());
        }
    }
}

/// What was a world, and is cloned now.
pub struct Template {
    name: String,
    app_url: String,
    home: &'static str,
}

/// A person of a world, ready to act.
#[derive(Clone)]
pub struct Person(pub Arc<Actor>);

impl World {
    /// A fresh copy of the template.
    pub async fn new() -> World {
        let shared = shared().await;
        World::cloned(shared, TEMPLATE, &shared.app_url, "bizhub", USUAL).await
    }

    /// The same with pools of these sizes, which are waited for as in earnest.
    pub async fn with_pools(sizes: PoolSizes) -> World {
        let (shared, wait) = (shared().await, Duration::from_secs(2));
        World::cloned(shared, TEMPLATE, &shared.app_url, "bizhub", (sizes, wait)).await
    }

    /// A fresh copy of the template with two lenders.
    pub async fn rim() -> World {
        let shared = shared().await;
        World::cloned(shared, LENDERS, lenders_url(shared).await, "rim", USUAL).await
    }

    /// Ends this world, so that others can begin as it is.
    pub fn into_template(mut self) -> Template {
        self.is_kept = true;
        let (name, app_url, home) = (self.name().to_owned(), self.app_url.clone(), self.home);
        Template { name, app_url, home }
    }

    /// A fresh copy of what was a world.
    pub async fn like(template: &Template) -> World {
        let Template { name, app_url, home } = template;
        World::cloned(shared().await, name, app_url, home, USUAL).await
    }

    fn name(&self) -> &str {
        self.owner_url.rsplit_once('/').map_or("", |(_, name)| name)
    }

    async fn cloned(
        shared: &Shared,
        template: &str,
        app_url: &str,
        home: &'static str,
        (sizes, wait): (PoolSizes, Duration),
    ) -> World {
        let name = format!("world_{}", WORLDS.fetch_add(1, Ordering::Relaxed));
        let server = connect(&shared.cluster.url("postgres")).await;
        let left = std::mem::take(&mut *LEFT.lock().unwrap());
        for left in left {
            let drop = format!("DROP DATABASE IF EXISTS {left} WITH (FORCE)");
            server.batch_execute(&drop).await.unwrap();
        }
        let create = format!("CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY");
        server.batch_execute(&create).await.unwrap();
        let app_url = app_url.replace(&format!("/{template}"), &format!("/{name}"));
        let clock = Arc::new(SetClock::at(Utc.with_ymd_and_hms(2026, 3, 2, 9, 0, 0).unwrap()));
        let database = Database::new(&app_url, sizes).unwrap().waiting(wait);
        let cipher = Cipher::new(&[7; 32]);
        let dump = Arc::new(PgDump::new(|| Box::pin(dump_program()), &app_url));
        let backups = Backups::new(dump, FileStore::in_memory(), None);
        let kernel = Kernel::new(database, clock.clone(), cipher, MODULES).with_backups(backups);
        let kernel = Arc::new(kernel);
        kernel.refresh_tenants().await.unwrap();
        let owner_url = shared.cluster.url(&name);
        let owner = connect(&owner_url).await;
        World { kernel, clock, owner_url, app_url, home, owner, is_kept: false }
    }

    /// A person of the shop `bizhub`, or of the lender `rim` in a world of lenders.
    pub async fn person(&self, username: &str) -> Person {
        self.person_of(self.home, username).await
    }

    /// A customer of the lender `rim`.
    pub async fn customer(&self, name: &str) -> Person {
        let (_, phone) = CUSTOMERS.iter().find(|(customer, _)| *customer == name).unwrap();
        self.person_of("rim", phone).await
    }

    /// A person of any shop.
    pub async fn person_of(&self, tenant: &str, username: &str) -> Person {
        let tenant = self.kernel.tenant(tenant).unwrap();
        let system = self.kernel.system_actor(tenant).unwrap();
        let mut sql = Sql::new("SELECT p.id::text, p.name::text, p.role::text FROM (");
        sql.push(system.module.people).push(") p WHERE p.username = ");
        sql.bind(Bind::Text(Some(username.to_owned())));
        let now = self.kernel.clock.now();
        let session = Session::new(self.kernel.database.clone(), system.clone(), now);
        let rows = session.load(sql).await.unwrap();
        session.finish();
        let role: String = decode(&rows[0], 2).unwrap();
        Person(Arc::new(Actor {
            id: decode(&rows[0], 0).unwrap(),
            username: username.to_owned(),
            name: decode(&rows[0], 1).unwrap(),
            rights: self.kernel.role_rights(&system, &role).await.unwrap(),
            role,
            ..Actor::clone(&system)
        }))
    }

    /// Sends an operation without a token and answers the whole response.
    pub async fn send_as_nobody(&self, query: &str, variables: Value) -> Value {
        let origin = Origin { request_id: "test".to_owned(), ..Origin::default() };
        let context = RequestContext::new(self.kernel.clone(), None, origin);
        let request = Request::new(query).variables(Variables::from_json(variables));
        let response = execute(context, request).await;
        serde_json::from_slice(&render(&response, false).unwrap()).unwrap()
    }

    /// Sends an operation and answers the whole response.
    pub async fn send(&self, person: &Person, query: &str, variables: Value) -> Value {
        let origin = Origin { request_id: "test".to_owned(), ..Origin::default() };
        let context = RequestContext::new(self.kernel.clone(), Some(person.0.clone()), origin);
        let request = Request::new(query).variables(Variables::from_json(variables));
        let response = execute(context, request).await;
        serde_json::from_slice(&render(&response, false).unwrap()).unwrap()
    }

    /// Listens to a subscription.
    pub fn listen(
        &self,
        person: &Person,
        query: &str,
        variables: Value,
    ) -> BoxStream<'static, Response> {
        let origin = Origin { request_id: "test".to_owned(), ..Origin::default() };
        let context = RequestContext::new(self.kernel.clone(), Some(person.0.clone()), origin);
        let request = Request::new(query).variables(Variables::from_json(variables));
        SCHEMAS.subscribe(context, request)
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

    /// Every invariant of the module and of the platform that is broken, each as `B1 asset 7`.
    pub async fn findings(&self) -> Vec<String> {
        self.findings_of(self.home).await
    }

    /// The same of any tenant.
    pub async fn findings_of(&self, tenant: &str) -> Vec<String> {
        let actor = self.kernel.system_actor(self.kernel.tenant(tenant).unwrap()).unwrap();
        let session = Session::new(self.kernel.database.clone(), actor, self.kernel.clock.now());
        let findings = verify::verify(&session, &self.kernel.cipher).await.unwrap();
        session.finish();
        findings.iter().map(|it| format!("{} {} {}", it.check, it.entity, it.id)).collect()
    }

    /// Adds a lender whom nobody used yet.
    pub async fn add_lender(&self, slug: &str) {
        let mut owner = Owner::connect(&self.owner_url).await.unwrap();
        // A clone has the login role of its template, and none of its own yet.
        provision::set_up_server(&mut owner, None).await.unwrap();
        let tenant = lender(slug);
        let module = self.kernel.module("rim");
        provision::add_tenant(&mut owner, &tenant, module, false, |_| {}).await.unwrap();
        let role = format!("{}_{slug}", owner.database());
        self.meddle(&format!("GRANT \"{role}\" TO {LENDERS}_app")).await;
        self.kernel.refresh_tenants().await.unwrap();
    }

    /// Fails unless every invariant holds.
    pub async fn verify(&self) {
        assert_eq!(self.findings().await, Vec::<String>::new());
    }

    /// Runs every job for a day, such as `2026-03-20`; each item must go well.
    pub async fn run_jobs(&self, date: &str) -> Vec<Ran> {
        let tenant = self.kernel.tenant(self.home).unwrap();
        let date = date.parse().unwrap();
        let mut all = Vec::new();
        for job in Job::all(self.kernel.module(&tenant.module).unwrap()) {
            let ran = self.kernel.run_job(&tenant, job, Some(date)).await.unwrap().unwrap();
            assert_eq!((ran.ended, ran.failures.as_slice()), (Ended::Done, &[][..]), "{ran:?}");
            all.push(ran);
        }
        all
    }

    /// Runs one job for today; each item must go well. Answers how many there were.
    pub async fn run_job(&self, name: &str) -> i32 {
        let tenant = self.kernel.tenant(self.home).unwrap();
        let job = Job::named(self.kernel.module(&tenant.module).unwrap(), name).unwrap();
        let ran = self.kernel.run_job(&tenant, job, None).await.unwrap().unwrap();
        assert_eq!((ran.ended, ran.failures.as_slice()), (Ended::Done, &[][..]), "{ran:?}");
        ran.succeeded
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
