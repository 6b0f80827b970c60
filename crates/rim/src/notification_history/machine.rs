//! The moves of a message's status (spec 5.9).

use bizgraph_kernel::machine;

use crate::delivery::DeliveryStatus;

machine! {
    /// Written, taken, arrived or not.
    pub MACHINE = "notification", "status" of DeliveryStatus {
        /// The provider took it.
        SEND "send": [Pending] => [Sent], auto;
        /// It arrived.
        DELIVER "deliver": [Sent] => [Delivered], auto;
        /// It did not arrive.
        FAIL "fail": [Pending, Sent] => [Failed], auto;
        /// Tries it again, at most five times.
        RETRY "retry": [Failed] => [Pending];
    }
}
