//! Numbers that the module draws (spec 1.5).

use bizgraph_kernel::number_series::Series;

/// Invoices, drawn when one is sent; without holes, as the law wants them.
pub static INVOICE: Series = Series { name: "invoice", pattern: "INV-{SEQ:6}", gapless: true };

/// Tags of assets that come without one.
pub static ASSET_TAG: Series = Series { name: "asset_tag", pattern: "A-{SEQ:6}", gapless: false };

/// Every series of the module.
pub static SERIES: &[&Series] = &[&INVOICE, &ASSET_TAG];
