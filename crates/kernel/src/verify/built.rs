//! Checks whose statements are made from what the module declares.

use super::{Finding, found};
use crate::auth::support::OPERATOR;
use crate::db::{Fault, Session};
use crate::entity::global_id::KeyType;
use crate::entity::sql::{Bind, Sql};
use crate::schema::PLATFORM_MUTATIONS;

/// Sessions of people who may not log in (P5), and idempotency records whose rows are not
/// there (P6).
pub(super) async fn findings(session: &Session) -> Result<Vec<Finding>, Fault> {
    const SESSIONS: &str = "No session belongs to somebody who may not log in.";
    const ANSWERS: &str = "The row that a call with a key made is there.";
    let mut all = found("P5", SESSIONS, &session.load_report(sessions(session)).await?)?;
    for sql in answers(session) {
        all.extend(found("P6", ANSWERS, &session.load_report(sql).await?)?);
    }
    Ok(all)
}

fn sessions(session: &Session) -> Sql {
    let mut sql = Sql::new(
        "SELECT 'session', s.id::text, 'the session of somebody who may log in', s.user_id \
         FROM sessions s LEFT JOIN (",
    );
    sql.push(session.actor.module.people)
        .push(") p ON p.id = s.user_id WHERE s.revoked_at IS NULL AND s.user_id <> ");
    sql.bind(Bind::Text(Some(OPERATOR.to_owned())))
        .push(" AND p.active IS NOT TRUE AND s.expires_at > ");
    sql.bind(Bind::Instant(Some(session.now)));
    sql
}

/// One statement for each entity that calls with a key answer.
fn answers(session: &Session) -> Vec<Sql> {
    let mutations = session.actor.module.mutations.iter().chain(PLATFORM_MUTATIONS);
    let keyed: Vec<_> = mutations.filter(|mutation| mutation.keyed).collect();
    let mut statements = Vec::new();
    for meta in session.actor.module.entities {
        let answered = keyed.iter().filter(|mutation| {
            mutation.entity.is_some_and(|entity| entity().type_name == meta.type_name)
        });
        let names: Vec<String> = answered.map(|mutation| mutation.name.to_owned()).collect();
        if names.is_empty() {
            continue;
        }
        let (noun, key) = (crate::scalars::words_of(meta.singular), KeyType::of(meta).name());
        let mut sql = Sql::new(&format!(
            "SELECT 'idempotency_record', r.actor || ' ' || r.key, '{noun} ' || r.row, 'no such row' \
             FROM (SELECT actor, key, outcome ->> 'key' AS row FROM idempotency_records \
               WHERE mutation = ANY(",
        ));
        sql.bind(Bind::Texts(names)).push(&format!(
            ") AND NOT outcome ? 'approvalRequest') r WHERE r.row IS NOT NULL AND NOT EXISTS \
             (SELECT 1 FROM {} t WHERE t.{} = r.row::{key})",
            meta.table,
            meta.key().name
        ));
        statements.push(sql);
    }
    statements
}
