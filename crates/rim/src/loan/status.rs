//! Where a loan stands (spec 5.4).

use bizgraph_kernel::Words;

/// Where a loan stands.
#[derive(Words, Clone, Copy, Debug, PartialEq, Eq)]
#[words(name = "RimLoanStatus")]
pub enum LoanStatus {
    /// `pending`: asked for.
    #[word("pending")]
    Pending,
    /// `approved`: agreed to, not paid out.
    #[word("approved")]
    Approved,
    /// `rejected`: not agreed to.
    #[word("rejected")]
    Rejected,
    /// `disbursed`: paid out, nothing paid back.
    #[word("disbursed")]
    Disbursed,
    /// `repaying`: something was paid back.
    #[word("repaying")]
    Repaying,
    /// `completed`: everything was paid back.
    #[word("completed")]
    Completed,
    /// `defaulted`: not paid back in time.
    #[word("defaulted")]
    Defaulted,
}
