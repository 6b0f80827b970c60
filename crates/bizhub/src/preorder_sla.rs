//! Which preorders are late: the document's `view_preorder_sla` (spec 6.8, 6.12).

use bizgraph_kernel::Entity;
use chrono::NaiveDate;

use crate::preorder::{Preorder, PreorderStatus};

/// A preorder that is not closed, and how much of its time is left.
#[derive(Entity, Clone, Debug)]
#[entity(table = view_preorder_sla, module = "bizhub", permission = "bizhub.preorder_sla",
    singular = "preorderSla", plural = "preorderSlas", default_order = sla_date, view)]
pub struct PreorderSla {
    /// The preorder.
    #[entity(belongs_to = preorder: Preorder)]
    pub preorder_id: i32,
    /// `PRE-000042`.
    #[entity(filter, order)]
    pub preorder_number: String,
    /// Who asked for it.
    #[entity(filter, order)]
    pub customer_name: String,
    /// What is wanted.
    pub requested_specs: String,
    /// Where it stands.
    #[entity(filter, order)]
    pub status: PreorderStatus,
    /// The day on which it was ordered.
    #[entity(filter, order)]
    pub order_date: Option<NaiveDate>,
    /// Until when it should be picked up.
    #[entity(filter, order)]
    pub sla_date: Option<NaiveDate>,
    /// Days since then, never below nought; nought once it was picked up or rejected.
    #[entity(filter, order)]
    pub days_overdue: i32,
    /// Days until then, never below nought; null before it is ordered, and once it was picked
    /// up or rejected.
    #[entity(filter, order)]
    pub days_left: Option<i32>,
    /// Whether it is late.
    #[entity(filter)]
    pub is_overdue: bool,
}
