//! The kernel and the schemas as the doors see them.

mod callbacks;
mod files;

use std::sync::Arc;
use std::time::Duration;

use async_graphql::{Request, Response};
use bizgraph_kernel::actor::{Actor, Origin};
use bizgraph_kernel::callback::Knock;
use bizgraph_kernel::db::Fault;
use bizgraph_kernel::kernel::Kernel;
use bizgraph_kernel::refusal::{Code, Refusal, Rejection};
use bizgraph_kernel::schema::RequestContext;
use futures_util::stream::BoxStream;

use crate::schema::Schemas;
use crate::server::guard::{CostModel, Guarded};
use crate::server::{Caller, Engine, Incoming, Outgoing, Rejected, RequestFacts};

/// A server whose database answered so lately is ready. It is asked every second anyhow, so that
/// nobody who looks after our health waits behind requests, nor keeps the database busy.
const READY_FOR: Duration = Duration::from_secs(2);

/// Requests answered by the kernel.
pub struct KernelEngine {
    kernel: Arc<Kernel>,
    schemas: Arc<Schemas>,
}

/// Somebody who was let in, or nobody.
pub struct KernelCaller {
    actor: Option<Arc<Actor>>,
}

impl KernelEngine {
    /// An engine over this kernel, with a schema for each of its modules.
    pub fn new(kernel: Arc<Kernel>, schemas: Arc<Schemas>) -> Self {
        kernel.start_live();
        KernelEngine { kernel, schemas }
    }
}

impl Caller for KernelCaller {
    fn module(&self) -> Option<&'static str> {
        self.actor.as_ref().map(|actor| actor.module.name)
    }

    fn bucket(&self) -> (String, String) {
        match &self.actor {
            Some(actor) => (actor.tenant.slug.clone(), actor.id.clone()),
            None => (String::new(), String::new()),
        }
    }

    fn may_export(&self) -> bool {
        self.actor.as_ref().is_some_and(|actor| {
            actor.module.entities.iter().any(|entity| actor.may(&entity.permission_to("export")))
        })
    }
}

impl Engine for KernelEngine {
    type Caller = KernelCaller;

    async fn authenticate(
        &self,
        token: Option<&str>,
        facts: &RequestFacts,
    ) -> Result<Arc<KernelCaller>, Rejected> {
        let Some(token) = token else {
            return Ok(Arc::new(KernelCaller { actor: None }));
        };
        match self.kernel.authenticate(token, &origin(facts)).await {
            Ok(Some(actor)) => Ok(Arc::new(KernelCaller { actor: Some(actor) })),
            Ok(None) => Err(unauthenticated()),
            Err(Rejection::Refused(refusals)) => Err(not_from_there(&refusals)),
            Err(Rejection::Fault(fault)) => Err(rejected(&fault)),
            Err(Rejection::AwaitsApproval(_)) => Err(unauthenticated()),
        }
    }

    fn costs(&self, module: Option<&'static str>) -> &CostModel {
        self.schemas.costs(module)
    }

    async fn execute(
        &self,
        caller: Arc<KernelCaller>,
        facts: RequestFacts,
        guarded: &Guarded,
        request: Request,
    ) -> Response {
        let context =
            RequestContext::new(self.kernel.clone(), caller.actor.clone(), origin(&facts));
        self.schemas.execute(context, guarded, request).await
    }

    fn subscribe(
        &self,
        caller: Arc<KernelCaller>,
        facts: RequestFacts,
        request: Request,
    ) -> BoxStream<'static, Response> {
        let context =
            RequestContext::new(self.kernel.clone(), caller.actor.clone(), origin(&facts));
        self.schemas.subscribe(context, request)
    }

    async fn credential_ended(&self, caller: Arc<KernelCaller>, facts: RequestFacts) {
        match &caller.actor {
            Some(actor) => self.kernel.credential_ended(actor, &origin(&facts)).await,
            None => std::future::pending().await,
        }
    }

    async fn export(
        &self,
        caller: Arc<KernelCaller>,
        facts: RequestFacts,
        list: &str,
        ending: &str,
        request: &[u8],
    ) -> Result<Outgoing, Rejected> {
        let actor = caller.actor.as_ref().ok_or_else(unauthenticated)?;
        files::export(&self.kernel, actor, origin(&facts), list, ending, request).await
    }

    async fn upload(
        &self,
        caller: Arc<KernelCaller>,
        facts: RequestFacts,
        name: &str,
        pieces: Incoming<'_>,
    ) -> Result<Vec<u8>, Rejected> {
        let actor = caller.actor.as_ref().ok_or_else(unauthenticated)?;
        files::upload(&self.kernel, actor, origin(&facts), name, pieces).await
    }

    async fn follow(&self, facts: RequestFacts, link: &str) -> Result<Outgoing, Rejected> {
        files::follow(&self.kernel, &origin(&facts), link).await
    }

    async fn receive(&self, facts: RequestFacts, knock: Knock<'_>) -> Result<Vec<u8>, Rejected> {
        callbacks::receive(&self.kernel, origin(&facts), knock).await
    }

    fn numbers(&self) -> String {
        let (reads, writes) = self.kernel.database.lent();
        let mut text = format!(
            "# HELP bizgraph_connections_lent Database connections in use.\n\
             # TYPE bizgraph_connections_lent gauge\n\
             bizgraph_connections_lent{{pool=\"reads\"}} {reads}\n\
             bizgraph_connections_lent{{pool=\"writes\"}} {writes}\n\
             # HELP bizgraph_statements_total Statements of queries sent to the database.\n\
             # TYPE bizgraph_statements_total counter\n\
             bizgraph_statements_total {}\n\
             # HELP bizgraph_refusals_total Sentences of rules that were not met, by code.\n\
             # TYPE bizgraph_refusals_total counter\n",
            self.kernel.database.statements(),
        );
        for (code, count) in self.kernel.refusals.counts() {
            text.push_str(&format!("bizgraph_refusals_total{{code=\"{code}\"}} {count}\n"));
        }
        text
    }

    async fn ready(&self) -> Result<(), String> {
        if self.kernel.tenants_age().is_some_and(|age| age < READY_FOR) {
            return Ok(());
        }
        self.kernel.refresh_tenants().await.map_err(|fault| fault.to_string())
    }
}

fn origin(facts: &RequestFacts) -> Origin {
    Origin {
        request_id: facts.request_id.clone(),
        operation: facts.operation_name.clone().unwrap_or_default(),
        address: facts.address.map(|address| address.to_string()),
        user_agent: facts.user_agent.clone(),
    }
}

fn unauthenticated() -> Rejected {
    Rejected {
        status: 401,
        code: "UNAUTHENTICATED",
        message: "The token is not valid, or no longer. Log in again.".to_owned(),
        retry_after_seconds: None,
    }
}

/// The tenant lets nobody in from this address.
fn not_from_there(refusals: &[Refusal]) -> Rejected {
    let refusal = refusals.first();
    Rejected {
        status: 403,
        code: refusal.map_or(Code::Forbidden, |refusal| refusal.code).as_str(),
        message: refusal.map_or_else(String::new, |refusal| refusal.message.clone()),
        retry_after_seconds: None,
    }
}

fn rejected(fault: &Fault) -> Rejected {
    match fault {
        Fault::Database(_) | Fault::Internal(_) => {
            tracing::error!(%fault, "a token could not be checked");
            Rejected {
                status: 500,
                code: "INTERNAL",
                message: "Something went wrong on our side. The request id finds it in the logs."
                    .to_owned(),
                retry_after_seconds: None,
            }
        }
        _ => {
            tracing::warn!(%fault, "a token could not be checked");
            Rejected {
                status: 503,
                code: "RETRY_LATER",
                message: "The server is too busy at the moment. Send the same call again."
                    .to_owned(),
                retry_after_seconds: Some(1),
            }
        }
    }
}
