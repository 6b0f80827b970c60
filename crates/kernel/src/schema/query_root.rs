//! The query root: the viewer, nodes by id, and one object per module.

use std::borrow::Cow;
use std::marker::PhantomData;
use std::sync::Arc;

use async_graphql::parser::types::Field;
use async_graphql::registry::Registry;
use async_graphql::resolver_utils::{ContainerType, resolve_container};
use async_graphql::{
    Context, ContextSelectionSet, ObjectType, OutputType, Positioned, ServerResult, Value,
};
use futures_util::future::join_all;

use crate::actor::Actor;
use crate::aside::aside;
use crate::auth::door::own_login_first;
use crate::auth::viewer_json;
use crate::db::{Fault, Session};
use crate::entity::aggregate::AggregatePlan;
use crate::entity::execute::by_key;
use crate::entity::execute_connection;
use crate::entity::global_id::GlobalId;
use crate::entity::metadata::Meta;
use crate::entity::plan::{Asked, ColumnSet, ConnectionPlan, Planner, RowsPlan, json_key};
use crate::entity::render;
use crate::entity::selection::{Document, Path, Selected};
use crate::entity::sql::Bind;
use crate::live;
use crate::refusal::{Code, Refusal, Rejection, Rule};
use crate::scalars::words_of;
use crate::schema::answer::{fault_error, project, refusal_error, rejection_errors};
use crate::schema::reports::Reports;
use crate::schema::request::RequestContext;
use crate::schema::type_info::{self, pascal_case};
use crate::schema::{Face, PLATFORM_ENTITIES, nodes, verification};

/// The query root of the schema with this face.
pub struct QueryRoot<F>(PhantomData<F>);

impl<F> Default for QueryRoot<F> {
    fn default() -> Self {
        QueryRoot(PhantomData)
    }
}

impl<F: Face> OutputType for QueryRoot<F> {
    fn type_name() -> Cow<'static, str> {
        Cow::Borrowed("Query")
    }

    fn create_type_info(registry: &mut Registry) -> String {
        type_info::query(registry, F::modules());
        "Query".to_owned()
    }

    async fn resolve(
        &self,
        context: &ContextSelectionSet<'_>,
        _field: &Positioned<Field>,
    ) -> ServerResult<Value> {
        resolve_container(context, self).await
    }
}

impl<F: Face> ContainerType for QueryRoot<F> {
    async fn resolve_field(&self, context: &Context<'_>) -> ServerResult<Option<Value>> {
        resolve(context, F::modules()).await.map(Some)
    }
}

impl<F: Face> ObjectType for QueryRoot<F> {}

/// A root field with everything that the operation selects under its key. Where the key stands
/// twice, the first place answers for both.
pub(super) fn selected_here<'a>(
    context: &'a Context<'_>,
    document: Document<'a>,
    root: &str,
) -> Option<Selected<'a>> {
    let key = context.item.node.response_key().node.as_str();
    let selected = document.root(root).into_iter().find(|selected| selected.key == key)?;
    (selected.position == context.item.pos).then_some(selected)
}

/// What root fields are resolved with.
#[derive(Clone, Copy)]
pub(super) struct Root<'a> {
    pub document: Document<'a>,
    pub registry: &'a Registry,
    pub request: &'a RequestContext,
}

async fn resolve(
    context: &Context<'_>,
    modules: &[&'static crate::module::Module],
) -> ServerResult<Value> {
    let document = Document::of(context);
    let request: &Arc<RequestContext> = context.data_unchecked();
    request.is_valid_for(context.schema_env);
    let Some(selected) = selected_here(context, document, "Query") else { return Ok(Value::Null) };
    let root = Root { document, registry: &context.schema_env.registry, request };
    root_field(root, modules, &selected).await
}

/// The answer to one root field, null without a login.
pub(super) async fn root_field(
    root: Root<'_>,
    modules: &[&'static crate::module::Module],
    selected: &Selected<'_>,
) -> ServerResult<Value> {
    let Root { document, registry, request } = root;
    let (Some(actor), Some(session)) = (&request.actor, request.session()) else {
        return Ok(Value::Null);
    };
    if selected.name != "viewer" {
        own_login_first(actor)
            .map_err(|refusal| refusal_error(&refusal, selected.position, &[selected.key]))?;
    }
    let mut out = Vec::new();
    match selected.name {
        "viewer" => {
            let viewer = viewer_json(actor, session.business_date);
            project(&mut out, document, registry, selected, "Viewer", &viewer);
        }
        "liveCursor" => {
            let listener = aside(request.kernel.listen(actor)).await;
            let listener = listener
                .map_err(|fault| fault_error(&fault, selected.position, &[selected.key]))?;
            let cursor = live::encode_cursor(actor.tenant.id, listener.place);
            out = Value::String(cursor).to_string().into_bytes();
        }
        "node" | "nodes" => {
            let entities = modules.iter().flat_map(|module| module.entities);
            let all: Vec<&'static Meta> = entities.chain(PLATFORM_ENTITIES).copied().collect();
            aside(nodes::write(root, actor, session, selected, &all, &mut out)).await;
        }
        "platform" => {
            let name = "PlatformQuery";
            group(root, actor, session, selected, PLATFORM_ENTITIES, name, &mut out).await?;
        }
        name => {
            let Some(module) = modules.iter().find(|module| module.name == name) else {
                return Ok(Value::Null);
            };
            let type_name = format!("{}Query", pascal_case(name));
            group(root, actor, session, selected, module.entities, &type_name, &mut out).await?;
        }
    }
    Ok(Value::Binary(out.into()))
}

/// What a field of a module's root reads.
enum Reading<'a> {
    TypeName,
    One { plan: RowsPlan, key: Option<Bind>, noun: &'static str },
    List(ConnectionPlan),
    Aggregates(AggregatePlan),
    Reports(Reports<'a>),
    Verify(Selected<'a>),
}

impl Reading<'_> {
    /// How many statements it takes at most, where that is known.
    fn statements(&self) -> Option<usize> {
        match self {
            Reading::TypeName => Some(0),
            Reading::One { key: None, .. } => Some(0),
            Reading::One { plan, .. } => Some(plan.statements()),
            Reading::List(plan) => Some(plan.statements()),
            Reading::Aggregates(_) => Some(1),
            Reading::Reports(_) | Reading::Verify(_) => None,
        }
    }
}

async fn group<'a>(
    root: Root<'a>,
    actor: &'a Actor,
    session: &Session,
    selected: &Selected<'a>,
    entities: &[&'static Meta],
    type_name: &str,
    out: &mut Vec<u8>,
) -> ServerResult<()> {
    let Root { document, request, .. } = root;
    let fields = document.below(selected, &[type_name]);
    let mut planner = Planner::new(document, actor);
    let mut readings = Vec::with_capacity(fields.len());
    for field in &fields {
        let place = Path::root(selected.key);
        let path = place.then(field.key);
        readings.push(match field.name {
            "reports" => {
                let (today, redactions) = (session.business_date, &mut planner.redactions);
                let reports = Reports::plan(document, actor, selected, field, today, redactions);
                Ok(Reading::Reports(reports))
            }
            "verify" if type_name == "PlatformQuery" => {
                let field = document.below(selected, &[type_name]).into_iter().find(same(field));
                verification::admit(actor)
                    .map(|()| field.map_or(Reading::TypeName, Reading::Verify))
            }
            _ => reading(&mut planner, field, entities, &path),
        });
    }
    request.redact(planner.redactions);
    let statements: Option<usize> = readings.iter().flatten().map(Reading::statements).sum();
    if let (1, Some(statements)) = (document.root("Query").len(), statements) {
        session.expect(statements);
    }
    let answers = readings.into_iter().map(|reading| read(root, session, reading, type_name));
    let answers = join_all(answers).await;
    // Without a connection none of the fields can be read, so the whole answer is to be asked
    // for again.
    if let Some(fault) = answers.iter().find_map(no_connection) {
        return Err(fault_error(fault, selected.position, &[selected.key]));
    }
    out.push(b'{');
    for (place, (field, answer)) in fields.iter().zip(answers).enumerate() {
        if place > 0 {
            out.push(b',');
        }
        out.extend_from_slice(json_key(field.key).as_bytes());
        match answer {
            Ok(bytes) => out.extend_from_slice(&bytes),
            Err(rejection) => {
                out.extend_from_slice(b"null");
                let path = [selected.key, field.key];
                for error in rejection_errors(rejection, field.position, &path) {
                    request.add_error(error);
                }
            }
        }
    }
    out.push(b'}');
    Ok(())
}

/// The field with the same key.
fn same<'s>(field: &'s Selected<'_>) -> impl FnMut(&Selected<'_>) -> bool + use<'s> {
    let key = field.key;
    move |other| other.key == key
}

fn no_connection(answer: &Rule<Vec<u8>>) -> Option<&Fault> {
    match answer {
        Err(Rejection::Fault(fault @ (Fault::Busy | Fault::Unreachable(_)))) => Some(fault),
        _ => None,
    }
}

fn reading<'a>(
    planner: &mut Planner<'a>,
    field: &Selected<'a>,
    entities: &[&'static Meta],
    path: &Path<'_>,
) -> Rule<Reading<'a>> {
    for meta in entities.iter().copied() {
        let lookup = meta.lookups.iter().find(|lookup| lookup.field == field.name);
        let is_one = meta.singular == field.name;
        let aggregates = field.name.strip_suffix("Aggregates") == Some(meta.singular);
        if !is_one && !aggregates && lookup.is_none() && meta.plural != field.name {
            continue;
        }
        if !planner.actor.may(meta.read) {
            let deed = format!("read {}", words_of(meta.plural));
            return Err(planner.actor.forbidden(meta.read, &deed).into());
        }
        if aggregates {
            let (document, actor) = (planner.document, planner.actor);
            let redactions = &mut planner.redactions;
            let plan = AggregatePlan::new(document, actor, meta, field, redactions, path)?;
            return Ok(Reading::Aggregates(plan));
        }
        if is_one || lookup.is_some() {
            return one(planner, field, meta, lookup.map(|lookup| lookup.column), path);
        }
        return Ok(Reading::List(planner.connection(meta, field, path)?));
    }
    Ok(Reading::TypeName)
}

fn one<'a>(
    planner: &mut Planner<'a>,
    field: &Selected<'a>,
    meta: &'static Meta,
    lookup: Option<usize>,
    path: &Path<'_>,
) -> Rule<Reading<'a>> {
    let mut columns = ColumnSet::default();
    columns.position(Asked::Column(lookup.unwrap_or(0)));
    let plan = planner.object(meta, field, &mut columns, path)?;
    let plan = RowsPlan { columns, plan, by: lookup.unwrap_or(0) };
    let argument = lookup.map_or("id", |column| meta.columns[column].field);
    let text = match planner.document.argument(field, argument) {
        Some(Value::String(text)) => text,
        Some(Value::Number(number)) => number.to_string(),
        _ => String::new(),
    };
    let key = match lookup {
        Some(_) => Some(Bind::Text(Some(text))),
        None => key_in_tenant(meta, &text, planner.actor)?,
    };
    Ok(Reading::One { plan, key, noun: meta.singular })
}

/// The key behind a global id; `None` for what cannot be a key.
fn key_in_tenant(meta: &Meta, text: &str, actor: &Actor) -> Rule<Option<Bind>> {
    let global = GlobalId::decode(text).filter(|global| global.type_name == meta.type_name);
    let Some(global) = global else {
        let message = format!("This is not the id of a {}.", meta.type_name);
        return Err(Refusal::new(Code::BadFormat, "id", message).into());
    };
    Ok(global.key_in(meta, actor.tenant.id))
}

async fn read(
    root: Root<'_>,
    session: &Session,
    reading: Rule<Reading<'_>>,
    type_name: &str,
) -> Rule<Vec<u8>> {
    match reading? {
        Reading::TypeName => {
            let mut out = Vec::new();
            render::string(&mut out, type_name);
            Ok(out)
        }
        Reading::List(plan) => Ok(execute_connection::of_table(session, &plan).await?),
        Reading::Aggregates(plan) => Ok(plan.run(session).await?),
        Reading::Reports(reports) => Ok(aside(reports.write(root.request, session)).await),
        Reading::Verify(field) => aside(verification::write(root, session, &field)).await,
        Reading::One { plan, key, noun } => {
            let found = match key {
                Some(key) => by_key(session, &plan, key).await?,
                None => None,
            };
            match found {
                Some(found) => Ok(found.get(0).to_vec()),
                None => {
                    let noun = words_of(noun);
                    let message = format!("There is no such {noun}.");
                    Err(Rejection::from(Refusal::new(Code::NotFound, "", message)))
                }
            }
        }
    }
}
