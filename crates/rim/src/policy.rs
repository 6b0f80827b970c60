//! Who may do what (spec 5.2). What people of the admin panel may do stands in the rows of
//! `admin_roles`; here is what no row can say: what customers may do, and which resources there
//! are beside the entities.

use bizgraph_kernel::kept_role::{KeptRoles, Resource};
use bizgraph_kernel::policy::Scope::{All, Only};
use bizgraph_kernel::policy::{Grants, Scope};

/// The role of customers, who log in with the mobile app.
pub const CUSTOMER: &str = "customer";

/// The rights of customers: themselves, their loans, transactions and tickets. The moves that
/// they make stand in the machines.
pub static POLICY: &[Grants] = &[Grants { role: CUSTOMER, permissions: CUSTOMERS }];

static CUSTOMERS: &[(&str, Scope)] = &[
    ("rim.user.read", Only("own")),
    // One's own number and score, wherever they stand.
    ("rim.user.read_sensitive", Only("own")),
    ("rim.loan_product.read", All),
    ("rim.loan.read", Only("own")),
    ("rim.transaction.read", Only("own")),
    ("rim.loan_repayment.read", Only("own")),
    ("rim.ticket.read", Only("own")),
    ("rim.chat_message.read", Only("own")),
    ("rim.attachment.read", Only("own")),
    ("rim.notification_history.read", Only("own")),
    // What they write and send, to their own tickets.
    ("rim.chat_message.create", Only("own")),
    ("rim.chat_message.update", Only("own")),
    ("platform.stored_file.read", Only("own")),
    ("platform.stored_file.create", All),
    ("rim.ticket_presence.read", Only("own")),
    ("rim.ticket_presence.create", Only("own")),
];

/// Where the roles of the admin panel are, and the resources that are no entity.
pub static KEPT_ROLES: KeptRoles =
    KeptRoles { query: "SELECT name, permissions FROM admin_roles", resources: RESOURCES };

static RESOURCES: &[Resource] = &[
    Resource {
        name: "users.status",
        doc: "Activating, deactivating and suspending customers.",
        permissions: &[],
    },
    Resource {
        name: "users.credit",
        doc: "Setting limits and scores of customers by hand.",
        permissions: &["rim.user.credit"],
    },
    Resource {
        name: "loans.approve",
        doc: "Agreeing to loans, rejecting them, and taking an agreement back.",
        permissions: &[],
    },
    Resource { name: "loans.disburse", doc: "Paying airtime out.", permissions: &[] },
    Resource {
        name: "transactions.reconcile",
        doc: "Holding transactions against providers' statements.",
        permissions: &["rim.transaction.reconcile"],
    },
    Resource {
        name: "transactions.refund",
        doc: "Sending money back.",
        permissions: &["rim.transaction.approve"],
    },
    Resource {
        name: "tickets.lead",
        doc: "What leads of the support do: reopen, close spam, give work to those away.",
        permissions: &["rim.ticket.lead"],
    },
    Resource {
        name: "notification_histories.receipts",
        doc: "Saying for a provider which messages arrived.",
        permissions: &["rim.notification_history.receipt"],
    },
    Resource {
        name: "support_agents.presence",
        doc: "Saying that an agent is there or away; in the scope `own`, of oneself.",
        permissions: &[],
    },
    Resource {
        name: "period_locks.move_back",
        doc: "Opening a locked period again, and agreeing to it.",
        permissions: &["platform.period_lock.move_back"],
    },
    Resource {
        name: "period_locks.override",
        doc: "Writing into a locked period, with a reason.",
        permissions: &[bizgraph_kernel::period_lock::OVERRIDE],
    },
];
