//! The moves of a preorder's status (spec 6.8).

use bizgraph_kernel::machine;

use crate::preorder::PreorderStatus;

machine! {
    /// From the deposit to the pick-up, or to the settlement after a resale.
    pub MACHINE = "preorder", "status" of PreorderStatus {
        /// Notes what a customer asks for.
        CREATE "create": [] => [DepositPending] by ["Manager", "Sales"];
        /// Takes the deposit.
        PAY_DEPOSIT "payDeposit": [DepositPending] => [DepositPending] by ["Manager", "Sales"]
            unless PAID;
        /// Orders it, once the deposit is paid and a price is agreed.
        ORDER "order": [DepositPending] => [Ordered] by ["Manager", "Sales"] unless NOT_PAID;
        /// Gives it up before it was ordered, without a deposit held.
        CLOSE "close": [DepositPending] => [Closed] by ["Manager", "Sales"] unless DEPOSIT_HELD;
        /// The supplier sent it.
        SHIP "ship": [Ordered] => [InTransit] by ["Manager", "Sales", "Warehouse"];
        /// The device is there and is held for the customer.
        ARRIVE "arrive": [Ordered, InTransit] => [Arrived] by ["Manager", "Sales", "Warehouse"];
        /// It cannot be had; the whole deposit goes back.
        FAIL_TO_SOURCE "failToSource": [Ordered, InTransit] => [Closed] by ["Manager"];
        /// Tells the customer that it is there.
        NOTIFY "notify": [Arrived] => [CustomerNotified] by ["Manager", "Sales"]
            unless NO_CONTACT;
        /// Its sale to the customer is paid.
        PICK_UP "pickUp": [Arrived, CustomerNotified] => [PickedUp], auto;
        /// A payment of that sale was voided.
        UNDO_PICK_UP "undoPickUp": [PickedUp] => [Arrived, CustomerNotified], auto;
        /// The customer does not want it, or did not come; the device is for sale to anybody.
        REJECT "reject": [Arrived, CustomerNotified] => [Rejected] by ["Manager", "Sales"]
            unless ON_INVOICE;
        /// The device was sold to somebody else.
        RESELL "resell": [Rejected] => [Resold], auto;
        /// The sale to somebody else was undone before the settlement.
        UNDO_RESALE "undoResale": [Resold] => [Rejected], auto;
        /// Pays back what is due or takes what is owed. Without a resale only after the
        /// tenant's limit of days, and then the whole deposit.
        SETTLE "settle": [Resold, Rejected] => [Closed] by ["Manager"] unless NOT_SETTLEABLE;
        /// The time for a refund of the pick-up is over.
        CLOSE_PICKED_UP "closePickedUp": [PickedUp] => [Closed], auto;
    }
}

const PAID: &str = "CASE WHEN {t}.deposit_paid \
    THEN 'The deposit of ' || {t}.preorder_number || ' was paid already.' END";

const NOT_PAID: &str = "CASE WHEN {t}.deposit_refunded \
    THEN 'The deposit of ' || {t}.preorder_number || ' was paid back. Close it and make a new \
      preorder.' \
    WHEN NOT {t}.deposit_paid \
    THEN 'The deposit of ' || {t}.preorder_number || ', ' || {t}.deposit_amount || ', is not paid. \
      Take it first.' END";

const DEPOSIT_HELD: &str = "CASE \
    WHEN {t}.deposit_paid AND NOT {t}.deposit_refunded AND {t}.deposit_amount > 0 \
    THEN 'The shop holds ' || {t}.deposit_amount || ' as the deposit of ' || {t}.preorder_number \
      || '. Pay it back first.' END";

/// That the customer can be told neither by text message nor by mail.
const NO_CONTACT: &str = "CASE WHEN {t}.status = 'Arrived' THEN (SELECT 'No phone number and no \
    email address of ' || c.full_name || ' is on record. Enter one first.' FROM customers c \
    WHERE c.id = {t}.customer_id AND c.phone NOT LIKE '+%' AND c.email IS NULL) END";

/// The invoice that the device is on.
const ON_INVOICE: &str = "CASE WHEN {t}.status IN ('Arrived', 'Customer Notified') \
    THEN (SELECT 'The device is on ' || i.invoice_number || ' of ' \
      || COALESCE(u.full_name, 'nobody') || '. Take it off, or cancel the invoice, first.' \
      FROM invoice_lines l JOIN invoices i ON i.id = l.invoice_id \
      LEFT JOIN users u ON u.id = i.sales_rep_id \
      WHERE l.released_at IS NULL AND l.asset_id = {t}.asset_id LIMIT 1) END";

/// What is missing for the settlement, a resale or a price.
const NOT_SETTLEABLE: &str = "CASE \
    WHEN {t}.status = 'Resold' AND {t}.agreed_price IS NULL \
    THEN 'No price was agreed on for ' || {t}.preorder_number || '. Enter it first.' \
    WHEN {t}.status = 'Rejected' \
      AND {today} < {t}.rejected_date + ({setting bizhub.preorder_payback_days})::int \
    THEN 'The device of ' || {t}.preorder_number || ' was not sold to anybody else. Without a \
      resale the deposit goes back from ' || to_char({t}.rejected_date \
      + ({setting bizhub.preorder_payback_days})::int, 'YYYY-MM-DD') || ' on.' END";
