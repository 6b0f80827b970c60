//! What follows when the work on a ticket ends (spec 5.7): its agent has one less, and what was
//! promised is measured.

use bizgraph_kernel::db::Tx;
use bizgraph_kernel::refusal::Rule;

use super::Ticket;
use super::hold::Held;
use crate::support_agent::workload;
use crate::ticket_sla_clock::pause;

/// Takes a ticket that was in work off its agent, and stops its clock.
pub async fn out_of_work(tx: &mut Tx, held: &Held, ticket: &Ticket) -> Rule<()> {
    if let Some(assignee) = held.assignee() {
        workload::lose(tx, assignee).await?;
    }
    pause::stop(tx, ticket).await
}
