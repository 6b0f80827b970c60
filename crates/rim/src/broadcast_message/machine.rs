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
        UNSCHEDULE "unschedule": [Scheduled] => [Draft];
        /// Sends it.
        SEND "send": [Draft, Scheduled] => [Sent, Failed];
        /// Tries again those whom it did not reach.
        RETRY "retry": [Failed] => [Scheduled];
    }
}
