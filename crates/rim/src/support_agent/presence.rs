//! An agent says that it is there, or away; a lead says it of others (spec 5.7). Whoever comes
//! back with as many tickets as the capacity is busy at once.

use async_graphql::InputObject;
use bizgraph_kernel::db::Tx;
use bizgraph_kernel::entity::Id;
use bizgraph_kernel::mutation;
use bizgraph_kernel::refusal::Rule;

use super::{SupportAgent, SupportAgentStatus, machine};

/// Who is there again.
#[derive(InputObject)]
#[graphql(name = "RimSupportAgentComeBackInput")]
pub struct ComeBack {
    /// The agent.
    pub support_agent_id: Id<SupportAgent>,
}

/// Who is away.
#[derive(InputObject)]
#[graphql(name = "RimSupportAgentGoAwayInput")]
pub struct GoAway {
    /// The agent.
    pub support_agent_id: Id<SupportAgent>,
}

mutation! {
    /// The agent takes tickets from now on.
    pub COME_BACK = "rimSupportAgentComeBack"(ComeBack) -> SupportAgent,
    permission "rim.support_agent.transition:comeBack" => come_back
}

mutation! {
    /// The agent gets no more tickets by itself.
    pub GO_AWAY = "rimSupportAgentGoAway"(GoAway) -> SupportAgent,
    permission "rim.support_agent.transition:goAway" => go_away
}

/// The agent is there (spec 5.7).
pub async fn come_back(tx: &mut Tx, input: ComeBack) -> Rule<SupportAgent> {
    let agent: SupportAgent = tx.lock(&input.support_agent_id, "supportAgentId").await?;
    tx.check_move(&agent, &machine::COME_BACK, None, "supportAgentId")?;
    let is_full = agent.active_tickets >= agent.capacity;
    let to = if is_full { SupportAgentStatus::Busy } else { SupportAgentStatus::Available };
    tx.advance(&agent, &machine::COME_BACK, to.spelling(), Vec::new()).await
}

/// The agent is away (spec 5.7).
pub async fn go_away(tx: &mut Tx, input: GoAway) -> Rule<SupportAgent> {
    let agent: SupportAgent = tx.lock(&input.support_agent_id, "supportAgentId").await?;
    tx.check_move(&agent, &machine::GO_AWAY, None, "supportAgentId")?;
    let away = SupportAgentStatus::Away.spelling();
    tx.advance(&agent, &machine::GO_AWAY, away, Vec::new()).await
}
