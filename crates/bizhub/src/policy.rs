//! Who may do what, as the roles table says (spec 6.2). Anything not listed is denied; Admin
//! may do everything. The moves of a status are not here: the machines name their roles.
//!
//! A dash in the roles table means no right at all, reading included. Where a role could not
//! do its work without seeing a thing that its row grants (a seller the assets on the shelf),
//! it may read it.

use bizgraph_kernel::policy::Scope::{All, Only};
use bizgraph_kernel::policy::{Grants, Scope};

/// The rights of every role but the administrator's.
pub static POLICY: &[Grants] = &[
    Grants { role: "Manager", permissions: MANAGER },
    Grants { role: "Manager", permissions: MANAGER_EXPORTS },
    Grants { role: "Sales", permissions: SALES },
    Grants { role: "Technician", permissions: TECHNICIAN },
    Grants { role: "Warehouse", permissions: WAREHOUSE },
];

static MANAGER: &[(&str, Scope)] = &[
    // Sees who works here and how the tenant is set up; changing either is the Admin's.
    ("bizhub.user.read", All),
    ("platform.tenant_setting.read", All),
    // The second person where four eyes are needed.
    ("platform.approval_request.read", All),
    ("platform.approval_request.decide", All),
    ("bizhub.customer.read", All),
    ("bizhub.customer.read_phone", All),
    ("bizhub.customer.read_sensitive", All),
    ("bizhub.customer.create", All),
    ("bizhub.customer.update", All),
    ("bizhub.customer.delete", All),
    ("bizhub.lead_source.read", All),
    ("bizhub.lead_source.create", All),
    ("bizhub.lead_source.update", All),
    ("bizhub.lead_source.delete", All),
    ("bizhub.product_model.read", All),
    ("bizhub.product_model.create", All),
    ("bizhub.product_model.update", All),
    ("bizhub.product_model.delete", All),
    ("bizhub.location.read", All),
    ("bizhub.location.create", All),
    ("bizhub.location.update", All),
    ("bizhub.location.delete", All),
    ("bizhub.cost.read_sensitive", All),
    ("bizhub.asset.read", All),
    ("bizhub.asset.update", All),
    ("bizhub.asset.update_cost", All),
    ("bizhub.asset.move", All),
    ("bizhub.asset.approve", All),
    ("bizhub.inventory_movement.read", All),
    ("bizhub.diagnostics_result.read", All),
    ("bizhub.wipe_certificate.read", All),
    ("bizhub.bulk_stock.read", All),
    ("bizhub.bulk_stock.create", All),
    ("bizhub.bulk_stock.update", All),
    ("bizhub.bulk_stock.receive", All),
    ("bizhub.bulk_stock.adjust", All),
    ("bizhub.bulk_stock.transfer", All),
    ("bizhub.bulk_stock.approve", All),
    ("bizhub.bulk_stock_movement.read", All),
    ("bizhub.invoice.read", All),
    ("bizhub.invoice.create", All),
    ("bizhub.invoice.update", All),
    ("bizhub.invoice.below_floor", All),
    ("bizhub.invoice_line.read", All),
    ("bizhub.payment.read", All),
    ("bizhub.payment.create", All),
    ("bizhub.payment.void", All),
    ("bizhub.refund.read", All),
    ("bizhub.refund_line.read", All),
    ("bizhub.refund_tender.read", All),
    ("bizhub.inventory_summary.read", All),
    ("bizhub.sales_daily.read", All),
    ("bizhub.aging_inventory.read", All),
];

// Taking data out in large pages goes with the responsibility for the business.
static MANAGER_EXPORTS: &[(&str, Scope)] = &[
    ("bizhub.customer.export", All),
    ("bizhub.lead_source.export", All),
    ("bizhub.product_model.export", All),
    ("bizhub.location.export", All),
    ("bizhub.asset.export", All),
    ("bizhub.inventory_movement.export", All),
    ("bizhub.diagnostics_result.export", All),
    ("bizhub.wipe_certificate.export", All),
    ("bizhub.bulk_stock.export", All),
    ("bizhub.bulk_stock_movement.export", All),
    ("bizhub.invoice.export", All),
    ("bizhub.invoice_line.export", All),
    ("bizhub.payment.export", All),
    ("bizhub.refund.export", All),
    ("bizhub.refund_line.export", All),
    ("bizhub.refund_tender.export", All),
    ("bizhub.inventory_summary.export", All),
    ("bizhub.sales_daily.export", All),
    ("bizhub.aging_inventory.export", All),
];

// No report: the daily sales add up what others sold, and the stock summary shows the average
// price of it. Own sales are told by the aggregates of one's own invoices.
static SALES: &[(&str, Scope)] = &[
    ("bizhub.customer.read", All),
    ("bizhub.customer.read_phone", All),
    ("bizhub.customer.read_sensitive", All),
    ("bizhub.customer.create", All),
    ("bizhub.customer.update", All),
    ("bizhub.lead_source.read", All),
    ("bizhub.lead_source.create", All),
    ("bizhub.lead_source.update", All),
    ("bizhub.product_model.read", All),
    ("bizhub.location.read", All),
    ("bizhub.asset.read", All),
    // To and from the shop floor alone, which the move itself refuses.
    ("bizhub.asset.move", All),
    ("bizhub.inventory_movement.read", All),
    ("bizhub.bulk_stock.read", All),
    ("bizhub.invoice.read", Only("own")),
    ("bizhub.invoice.create", Only("own")),
    ("bizhub.invoice.update", Only("own")),
    ("bizhub.invoice_line.read", Only("own")),
    ("bizhub.payment.read", Only("own")),
    ("bizhub.payment.create", Only("own")),
    ("bizhub.refund.read", Only("own")),
    ("bizhub.refund_line.read", Only("own")),
    ("bizhub.refund_tender.read", Only("own")),
];

// Own work is told by the test results and certificates that carry one's name.
static TECHNICIAN: &[(&str, Scope)] = &[
    // Name and phone, to ask about a device; email and address stay hidden.
    ("bizhub.customer.read", All),
    ("bizhub.customer.read_phone", All),
    ("bizhub.product_model.read", All),
    ("bizhub.location.read", All),
    ("bizhub.asset.read", All),
    // To the repair bench alone, which the move itself refuses.
    ("bizhub.asset.move", All),
    ("bizhub.inventory_movement.read", All),
    ("bizhub.diagnostics_result.read", All),
    ("bizhub.wipe_certificate.read", All),
    ("bizhub.bulk_stock.read", All),
    ("bizhub.invoice.read", Only("linked")),
    ("bizhub.invoice_line.read", Only("linked")),
];

// The reports on stock, not those on sales.
static WAREHOUSE: &[(&str, Scope)] = &[
    ("bizhub.product_model.read", All),
    ("bizhub.location.read", All),
    ("bizhub.asset.read", All),
    ("bizhub.asset.update", All),
    // Enters what a delivery cost; costs and margins stay hidden.
    ("bizhub.asset.update_cost", All),
    ("bizhub.asset.move", All),
    ("bizhub.inventory_movement.read", All),
    ("bizhub.bulk_stock.read", All),
    ("bizhub.bulk_stock.create", All),
    ("bizhub.bulk_stock.update", All),
    ("bizhub.bulk_stock.receive", All),
    ("bizhub.bulk_stock.adjust", All),
    ("bizhub.bulk_stock.transfer", All),
    ("bizhub.bulk_stock_movement.read", All),
    ("bizhub.invoice.read", All),
    ("bizhub.invoice_line.read", All),
    ("bizhub.inventory_summary.read", All),
    ("bizhub.aging_inventory.read", All),
    // What became of the large adjustments that one asked for.
    ("platform.approval_request.read", Only("own")),
];
