//! What the shop tells people by mail and text message, each beside the entity that it is about.

use bizgraph_kernel::notification::Template;

use crate::{bulk_stock, invoice, preorder, repair_ticket};

/// The templates of the module.
pub static TEMPLATES: &[&Template] = &[
    &invoice::receipt::SALE_RECEIPT,
    &bulk_stock::low::LOW_STOCK,
    &preorder::message::READY_FOR_PICKUP,
    &preorder::message::READY_FOR_PICKUP_MAIL,
    &preorder::message::DEPOSIT_RECEIPT,
    &preorder::message::DEPOSIT_RECEIPT_MAIL,
    &preorder::message::OVERDUE,
    &repair_ticket::message::REPAIR_READY,
    &repair_ticket::message::REPAIR_READY_MAIL,
];
