//! The machines after the sale: warranties, claims under them, and repairs (spec 6.9, 6.10).

use bizgraph_bizhub::repair_ticket::RepairTicket;
use bizgraph_bizhub::warranty::Warranty;
use bizgraph_bizhub::warranty_claim::WarrantyClaim;
use serde_json::{Value, json};

use crate::machines::subject::newest;
use crate::machines::{obstacles, table};
use crate::matrix::{Call, Subject, advance};
use crate::world::key;

pub static WARRANTY: Subject = Subject {
    machine: &bizgraph_bizhub::warranty::machine::MACHINE,
    rows: table::WARRANTY,
    obstacles: obstacles::WARRANTY,
    table: "warranties",
    type_name: "BizhubWarranty",
    permission: "bizhub.warranty",
    put: |wanted| warranty_sql(wanted.from),
    found: |_| newest("warranties"),
    further: for_a_warranty,
    history: None,
    advance: advance::<Warranty>,
    aftermath: None,
};

pub static CLAIM: Subject = Subject {
    machine: &bizgraph_bizhub::warranty_claim::machine::MACHINE,
    rows: table::CLAIM,
    obstacles: obstacles::CLAIM,
    table: "warranty_claims",
    type_name: "BizhubWarrantyClaim",
    permission: "bizhub.warranty_claim",
    put: |wanted| claim_sql(wanted.from),
    found: |_| newest("warranty_claims"),
    further: for_a_claim,
    history: None,
    advance: advance::<WarrantyClaim>,
    aftermath: None,
};

pub static TICKET: Subject = Subject {
    machine: &bizgraph_bizhub::repair_ticket::machine::MACHINE,
    rows: table::TICKET,
    obstacles: obstacles::TICKET,
    table: "repair_tickets",
    type_name: "BizhubRepairTicket",
    permission: "bizhub.repair_ticket",
    put: |wanted| ticket_sql(wanted.from),
    found: |_| newest("repair_tickets"),
    further: for_a_ticket,
    history: None,
    advance: advance::<RepairTicket>,
    aftermath: None,
};

/// A Standard warranty of the customer, of nothing in particular.
fn warranty_sql(state: &str) -> String {
    let number = key();
    format!(
        "WITH i AS (INSERT INTO bizhub.invoices (invoice_number, customer_id, customer_type, \
             invoice_date, status, subtotal, total_amount) \
           SELECT '{number}', max(id), 'Retail', '2026-03-02', 'Paid', 0, 0 \
           FROM bizhub.customers RETURNING id, customer_id) \
         INSERT INTO bizhub.warranties (warranty_number, invoice_id, customer_id, warranty_tier, \
           start_date, end_date, status) \
         SELECT '{number}', i.id, i.customer_id, 'Standard', '2026-03-02', '2026-05-31', '{state}' \
         FROM i;"
    )
}

/// A claim under a warranty of its own; once it is approved, its repair is ready.
fn claim_sql(state: &str) -> String {
    let (warranty, ticket) = match state {
        "Approved" => ("Claimed", Some("Ready")),
        "Completed" => ("Active", Some("Closed")),
        _ => ("Active", None),
    };
    let ended = match state {
        "Denied" => "'Denied', '2026-03-02', 'Water'",
        "Completed" => "'Repaired', '2026-03-02', NULL",
        _ => "NULL, NULL, NULL",
    };
    let mut sql = format!(
        "{} INSERT INTO bizhub.warranty_claims (claim_number, warranty_id, customer_id, \
           issue_description, claim_date, status, outcome, outcome_date, denial_reason) \
         SELECT '{}', w.id, w.customer_id, 'Dead', '2026-03-02', '{state}', {ended} \
         FROM bizhub.warranties w ORDER BY w.id DESC LIMIT 1;",
        warranty_sql(warranty),
        key()
    );
    if let Some(status) = ticket {
        sql.push_str(&ticket_sql(status));
        sql.push_str(
            "UPDATE bizhub.repair_tickets SET warranty_claim_id = (SELECT max(id) FROM \
             bizhub.warranty_claims) WHERE id = (SELECT max(id) FROM bizhub.repair_tickets); \
             UPDATE bizhub.warranty_claims SET repair_ticket_id = (SELECT max(id) FROM \
             bizhub.repair_tickets) WHERE id = (SELECT max(id) FROM bizhub.warranty_claims);",
        );
    }
    sql
}

/// A repair at no charge on the bench of the person `technician`.
fn ticket_sql(state: &str) -> String {
    let closed = if state == "Closed" { "'2026-03-02', 'Repaired'" } else { "NULL, NULL" };
    format!(
        "INSERT INTO bizhub.repair_tickets (ticket_number, customer_id, issue_type, \
           issue_description, status, assigned_to, opened_date, billable, closed_date, outcome) \
         SELECT '{}', max(c.id), 'Screen Repair', 'Dark', '{state}', \
           (SELECT id FROM bizhub.users WHERE username = 'technician'), '2026-03-01', FALSE, \
           {closed} FROM bizhub.customers c;",
        key()
    )
}

fn for_a_warranty(call: &Call) -> Value {
    match call.verb {
        "upgrade" => json!({}),
        "void" => json!({ "reason": "Opened by the customer" }),
        verb => panic!("the move {verb} has no row in this test"),
    }
}

fn for_a_claim(call: &Call) -> Value {
    match call.verb {
        "approve" => json!({}),
        "deny" => json!({ "denialReason": "Water" }),
        "complete" => json!({ "outcome": "REPAIRED" }),
        verb => panic!("the move {verb} has no row in this test"),
    }
}

fn for_a_ticket(call: &Call) -> Value {
    match call.verb {
        "startDiagnosing" | "waitForParts" | "startRepair" => json!({}),
        "finishRepair" => json!({ "resolutionNotes": "New panel" }),
        "close" => json!({ "outcome": "UNABLE" }),
        "resume" | "reopen" => json!({ "reason": "Dark again" }),
        verb => panic!("the move {verb} has no row in this test"),
    }
}
