//! The moves of a customer's status (spec 5.3).

use bizgraph_kernel::machine;

use super::UserStatus;

machine! {
    /// Borrows, sleeps, is kept from borrowing.
    pub MACHINE = "customer", "status" of UserStatus {
        /// Lets a customer borrow again; two people where it was suspended for a default.
        ACTIVATE "activate": [Inactive, Suspended] => [Active] by ["users.status"];
        /// Keeps a customer from borrowing until it is active again.
        DEACTIVATE "deactivate": [Active] => [Inactive] by ["users.status"];
        /// Keeps a customer from borrowing, for a reason.
        SUSPEND "suspend": [Active, Inactive] => [Suspended] by ["users.status"];
        /// Not seen for the days that the tenant sets.
        FALL_IDLE "fallIdle": [Active] => [Inactive], auto;
        /// A loan was not paid back.
        SUSPEND_FOR_DEFAULT "suspendForDefault": [Active, Inactive] => [Suspended], auto;
    }
}
