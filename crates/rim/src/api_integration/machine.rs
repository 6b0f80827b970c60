//! The moves of an integration's status (spec 5.10).

use bizgraph_kernel::machine;

use super::ApiIntegrationStatus;

machine! {
    /// Off, on, failing.
    pub MACHINE = "integration", "status" of ApiIntegrationStatus {
        /// Adds it, switched off.
        CREATE "create": [] => [Inactive];
        /// Switches it on after a test that succeeded.
        ACTIVATE "activate": [Inactive] => [Active];
        /// Switches it off.
        DEACTIVATE "deactivate": [Active, Error] => [Inactive];
        /// It failed five times in a row.
        BREAK_DOWN "breakDown": [Active] => [Error], auto;
        /// A test succeeded.
        RECOVER "recover": [Error] => [Active], auto;
    }
}
