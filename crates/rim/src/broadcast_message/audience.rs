//! Who a broadcast is for (spec 5.9): customers that are not deleted, as the audience says, by
//! the channels of the broadcast that they did not opt out of.

use bizgraph_kernel::db::{Fault, Tx};
use bizgraph_kernel::entity::{Bind, Entity, GlobalId, Id, Sql, decode};
use bizgraph_kernel::refusal::{Code, Refusal, Rule};
use uuid::Uuid;

use super::{BroadcastMessage, BroadcastType, TargetAudience};
use crate::user::User;

/// Customers that a custom audience names at most.
const MOST_CUSTOM: usize = 1_000;

/// Rows of customer, channel and address as `a`.
fn resolved(broadcast: &BroadcastMessage) -> Rule<Sql> {
    let channels = match broadcast.r#type {
        BroadcastType::Sms => vec!["sms".to_owned()],
        BroadcastType::Email => vec!["email".to_owned()],
        BroadcastType::Both => vec!["sms".to_owned(), "email".to_owned()],
    };
    let mut sql = Sql::new("(SELECT u.id, c.channel, CASE c.channel WHEN 'sms' THEN u.phone ");
    sql.push("ELSE u.email END AS address FROM users u CROSS JOIN unnest(");
    sql.bind(Bind::Texts(channels)).push("::text[]) AS c (channel) WHERE u.deleted_at IS NULL ");
    sql.push("AND NOT CASE c.channel WHEN 'sms' THEN u.sms_opt_out ELSE u.email_opt_out END");
    match broadcast.target_audience {
        TargetAudience::All => {}
        TargetAudience::ActiveUsers => {
            sql.push(" AND u.status = 'active'");
        }
        TargetAudience::InactiveUsers => {
            sql.push(" AND u.status = 'inactive'");
        }
        TargetAudience::OverdueUsers => {
            sql.push(" AND u.repayment_status = 'Overdue'");
        }
        TargetAudience::Custom => {
            sql.push(" AND u.id = ANY(").bind(Bind::Uuids(named(broadcast)?)).push("::uuid[])");
        }
    }
    sql.push(") a");
    Ok(sql)
}

/// The keys of a custom audience.
fn named(broadcast: &BroadcastMessage) -> Rule<Vec<Uuid>> {
    let key = |id: &String| GlobalId::decode(id).and_then(|id| id.key.parse().ok());
    let keys: Option<Vec<Uuid>> = broadcast.custom_user_ids.iter().map(key).collect();
    keys.ok_or_else(|| Fault::internal("an audience that names no customer").into())
}

/// How many customers a broadcast would go to now.
pub async fn size(tx: &mut Tx, broadcast: &BroadcastMessage) -> Rule<i32> {
    let mut sql = Sql::new("SELECT count(DISTINCT a.id)::integer FROM ");
    sql.append(resolved(broadcast)?);
    let rows = tx.load(sql).await?;
    let row = rows.first().ok_or_else(|| Fault::internal("a count without a row"))?;
    Ok(decode(row, 0)?)
}

/// Refuses an audience of nobody, and answers how many there are.
pub async fn not_empty(tx: &mut Tx, broadcast: &BroadcastMessage, field: &str) -> Rule<i32> {
    let size = size(tx, broadcast).await?;
    tx.require(size > 0, || {
        let message = "Nobody would get it: the audience is empty, or opted out.";
        Refusal::new(Code::PreconditionFailed, field, message)
    });
    Ok(size)
}

/// Writes the audience down: one row a customer and channel. Whoever has a row gets no second.
/// It is one statement, which takes long where there are very many.
pub async fn write_down(tx: &mut Tx, broadcast: &BroadcastMessage) -> Rule<()> {
    tx.load(Sql::new("SELECT set_config('statement_timeout', '30s', TRUE)")).await?;
    let now = Bind::Instant(Some(tx.now));
    let mut sql = Sql::new(
        "INSERT INTO broadcast_recipients (id, broadcast_message_id, user_id, channel, address, \
         created_at, updated_at) SELECT gen_random_uuid(), ",
    );
    sql.bind(broadcast.id.into()).push(", a.id, a.channel, a.address, ").bind(now.clone());
    sql.push(", ").bind(now).push(" FROM ").append(resolved(broadcast)?);
    sql.push(" ON CONFLICT (broadcast_message_id, user_id, channel) DO NOTHING");
    tx.execute(sql).await?;
    Ok(())
}

/// The ids of a custom audience as its row holds them: each once, each of a customer.
pub async fn custom(
    tx: &mut Tx,
    audience: TargetAudience,
    ids: Vec<Id<User>>,
) -> Rule<Vec<String>> {
    let is_custom = audience == TargetAudience::Custom;
    tx.require(is_custom != ids.is_empty(), || {
        let message = match is_custom {
            true => "Say who gets it: a custom audience names its customers.",
            false => "Only a custom audience names its customers; leave them out.",
        };
        let code = if is_custom { Code::Required } else { Code::ValidationFailed };
        Refusal::new(code, "customUserIds", message)
    });
    tx.require(ids.len() <= MOST_CUSTOM, || {
        let message = format!("At most {MOST_CUSTOM} customers.");
        Refusal::new(Code::OutOfRange, "customUserIds", message).with("most", MOST_CUSTOM)
    });
    let mut kept: Vec<String> = Vec::new();
    let mut keys: Vec<(usize, Uuid)> = Vec::new();
    for (index, id) in ids.iter().take(MOST_CUSTOM).enumerate() {
        let key = tx.key(id, &format!("customUserIds.{index}"))?;
        if let Bind::Uuid(Some(key)) = key
            && !keys.iter().any(|(_, known)| *known == key)
        {
            keys.push((index, key));
            kept.push(id.as_str().to_owned());
        }
    }
    let mut there = Sql::new("SELECT u.id FROM users u WHERE u.deleted_at IS NULL AND u.id = ANY(");
    there.bind(Bind::Uuids(keys.iter().map(|(_, key)| *key).collect())).push(")");
    let rows = tx.load(there).await?;
    let found: Vec<Uuid> = rows.iter().map(|row| decode(row, 0)).collect::<Result<_, Fault>>()?;
    for (index, key) in &keys {
        tx.require(found.contains(key), || {
            let noun = bizgraph_kernel::scalars::words_of(User::META.singular);
            let message = format!("There is no such {noun}.");
            Refusal::new(Code::ReferenceNotFound, format!("customUserIds.{index}"), message)
        });
    }
    Ok(kept)
}
