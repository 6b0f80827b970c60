//! The moves of a broadcast's status (spec 5.9).

use bizgraph_kernel::machine;

use super::BroadcastStatus;

machine! {
    /// Written, waiting, gone out.
    pub MACHINE = "broadcast", "status" of BroadcastStatus {
        /// Starts a draft.
        CREATE "create": [] => [Draft];
        /// Sets when it goes out.
        SCHEDULE "schedule": [Draft] => [Scheduled];
        /// Takes it back before it goes out.
        UNSCHEDULE "unschedule": [Scheduled] => [Draft] unless GOING_OUT;
        /// Sends it.
        SEND "send": [Draft, Scheduled] => [Sent, Failed] unless GOING_OUT;
        /// Tries again those whom it did not reach.
        RETRY "retry": [Failed] => [Scheduled] unless TRIED;
    }
}

const GOING_OUT: &str = "CASE WHEN {t}.started_at IS NOT NULL THEN 'It is going out already.' END";

/// That each of its messages was tried as often as may be.
const TRIED: &str = "CASE WHEN {t}.status = 'failed' AND NOT EXISTS (SELECT \
    FROM broadcast_recipients r \
    WHERE r.broadcast_message_id = {t}.id AND r.status = 'failed' AND r.attempts <= 5) \
    THEN 'It was tried again 5 times, which is the most.' END";
