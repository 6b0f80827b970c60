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
        DEACTIVATE "deactivate": [Active] => [Inactive] unless NEEDED;
        /// Keeps a person out, for a reason.
        SUSPEND "suspend": [Active] => [Suspended] unless NEEDED;
    }
}

/// That it is the caller, or the last who administers the tenant.
const NEEDED: &str = "CASE WHEN 'adminUser:' || {t}.id = {person} \
    THEN 'Nobody ends their own access; ask another administrator.' \
    WHEN {t}.role = 'super_admin' AND NOT EXISTS (SELECT FROM admin_users o \
      WHERE o.role = 'super_admin' AND o.status = 'active' AND o.id <> {t}.id) \
    THEN {t}.username || ' is the last active super_admin. Make another person one first.' END";
