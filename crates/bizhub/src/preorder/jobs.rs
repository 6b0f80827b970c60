//! What the clock does to preorders (spec 6.8). The rules look again whether an item is due.

use bizgraph_kernel::job;

use crate::preorder::{close, overdue, reject};

job! {
    /// Rejects preorders that nobody picked up in time, so that their devices can be sold.
    pub REJECT_UNCOLLECTED = "rejectUncollectedPreorders",
    daily,
    due "SELECT p.id::text FROM preorders p \
         WHERE p.status IN ('Arrived', 'Customer Notified') \
           AND current_setting('bizgraph.business_date')::date \
             - coalesce(p.customer_notified_date, p.arrival_date) > coalesce( \
               (SELECT (value #>> '{}')::integer FROM tenant_settings \
                WHERE key = 'bizhub.preorder_pickup_days'), 14) \
           AND NOT EXISTS (SELECT 1 FROM invoice_lines l \
             WHERE l.asset_id = p.asset_id AND l.released_at IS NULL) \
         ORDER BY p.id"
    => reject::reject_uncollected
}

job! {
    /// Closes preorders whose pick-up can no longer be refunded.
    pub CLOSE_PICKED_UP = "closePickedUpPreorders",
    daily,
    due "SELECT p.id::text FROM preorders p JOIN invoices i ON i.id = p.pickup_invoice_id \
         WHERE p.status = 'Picked Up' \
           AND current_setting('bizgraph.business_date')::date - i.paid_date > coalesce( \
             (SELECT (value #>> '{}')::integer FROM tenant_settings \
              WHERE key = 'bizhub.refund_days'), 14) \
         ORDER BY p.id"
    => close::close_picked_up
}

job! {
    /// Warns of preorders that are late, once.
    pub WARN_OVERDUE = "warnOverduePreorders",
    daily,
    due "SELECT p.id::text FROM preorders p \
         WHERE p.sla_date < current_setting('bizgraph.business_date')::date \
           AND p.status IN ('Deposit Pending', 'Ordered', 'In Transit', 'Arrived', \
             'Customer Notified') \
           AND NOT EXISTS (SELECT 1 FROM notifications n \
             WHERE n.template = 'bizhub.preorder_overdue' \
               AND n.dedupe_key LIKE 'bizhub.preorder_overdue ' || p.id || ' %') \
         ORDER BY p.id"
    => overdue::warn
}
