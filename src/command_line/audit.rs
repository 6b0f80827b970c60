//! `bizgraph audit`: the audit trail of a tenant, looked at from outside.

use anyhow::{Context, bail};
use bizgraph_kernel::audit::seal;
use bizgraph_kernel::verify::{PLATFORM_CHECKS, findings};
use clap::{Args, Subcommand};

use super::output;
use super::running_database::with_kernel;
use super::verify::{FindingsFound, line, session, tenants};
use crate::config::DatabaseOptions;

/// What can be done with the audit trail.
#[derive(Subcommand)]
pub enum Command {
    /// Recomputes the chain of seals and names every entry that was changed, removed or slipped
    /// in; ends with 1 if there is any, with 2 if it could not look
    #[command(
        after_help = "Examples:\n  bizgraph audit verify\n  bizgraph audit verify --tenant bizhub \
                      --head 214:9f86d081884c...\n\nThe head of a trail is its last seal. Keep it \
                      somewhere else: a trail whose end was cut off with its seals looks whole, \
                      but no longer holds the head that was noted."
    )]
    Verify(Verify),
}

/// What `bizgraph audit verify` takes.
#[derive(Args)]
pub struct Verify {
    #[command(flatten)]
    database: DatabaseOptions,
    /// Only this tenant [default: all]
    #[arg(long)]
    tenant: Option<String>,
    /// A head that was printed earlier and must still be in the chain
    #[arg(long, value_name = "SEAL:HASH", requires = "tenant", value_parser = parse_head)]
    head: Option<(i64, String)>,
}

fn parse_head(text: &str) -> Result<(i64, String), String> {
    let wrong = || "a head looks like 214:9f86d081884c...".to_owned();
    let (seal, hash) = text.split_once(':').ok_or_else(wrong)?;
    Ok((seal.parse().map_err(|_| wrong())?, hash.to_owned()))
}

impl Command {
    /// Does it.
    pub async fn run(self) -> anyhow::Result<()> {
        let Command::Verify(options) = self;
        verify(options).await
    }
}

async fn verify(options: Verify) -> anyhow::Result<()> {
    with_kernel(&options.database, async |kernel| {
        let mut found = 0;
        for tenant in tenants(kernel, options.tenant.as_deref())? {
            let Some(session) = session(kernel, &tenant) else { continue };
            let looked = async {
                let chain = PLATFORM_CHECKS.iter().position(|check| check.name == "P2");
                let chain = chain.context("the chain has no check")?;
                let mut all = findings(&session, &PLATFORM_CHECKS[chain..=chain]).await?;
                all.extend(seal::signature_findings(&session, &kernel.cipher).await?);
                let kept = match &options.head {
                    Some((number, hash)) => seal::holds(&session, *number, hash).await?,
                    None => true,
                };
                anyhow::Ok((all, kept, seal::head(&session).await?))
            };
            let looked = looked.await;
            session.finish();
            let slug = &tenant.slug;
            let (all, kept, head) = looked.with_context(|| format!("{slug} cannot be verified"))?;
            for finding in &all {
                output::write(&format!("{slug}: {}\n", line(finding)))?;
            }
            if !kept {
                output::write(&format!("{slug}: the head that was noted is not in the chain\n"))?;
            }
            found += all.len() + usize::from(!kept);
            output::write(&match head {
                Some(head) => format!(
                    "{slug}: sealed up to entry {}, head {}:{}\n",
                    head.last_entry, head.seal, head.hash
                ),
                None => format!("{slug}: nothing is sealed yet\n"),
            })?;
        }
        match found {
            0 => Ok(()),
            found => bail!(FindingsFound(found)),
        }
    })
    .await
}
