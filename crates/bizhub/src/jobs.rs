//! What the shop does by itself, each rule beside its entity.

use bizgraph_kernel::job::Job;

use crate::{backup, bulk_stock, invoice, preorder, warranty};

/// The jobs of the module.
pub static JOBS: &[&Job] = &[
    &invoice::expire::EXPIRE_DRAFTS,
    &bulk_stock::low::ALERT_LOW_STOCK,
    &warranty::expire::EXPIRE_WARRANTIES,
    &preorder::jobs::REJECT_UNCOLLECTED,
    &preorder::jobs::CLOSE_PICKED_UP,
    &preorder::jobs::WARN_OVERDUE,
    &backup::BACK_UP,
];
