//! Loading: every call of the fixtures as its person, at an instant of its own day. The calls
//! that were made before are known by their idempotency keys, so a load that was killed goes on
//! where it stopped, and people's own data are never touched.

use std::collections::{BTreeMap, HashMap};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Context, bail};
use async_graphql::Value as Input;
use bizgraph_kernel::actor::{Actor, Origin};
use bizgraph_kernel::approval::ApprovalRequest;
use bizgraph_kernel::clock::{Clock, SetClock};
use bizgraph_kernel::db::Session;
use bizgraph_kernel::entity::{Bind, Entity, GlobalId, Meta, RelationKind, Row, Sql, decode};
use bizgraph_kernel::job::Job;
use bizgraph_kernel::kernel::Kernel;
use bizgraph_kernel::mutation::{Answer, Mutation, run};
use bizgraph_kernel::provider::Providers;
use bizgraph_kernel::schema::mutation_by_name;
use bizgraph_kernel::tenant::Tenant;
use chrono::{DateTime, NaiveTime, TimeDelta, TimeZone, Utc};
use futures_util::{StreamExt, TryStreamExt, stream};
use serde_json::{Map, Value};

use super::fixture::{self, Call, KEY, LAST_KEY, calls};
use super::people::open_doors;
use super::world_of;

/// When the business opens, and how long it is open.
const OPENING_HOUR: u32 = 8;
const MINUTES_OF_A_DAY: i64 = 10 * 60;

/// Stories that are told at the same time: a tenant has no more connections to write on.
const SIDE_BY_SIDE: usize = 4;

/// What a load came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Loaded {
    /// The world is there now, made with so many calls.
    Now(usize),
    /// It was loaded before.
    Before,
    /// People have data of their own in the tenant, which stay by themselves.
    InUse,
    /// The tenant's module has no demo world.
    None,
}

/// Loads the demo world of a tenant; `told` hears how many of how many calls are done.
///
/// # Errors
/// When a call is refused, which the fixtures never are in a tenant that nobody used, or when
/// the database fails.
pub async fn load(
    kernel: &Kernel,
    tenant: &Arc<Tenant>,
    told: impl Fn(usize, usize),
) -> anyhow::Result<Loaded> {
    let Some(world) = world_of(&tenant.module) else { return Ok(Loaded::None) };
    let mut steps = Vec::new();
    for file in world.files {
        steps.extend(fixture::steps(file)?);
    }
    steps.extend((world.many)());
    let calls = calls(&steps)?;
    let loader = Loader::open(kernel, tenant).await?;
    if loader.known.contains_key(LAST_KEY) {
        return Ok(Loaded::Before);
    }
    if loader.known.is_empty() && loader.is_in_use(world.in_use).await? {
        return Ok(Loaded::InUse);
    }
    loader.connect_outside(world.outside).await?;
    loader.name_starting_rows(world.starting_rows).await?;
    let (total, done) = (calls.len(), AtomicUsize::new(0));
    let told = || told(done.fetch_add(1, Ordering::Relaxed), total);
    let Some((last, calls)) = calls.split_last() else { return Ok(Loaded::None) };
    for day in calls.chunk_by(|one, other| one.day == other.day) {
        loader.tell(day, &told).await?;
    }
    for name in world.jobs {
        let job = Job::named(loader.system.module, name);
        let job = job.with_context(|| format!("there is no job {name}"))?;
        Arc::new(kernel.by_clock(kernel.clock.clone())).run_job(tenant, job, None).await?;
    }
    open_doors(kernel, tenant, world).await?;
    loader.tell(std::slice::from_ref(last), &told).await?;
    told();
    Ok(Loaded::Now(total))
}

/// A load under way.
struct Loader {
    kernel: Kernel,
    tenant: Arc<Tenant>,
    system: Arc<Actor>,
    /// The real present, which no call is later than.
    present: DateTime<Utc>,
    /// Outcomes of earlier calls by idempotency key.
    known: HashMap<String, Value>,
    /// Type and key of rows by name.
    rows: Mutex<HashMap<String, (&'static str, String)>>,
    people: Mutex<HashMap<String, Arc<Actor>>>,
}

/// The time of one story: its calls of a day follow each other a minute apart.
struct Time {
    kernel: Kernel,
    clock: Arc<SetClock>,
}

impl Loader {
    async fn open(kernel: &Kernel, tenant: &Arc<Tenant>) -> anyhow::Result<Self> {
        let system = kernel.system_actor(tenant.clone()).context("the module is not carried")?;
        let present = kernel.clock.now();
        let mut loader = Loader {
            // Nobody outside hears of the demo world.
            kernel: kernel
                .by_clock(Arc::new(SetClock::at(present)))
                .with_providers(Providers::default()),
            tenant: tenant.clone(),
            system,
            present,
            known: HashMap::new(),
            rows: Mutex::default(),
            people: Mutex::default(),
        };
        let mut sql = Sql::new("SELECT key, outcome FROM idempotency_records WHERE key LIKE ");
        sql.bind(Bind::Text(Some(format!("{KEY}%"))));
        for row in loader.read(sql).await? {
            let outcome: Option<Value> = decode(&row, 1)?;
            loader.known.insert(decode(&row, 0)?, outcome.unwrap_or_default());
        }
        Ok(loader)
    }

    /// Tells a day: first what is part of no story, then the stories side by side.
    async fn tell(&self, day: &[Call], told: &impl Fn()) -> anyhow::Result<()> {
        let mut stories: BTreeMap<&str, Vec<&Call>> = BTreeMap::new();
        for call in day {
            stories.entry(&call.story).or_default().push(call);
        }
        if let Some(calls) = stories.remove("") {
            self.tell_story(0, &calls, told).await?;
        }
        let minutes = (1..).map(|place: i64| place * 17 % MINUTES_OF_A_DAY);
        let stories = minutes.zip(stories.values());
        let stories = stories.map(|(minute, calls)| self.tell_story(minute, calls, told));
        stream::iter(stories).buffer_unordered(SIDE_BY_SIDE).try_collect().await
    }

    /// Makes the calls of one story of a day, so many minutes after the opening.
    async fn tell_story(
        &self,
        minute: i64,
        calls: &[&Call],
        told: &impl Fn(),
    ) -> anyhow::Result<()> {
        let Some(first) = calls.first() else { return Ok(()) };
        let begins = self.opening(first.day)? + TimeDelta::minutes(minute);
        let clock = Arc::new(SetClock::at(begins.min(self.present)));
        let time = Time { kernel: self.kernel.by_clock(clock.clone()), clock };
        for call in calls {
            told();
            let made = self.make(&time, call).await;
            made.with_context(|| format!("the demo world cannot be loaded: {}", call.key))?;
            let next = (time.clock.now() + TimeDelta::minutes(1)).min(self.present);
            time.clock.advance(next - time.clock.now());
        }
        Ok(())
    }

    /// When the business opens on a day.
    fn opening(&self, day: i64) -> anyhow::Result<DateTime<Utc>> {
        let day = self.tenant.local_date(self.present) + TimeDelta::days(day);
        let opening = NaiveTime::from_hms_opt(OPENING_HOUR, 0, 0).unwrap_or_default();
        let opening = self.tenant.time_zone.from_local_datetime(&day.and_time(opening));
        Ok(opening.earliest().context("a day without this hour")?.with_timezone(&Utc))
    }

    /// Writes down what no rule makes, unless an earlier load did.
    async fn connect_outside(&self, sql: &str) -> anyhow::Result<()> {
        if sql.is_empty() || !self.known.is_empty() {
            return Ok(());
        }
        let origin = Origin { operation: "demo load".to_owned(), ..Origin::default() };
        let mut tx = self.kernel.begin(self.system.clone(), origin).await?;
        tx.execute(Sql::new(sql)).await?;
        Ok(tx.commit().await?)
    }

    async fn read(&self, sql: Sql) -> anyhow::Result<Vec<Row>> {
        let (database, system) = (self.kernel.database.clone(), self.system.clone());
        let session = Session::new(database, system, self.present);
        let rows = session.load(sql).await;
        session.finish();
        Ok(rows?)
    }

    async fn is_in_use(&self, question: &str) -> anyhow::Result<bool> {
        let rows = self.read(Sql::new(question)).await?;
        Ok(rows.first().map(|row| decode(row, 0)).transpose()?.unwrap_or_default())
    }

    async fn name_starting_rows(&self, sql: &str) -> anyhow::Result<()> {
        for row in self.read(Sql::new(sql)).await? {
            let type_name: String = decode(&row, 1)?;
            let meta = self.meta(&type_name).with_context(|| format!("no type {type_name}"))?;
            let row: (String, String) = (decode(&row, 0)?, decode(&row, 2)?);
            self.name(row.0, meta.type_name, row.1);
        }
        Ok(())
    }

    fn meta(&self, type_name: &str) -> Option<&'static Meta> {
        let entities = self.system.module.entities.iter();
        entities.copied().find(|meta| meta.type_name == type_name)
    }

    fn name(&self, name: String, type_name: &'static str, key: String) {
        let mut rows = self.rows.lock().unwrap_or_else(PoisonError::into_inner);
        rows.insert(name, (type_name, key));
    }

    fn named(&self, name: &str) -> Option<(&'static str, String)> {
        self.rows.lock().unwrap_or_else(PoisonError::into_inner).get(name).cloned()
    }

    /// Makes one call, unless it was made before, and remembers what came of it.
    async fn make(&self, time: &Time, call: &Call) -> anyhow::Result<()> {
        let mutation = mutation_by_name(self.system.module, &call.mutation)
            .with_context(|| format!("there is no mutation {}", call.mutation))?;
        if let Some(outcome) = self.known.get(&call.key) {
            let text = |field: &str| outcome.get(field).and_then(Value::as_str).map(str::to_owned);
            let request = outcome.get("approvalRequest").map(ToString::to_string);
            self.remember(call, mutation, text("key"), request);
            return Ok(());
        }
        let actor = self.person(&call.by).await?;
        let mut input = Value::Object(call.input.clone());
        self.fill_in(&mut input).await?;
        if let Some(fields) = input.as_object_mut() {
            fields.insert("idempotencyKey".to_owned(), Value::from(call.key.as_str()));
        }
        let input = Input::from_json(input)?;
        let origin = Origin { operation: "demo load".to_owned(), ..Origin::default() };
        match run(&time.kernel, mutation, &actor, &origin, input).await? {
            Answer::Done { outcome, .. } => self.remember(call, mutation, outcome.key, None),
            Answer::Awaits { request, .. } => {
                self.remember(call, mutation, None, Some(request.to_string()));
            }
            Answer::Refused(refusals) => {
                let sentences = refusals.iter().map(ToString::to_string);
                bail!("{}", sentences.collect::<Vec<_>>().join(" "));
            }
        }
        Ok(())
    }

    fn remember(
        &self,
        call: &Call,
        mutation: &Mutation,
        key: Option<String>,
        request: Option<String>,
    ) {
        if let (true, Some(key), Some(meta)) = (call.makes, key, mutation.entity) {
            self.name(call.name.clone(), meta().type_name, key);
        }
        if let Some(request) = request {
            self.name(format!("{}.approval", call.name), ApprovalRequest::META.type_name, request);
        }
    }

    /// The person with this username, acting through a kernel of its own day.
    async fn person(&self, username: &str) -> anyhow::Result<Arc<Actor>> {
        if username == "system" {
            return Ok(self.system.clone());
        }
        let known =
            self.people.lock().unwrap_or_else(PoisonError::into_inner).get(username).cloned();
        if let Some(actor) = known {
            return Ok(actor);
        }
        let mut sql = Sql::new("SELECT p.id::text, p.name::text, p.role::text FROM (");
        sql.push(self.system.module.people).push(") p WHERE p.username = ");
        sql.bind(Bind::Text(Some(username.to_owned())));
        let rows = self.read(sql).await?;
        let row = rows.first().with_context(|| format!("there is nobody named {username}"))?;
        let role: String = decode(row, 2)?;
        let actor = Arc::new(Actor {
            id: decode(row, 0)?,
            username: username.to_owned(),
            name: decode(row, 1)?,
            rights: self.kernel.role_rights(&self.system, &role).await?,
            role,
            ..(*self.system).clone()
        });
        let mut people = self.people.lock().unwrap_or_else(PoisonError::into_inner);
        people.insert(username.to_owned(), actor.clone());
        Ok(actor)
    }

    /// Puts ids in place of names, at any depth.
    async fn fill_in(&self, value: &mut Value) -> anyhow::Result<()> {
        let mut open = vec![value];
        while let Some(value) = open.pop() {
            match value {
                Value::Object(fields) => open.extend(Map::values_mut(fields)),
                Value::Array(items) => open.extend(items),
                Value::String(text) => {
                    if let Some(name) = text.strip_prefix('@') {
                        *text = self.id(name).await?;
                    }
                }
                _ => {}
            }
        }
        Ok(())
    }

    async fn id(&self, name: &str) -> anyhow::Result<String> {
        let unknown = || format!("no row is named {name}");
        if let Some((type_name, key)) = self.named(name) {
            return Ok(GlobalId::encode(self.tenant.id, type_name, &key));
        }
        let mut parts = name.split('.');
        let (Some(owner), Some(list), Some(place)) = (parts.next(), parts.next(), parts.next())
        else {
            bail!(unknown());
        };
        let (type_name, key) = self.named(owner).with_context(unknown)?;
        let relations = self.meta(type_name).with_context(unknown)?.relations.iter();
        let relation = relations.clone().find(|relation| relation.field == list);
        let relation = relation.with_context(unknown)?;
        let RelationKind::HasMany { column } = relation.kind else { bail!(unknown()) };
        let target = (relation.target)();
        let mut sql =
            Sql::new(&format!("SELECT id::text FROM {} WHERE {column}::text = ", target.table));
        sql.bind(Bind::Text(Some(key))).push(" ORDER BY id");
        let rows = self.read(sql).await?;
        let place: usize = place.parse()?;
        let row = rows.get(place.wrapping_sub(1)).with_context(unknown)?;
        Ok(GlobalId::encode(self.tenant.id, target.type_name, &decode::<String>(row, 0)?))
    }
}
