//! The moves of an agent's status (spec 5.7).

use bizgraph_kernel::machine;

use super::SupportAgentStatus;

machine! {
    /// There, full, or away.
    pub MACHINE = "agent", "status" of SupportAgentStatus {
        /// Takes tickets from now on; busy at once where there are too many already.
        COME_BACK "comeBack": [Away] => [Available, Busy] by ["support_agents.presence"];
        /// Takes no more tickets.
        GO_AWAY "goAway": [Available, Busy] => [Away] by ["support_agents.presence"];
        /// Has as many tickets as the capacity.
        FILL_UP "fillUp": [Available] => [Busy], auto;
        /// Has fewer again.
        FREE_UP "freeUp": [Busy] => [Available], auto;
    }
}
