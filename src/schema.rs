//! One schema per module beside the platform's part, and one of everything for the contract
//! file `schema.graphql`.

use std::sync::Arc;

use async_graphql::parser::types::DocumentOperations;
use async_graphql::{EmptySubscription, Name, Pos, Request, Response, Schema, Value};
use bizgraph_kernel::module::Module;
use bizgraph_kernel::schema::{Face, MutationRoot, QueryRoot, RequestContext};

/// Every module that this server carries.
pub static MODULES: &[&Module] = &[&bizgraph_bizhub::MODULE];

/// What a caller without a login sees.
struct Anonymous;

impl Face for Anonymous {
    fn modules() -> &'static [&'static Module] {
        &[]
    }
}

/// What people of a BIZHUB tenant see.
struct Bizhub;

impl Face for Bizhub {
    fn modules() -> &'static [&'static Module] {
        static BIZHUB: &[&Module] = &[&bizgraph_bizhub::MODULE];
        BIZHUB
    }
}

/// Everything, for the contract file.
struct Everything;

impl Face for Everything {
    fn modules() -> &'static [&'static Module] {
        MODULES
    }
}

type Faced<F> = Schema<QueryRoot<F>, MutationRoot<F>, EmptySubscription>;

fn build<F: Face>() -> Faced<F> {
    Schema::build(QueryRoot::<F>::default(), MutationRoot::<F>::default(), EmptySubscription)
        .disable_suggestions()
        .finish()
}

/// The contract of the whole server in the schema definition language.
pub fn sdl() -> String {
    build::<Everything>().sdl()
}

/// A schema with its contract as text.
struct Seen<F: Face> {
    schema: Faced<F>,
    sdl: String,
}

impl<F: Face> Seen<F> {
    fn new() -> Self {
        let schema = build::<F>();
        let sdl = schema.sdl();
        Seen { schema, sdl }
    }
}

/// Gives variables that were left out their defaults: the library does so for arguments, but
/// not for `@skip` and `@include`.
fn with_defaults(mut request: Request) -> Request {
    let name = request.operation_name.clone();
    let Ok(document) = request.parsed_query() else { return request };
    let operation = match (&document.operations, name) {
        (DocumentOperations::Single(only), _) => Some(only),
        (DocumentOperations::Multiple(named), Some(name)) => named.get(name.as_str()),
        (DocumentOperations::Multiple(_), None) => None,
    };
    let definitions = operation.into_iter().flat_map(|one| &one.node.variable_definitions);
    let defaults: Vec<(Name, Value)> = definitions
        .filter_map(|definition| {
            let value = definition.node.default_value.as_ref()?;
            Some((definition.node.name.node.clone(), value.node.clone()))
        })
        .collect();
    for (name, value) in defaults {
        request.variables.entry(name).or_insert(value);
    }
    request
}

/// The response, once what it shows is recorded.
async fn finished(context: RequestContext, response: Response) -> Response {
    match context.finish().await {
        Ok(()) => response,
        Err(fault) => {
            let error = bizgraph_kernel::schema::fault_error(&fault, Pos::default(), &[]);
            Response::from_errors(vec![error])
        }
    }
}

/// The schemas by module.
pub struct Schemas {
    anonymous: Seen<Anonymous>,
    bizhub: Seen<Bizhub>,
}

impl Default for Schemas {
    fn default() -> Self {
        Schemas { anonymous: Seen::new(), bizhub: Seen::new() }
    }
}

impl Schemas {
    /// The contract that a caller of this module sees.
    pub fn sdl(&self, module: Option<&str>) -> &str {
        match module {
            Some("bizhub") => &self.bizhub.sdl,
            _ => &self.anonymous.sdl,
        }
    }

    /// Executes one operation. A read that meets a plan made useless by a migration is tried
    /// once more on another connection.
    pub async fn execute(&self, context: RequestContext, request: Request) -> Response {
        let request = with_defaults(request);
        let again =
            (request.query.clone(), request.variables.clone(), request.operation_name.clone());
        let (response, context) = self.execute_once(context, request).await;
        let Some(context) = context else { return response };
        if !context.met_stale_plan() {
            return finished(context, response).await;
        }
        let (kernel, actor) = (context.kernel.clone(), context.actor.clone());
        let origin = context.origin.clone();
        drop(context);
        let mut request = Request::new(again.0).variables(again.1);
        request.operation_name = again.2;
        let context = RequestContext::new(kernel, actor, origin);
        let (response, context) = self.execute_once(context, request).await;
        match context {
            Some(context) => finished(context, response).await,
            None => response,
        }
    }

    async fn execute_once(
        &self,
        context: RequestContext,
        request: Request,
    ) -> (Response, Option<RequestContext>) {
        let module = context.actor.as_ref().map(|actor| actor.module.name);
        let context = Arc::new(context);
        let request = request.data(context.clone());
        let mut response = match module {
            Some("bizhub") => self.bizhub.schema.execute(request).await,
            _ => self.anonymous.schema.execute(request).await,
        };
        let redactions = context.redactions();
        if !redactions.is_empty() {
            let paths = redactions.into_iter().map(Into::into).collect();
            let paths = async_graphql::Value::List(paths);
            response.extensions.insert("redactions".to_owned(), paths);
        }
        (response, Arc::into_inner(context))
    }
}
