//! The moves as the specification lists them (6.3, 6.5, 6.7 to 6.10), written down once more by hand:
//! what the tests below expect comes from here, not from the code that they test.

use bizgraph_kernel::machine::{Machine, Move};
use bizgraph_kernel::policy::Scope;

use crate::machines::subject::SHOP;
use crate::matrix::{AUTO, Row, Subject, words};

pub const ASSET: &[Row] = &[
    ("receive", "", "Received", "Warehouse, Manager"),
    ("startIntake", "Received", "Diagnostics Pending", "Warehouse, Technician"),
    (
        "recordDiagnostics",
        "Diagnostics Pending",
        "Wipe Pending, QC Pending, Repair Hold, Not Sellable",
        "Technician, Manager",
    ),
    ("recordWipe", "Wipe Pending", "QC Pending", "Technician, Manager"),
    ("passQc", "QC Pending", "Ready for Sale", "Technician, Manager"),
    ("failQc", "QC Pending", "Diagnostics Pending, Repair Hold", "Technician, Manager"),
    ("reserve", "Ready for Sale", "Reserved", AUTO),
    ("release", "Reserved", "Ready for Sale", AUTO),
    ("sell", "Ready for Sale, Reserved", "Sold", AUTO),
    ("undoSale", "Sold", "Reserved", AUTO),
    ("takeBack", "Sold", "Returned", AUTO),
    ("reIntake", "Returned", "Diagnostics Pending", "Warehouse, Technician"),
    (
        "hold",
        "Received, Diagnostics Pending, Wipe Pending, QC Pending, Ready for Sale, Returned",
        "Repair Hold",
        "Technician, Manager",
    ),
    ("repaired", "Repair Hold", "Diagnostics Pending", "Technician"),
    (
        "block",
        "Received, Diagnostics Pending, Wipe Pending, QC Pending, Ready for Sale, Returned, \
         Repair Hold",
        "Not Sellable",
        "Manager",
    ),
    ("unblock", "Not Sellable", "Diagnostics Pending", "Manager"),
    ("scrap", "Repair Hold, Not Sellable, Returned", "Scrapped", "Manager"),
];

pub const INVOICE: &[Row] = &[
    ("create", "", "Draft", ""),
    ("send", "Draft", "Sent", "Manager, Sales own"),
    ("checkout", "Draft", "Paid", "Manager, Sales own"),
    ("pay", "Sent", "Sent, Paid", "Manager, Sales own"),
    ("settle", "Sent", "Paid", AUTO),
    ("cancel", "Draft, Sent", "Cancelled", "Manager, Sales unsent"),
    ("reopen", "Paid", "Sent", AUTO),
    ("refund", "Paid", "Refunded", AUTO),
];

pub const REFUND: &[Row] = &[
    ("request", "", "requested", "Manager, Sales own"),
    ("approve", "requested", "approved", "Manager"),
    ("reject", "requested", "rejected", "Manager"),
    ("complete", "approved", "completed", "Manager"),
];

pub const PREORDER: &[Row] = &[
    ("create", "", "Deposit Pending", "Manager, Sales"),
    ("payDeposit", "Deposit Pending", "Deposit Pending", "Manager, Sales"),
    ("order", "Deposit Pending", "Ordered", "Manager, Sales"),
    ("close", "Deposit Pending", "Closed", "Manager, Sales"),
    ("ship", "Ordered", "In Transit", "Manager, Sales, Warehouse"),
    ("arrive", "Ordered, In Transit", "Arrived", "Manager, Sales, Warehouse"),
    ("failToSource", "Ordered, In Transit", "Closed", "Manager"),
    ("notify", "Arrived", "Customer Notified", "Manager, Sales"),
    ("pickUp", "Arrived, Customer Notified", "Picked Up", AUTO),
    ("undoPickUp", "Picked Up", "Arrived, Customer Notified", AUTO),
    ("reject", "Arrived, Customer Notified", "Rejected", "Manager, Sales"),
    ("resell", "Rejected", "Resold", AUTO),
    ("undoResale", "Resold", "Rejected", AUTO),
    // Without a resale after the tenant's limit of days.
    ("settle", "Resold, Rejected", "Closed", "Manager"),
    ("closePickedUp", "Picked Up", "Closed", AUTO),
];

pub const DRAWER: &[Row] =
    &[("open", "", "Open", "Manager, Sales"), ("close", "Open", "Closed", "Manager, Sales own")];

pub const WARRANTY: &[Row] = &[
    ("issue", "", "Active", AUTO),
    ("claim", "Active", "Claimed", AUTO),
    ("reinstate", "Claimed", "Active", AUTO),
    ("expire", "Active, Claimed", "Expired", AUTO),
    ("upgrade", "Active", "Void", "Manager, Sales"),
    ("void", "Active, Claimed", "Void", "Manager"),
    ("lapse", "Active, Claimed", "Void", AUTO),
];

pub const CLAIM: &[Row] = &[
    ("submit", "", "Submitted", "Sales"),
    ("approve", "Submitted", "Approved", "Manager"),
    ("deny", "Submitted", "Denied", "Manager"),
    ("complete", "Approved", "Completed", "Technician, Manager"),
    ("denyWithWarranty", "Submitted, Approved", "Denied", AUTO),
];

pub const TICKET: &[Row] = &[
    ("open", "", "Open", "Manager, Sales"),
    ("startDiagnosing", "Open", "Diagnosing", "Manager, Technician assigned"),
    ("waitForParts", "Diagnosing, In Repair", "Waiting for Parts", "Manager, Technician assigned"),
    ("startRepair", "Diagnosing, Waiting for Parts", "In Repair", "Manager, Technician assigned"),
    ("finishRepair", "Diagnosing, In Repair", "Ready", "Manager, Technician assigned"),
    ("resume", "Ready", "In Repair", "Manager, Technician assigned"),
    ("close", "Open, Diagnosing, Ready", "Closed", "Manager, Sales"),
    ("reopen", "Closed", "Open", "Manager"),
    ("closeWithClaim", "Open, Diagnosing, Waiting for Parts, In Repair, Ready", "Closed", AUTO),
];

fn row_of(step: &'static Move) -> [String; 4] {
    let by = step.by.iter().map(|(role, scope)| match scope {
        Scope::All => (*role).to_owned(),
        Scope::Only(scope) => format!("{role} {scope}"),
    });
    let by = if step.automatic { AUTO.to_owned() } else { by.collect::<Vec<_>>().join(", ") };
    [step.verb.to_owned(), step.from.join(", "), step.to.join(", "), by]
}

fn rows_of(machine: &'static Machine) -> Vec<[String; 4]> {
    machine.moves.iter().map(|step| row_of(step)).collect()
}

#[test]
fn each_machine_is_the_table_of_the_specification() {
    for subject in SHOP.subjects {
        let expected: Vec<[String; 4]> = subject
            .rows
            .iter()
            .map(|row| [row.0, row.1, row.2, row.3].map(str::to_owned))
            .collect();
        assert_eq!(rows_of(subject.machine), expected, "{}", subject.machine.name);
    }
}

#[test]
fn each_state_can_be_reached_and_all_but_the_final_ones_left() {
    let finals = [
        "Scrapped",
        "Cancelled",
        "Refunded",
        "rejected",
        "completed",
        "Closed",
        "Expired",
        "Void",
        "Denied",
        "Completed",
    ];
    for subject in SHOP.subjects {
        for word in subject.machine.states.values {
            let state = word.stored;
            let reached = subject.rows.iter().any(|row| words(row.2).any(|to| to == state));
            let left = subject.rows.iter().any(|row| words(row.1).any(|from| from == state));
            assert!(reached, "{} {state} is never reached", subject.machine.name);
            // A repair can be taken up again.
            let reopens = (subject.machine.name, state) == ("repair ticket", "Closed");
            let open = reopens || !finals.contains(&state);
            assert_eq!(left, open, "{} {state}", subject.machine.name);
        }
    }
}

/// `bizhub.asset.transition:passQc`
fn permission(subject: &Subject, row: &Row) -> String {
    format!("{}.transition:{}", subject.permission, row.0)
}

#[test]
fn no_mutation_and_no_grant_exists_for_a_move_that_is_only_an_effect() {
    let module = bizgraph::schema::MODULES[0];
    for subject in SHOP.subjects {
        for row in subject.rows.iter().filter(|row| row.3 == AUTO) {
            let (name, permission) = (subject.mutation(row.0), permission(subject, row));
            let open = module.mutations.iter().any(|mutation| mutation.name == name);
            assert!(!open, "{name} can be called");
            let mut grants = module.policy.iter().flat_map(|grants| grants.permissions);
            assert!(!grants.any(|(held, _)| *held == permission), "{permission} is granted");
        }
    }
}

/// The mutation of a move asks for the right that `availableActions` looks at.
#[test]
fn each_other_move_has_a_mutation_under_its_own_right() {
    let module = bizgraph::schema::MODULES[0];
    for subject in SHOP.subjects {
        for row in subject.rows.iter().filter(|row| row.3 != AUTO) {
            let name = subject.mutation(row.0);
            let mutation = module.mutations.iter().find(|mutation| mutation.name == name);
            let mutation = mutation.unwrap_or_else(|| panic!("{name} is missing"));
            let permission = match name.as_str() {
                "bizhubInvoiceCreate" => "bizhub.invoice.create".to_owned(),
                "bizhubInvoicePay" => "bizhub.payment.create".to_owned(),
                _ => permission(subject, row),
            };
            assert_eq!(mutation.permission, permission);
        }
    }
}
