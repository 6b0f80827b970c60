//! Numbers that the module draws (spec 1.5); none of them has to be without holes.

use bizgraph_kernel::number_series::Series;

/// Customers.
pub static USER: Series = Series { name: "user", pattern: "USR-{YYYY}-{SEQ:3+}", gapless: false };

/// Loans.
pub static LOAN: Series = Series { name: "loan", pattern: "LOAN-{YYYY}-{SEQ:3+}", gapless: false };

/// Transactions.
pub static TRANSACTION: Series =
    Series { name: "transaction", pattern: "TRX-{YYYY}-{SEQ:6}", gapless: false };

/// Tickets.
pub static TICKET: Series =
    Series { name: "ticket", pattern: "TCK-{YYYY}-{SEQ:6}", gapless: false };

/// Every series of the module.
pub static SERIES: &[&Series] = &[&USER, &LOAN, &TRANSACTION, &TICKET];
