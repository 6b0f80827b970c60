//! `verify --repair`: computes projections anew. A projection repeats what other rows say, such
//! as a quantity on hold; money rows are never among them.

use std::sync::Arc;

use crate::actor::Origin;
use crate::audit::AuditEntry;
use crate::db::{Fault, Tx};
use crate::entity::decode;
use crate::entity::metadata::Meta;
use crate::entity::sql::Sql;
use crate::job::now_is;
use crate::kernel::Kernel;
use crate::tenant::Tenant;

/// A column that repeats what other rows say.
pub struct Projection {
    /// The entity that has it.
    pub entity: fn() -> &'static Meta,
    /// Its GraphQL field.
    pub field: &'static str,
    /// Computes it anew where it is wrong, and answers key, wrong and right value as text. The
    /// instant is `bizgraph.now`.
    pub sql: &'static str,
}

/// A value that was computed anew.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Repaired {
    pub entity: &'static str,
    pub id: String,
    pub field: &'static str,
    pub old: String,
    pub new: String,
}

/// Computes every projection of a tenant anew, and records each changed row in the audit trail.
///
/// # Errors
/// When the database cannot be written; then nothing was changed.
pub async fn repair(kernel: &Kernel, tenant: &Arc<Tenant>) -> Result<Vec<Repaired>, Fault> {
    let actor = kernel
        .system_actor(tenant.clone())
        .ok_or_else(|| Fault::internal("a tenant without its module"))?;
    let projections = actor.module.projections;
    let origin = Origin { operation: "verify --repair".to_owned(), ..Origin::default() };
    let mut tx = kernel.begin(actor, origin).await?;
    match compute(&mut tx, projections).await {
        Ok(repaired) => {
            tx.commit().await?;
            Ok(repaired)
        }
        Err(fault) => {
            tx.rollback().await;
            Err(fault)
        }
    }
}

async fn compute(tx: &mut Tx, projections: &[Projection]) -> Result<Vec<Repaired>, Fault> {
    let mut all = Vec::new();
    tx.load(now_is(tx.now)).await?;
    for projection in projections {
        let entity = (projection.entity)().type_name;
        for row in tx.load(Sql::new(projection.sql)).await? {
            let (id, old, new): (String, String, String) =
                (decode(&row, 0)?, decode(&row, 1)?, decode(&row, 2)?);
            let field = projection.field;
            let mut entry = AuditEntry::new("repair", entity, id.clone());
            entry.old_values.insert(field.to_owned(), old.clone().into());
            entry.new_values.insert(field.to_owned(), new.clone().into());
            tx.audit.push(entry);
            all.push(Repaired { entity, id, field, old, new });
        }
    }
    Ok(all)
}
