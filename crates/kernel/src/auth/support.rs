//! Support sessions: an operator of the server is a member of no tenant. To look into one it
//! opens a session with a reason and an end, which the tenant's trail records (spec 1.2.7).

use std::collections::HashMap;
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};

use crate::actor::Origin;
use crate::auth::session::{ProvenBy, open_for};
use crate::db::Fault;
use crate::kernel::Kernel;
use crate::module::Module;
use crate::policy::{Rights, Scope};
use crate::refusal::{Code, Refusal, Rejection, Rule};
use crate::schema::PLATFORM_ENTITIES;
use crate::tenant::Tenant;

/// Stands where a person's key stands; no person has it.
pub const OPERATOR: &str = "operator";

/// The longest support session, in minutes.
pub const MOST_MINUTES: i64 = 240;

/// What the operator reads: every row, no sensitive field, and it changes nothing.
pub fn operator_rights(module: &Module) -> Rights {
    let entities = module.entities.iter().chain(PLATFORM_ENTITIES);
    let reads: HashMap<String, Scope> =
        entities.map(|meta| (meta.read.to_owned(), Scope::All)).collect();
    Rights::of(reads)
}

/// The operator beside a tenant's people, in the columns of [`Module::people`].
pub(super) fn with_operator(people: &str) -> String {
    format!(
        "{people} UNION ALL SELECT '{OPERATOR}', '{OPERATOR}', NULL, 'Operator of the server', \
         'support', TRUE, NULL"
    )
}

/// Opens a support session and answers its token and its end.
///
/// # Errors
/// A missing reason or a session that is too long; faults of the database.
pub async fn open_support_session(
    kernel: &Kernel,
    tenant: Arc<Tenant>,
    reason: &str,
    minutes: i64,
) -> Rule<(String, DateTime<Utc>)> {
    if !(1..=MOST_MINUTES).contains(&minutes) {
        let message = format!("A support session lasts 1 to {MOST_MINUTES} minutes.");
        return Err(Refusal::new(Code::OutOfRange, "minutes", message).into());
    }
    let actor = kernel
        .system_actor(tenant)
        .ok_or_else(|| Rejection::from(Fault::internal("a tenant without its module")))?;
    let origin = Origin { operation: "support".to_owned(), ..Origin::default() };
    let mut tx = kernel.begin(actor, origin).await?;
    let reason = tx.text(reason, "reason", 500);
    let opened = match tx.settle() {
        Ok(()) => {
            tx.reason = Some(reason);
            let most = TimeDelta::minutes(minutes);
            open_for(&mut tx, OPERATOR, most, "support_session", ProvenBy::Support).await
        }
        Err(rejection) => Err(rejection),
    };
    match opened {
        Ok(opened) => {
            tx.commit().await?;
            Ok((opened.token, opened.expires_at))
        }
        Err(rejection) => {
            tx.rollback().await;
            Err(rejection)
        }
    }
}
