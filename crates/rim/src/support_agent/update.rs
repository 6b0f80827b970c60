//! A change to what is known of an agent. Whoever moves to another desk is counted there, and
//! tickets show the new name (spec 5.7).

use async_graphql::{InputObject, MaybeUndefined};
use bizgraph_kernel::db::{Fault, Tx};
use bizgraph_kernel::entity::{Id, Sql};
use bizgraph_kernel::mutation;
use bizgraph_kernel::refusal::Rule;

use super::{SupportAgent, capacity, login, workload};
use crate::admin_user::AdminUser;
use crate::department::{Department, tier};
use crate::ticket::Ticket;

/// What changes; a field left out stays as it is, null clears it.
#[derive(InputObject)]
#[graphql(name = "RimSupportAgentUpdateInput")]
pub struct Update {
    /// The agent.
    pub support_agent_id: Id<SupportAgent>,
    /// The version that was read; the change is refused when it is no longer that.
    pub expected_version: Option<i32>,
    /// The agent's name; at most 100 characters.
    pub name: Option<String>,
    /// Email address; unique.
    pub email: Option<String>,
    /// Phone number, national or international.
    pub phone: Option<String>,
    /// Where the agent works.
    pub department_id: Option<Id<Department>>,
    /// 1, 2 or 3: how hard the cases are.
    pub tier: Option<i32>,
    /// The login that acts as this agent; each as one agent at most.
    pub admin_user_id: MaybeUndefined<Id<AdminUser>>,
    /// So many tickets make the agent busy, from 1 to 200.
    pub capacity: Option<i32>,
}

mutation! {
    /// Changes what is known of an agent.
    pub UPDATE = "rimSupportAgentUpdate"(Update) -> SupportAgent,
    permission "rim.support_agent.update" => update
}

/// Changes what is known of an agent (spec 5.7).
pub async fn update(tx: &mut Tx, input: Update) -> Rule<SupportAgent> {
    let (id, field) = (&input.support_agent_id, "supportAgentId");
    let found: SupportAgent = tx.read(id, field).await?;
    let wanted = match &input.department_id {
        Some(id) => tx.read(id, "departmentId").await?.id,
        None => found.department_id,
    };
    let desks: Vec<Department> = tx.get_all_locked(&vec![found.department_id, wanted]).await?;
    let agent: SupportAgent = tx.lock_version(id, field, input.expected_version).await?;
    if agent.department_id != found.department_id {
        return Err(Fault::Retry.into());
    }
    let mut sets = vec![SupportAgent::DEPARTMENT_ID.to(wanted)];
    if let Some(name) = input.name {
        sets.push(SupportAgent::NAME.to(tx.text(&name, "name", 100)));
    }
    if let Some(email) = input.email {
        sets.push(SupportAgent::EMAIL.to(tx.email(&email, "email")));
    }
    if let Some(phone) = input.phone {
        sets.push(SupportAgent::PHONE.to(tx.phone(&phone, "phone")));
    }
    if let Some(wanted) = input.tier {
        sets.push(SupportAgent::TIER.to(tier(tx, wanted, "tier")));
    }
    if let Some(id) = Option::<Option<Id<AdminUser>>>::from(input.admin_user_id) {
        sets.push(SupportAgent::ADMIN_USER_ID.to(login(tx, id).await?));
    }
    if let Some(wanted) = input.capacity {
        sets.push(SupportAgent::CAPACITY.to(capacity(tx, wanted, "capacity")));
    }
    tx.settle()?;
    let changed = tx.update(&agent, sets).await?;
    if changed.department_id != agent.department_id {
        for desk in &desks {
            let change = if desk.id == wanted { 1 } else { -1 };
            let count = Department::AGENT_COUNT.to(desk.agent_count + change);
            tx.amend(desk, vec![count]).await?;
        }
    }
    if changed.name != agent.name {
        rename(tx, &changed).await?;
    }
    workload::settle(tx, changed).await
}

/// Tickets that are not closed show the name that the agent has.
async fn rename(tx: &mut Tx, agent: &SupportAgent) -> Rule<()> {
    let mut tickets = Sql::new("t.status <> 'closed' AND (t.assigned_to = ");
    tickets.bind(agent.id.into()).push(" OR t.escalated_to = ").bind(agent.id.into());
    tickets.push(") ORDER BY t.id FOR NO KEY UPDATE OF t");
    for ticket in tx.select::<Ticket>(tickets).await? {
        let mut sets = Vec::new();
        if ticket.assigned_to == Some(agent.id) {
            sets.push(Ticket::ASSIGNED_TO_NAME.to(Some(agent.name.clone())));
        }
        if ticket.escalated_to == Some(agent.id) {
            sets.push(Ticket::ESCALATED_TO_NAME.to(Some(agent.name.clone())));
        }
        tx.amend(&ticket, sets).await?;
    }
    Ok(())
}
