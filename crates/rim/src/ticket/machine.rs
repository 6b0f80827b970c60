//! The moves of a ticket's status (spec 5.7).

use bizgraph_kernel::machine;

use super::TicketStatus;

machine! {
    /// Asked, worked on, passed up, answered, done.
    pub MACHINE = "ticket", "status" of TicketStatus {
        /// Opens it.
        CREATE "create": [] => [Open] by ["tickets", "customer" in "own"];
        /// Gives it to an agent; in progress when the agent takes or answers it.
        ASSIGN "assign": [Open, InProgress, Escalated] => [Open, InProgress, Escalated]
            by ["tickets"];
        /// Passes it to an agent of a higher tier.
        ESCALATE "escalate": [Open, InProgress] => [Escalated] by ["tickets"];
        /// The agent of the higher tier takes it.
        ACCEPT "accept": [Escalated] => [InProgress] by ["tickets" in "target"];
        /// Says what was done about it.
        RESOLVE "resolve": [InProgress, Escalated] => [Resolved]
            by ["tickets" in "assigned", "tickets.lead"];
        /// The customer agrees that it is done.
        CONFIRM "confirm": [Resolved] => [Closed] by ["customer" in "own"];
        /// The customer did not say no.
        CLOSE_AFTER_WAITING "closeAfterWaiting": [Resolved] => [Closed], auto;
        /// It is not done after all.
        REOPEN "reopen": [Resolved, Closed] => [InProgress, Open]
            by ["tickets.lead", "customer" in "own"];
        /// Ends spam and repetitions.
        CLOSE "close": [Open, InProgress] => [Closed] by ["tickets.lead"];
    }
}
