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
        ESCALATE "escalate": [Open, InProgress] => [Escalated] by ["tickets"] unless HIGHEST;
        /// The agent of the higher tier takes it.
        ACCEPT "accept": [Escalated] => [InProgress] by ["tickets" in "target"]
            unless FOR_ANOTHER;
        /// Says what was done about it.
        RESOLVE "resolve": [InProgress, Escalated] => [Resolved]
            by ["tickets" in "assigned", "tickets.lead"];
        /// The customer agrees that it is done.
        CONFIRM "confirm": [Resolved] => [Closed] by ["customer" in "own"];
        /// The customer did not say no.
        CLOSE_AFTER_WAITING "closeAfterWaiting": [Resolved] => [Closed], auto;
        /// It is not done after all.
        REOPEN "reopen": [Resolved, Closed] => [InProgress, Open]
            by ["tickets.lead", "customer" in "own"] unless TOO_LATE;
        /// Ends spam and repetitions.
        CLOSE "close": [Open, InProgress] => [Closed] by ["tickets.lead"];
    }
}

const HIGHEST: &str = "CASE WHEN {t}.tier >= 3 \
    THEN {t}.ticket_number || ' is with tier 3; there is no higher.' END";

/// That it was passed up to somebody else than the caller.
const FOR_ANOTHER: &str = "CASE WHEN {t}.status = 'escalated' AND NOT EXISTS (SELECT \
    FROM support_agents a WHERE 'adminUser:' || a.admin_user_id = {person} \
    AND (a.id = {t}.escalated_to OR {t}.escalated_to IS NULL AND a.tier >= {t}.tier)) \
    THEN 'It was passed up to ' || COALESCE({t}.escalated_to_name, 'an agent of its tier') \
      || ', who alone can take it.' END";

/// That the customer's days are over.
const TOO_LATE: &str = "CASE WHEN 'user:' || {t}.customer_id = {person} \
    AND {now} - COALESCE({t}.resolved_at, {t}.closed_at) > make_interval(days => (SELECT \
      c.value::int FROM system_configs c WHERE c.category = 'tickets' AND c.key = 'reopen_days')) \
    THEN 'It was resolved too long ago; open a new ticket, or write to this one, which opens one \
      that goes on from it.' END";
