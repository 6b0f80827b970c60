//! What providers tell by themselves (spec 1.6.5, 5.6): what became of airtime and of messages,
//! payments that a gateway took, and what was taken back. The same told twice, also at once, has
//! one effect and one answer: an index on provider, kind, reference and status sees to it. What is
//! told goes through the rules of the mutations.

mod airtime;
mod event;
mod message;
pub mod prune;
mod repayment;

use bizgraph_kernel::callback::{Callbacks, Sender, Told};
use bizgraph_kernel::db::Tx;
use bizgraph_kernel::entity::{Bind, GlobalId, Meta, Sql, decode};
use bizgraph_kernel::refusal::{Code, Refusal, Rule};
use serde_json::Value;

use crate::api_integration::{ApiIntegration, ApiIntegrationStatus};
use bizgraph_kernel::entity::Entity;
use event::{Event, Kind, Status};

/// How the lender takes what its providers tell.
pub static CALLBACKS: Callbacks = Callbacks {
    sender: |tx, address| Box::pin(sender(tx, address)),
    receive: |tx, sender, told| Box::pin(receive(tx, sender, told)),
};

const SENDER_PREFIX: &str = "apiIntegration:";

/// The integration whose id the address ends with, if it has a secret. One that is switched off
/// may still tell of what it was asked before.
async fn sender(tx: &mut Tx, address: &str) -> Rule<Option<Sender>> {
    let Some(integration) = integration(tx, address).await? else { return Ok(None) };
    let Some(sealed) = &integration.api_secret_sealed else { return Ok(None) };
    Ok(Some(Sender {
        id: format!("{SENDER_PREFIX}{}", integration.id),
        name: integration.name,
        secret: tx.open_secret(sealed)?,
    }))
}

async fn integration(tx: &mut Tx, address: &str) -> Rule<Option<ApiIntegration>> {
    let meta: &Meta = ApiIntegration::META;
    let id = GlobalId::decode(address).filter(|id| id.type_name == meta.type_name);
    let Some(key) = id.and_then(|id| id.key_in(meta, tx.actor.tenant.id)) else {
        return Ok(None);
    };
    let mut its = Sql::new("t.deleted_at IS NULL AND t.id = ");
    its.bind(key);
    Ok(tx.select(its).await?.pop())
}

/// Does what is told, once, and answers the same to the same.
async fn receive(tx: &mut Tx, sender: &Sender, told: &Told) -> Rule<Value> {
    let key = sender.id.strip_prefix(SENDER_PREFIX).unwrap_or_default();
    let integration: ApiIntegration = tx.get(crate::loan::jobs::read_key(key)?).await?;
    let event = event::read(tx, &told.body)?;
    if let Some(answer) = known(tx, &integration, &event).await? {
        return Ok(answer);
    }
    let answer = match event.kind {
        Kind::Airtime => airtime::told(tx, &integration, &event).await?,
        Kind::Message => message::told(tx, &integration, &event).await?,
        Kind::Repayment => {
            let is_on = integration.status != ApiIntegrationStatus::Inactive;
            // What was taken back is gone, whoever is called by now.
            tx.require(is_on || event.status == Status::Reversed, || {
                let message = "The integration is switched off; its payments are not taken.";
                Refusal::new(Code::PreconditionFailed, "", message)
            });
            repayment::told(tx, &integration, &event).await?
        }
    };
    tx.settle()?;
    keep(tx, &integration, &event, &answer).await?;
    Ok(answer)
}

fn text(text: &str) -> Bind {
    Bind::Text(Some(text.to_owned()))
}

/// What was answered when this was told before; claims it for us when it was not. The insert
/// waits for somebody who tells the same at this moment.
async fn known(tx: &mut Tx, integration: &ApiIntegration, event: &Event) -> Rule<Option<Value>> {
    let mut claim = Sql::new(
        "INSERT INTO provider_callbacks (api_integration_id, provider, kind, reference, status, \
         told, created_at) VALUES (",
    );
    claim.bind(integration.id.into()).push(", ").bind(text(&integration.provider));
    for word in [event.kind.word(), &event.reference, event.status.word()] {
        claim.push(", ").bind(text(word));
    }
    claim.push(", ").bind(Bind::Json(Some(event.told()))).push(", ");
    claim.bind(Bind::Instant(Some(tx.now)));
    claim.push(") ON CONFLICT (provider, kind, reference, status) DO NOTHING");
    if tx.execute(claim).await? == 1 {
        return Ok(None);
    }
    let mut earlier = Sql::new("SELECT told = ");
    earlier.bind(Bind::Json(Some(event.told()))).push(", answer FROM provider_callbacks");
    earlier.append(of(integration, event));
    let rows = tx.load(earlier).await?;
    let Some(row) = rows.first() else {
        let message = "The same is being told at this moment. Tell it again.";
        return Err(Refusal::new(Code::RetryLater, "", message).into());
    };
    if !decode::<bool>(row, 0)? {
        let message = "Something else was told under this reference and status before.";
        return Err(Refusal::new(Code::IdempotencyKeyReused, "reference", message).into());
    }
    Ok(Some(decode::<Option<Value>>(row, 1)?.unwrap_or_default()))
}

async fn keep(
    tx: &mut Tx,
    integration: &ApiIntegration,
    event: &Event,
    answer: &Value,
) -> Rule<()> {
    let mut sql = Sql::new("UPDATE provider_callbacks SET answer = ");
    sql.bind(Bind::Json(Some(answer.clone()))).append(of(integration, event));
    tx.execute(sql).await?;
    Ok(())
}

fn of(integration: &ApiIntegration, event: &Event) -> Sql {
    let mut sql = Sql::new(" WHERE provider = ");
    sql.bind(text(&integration.provider)).push(" AND kind = ").bind(text(event.kind.word()));
    sql.push(" AND reference = ").bind(text(&event.reference)).push(" AND status = ");
    sql.bind(text(event.status.word()));
    sql
}
