//! The moves of an integration's status (spec 5.10).

use bizgraph_kernel::machine;

use super::ApiIntegrationStatus;

machine! {
    /// Off, on, failing.
    pub MACHINE = "integration", "status" of ApiIntegrationStatus {
        /// Adds it, switched off.
        CREATE "create": [] => [Inactive];
        /// Switches it on after a test that succeeded.
        ACTIVATE "activate": [Inactive] => [Active] unless NOT_READY;
        /// Switches it off.
        DEACTIVATE "deactivate": [Active, Error] => [Inactive];
        /// It failed five times in a row.
        BREAK_DOWN "breakDown": [Active] => [Error], auto;
        /// A test succeeded.
        RECOVER "recover": [Error] => [Active], auto;
    }
}

/// That it was not tested, or that another does its work.
const NOT_READY: &str = "CASE WHEN {t}.status = 'inactive' THEN CASE \
    WHEN {t}.last_test_result IS DISTINCT FROM 'success' OR {t}.last_tested IS NULL \
      OR {now} - {t}.last_tested > interval '24 hours' \
    THEN 'It has to be tested with success within the last 24 hours.' \
    WHEN EXISTS (SELECT FROM api_integrations o WHERE o.status = 'active' AND o.type = {t}.type \
      AND COALESCE(o.network, o.provider) = COALESCE({t}.network, {t}.provider) \
      AND o.id <> {t}.id) \
    THEN 'Another integration is active for the same network or provider; deactivate that first.' \
    END END";
