//! Each minute the clocks are looked at (spec 5.7): a warning when most of the time is over, a
//! breach at its end, which passes the ticket up. Each is said once for a target, and no warning
//! after the breach.

use bizgraph_kernel::db::Tx;
use bizgraph_kernel::entity::{Entity, GlobalId, Id};
use bizgraph_kernel::job;
use bizgraph_kernel::refusal::Rule;

use super::{TicketSlaClock, breach, of};
use crate::ticket::hold::{Held, Which, hold};
use crate::ticket::{Ticket, TicketStatus, escalate};

job! {
    /// Warns of promises that are about to be broken, and passes tickets up whose promise is.
    pub TICK_SLA_CLOCKS = "tickSlaClocks", every 1 minutes,
    due "SELECT c.ticket_id::text FROM ticket_sla_clocks c CROSS JOIN \
           (SELECT current_setting('bizgraph.now')::timestamptz AS instant) now \
         WHERE c.stopped_at IS NULL AND ( \
           c.first_responded_at IS NULL AND c.first_response_breached_at IS NULL AND ( \
             c.first_response_warns_at <= now.instant AND c.first_response_warned_at IS NULL \
             OR c.first_response_due_at <= now.instant) \
           OR c.paused_at IS NULL AND c.resolution_breached_at IS NULL AND ( \
             c.resolution_warns_at <= now.instant AND c.resolution_warned_at IS NULL \
             OR c.resolution_due_at <= now.instant)) \
         ORDER BY c.ticket_id"
    => tick_one
}

/// Looks at one clock (spec 5.7).
pub async fn tick_one(tx: &mut Tx, key: &str) -> Rule<()> {
    let id = Id::new(GlobalId::encode(tx.actor.tenant.id, Ticket::META.type_name, key));
    let held = hold(tx, Which::of(&id, None), Some(escalate::those_above())).await?;
    let ticket = &held.ticket;
    let Some(clock) = of(tx, ticket.id).await?.filter(|clock| clock.stopped_at.is_none()) else {
        return Ok(());
    };
    let clock = warn(tx, ticket, clock).await?;
    let clock = breach::first_response(tx, ticket, clock).await?;
    let answer_is_late = clock.first_response_breached_at == Some(tx.now);
    let clock = breach::resolution(tx, ticket, clock).await?;
    let is_late = clock.resolution_breached_at == Some(tx.now);
    if answer_is_late {
        pass_up(tx, &held, "The first answer is late.").await
    } else if is_late {
        pass_up(tx, &held, "The resolution is late.").await
    } else {
        Ok(())
    }
}

/// Warns of what is not late yet.
async fn warn(tx: &mut Tx, ticket: &Ticket, clock: TicketSlaClock) -> Rule<TicketSlaClock> {
    let mut clock = clock;
    let now = tx.now;
    let unanswered = clock.first_responded_at.is_none() && clock.first_response_warned_at.is_none();
    if unanswered && clock.first_response_warns_at <= now && now < clock.first_response_due_at {
        let column = TicketSlaClock::FIRST_RESPONSE_WARNED_AT;
        clock = breach::say(tx, ticket, clock, "warnFirstResponse", column).await?;
    }
    let runs = clock.paused_at.is_none() && clock.resolution_warned_at.is_none();
    if runs && clock.resolution_warns_at <= now && now < clock.resolution_due_at {
        let column = TicketSlaClock::RESOLUTION_WARNED_AT;
        clock = breach::say(tx, ticket, clock, "warnResolution", column).await?;
    }
    Ok(clock)
}

/// Passes a ticket up that is not up there yet, as far as there is a higher tier.
async fn pass_up(tx: &mut Tx, held: &Held, why: &str) -> Rule<()> {
    let ticket = &held.ticket;
    let is_in_work = matches!(ticket.status, TicketStatus::Open | TicketStatus::InProgress);
    if is_in_work && escalate::can_go_up(ticket) {
        escalate::raise(tx, held, None, why).await?;
    }
    Ok(())
}
