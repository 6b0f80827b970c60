//! What people try that their role does not allow, in the trail of a module that shows it (spec
//! 1.8.3). Mutations write theirs themselves.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::actor::{Actor, Origin};
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
        if permissions.is_empty() || !actor.module.records_denials {
            return Ok(());
        }
        let mut tx = self.begin(actor.clone(), origin.clone()).await?;
        for permission in permissions {
            let mut entry =
                AuditEntry::new("denied", subject(actor.module, &permission), String::new());
            entry.new_values.insert("permission".to_owned(), permission.into());
            tx.audit.push(entry);
        }
        tx.commit().await
    }
}

/// The type that a permission is about.
fn subject(module: &Module, permission: &str) -> &'static str {
    let mut entities = module.entities.iter().chain(PLATFORM_ENTITIES);
    let about = |prefix: &str| {
        permission.strip_prefix(prefix).is_some_and(|action| action.starts_with('.'))
    };
    entities.find(|meta| about(meta.permission)).map_or("Permission", |meta| meta.type_name)
}
