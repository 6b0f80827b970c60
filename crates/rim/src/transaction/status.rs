//! Which way money goes, how, and how far it came (spec 5.6).

use bizgraph_kernel::Words;

/// Which way the money goes.
#[derive(Words, Clone, Copy, Debug, PartialEq, Eq)]
#[words(name = "RimTransactionType")]
pub enum TransactionType {
    /// `airtime`: paid out to the customer's phone.
    #[word("airtime")]
    Airtime,
    /// `repayment`: paid back by the customer.
    #[word("repayment")]
    Repayment,
}

/// Where a transaction stands.
#[derive(Words, Clone, Copy, Debug, PartialEq, Eq)]
#[words(name = "RimTransactionStatus")]
pub enum TransactionStatus {
    /// `completed`: the money arrived.
    #[word("completed")]
    Completed,
    /// `pending`: nobody knows so far.
    #[word("pending")]
    Pending,
    /// `failed`: the money did not arrive.
    #[word("failed")]
    Failed,
    /// `refunded`: the money went back.
    #[word("refunded")]
    Refunded,
}

/// How a repayment was made.
#[derive(Words, Clone, Copy, Debug, PartialEq, Eq)]
#[words(name = "RimPaymentMethod")]
pub enum PaymentMethod {
    /// `bank_transfer`.
    #[word("bank_transfer")]
    BankTransfer,
    /// `card`.
    #[word("card")]
    Card,
    /// `wallet`.
    #[word("wallet")]
    Wallet,
    /// `cash`.
    #[word("cash")]
    Cash,
}
