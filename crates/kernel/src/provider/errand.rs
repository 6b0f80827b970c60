//! A call that a transaction leaves behind, made once it has committed.

use std::sync::Arc;

use futures_util::future::BoxFuture;

use crate::actor::{Actor, Origin};
use crate::db::{Fault, Tx};
use crate::kernel::Kernel;
use crate::provider::{Call, Reply};
use crate::refusal::{Rejection, Rule};

/// Attempts at a conclusion that meets others at work on the same rows (spec 1.6.7).
const ATTEMPTS: usize = 4;

/// Writes what came of a call about the row with this key. It looks again how the row stands, as
/// others may have been there in the meantime.
pub type Conclude = for<'a> fn(&'a mut Tx, &'a str, &'a Reply) -> BoxFuture<'a, Rule<()>>;

/// A call and what is done with its reply.
pub(crate) struct Errand {
    call: Call,
    key: String,
    conclude: Conclude,
}

impl Tx {
    /// Makes a call once this transaction has committed, with nothing locked, and lets `conclude`
    /// write what came of it in a transaction of its own. The call may never be made, as the
    /// server may stop: what is written now has to tell a job that it is owed.
    pub fn call_afterwards(&mut self, call: Call, key: impl Into<String>, conclude: Conclude) {
        self.errands.push(Errand { call, key: key.into(), conclude });
    }
}

impl Kernel {
    /// Makes the calls that a transaction of this tenant left behind, one after the other.
    pub(crate) async fn run_errands(
        &self,
        actor: &Arc<Actor>,
        origin: &Origin,
        errands: Vec<Errand>,
    ) -> Rule<()> {
        for errand in errands {
            let Some(reply) = self.providers.call(actor.tenant.id, &errand.call).await else {
                continue;
            };
            self.conclude(actor, origin, &errand, &reply).await?;
        }
        Ok(())
    }

    async fn conclude(
        &self,
        actor: &Arc<Actor>,
        origin: &Origin,
        errand: &Errand,
        reply: &Reply,
    ) -> Rule<()> {
        let system = self.system_actor(actor.tenant.clone());
        let system =
            system.ok_or_else(|| Fault::internal("a call of a tenant without a module"))?;
        let fixed_business_date = actor.fixed_business_date;
        let system = Arc::new(Actor { fixed_business_date, ..Actor::clone(&system) });
        let mut attempt = 1;
        loop {
            let mut tx = self.begin(system.clone(), origin.clone()).await?;
            let written = match (errand.conclude)(&mut tx, &errand.key, reply).await {
                Ok(()) => tx.settle(),
                Err(rejection) => Err(rejection),
            };
            let ended = match written {
                Ok(()) => tx.commit().await.map_err(Rejection::from),
                Err(rejection) => {
                    tx.rollback().await;
                    Err(rejection)
                }
            };
            match ended {
                Err(Rejection::Fault(Fault::Retry | Fault::StalePlan | Fault::LockTimeout))
                    if attempt < ATTEMPTS =>
                {
                    attempt += 1;
                }
                ended => return ended,
            }
        }
    }
}
