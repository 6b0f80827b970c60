//! The first answer of the support to the customer (spec 5.7); notes among agents are none.

use bizgraph_kernel::db::Tx;
use bizgraph_kernel::entity::{Bind, Sql, decode};
use bizgraph_kernel::refusal::Rule;
use chrono::{DateTime, Utc};

use super::{TicketSlaClock, breach, of};
use crate::ticket::Ticket;

/// Keeps when the first answer was given, and whether that was too late.
pub async fn first(tx: &mut Tx, ticket: &Ticket) -> Rule<()> {
    let Some(clock) = of(tx, ticket.id).await? else { return Ok(()) };
    if clock.first_responded_at.is_some() {
        return Ok(());
    }
    let clock = breach::first_response(tx, ticket, clock).await?;
    let sets = vec![TicketSlaClock::FIRST_RESPONDED_AT.to(Some(tx.now))];
    tx.amend(&clock, sets).await?;
    Ok(())
}

/// When a ticket was answered first, whether anything was promised by then or not: by a message
/// of an agent, or by what was done about it. A description that an agent entered is no answer.
pub async fn given(tx: &mut Tx, ticket: &Ticket) -> Rule<Option<DateTime<Utc>>> {
    let mut sql = Sql::new(
        "SELECT min(answers.at) FROM ( \
           SELECT m.created_at AS at FROM chat_messages m \
           WHERE m.sender_type = 'agent' AND NOT m.internal \
             AND (m.created_at, coalesce(m.first_message, m.message)) <> (",
    );
    sql.bind(Bind::Instant(Some(ticket.created_at))).push(", ");
    sql.bind(Bind::Text(Some(ticket.description.clone()))).push(") AND m.ticket_id = ");
    sql.bind(ticket.id.into());
    sql.push(
        " UNION ALL SELECT h.created_at FROM ticket_histories h \
           WHERE h.action = 'resolve' AND h.ticket_id = ",
    );
    sql.bind(ticket.id.into()).push(") answers");
    let rows = tx.load(sql).await?;
    Ok(rows.first().map(|row| decode(row, 0)).transpose()?.flatten())
}
