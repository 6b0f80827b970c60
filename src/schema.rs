//! One schema per module beside the platform's part, and one of everything for the contract
//! file `schema.graphql`.

use std::sync::{Arc, OnceLock};

use async_graphql::parser::types::DocumentOperations;
use async_graphql::{Name, Pos, Request, Response, Schema, SchemaEnv, Value};
use bizgraph_kernel::aside::aside;
use bizgraph_kernel::module::Module;
use bizgraph_kernel::schema::{
    Face, MutationRoot, QueryRoot, RequestContext, SubscriptionRoot, plain_query, run_direct,
};
use futures_util::stream::BoxStream;

use crate::server::guard::{CostModel, Guarded};

/// Every module that this server carries.
pub static MODULES: &[&Module] = &[&bizgraph_bizhub::MODULE, &bizgraph_rim::MODULE];

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

/// What people of a RIM tenant see.
struct Rim;

impl Face for Rim {
    fn modules() -> &'static [&'static Module] {
        static RIM: &[&Module] = &[&bizgraph_rim::MODULE];
        RIM
    }
}

/// Everything, for the contract file.
struct Everything;

impl Face for Everything {
    fn modules() -> &'static [&'static Module] {
        MODULES
    }
}

type Faced<F> = Schema<QueryRoot<F>, MutationRoot<F>, SubscriptionRoot<F>>;

fn build<F: Face>() -> Faced<F> {
    Schema::build(
        QueryRoot::<F>::default(),
        MutationRoot::<F>::default(),
        SubscriptionRoot::<F>::default(),
    )
    .disable_suggestions()
    .finish()
}

/// The contract of the whole server in the schema definition language.
pub fn sdl() -> String {
    build::<Everything>().sdl()
}

/// A schema with what its fields cost.
struct Seen<F: Face> {
    schema: Faced<F>,
    costs: CostModel,
    /// What the library made of the schema, once it found a document valid.
    env: OnceLock<SchemaEnv>,
}

impl<F: Face> Seen<F> {
    fn new() -> Result<Self, async_graphql::parser::Error> {
        let schema = build::<F>();
        let costs = CostModel::from_sdl(&schema.sdl())?;
        Ok(Seen { schema, costs, env: OnceLock::new() })
    }

    /// Executes by the library, and without it where it found the same document valid before.
    async fn execute(
        &self,
        context: &Arc<RequestContext>,
        guarded: &Guarded,
        request: Request,
    ) -> Response {
        if guarded.is_valid()
            && let Some(env) = self.env.get()
        {
            let (document, variables) = (guarded.document(), &request.variables);
            let direct = run_direct(context, F::modules(), &env.registry, document, variables);
            if let Some(response) = direct.await {
                return response;
            }
        }
        let mut request = request;
        request.set_parsed_query(guarded.document().clone());
        let request = with_defaults(request).data(context.clone());
        let response = aside(self.schema.execute(request)).await;
        if let Some(env) = context.valid_for()
            && plain_query(guarded.document()).is_some()
        {
            self.env.get_or_init(|| env.clone());
            guarded.found_valid();
        }
        response
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
    match context.finish(&response.errors).await {
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
    rim: Seen<Rim>,
}

impl Schemas {
    /// Builds all of them, which takes long enough that no request should wait for it.
    ///
    /// # Errors
    /// When a schema cannot be read back from its own text.
    pub fn new() -> Result<Self, async_graphql::parser::Error> {
        Ok(Schemas { anonymous: Seen::new()?, bizhub: Seen::new()?, rim: Seen::new()? })
    }

    /// The contract that a caller of this module sees, in the schema definition language.
    pub fn sdl(&self, module: Option<&str>) -> String {
        match module {
            Some("bizhub") => self.bizhub.schema.sdl(),
            Some("rim") => self.rim.schema.sdl(),
            _ => self.anonymous.schema.sdl(),
        }
    }

    /// What each field costs that a caller of this module sees.
    pub fn costs(&self, module: Option<&str>) -> &CostModel {
        match module {
            Some("bizhub") => &self.bizhub.costs,
            Some("rim") => &self.rim.costs,
            _ => &self.anonymous.costs,
        }
    }

    /// Executes one operation. A read that meets a plan made useless by a migration is tried
    /// once more on another connection.
    pub async fn execute(
        &self,
        context: RequestContext,
        guarded: &Guarded,
        request: Request,
    ) -> Response {
        let (variables, operation_name) =
            (request.variables.clone(), request.operation_name.clone());
        let (response, context) = self.execute_once(context, guarded, request).await;
        let Some(context) = context else { return response };
        if !context.met_stale_plan() {
            return finished(context, response).await;
        }
        let (kernel, actor) = (context.kernel.clone(), context.actor.clone());
        let origin = context.origin.clone();
        drop(context);
        let mut request = Request::new("").variables(variables);
        request.operation_name = operation_name;
        let context = RequestContext::new(kernel, actor, origin);
        let (response, context) = aside(self.execute_once(context, guarded, request)).await;
        match context {
            Some(context) => finished(context, response).await,
            None => response,
        }
    }

    /// Runs a subscription. What it shows is recorded event by event.
    pub fn subscribe(
        &self,
        context: RequestContext,
        request: Request,
    ) -> BoxStream<'static, Response> {
        let module = context.actor.as_ref().map(|actor| actor.module.name);
        let request = with_defaults(request).data(Arc::new(context));
        match module {
            Some("bizhub") => self.bizhub.schema.execute_stream(request),
            Some("rim") => self.rim.schema.execute_stream(request),
            _ => self.anonymous.schema.execute_stream(request),
        }
    }

    async fn execute_once(
        &self,
        context: RequestContext,
        guarded: &Guarded,
        request: Request,
    ) -> (Response, Option<RequestContext>) {
        let module = context.actor.as_ref().map(|actor| actor.module.name);
        let context = Arc::new(context);
        let mut response = match module {
            Some("bizhub") => self.bizhub.execute(&context, guarded, request).await,
            Some("rim") => self.rim.execute(&context, guarded, request).await,
            _ => self.anonymous.execute(&context, guarded, request).await,
        };
        response.errors.extend(context.take_errors());
        let redactions = context.redactions();
        if !redactions.is_empty() {
            let paths = redactions.into_iter().map(Into::into).collect();
            let paths = async_graphql::Value::List(paths);
            response.extensions.insert("redactions".to_owned(), paths);
        }
        (response, Arc::into_inner(context))
    }
}
