//! The moves of a preorder's status (spec 6.8).

use bizgraph_kernel::machine;

use crate::preorder::PreorderStatus;

machine! {
    /// From the deposit to the pick-up, or to the settlement after a resale.
    pub MACHINE = "preorder", "status" of PreorderStatus {
        /// Notes what a customer asks for.
        CREATE "create": [] => [DepositPending] by ["Manager", "Sales"];
        /// Takes the deposit.
        PAY_DEPOSIT "payDeposit": [DepositPending] => [DepositPending] by ["Manager", "Sales"];
        /// Orders it, once the deposit is paid and a price is agreed.
        ORDER "order": [DepositPending] => [Ordered] by ["Manager", "Sales"];
        /// Gives it up before it was ordered, without a deposit held.
        CLOSE "close": [DepositPending] => [Closed] by ["Manager", "Sales"];
        /// The supplier sent it.
        SHIP "ship": [Ordered] => [InTransit] by ["Manager", "Sales", "Warehouse"];
        /// The device is there and is held for the customer.
        ARRIVE "arrive": [Ordered, InTransit] => [Arrived] by ["Manager", "Sales", "Warehouse"];
        /// It cannot be had; the whole deposit goes back.
        FAIL_TO_SOURCE "failToSource": [Ordered, InTransit] => [Closed] by ["Manager"];
        /// Tells the customer that it is there.
        NOTIFY "notify": [Arrived] => [CustomerNotified] by ["Manager", "Sales"];
        /// Its sale to the customer is paid.
        PICK_UP "pickUp": [Arrived, CustomerNotified] => [PickedUp], auto;
        /// A payment of that sale was voided.
        UNDO_PICK_UP "undoPickUp": [PickedUp] => [Arrived, CustomerNotified], auto;
        /// The customer does not want it, or did not come; the device is for sale to anybody.
        REJECT "reject": [Arrived, CustomerNotified] => [Rejected] by ["Manager", "Sales"];
        /// The device was sold to somebody else.
        RESELL "resell": [Rejected] => [Resold], auto;
        /// The sale to somebody else was undone before the settlement.
        UNDO_RESALE "undoResale": [Resold] => [Rejected], auto;
        /// Pays back what is due or takes what is owed. Without a resale only after the
        /// tenant's limit of days, and then the whole deposit.
        SETTLE "settle": [Resold, Rejected] => [Closed] by ["Manager"];
        /// The time for a refund of the pick-up is over.
        CLOSE_PICKED_UP "closePickedUp": [PickedUp] => [Closed], auto;
    }
}
