//! What the lender does by itself, each rule beside its entity.

use bizgraph_kernel::job::Job;

use crate::{backup, loan};

/// The jobs of the module.
pub static JOBS: &[&Job] = &[
    &loan::jobs::CHARGE_LATE_FEES,
    &loan::jobs::DEFAULT_LOANS,
    &loan::jobs::REFRESH_OVERDUE,
    &loan::jobs::REMIND_BORROWERS,
    &loan::jobs::FAIL_STALE_REPAYMENTS,
    &loan::jobs::DEACTIVATE_IDLE_USERS,
    &backup::jobs::START_BACKUP,
    &backup::jobs::MAKE_BACKUPS,
    &backup::jobs::GIVE_UP_BACKUPS,
    &backup::jobs::REMOVE_BACKUPS,
];
