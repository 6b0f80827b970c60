//! `bizgraph verify`: what must always hold, re-computed for every tenant.

use std::sync::Arc;

use anyhow::{Context, bail};
use bizgraph_kernel::db::Session;
use bizgraph_kernel::db::catalogue::differences;
use bizgraph_kernel::kernel::Kernel;
use bizgraph_kernel::tenant::Tenant;
use bizgraph_kernel::verify::{self, Finding, PLATFORM_CHECKS};
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
    /// First computes anew what only repeats other rows; never money
    #[arg(long)]
    repair: bool,
}

/// That a check found something: no failure of the program, but no success either.
#[derive(Debug, thiserror::Error)]
#[error("{} {}, see above", .0, if *.0 == 1 { "finding" } else { "findings" })]
pub struct FindingsFound(pub usize);

/// Prints every finding.
pub async fn run(options: Options) -> anyhow::Result<()> {
    with_kernel(&options.database, async |kernel| {
        let (mut lines, mut checks, mut looked_at) = (Vec::new(), 0, 0);
        for tenant in tenants(kernel, options.tenant.as_deref())? {
            let slug = tenant.slug.clone();
            if options.repair {
                let repaired = verify::repair(kernel, &tenant).await;
                for it in repaired.with_context(|| format!("{slug} cannot be repaired"))? {
                    output::write(&format!(
                        "{slug}: {} {}: {} was {}, is {} now\n",
                        it.entity, it.id, it.field, it.old, it.new
                    ))?;
                }
            }
            let found = check(kernel, &tenant).await;
            let found = found.with_context(|| format!("{slug} cannot be verified"))?;
            lines.extend(found.into_iter().map(|line| format!("{slug}: {line}\n")));
            let module = kernel.module(&tenant.module);
            checks += PLATFORM_CHECKS.len() + module.map_or(0, |module| module.checks.len());
            looked_at += 1;
        }
        if lines.is_empty() {
            return output::write(&format!(
                "Nothing found: {checks} checks hold in {looked_at} {}.\n",
                if looked_at == 1 { "tenant" } else { "tenants" }
            ));
        }
        output::write(&lines.concat())?;
        bail!(FindingsFound(lines.len()))
    })
    .await
}

/// The tenant with this slug, or all, as far as this program carries their modules.
pub fn tenants(kernel: &Arc<Kernel>, slug: Option<&str>) -> anyhow::Result<Vec<Arc<Tenant>>> {
    let asked = match slug {
        Some(slug) => {
            let unknown = || format!("there is no tenant {slug:?}: `bizgraph tenant list`");
            vec![kernel.tenant(slug).with_context(unknown)?]
        }
        None => kernel.tenants(),
    };
    Ok(asked.into_iter().filter(|tenant| kernel.module(&tenant.module).is_some()).collect())
}

/// A snapshot of a tenant whose module this program carries.
pub fn session(kernel: &Arc<Kernel>, tenant: &Arc<Tenant>) -> Option<Session> {
    let actor = kernel.system_actor(tenant.clone())?;
    Some(Session::new(kernel.database.clone(), actor, kernel.clock.now()))
}

async fn check(kernel: &Arc<Kernel>, tenant: &Arc<Tenant>) -> anyhow::Result<Vec<String>> {
    let Some(session) = session(kernel, tenant) else { return Ok(Vec::new()) };
    let found = async {
        let lines = differences(&session, session.actor.module.entities).await?;
        anyhow::Ok((lines, verify::verify(&session, &kernel.cipher).await?))
    };
    let found = found.await;
    session.finish();
    let (mut lines, mut findings) = found?;
    verify::remember(kernel, tenant, &mut findings).await?;
    lines.extend(findings.iter().map(line));
    Ok(lines)
}

/// A finding in one line.
pub fn line(finding: &Finding) -> String {
    let since = finding.first_seen_at.map_or(String::new(), |at| format!(", first seen {at}"));
    format!(
        "{} {} {}: expected {}, found {}{since} ({})",
        finding.check, finding.entity, finding.id, finding.expected, finding.actual, finding.says
    )
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
