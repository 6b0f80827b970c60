//! The moves of an administrator's status (spec 5.8).

use bizgraph_kernel::machine;

use super::AdminUserStatus;

machine! {
    /// Invited, away, kept out.
    pub MACHINE = "administrator", "status" of AdminUserStatus {
        /// Adds a person, who gets a one-time password.
        INVITE "invite": [] => [Active];
        /// Lets a person in again.
        ACTIVATE "activate": [Inactive, Suspended] => [Active];
        /// Ends a person's access.
        DEACTIVATE "deactivate": [Active] => [Inactive];
        /// Keeps a person out, for a reason.
        SUSPEND "suspend": [Active] => [Suspended];
    }
}
