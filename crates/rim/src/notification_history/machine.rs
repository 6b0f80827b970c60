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
        RETRY "retry": [Failed] => [Pending] unless NOT_REPEATABLE;
    }
}

/// That it was tried as often as may be, or is no message to be tried by itself.
const NOT_REPEATABLE: &str = "CASE WHEN {t}.status = 'failed' THEN CASE \
    WHEN {t}.attempts > 5 THEN 'It was tried again 5 times, which is the most.' \
    WHEN EXISTS (SELECT FROM broadcast_recipients r \
      JOIN broadcast_messages b ON b.id = r.broadcast_message_id \
      WHERE r.id = {t}.broadcast_recipient_id AND b.status <> 'sent') \
    THEN 'The broadcast reached nobody; try the broadcast again.' \
    WHEN (SELECT n.secret FROM notifications n \
      WHERE n.dedupe_key = {t}.dedupe_key || '#' || {t}.attempts) \
    THEN 'It held a password, which is not kept; make a new one.' END END";
