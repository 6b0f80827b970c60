//! Numbers that the module draws (spec 1.5).

use bizgraph_kernel::number_series::Series;

/// Invoices, drawn when one is sent; without holes, as the law wants them.
pub static INVOICE: Series = Series { name: "invoice", pattern: "INV-{SEQ:6}", gapless: true };

/// Tags of assets that come without one.
pub static ASSET_TAG: Series = Series { name: "asset_tag", pattern: "A-{SEQ:6}", gapless: false };

/// Preorders, numbered as they are entered.
pub static PREORDER: Series = Series { name: "preorder", pattern: "PRE-{SEQ:6}", gapless: false };

/// Warranties, numbered as the sale is settled.
pub static WARRANTY: Series = Series { name: "warranty", pattern: "WAR-{SEQ:6}", gapless: false };

/// Claims under a warranty, numbered as they are submitted.
pub static WARRANTY_CLAIM: Series =
    Series { name: "warranty_claim", pattern: "WCLAIM-{SEQ:6}", gapless: false };

/// Repair tickets, numbered as they are opened.
pub static REPAIR_TICKET: Series =
    Series { name: "repair_ticket", pattern: "TKT-{SEQ:6}", gapless: false };

/// Every series of the module.
pub static SERIES: &[&Series] =
    &[&INVOICE, &ASSET_TAG, &PREORDER, &WARRANTY, &WARRANTY_CLAIM, &REPAIR_TICKET];
