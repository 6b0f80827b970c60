//! Loading: every call of the fixtures as its person, at an instant of its own day. The calls
//! that were made before are known by their idempotency keys, so a load that was killed goes on
//! where it stopped, and people's own data are never touched.

use std::collections::HashMap;
use std::sync::Arc;

use anyhow::{Context, bail};
use async_graphql::Value as Input;
use bizgraph_kernel::actor::{Actor, Origin};
use bizgraph_kernel::approval::ApprovalRequest;
use bizgraph_kernel::clock::{Clock, SetClock};
use bizgraph_kernel::db::Session;
use bizgraph_kernel::entity::{Bind, Entity, GlobalId, Meta, RelationKind, Row, Sql, decode};
use bizgraph_kernel::kernel::Kernel;
use bizgraph_kernel::mutation::{Answer, Mutation, run};
use bizgraph_kernel::schema::mutation_by_name;
use bizgraph_kernel::tenant::Tenant;
use chrono::{DateTime, NaiveTime, TimeDelta, TimeZone, Utc};
use serde_json::{Map, Value};

use super::fixture::{Call, KEY, LAST_KEY, calls};
use super::people::open_doors;
use super::world_of;

/// When the shop opens; its calls of a day follow each other a minute apart.
const OPENING_HOUR: u32 = 8;

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
    let calls = calls(world.files)?;
    let mut loader = Loader::open(kernel, tenant).await?;
    if loader.known.contains_key(LAST_KEY) {
        return Ok(Loaded::Before);
    }
    if loader.known.is_empty() && loader.is_in_use(world.in_use).await? {
        return Ok(Loaded::InUse);
    }
    loader.name_starting_rows(world.starting_rows).await?;
    let total = calls.len();
    for (done, call) in calls.iter().enumerate() {
        told(done, total);
        if call.key == LAST_KEY {
            open_doors(kernel, tenant, world).await?;
        }
        let made = loader.make(call).await;
        made.with_context(|| format!("the demo world cannot be loaded: {}", call.key))?;
    }
    told(total, total);
    Ok(Loaded::Now(total))
}

/// A load under way.
struct Loader {
    kernel: Kernel,
    clock: Arc<SetClock>,
    tenant: Arc<Tenant>,
    system: Arc<Actor>,
    /// The real present, which no call is later than.
    present: DateTime<Utc>,
    /// Outcomes of earlier calls by idempotency key.
    known: HashMap<String, Value>,
    /// Type and key of rows by name.
    rows: HashMap<String, (&'static str, String)>,
    people: HashMap<String, Arc<Actor>>,
}

impl Loader {
    async fn open(kernel: &Kernel, tenant: &Arc<Tenant>) -> anyhow::Result<Self> {
        let system = kernel.system_actor(tenant.clone()).context("the module is not carried")?;
        let present = kernel.clock.now();
        let clock = Arc::new(SetClock::at(DateTime::UNIX_EPOCH));
        let mut loader = Loader {
            kernel: kernel.by_clock(clock.clone()),
            clock,
            tenant: tenant.clone(),
            system,
            present,
            known: HashMap::new(),
            rows: HashMap::new(),
            people: HashMap::new(),
        };
        let mut sql = Sql::new("SELECT key, outcome FROM idempotency_records WHERE key LIKE ");
        sql.bind(Bind::Text(Some(format!("{KEY}%"))));
        for row in loader.read(sql).await? {
            let outcome: Option<Value> = decode(&row, 1)?;
            loader.known.insert(decode(&row, 0)?, outcome.unwrap_or_default());
        }
        Ok(loader)
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

    async fn name_starting_rows(&mut self, sql: &str) -> anyhow::Result<()> {
        for row in self.read(Sql::new(sql)).await? {
            let type_name: String = decode(&row, 1)?;
            let meta = self.meta(&type_name).with_context(|| format!("no type {type_name}"))?;
            self.rows.insert(decode(&row, 0)?, (meta.type_name, decode(&row, 2)?));
        }
        Ok(())
    }

    fn meta(&self, type_name: &str) -> Option<&'static Meta> {
        let entities = self.system.module.entities.iter();
        entities.copied().find(|meta| meta.type_name == type_name)
    }

    /// Makes one call, unless it was made before, and remembers what came of it.
    async fn make(&mut self, call: &Call) -> anyhow::Result<()> {
        let mutation = mutation_by_name(self.system.module, &call.mutation)
            .with_context(|| format!("there is no mutation {}", call.mutation))?;
        self.turn_clock(call)?;
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
        match run(&self.kernel, mutation, &actor, &origin, input).await? {
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
        &mut self,
        call: &Call,
        mutation: &Mutation,
        key: Option<String>,
        request: Option<String>,
    ) {
        if let (true, Some(key), Some(meta)) = (call.makes, key, mutation.entity) {
            self.rows.insert(call.name.clone(), (meta().type_name, key));
        }
        if let Some(request) = request {
            let row = (ApprovalRequest::META.type_name, request);
            self.rows.insert(format!("{}.approval", call.name), row);
        }
    }

    /// Sets the clock to the call's day, later than the call before and never after the present.
    fn turn_clock(&self, call: &Call) -> anyhow::Result<()> {
        let day = self.tenant.local_date(self.present) + TimeDelta::days(call.day);
        let opening = NaiveTime::from_hms_opt(OPENING_HOUR, 0, 0).unwrap_or_default();
        let opening = self.tenant.time_zone.from_local_datetime(&day.and_time(opening));
        let opening = opening.earliest().context("a day without this hour")?.with_timezone(&Utc);
        let before = self.clock.now();
        let instant = opening.max(before + TimeDelta::minutes(1)).min(self.present);
        if instant > before {
            self.clock.advance(instant - before);
        }
        Ok(())
    }

    /// The person with this username, acting through a kernel of its own day.
    async fn person(&mut self, username: &str) -> anyhow::Result<Arc<Actor>> {
        if username == "system" {
            return Ok(self.system.clone());
        }
        if let Some(actor) = self.people.get(username) {
            return Ok(actor.clone());
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
        self.people.insert(username.to_owned(), actor.clone());
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
        if let Some((type_name, key)) = self.rows.get(name) {
            return Ok(GlobalId::encode(self.tenant.id, type_name, key));
        }
        let mut parts = name.split('.');
        let (Some(owner), Some(list), Some(place)) = (parts.next(), parts.next(), parts.next())
        else {
            bail!(unknown());
        };
        let (type_name, key) = self.rows.get(owner).with_context(unknown)?;
        let relations = self.meta(type_name).with_context(unknown)?.relations.iter();
        let relation = relations.clone().find(|relation| relation.field == list);
        let relation = relation.with_context(unknown)?;
        let RelationKind::HasMany { column } = relation.kind else { bail!(unknown()) };
        let target = (relation.target)();
        let mut sql =
            Sql::new(&format!("SELECT id::text FROM {} WHERE {column}::text = ", target.table));
        sql.bind(Bind::Text(Some(key.clone()))).push(" ORDER BY id");
        let rows = self.read(sql).await?;
        let place: usize = place.parse()?;
        let row = rows.get(place.wrapping_sub(1)).with_context(unknown)?;
        Ok(GlobalId::encode(self.tenant.id, target.type_name, &decode::<String>(row, 0)?))
    }
}
