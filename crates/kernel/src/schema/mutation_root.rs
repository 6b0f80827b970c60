//! The mutation root: every mutation of the platform and the module, one after the other.

use std::borrow::Cow;
use std::marker::PhantomData;
use std::sync::Arc;

use async_graphql::parser::types::Field;
use async_graphql::registry::Registry;
use async_graphql::resolver_utils::{ContainerType, resolve_container_serial};
use async_graphql::{
    Context, ContextSelectionSet, ObjectType, OutputType, Positioned, ServerResult, Value,
};

use crate::actor::Actor;
use crate::approval::ApprovalRequest;
use crate::auth::door::own_login_first;
use crate::auth::{DOOR_MUTATIONS, DoorMutation};
use crate::db::{Fault, Session};
use crate::entity::execute::by_key;
use crate::entity::global_id::parse_key;
use crate::entity::metadata::{Entity, Meta};
use crate::entity::plan::{Asked, ColumnSet, Planner, RowsPlan, json_key};
use crate::entity::render;
use crate::entity::selection::{Document, Path, Selected};
use crate::kernel::Kernel;
use crate::mutation::{Answer, Mutation, run};
use crate::refusal::{Code, Refusal, Rejection};
use crate::schema::answer::{project, rejection_errors};
use crate::schema::query_root::selected_here;
use crate::schema::request::RequestContext;
use crate::schema::type_info::{self, payload_name};
use crate::schema::{Face, mutation_by_name};

/// The mutation root of the schema with this face.
pub struct MutationRoot<F>(PhantomData<F>);

impl<F> Default for MutationRoot<F> {
    fn default() -> Self {
        MutationRoot(PhantomData)
    }
}

impl<F: Face> OutputType for MutationRoot<F> {
    fn type_name() -> Cow<'static, str> {
        Cow::Borrowed("Mutation")
    }

    fn create_type_info(registry: &mut Registry) -> String {
        type_info::mutation(registry, F::modules());
        "Mutation".to_owned()
    }

    async fn resolve(
        &self,
        context: &ContextSelectionSet<'_>,
        _field: &Positioned<Field>,
    ) -> ServerResult<Value> {
        resolve_container_serial(context, self).await
    }
}

impl<F: Face> ContainerType for MutationRoot<F> {
    async fn resolve_field(&self, context: &Context<'_>) -> ServerResult<Option<Value>> {
        Ok(Some(resolve(context).await))
    }
}

impl<F: Face> ObjectType for MutationRoot<F> {}

async fn resolve(context: &Context<'_>) -> Value {
    let document = Document::of(context);
    let Some(selected) = selected_here(context, document, "Mutation") else { return Value::Null };
    let request: &Arc<RequestContext> = context.data_unchecked();
    let input = document.argument(&selected, "input").unwrap_or_default();
    let answered = match DOOR_MUTATIONS.iter().find(|door| door.name == selected.name) {
        Some(door) => through_door(context, request, door, &selected, input).await,
        None => by_rule(request, document, context, &selected, input).await,
    };
    match answered {
        Ok(bytes) => Value::Binary(bytes.into()),
        Err(rejection) => {
            for error in rejection_errors(rejection, selected.position, &[selected.key]) {
                context.add_error(error);
            }
            Value::Null
        }
    }
}

fn unauthenticated() -> Rejection {
    Refusal::new(Code::Unauthenticated, "", "Log in first; send the token as a Bearer.").into()
}

async fn through_door(
    context: &Context<'_>,
    request: &RequestContext,
    door: &DoorMutation,
    selected: &Selected<'_>,
    input: Value,
) -> Result<Vec<u8>, Rejection> {
    if !door.public && request.actor.is_none() {
        return Err(unauthenticated());
    }
    let actor = request.actor.clone();
    let payload = (door.run)(&request.kernel, actor, &request.origin, input).await?;
    note_door_refusals(request, door, &payload);
    let registry = &context.schema_env.registry;
    let field = registry.types.get("Mutation").and_then(|root| root.field_by_name(door.name));
    let ty = field
        .map_or("", |field| async_graphql::registry::MetaTypeName::concrete_typename(&field.ty));
    let mut out = Vec::new();
    project(&mut out, Document::of(context), registry, selected, ty, &payload);
    Ok(out)
}

/// Refusals at the door are counted and logged like all others (spec 1.8.5).
fn note_door_refusals(request: &RequestContext, door: &DoorMutation, payload: &serde_json::Value) {
    for error in payload["userErrors"].as_array().into_iter().flatten() {
        let Some(code) = error["code"].as_str() else { continue };
        request.kernel.refusals.add_code(code);
        let address = request.origin.address.as_deref();
        tracing::info!(mutation = door.name, code, address, "refused");
    }
}

/// A row of the payload: the plan of its fields and where it is shown.
struct Shown {
    plan: RowsPlan,
    meta: &'static Meta,
}

fn plan_row<'a>(
    planner: &mut Planner<'a>,
    field: &Selected<'a>,
    meta: &'static Meta,
    path: &Path<'_>,
) -> Result<Shown, Rejection> {
    let mut columns = ColumnSet::default();
    columns.position(Asked::Column(0));
    let plan = planner.object(meta, field, &mut columns, path)?;
    Ok(Shown { plan: RowsPlan { columns, plan, by: 0 }, meta })
}

async fn by_rule(
    request: &RequestContext,
    document: Document<'_>,
    context: &Context<'_>,
    selected: &Selected<'_>,
    input: Value,
) -> Result<Vec<u8>, Rejection> {
    let actor = request.actor.as_ref().ok_or_else(unauthenticated)?;
    own_login_first(actor)?;
    let mutation = mutation_by_name(actor.module, selected.name)
        .ok_or_else(|| Fault::internal("a mutation of the schema that no module has"))?;
    let type_name = payload_name(mutation);
    let fields = document.below(selected, &[&type_name]);
    // Planned before anything runs, so that a wrong argument below changes nothing.
    let mut planner = Planner::new(document, actor);
    let entity = mutation.entity.map(|entity| entity());
    let mut shown = Vec::with_capacity(fields.len());
    for field in &fields {
        let root = Path::root(selected.key);
        let path = root.then(field.key);
        let meta = match field.name {
            "approvalRequest" if mutation.approval.is_some() => Some(ApprovalRequest::META),
            name => entity.filter(|meta| meta.singular == name),
        };
        let row = meta.map(|meta| plan_row(&mut planner, field, meta, &path));
        shown.push(row.transpose()?);
    }
    request.redact(std::mem::take(&mut planner.redactions));
    let answer = run(&request.kernel, mutation, actor, &request.origin, input).await?;
    note_refusals(&request.kernel, mutation, actor, &answer);
    let session = request.fresh_session(actor);
    session.expect(shown.iter().flatten().map(|row| row.plan.statements()).sum());
    let out = payload(&session, document, context, mutation, &fields, shown, &answer).await?;
    request.finish_fresh(session);
    Ok(out)
}

fn note_refusals(kernel: &Kernel, mutation: &Mutation, actor: &Actor, answer: &Answer) {
    let Answer::Refused(refusals) = answer else { return };
    kernel.refusals.add(refusals);
    for refusal in refusals {
        tracing::info!(
            mutation = mutation.name,
            tenant = actor.tenant.slug,
            role = actor.role,
            code = refusal.code.as_str(),
            field = refusal.field,
            "refused"
        );
    }
}

async fn payload(
    session: &Session,
    document: Document<'_>,
    context: &Context<'_>,
    mutation: &Mutation,
    fields: &[Selected<'_>],
    shown: Vec<Option<Shown>>,
    answer: &Answer,
) -> Result<Vec<u8>, Fault> {
    let (outcome, replayed) = match answer {
        Answer::Done { outcome, replayed } => (Some(outcome), *replayed),
        Answer::Awaits { replayed, .. } => (None, *replayed),
        Answer::Refused(_) => (None, false),
    };
    let registry = &context.schema_env.registry;
    let type_name = payload_name(mutation);
    let mut out = vec![b'{'];
    for (place, (field, row)) in fields.iter().zip(&shown).enumerate() {
        if place > 0 {
            out.push(b',');
        }
        out.extend_from_slice(json_key(field.key).as_bytes());
        match (field.name, row) {
            ("__typename", _) => render::string(&mut out, &type_name),
            ("replayed", _) => out.extend_from_slice(replayed.to_string().as_bytes()),
            ("userErrors", _) => {
                let errors = match answer {
                    Answer::Refused(refusals) => refusals.iter().map(Refusal::to_json).collect(),
                    _ => serde_json::Value::Array(Vec::new()),
                };
                project(&mut out, document, registry, field, "UserError", &errors);
            }
            (name, Some(shown)) => {
                let key = match answer {
                    Answer::Awaits { request, .. } if name == "approvalRequest" => {
                        Some(request.to_string())
                    }
                    _ if name == "approvalRequest" && mutation.approval.is_some() => None,
                    _ => outcome.and_then(|outcome| outcome.key.clone()),
                };
                row_of(session, shown, key, &mut out).await?;
            }
            (name, None) => {
                let null = serde_json::Value::Null;
                let value = outcome.and_then(|outcome| outcome.extra.get(name)).unwrap_or(&null);
                out.extend_from_slice(value.to_string().as_bytes());
            }
        }
    }
    out.push(b'}');
    Ok(out)
}

async fn row_of(
    session: &Session,
    shown: &Shown,
    key: Option<String>,
    out: &mut Vec<u8>,
) -> Result<(), Fault> {
    let found = match key.and_then(|key| parse_key(shown.meta, &key)) {
        Some(key) => by_key(session, &shown.plan, key).await?,
        None => {
            session.expect_fewer(shown.plan.statements());
            None
        }
    };
    out.extend_from_slice(found.as_ref().map_or(b"null", |found| found.get(0)));
    Ok(())
}
