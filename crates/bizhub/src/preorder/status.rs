//! Where a preorder can stand (spec 6.8).

use bizgraph_kernel::Words;

/// Where a preorder stands.
#[derive(Words, Clone, Copy, Debug, PartialEq, Eq)]
#[words(name = "BizhubPreorderStatus")]
pub enum PreorderStatus {
    /// Asked for; waits for the deposit and the order.
    #[word("Deposit Pending")]
    DepositPending,
    /// Ordered from a supplier.
    Ordered,
    /// On its way to the shop.
    #[word("In Transit")]
    InTransit,
    /// The device is there and held.
    Arrived,
    /// The customer knows that it is there.
    #[word("Customer Notified")]
    CustomerNotified,
    /// Sold to the customer.
    #[word("Picked Up")]
    PickedUp,
    /// The customer does not want it; the device is for sale to anybody.
    Rejected,
    /// Sold to somebody else; the settlement is open.
    Resold,
    /// Over.
    Closed,
}
