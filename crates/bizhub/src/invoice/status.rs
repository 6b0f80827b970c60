//! The words of invoices: where one stands, and for whom it is.

use bizgraph_kernel::Words;

/// Where an invoice stands.
#[derive(Words, Clone, Copy, Debug, PartialEq, Eq)]
#[words(name = "BizhubInvoiceStatus")]
pub enum InvoiceStatus {
    /// Being put together; its goods are held.
    Draft,
    /// Numbered and frozen; waits for tenders.
    Sent,
    /// Settled exactly; the goods are out.
    Paid,
    /// Given up; the goods are free again.
    Cancelled,
    /// Everything on it was taken back.
    Refunded,
}

/// What kind of customer an invoice is for.
#[derive(Words, Clone, Copy, Debug, PartialEq, Eq)]
#[words(name = "BizhubInvoiceCustomerType")]
pub enum InvoiceCustomerType {
    /// A person on record.
    Retail,
    /// A business on record.
    Wholesale,
    /// Somebody who walked in; a name is needed only above the tenant's limit.
    #[word("Walk-in")]
    WalkIn,
}
