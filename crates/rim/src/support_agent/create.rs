//! A new agent of the support; it is away until it says otherwise (spec 5.7).

use async_graphql::InputObject;
use bizgraph_kernel::db::Tx;
use bizgraph_kernel::entity::Id;
use bizgraph_kernel::mutation;
use bizgraph_kernel::refusal::Rule;

use super::{SupportAgent, capacity, login};
use crate::admin_user::AdminUser;
use crate::department::{Department, tier};

/// Who the agent is.
#[derive(InputObject)]
#[graphql(name = "RimSupportAgentCreateInput")]
pub struct Create {
    /// The agent's name; at most 100 characters.
    pub name: String,
    /// Email address; unique.
    pub email: String,
    /// Phone number, national or international.
    pub phone: String,
    /// Where the agent works.
    pub department_id: Id<Department>,
    /// 1, 2 or 3: how hard the cases are; that of the desk unless said.
    pub tier: Option<i32>,
    /// The login that acts as this agent; each as one agent at most.
    pub admin_user_id: Option<Id<AdminUser>>,
    /// So many tickets make the agent busy, from 1 to 200; 10 unless said.
    pub capacity: Option<i32>,
}

mutation! {
    /// Adds an agent of the support.
    pub CREATE = "rimSupportAgentCreate"(Create) -> SupportAgent,
    permission "rim.support_agent.create" => create
}

/// Adds an agent; its desk counts it (spec 5.7).
pub async fn create(tx: &mut Tx, input: Create) -> Rule<SupportAgent> {
    let department: Department = tx.read(&input.department_id, "departmentId").await?;
    let department: Department = tx.get_locked(department.id).await?;
    let admin_user_id = login(tx, input.admin_user_id).await?;
    let sets = vec![
        SupportAgent::NAME.to(tx.text(&input.name, "name", 100)),
        SupportAgent::EMAIL.to(tx.email(&input.email, "email")),
        SupportAgent::PHONE.to(tx.phone(&input.phone, "phone")),
        SupportAgent::DEPARTMENT_ID.to(department.id),
        SupportAgent::TIER.to(tier(tx, input.tier.unwrap_or(department.tier), "tier")),
        SupportAgent::ADMIN_USER_ID.to(admin_user_id),
        SupportAgent::CAPACITY.to(capacity(tx, input.capacity.unwrap_or(10), "capacity")),
    ];
    tx.settle()?;
    let agent = tx.insert(sets).await?;
    let count = Department::AGENT_COUNT.to(department.agent_count + 1);
    tx.amend(&department, vec![count]).await?;
    Ok(agent)
}
