//! What the caller did at a ticket is over before its time.

use bizgraph_kernel::db::Tx;
use bizgraph_kernel::entity::{Bind, Sql, decode};
use bizgraph_kernel::refusal::Rule;

use super::TicketActivity;
use super::show::tell;
use crate::ticket::Ticket;

/// Ends some activities of the caller at a ticket; what is over already stays as it is.
pub async fn end(
    tx: &mut Tx,
    ticket: &Ticket,
    verb: &str,
    activities: &[TicketActivity],
) -> Rule<()> {
    let mut sql = Sql::new("UPDATE ticket_presences SET until = ");
    sql.bind(Bind::Instant(Some(tx.now))).push(", updated_at = ");
    sql.bind(Bind::Instant(Some(tx.now))).push(" WHERE ticket_id = ");
    sql.bind(Bind::Uuid(Some(ticket.id))).push(" AND person = ");
    sql.bind(Bind::Text(Some(tx.actor.id.clone()))).push(" AND activity = ANY(");
    let words = activities.iter().map(|activity| activity.spelling().to_owned());
    sql.bind(Bind::Texts(words.collect())).push(") AND until > ");
    sql.bind(Bind::Instant(Some(tx.now))).push(" RETURNING id");
    for row in tx.load(sql).await? {
        tell(tx, ticket, verb, decode(&row, 0)?);
    }
    Ok(())
}
