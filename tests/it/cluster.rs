//! The cluster that the tests of one run share, and the templates that their databases are
//! cloned from.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use bizgraph::embedded::{Cluster, Profile};
use bizgraph::schema::MODULES;
use bizgraph_kernel::db::provision::{self, NewTenant, Owner};
use tokio::sync::OnceCell;

use crate::world::{CUSTOMERS, PEOPLE, STAFF};

pub const TEMPLATE: &str = "bizgraph_template";
pub const LENDERS: &str = "bizgraph_lenders";
const APP_PASSWORD: &str = "only-for-tests";

/// The cluster that all tests of one run share.
pub struct Shared {
    pub cluster: Cluster,
    /// The address for the application in the template with two shops.
    pub app_url: String,
}

static SHARED: OnceCell<Shared> = OnceCell::const_new();
/// The address for the application in the template with two lenders.
static LENDERS_URL: OnceCell<String> = OnceCell::const_new();
/// The cluster, started by whoever needs it first.
pub async fn shared() -> &'static Shared {
    SHARED.get_or_init(start).await
}

/// The folder of shared memory where it has room: a database is a thousand small files, which a
/// disk makes in seconds and memory at once.
fn roomy_memory() -> Option<PathBuf> {
    const ROOM: u64 = 4 * 1_024 * 1_024 * 1_024;
    let memory = Path::new("/dev/shm");
    let free = rustix::fs::statvfs(memory).ok()?;
    (free.f_bavail * free.f_frsize >= ROOM).then(|| memory.to_owned())
}

async fn start() -> Shared {
    let folder = roomy_memory().unwrap_or_else(|| PathBuf::from(env!("CARGO_TARGET_TMPDIR")));
    let folder = folder.join(format!("bizgraph-test-{}", std::process::id()));
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

/// The address for the application in the template with two lenders, which is made when the
/// first test asks for it.
pub async fn lenders_url(shared: &Shared) -> &'static str {
    LENDERS_URL.get_or_init(|| make_lenders(&shared.cluster)).await
}

/// Makes the template with two lenders in a cluster, and answers its address for the application.
pub async fn make_lenders(cluster: &Cluster) -> String {
    run_sql(&cluster.url("postgres"), &format!("CREATE DATABASE {LENDERS}")).await;
    let mut owner = Owner::connect(&cluster.url(LENDERS)).await.unwrap();
    provision::set_up_server(&mut owner, Some(APP_PASSWORD)).await.unwrap();
    for slug in ["rim", "ikeja"] {
        let tenant = lender(slug);
        let module = MODULES.iter().copied().find(|module| module.name == "rim");
        provision::add_tenant(&mut owner, &tenant, module, false, |_| {}).await.unwrap();
        run_sql(&cluster.url(LENDERS), &lender_sql(slug)).await;
    }
    owner.app_url(APP_PASSWORD)
}

/// A lender as it is asked for.
pub fn lender(slug: &str) -> NewTenant {
    NewTenant {
        slug: slug.to_owned(),
        module: "rim".to_owned(),
        name: format!("Lender {slug}"),
        country: "NG".to_owned(),
        currency: "NGN".to_owned(),
        time_zone: "Africa/Lagos".to_owned(),
    }
}

fn lender_sql(slug: &str) -> String {
    let staff: Vec<String> = STAFF.iter().map(|(n, r)| format!("('{n}', '{r}')")).collect();
    let customers: Vec<String> =
        CUSTOMERS.iter().map(|(name, phone)| format!("('{name}', '{phone}')")).collect();
    format!(
        "SET search_path TO {slug};
         INSERT INTO admin_users (id, username, email, role, role_id)
           SELECT gen_random_uuid(), p.name, p.name || '@{slug}.example', r.name, r.id
           FROM (VALUES {}) AS p (name, role) JOIN admin_roles r ON r.name = p.role;
         UPDATE admin_roles r SET user_count =
           (SELECT count(*) FROM admin_users u WHERE u.role_id = r.id);
         INSERT INTO users (id, user_id, first_name, phone, email, credit_limit, last_active_at)
           SELECT gen_random_uuid(), 'USR-2026-' || lpad(nextval('series_user')::text, 3, '0'),
             initcap(c.name), c.phone, c.name || '@{slug}.example', 10000, '2026-03-01'
           FROM (VALUES {}) AS c (name, phone);
         INSERT INTO support_agents (id, name, email, phone, department_id, tier, admin_user_id)
           SELECT gen_random_uuid(), initcap(u.username), u.email, '+234803000010' || d.tier,
             d.id, d.tier, u.id
           FROM admin_users u JOIN departments d
             ON d.name = CASE u.username WHEN 'lead' THEN 'Escalations' ELSE 'First Line' END
           WHERE u.username IN ('agent', 'agent2', 'lead');
         UPDATE departments d SET agent_count =
           (SELECT count(*) FROM support_agents a WHERE a.department_id = d.id);",
        staff.join(", "),
        customers.join(", ")
    )
}

/// A shell that waits for the end of this process, however it ends, then stops the cluster and
/// removes its folder: the harness leaves no place to do it ourselves.
#[allow(clippy::zombie_processes, reason = "it outlives this process on purpose")]
fn stop_with_this_process(folder: &Path) {
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

/// A session at an address.
pub async fn connect(url: &str) -> tokio_postgres::Client {
    let (client, connection) = tokio_postgres::connect(url, tokio_postgres::NoTls).await.unwrap();
    tokio::spawn(connection);
    client
}

/// Runs SQL at an address.
pub async fn run_sql(url: &str, sql: &str) {
    connect(url).await.batch_execute(sql).await.unwrap();
}
