//! When a finding was met first.

use std::collections::HashMap;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use super::Finding;
use crate::actor::Origin;
use crate::db::{Fault, Session, Tx};
use crate::entity::decode;
use crate::entity::row::Row;
use crate::entity::sql::{Bind, Sql};
use crate::kernel::Kernel;
use crate::tenant::Tenant;

/// Notes what was found now, forgets what holds again, and fills in when each was met first.
///
/// # Errors
/// When the database cannot be written.
pub async fn remember(
    kernel: &Kernel,
    tenant: &Arc<Tenant>,
    findings: &mut [Finding],
) -> Result<(), Fault> {
    let actor = kernel
        .system_actor(tenant.clone())
        .ok_or_else(|| Fault::internal("a tenant without its module"))?;
    let origin = Origin { operation: "verify".to_owned(), ..Origin::default() };
    let mut tx = kernel.begin(actor, origin).await?;
    match note(&mut tx, findings).await {
        Ok(first) => {
            tx.commit().await?;
            for finding in findings {
                finding.first_seen_at = first.get(&name(finding)).copied();
            }
            Ok(())
        }
        Err(fault) => {
            tx.rollback().await;
            Err(fault)
        }
    }
}

/// Fills in when each finding was met first, as far as that was noted.
///
/// # Errors
/// When the database cannot be read.
pub async fn fill_first_seen(session: &Session, findings: &mut [Finding]) -> Result<(), Fault> {
    if findings.is_empty() {
        return Ok(());
    }
    let known = known(&session.load(Sql::new(KNOWN)).await?)?;
    for finding in findings {
        finding.first_seen_at = known.get(&name(finding)).copied();
    }
    Ok(())
}

const KNOWN: &str = "SELECT check_name, entity, entity_id, first_seen_at FROM verify_findings";

fn known(rows: &[Row]) -> Result<HashMap<Name, DateTime<Utc>>, Fault> {
    let entry = |row| Ok(((decode(row, 0)?, decode(row, 1)?, decode(row, 2)?), decode(row, 3)?));
    rows.iter().map(entry).collect()
}

type Name = (String, String, String);

fn name(finding: &Finding) -> Name {
    (finding.check.to_owned(), finding.entity.clone(), finding.id.clone())
}

async fn note(tx: &mut Tx, findings: &[Finding]) -> Result<HashMap<Name, DateTime<Utc>>, Fault> {
    let rows: Vec<Value> = findings
        .iter()
        .map(|it| json!({ "check_name": it.check, "entity": it.entity, "entity_id": it.id }))
        .collect();
    let found = |sql: &mut Sql| {
        sql.bind(Bind::Json(Some(rows.clone().into())));
        sql.push(") AS f(check_name text, entity text, entity_id text)");
    };
    let mut sql = Sql::new(
        "DELETE FROM verify_findings WHERE (check_name, entity, entity_id) NOT IN \
         (SELECT check_name, entity, entity_id FROM jsonb_to_recordset(",
    );
    found(&mut sql);
    sql.push(")");
    tx.execute(sql).await?;
    let mut sql = Sql::new(
        "INSERT INTO verify_findings (check_name, entity, entity_id, first_seen_at) \
         SELECT DISTINCT f.check_name, f.entity, f.entity_id, ",
    );
    sql.bind(Bind::Instant(Some(tx.now))).push(" FROM jsonb_to_recordset(");
    found(&mut sql);
    sql.push(" ON CONFLICT DO NOTHING");
    tx.execute(sql).await?;
    known(&tx.load(Sql::new(KNOWN)).await?)
}
