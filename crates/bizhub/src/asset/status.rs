//! The words in which an asset's state is told (spec 6.3).

use bizgraph_kernel::Words;

/// Where a device stands between intake and sale.
#[derive(Words, Clone, Copy, Debug, PartialEq, Eq)]
#[words(name = "BizhubAssetStatus")]
pub enum AssetStatus {
    /// In the house, not looked at.
    Received,
    /// On the bench, to be tested.
    #[word("Diagnostics Pending")]
    DiagnosticsPending,
    /// Tested; its data have to be wiped.
    #[word("Wipe Pending")]
    WipePending,
    /// Waits for the quality check and its grade.
    #[word("QC Pending")]
    QcPending,
    /// On sale.
    #[word("Ready for Sale")]
    ReadyForSale,
    /// Held by a line of a draft, of an invoice that is sent but not paid, or for a preorder.
    Reserved,
    /// Paid for and gone.
    Sold,
    /// Came back from a customer.
    Returned,
    /// Waits for a repair.
    #[word("Repair Hold")]
    RepairHold,
    /// Written off for good.
    Scrapped,
    /// Kept out of sale, for the reason given.
    #[word("Not Sellable")]
    NotSellable,
}

/// How good a device looks; each grade has its price in the model.
#[derive(Words, Clone, Copy, Debug, PartialEq, Eq)]
#[words(name = "BizhubConditionGrade")]
pub enum ConditionGrade {
    /// The best.
    A,
    /// Light signs of use.
    B,
    /// Clear signs of use.
    C,
}
