//! `bizgraph verify`: what must always hold, re-computed for every tenant.

use std::sync::Arc;

use anyhow::{Context, bail};
use bizgraph_kernel::db::Session;
use bizgraph_kernel::db::catalogue::differences;
use bizgraph_kernel::kernel::Kernel;
use bizgraph_kernel::tenant::Tenant;
use bizgraph_kernel::verify::{PLATFORM_CHECKS, findings};
use clap::Args;

use super::output;
use super::running_database::with_kernel;
use crate::config::DatabaseOptions;

/// What `bizgraph verify` takes.
#[derive(Args)]
pub struct Options {
    #[command(flatten)]
    database: DatabaseOptions,
    /// Only this tenant [default: all]
    #[arg(long)]
    tenant: Option<String>,
}

/// Prints every finding.
pub async fn run(options: Options) -> anyhow::Result<()> {
    with_kernel(&options.database, async |kernel| {
        let tenants = match &options.tenant {
            Some(slug) => {
                let unknown = || format!("there is no tenant {slug:?}: `bizgraph tenant list`");
                vec![kernel.tenant(slug).with_context(unknown)?]
            }
            None => kernel.tenants(),
        };
        let mut found = Vec::new();
        let mut checks = 0;
        let mut looked_at = 0;
        for tenant in &tenants {
            let Some(session) = session(kernel, tenant) else { continue };
            looked_at += 1;
            let outcome = verify(&session, &mut checks).await;
            session.finish();
            let lines = outcome.with_context(|| format!("{} cannot be verified", tenant.slug))?;
            found.extend(lines.into_iter().map(|line| format!("{}: {line}\n", tenant.slug)));
        }
        if found.is_empty() {
            return output::write(&format!(
                "Nothing found: {checks} checks hold in {looked_at} {}.\n",
                if looked_at == 1 { "tenant" } else { "tenants" }
            ));
        }
        output::write(&found.concat())?;
        bail!("{} findings, see above", found.len())
    })
    .await
}

/// A snapshot of a tenant whose module this program carries.
fn session(kernel: &Arc<Kernel>, tenant: &Arc<Tenant>) -> Option<Session> {
    let actor = kernel.system_actor(tenant.clone())?;
    Some(Session::new(kernel.database.clone(), actor, kernel.clock.now()))
}

async fn verify(session: &Session, checks: &mut usize) -> anyhow::Result<Vec<String>> {
    let module = session.actor.module;
    let mut lines = differences(session, module.entities).await?;
    for group in [PLATFORM_CHECKS, module.checks] {
        *checks += group.len();
        for finding in findings(session, group).await? {
            let says = group.iter().find(|check| check.name == finding.check);
            lines.push(format!(
                "{} {} {}: expected {}, found {} ({})",
                finding.check,
                finding.entity,
                finding.id,
                finding.expected,
                finding.actual,
                says.map_or("", |check| check.says)
            ));
        }
    }
    Ok(lines)
}

/// Refuses to serve tables that are not as the entities say.
///
/// # Errors
/// A sentence for each difference.
pub async fn refuse_differences(kernel: &Arc<Kernel>) -> anyhow::Result<()> {
    for tenant in kernel.tenants() {
        let Some(session) = session(kernel, &tenant) else { continue };
        let found = differences(&session, session.actor.module.entities).await;
        session.finish();
        let found = found?;
        if !found.is_empty() {
            bail!(
                "the tables of {} are not as this program needs them: {}",
                tenant.slug,
                found.join("; ")
            );
        }
    }
    Ok(())
}
