//! What people try that their role does not allow, in the trail of a module that shows it (spec
//! 1.8.3).

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::actor::{Actor, Origin};
use crate::aside::aside;
use crate::audit::AuditEntry;
use crate::db::Fault;
use crate::kernel::Kernel;
use crate::module::Module;
use crate::refusal::{Code, Rejection, Rule};
use crate::schema::PLATFORM_ENTITIES;

impl Kernel {
    /// Passes on what came of a check of rights, once a permission that was missing is recorded.
    pub(crate) async fn with_denial_recorded<T>(
        &self,
        actor: &Arc<Actor>,
        origin: &Origin,
        checked: Rule<T>,
    ) -> Rule<T> {
        if let Err(Rejection::Refused(refusals)) = &checked {
            let forbidden = refusals.iter().filter(|refusal| refusal.code == Code::Forbidden);
            let missing =
                forbidden.filter_map(|refusal| refusal.details.get("permission")?.as_str());
            self.record_denials(actor, origin, missing.map(str::to_owned).collect()).await?;
        }
        checked
    }

    /// Records permissions that somebody needed and has not, one entry each.
    pub(crate) async fn record_denials(
        &self,
        actor: &Arc<Actor>,
        origin: &Origin,
        permissions: BTreeSet<String>,
    ) -> Result<(), Fault> {
        let denied = permissions.into_iter().map(|permission| {
            let entity = subject(actor.module, &permission);
            denied(entity, &permission)
        });
        self.record_denied(actor, origin, denied.collect()).await
    }

    /// Records what somebody was denied, where the module shows it.
    pub(crate) async fn record_denied(
        &self,
        actor: &Arc<Actor>,
        origin: &Origin,
        entries: Vec<AuditEntry>,
    ) -> Result<(), Fault> {
        if entries.is_empty() || !actor.module.records_denials {
            return Ok(());
        }
        let write = async {
            let mut tx = self.begin(actor.clone(), origin.clone()).await?;
            tx.audit.extend(entries);
            tx.commit().await
        };
        aside(write).await
    }
}

/// The entry of a permission that was missing.
pub(crate) fn denied(entity: &'static str, permission: &str) -> AuditEntry {
    let mut entry = AuditEntry::new("denied", entity, String::new());
    entry.new_values.insert("permission".to_owned(), permission.into());
    entry
}

/// The type that a permission is about.
fn subject(module: &Module, permission: &str) -> &'static str {
    let mut entities = module.entities.iter().chain(PLATFORM_ENTITIES);
    let about = |prefix: &str| {
        permission.strip_prefix(prefix).is_some_and(|action| action.starts_with('.'))
    };
    entities.find(|meta| about(meta.permission)).map_or("Permission", |meta| meta.type_name)
}
