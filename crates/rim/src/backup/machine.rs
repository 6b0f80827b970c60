//! The moves of a backup's status (spec 5.10).

use bizgraph_kernel::machine;

use super::BackupStatus;

machine! {
    /// Being made, there or not.
    pub MACHINE = "backup", "status" of BackupStatus {
        /// Begins it.
        START "start": [] => [InProgress];
        /// It is there.
        SUCCEED "succeed": [InProgress] => [Success], auto;
        /// It is not, or it hung for six hours.
        FAIL "fail": [InProgress] => [Failed], auto;
    }
}
