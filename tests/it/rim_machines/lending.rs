//! The machines of what is lent and paid: loans and transactions (spec 5.4, 5.6).

use bizgraph_rim::loan::Loan;
use bizgraph_rim::transaction::Transaction;
use serde_json::{Value, json};

use crate::matrix::{AUTO, Call, Row, Subject, Wanted, advance};
use crate::rim_machines::obstacles;
use crate::rim_machines::people::borrower;
use crate::world::key;

pub static LOAN: Subject = Subject {
    machine: &bizgraph_rim::loan::machine::MACHINE,
    rows: LOANS,
    obstacles: obstacles::LOAN,
    table: "loans",
    type_name: "RimLoan",
    permission: "rim.loan",
    put: loan_sql,
    found: |wanted| format!("SELECT '{}'", wanted.fresh),
    further: for_a_loan,
    history: None,
    advance: advance::<Loan>,
    aftermath: None,
};

pub static TRANSACTION: Subject = Subject {
    machine: &bizgraph_rim::transaction::machine::MACHINE,
    rows: TRANSACTIONS,
    obstacles: obstacles::TRANSACTION,
    table: "transactions",
    type_name: "RimTransaction",
    permission: "rim.transaction",
    put: transaction_sql,
    found: |wanted| format!("SELECT '{}'", wanted.fresh),
    further: for_a_transaction,
    history: None,
    advance: advance::<Transaction>,
    aftermath: None,
};

const APPROVERS: &str = "operations_manager, loan_officer";

const LOANS: &[Row] = &[
    ("request", "", "pending", "operations_manager, loan_officer, customer own"),
    ("approve", "pending", "approved", APPROVERS),
    ("reject", "pending", "rejected", APPROVERS),
    ("undoApprove", "approved", "pending", APPROVERS),
    ("disburse", "approved", "disbursed", "finance"),
    ("disbursementFails", "approved", "approved", AUTO),
    ("firstRepayment", "disbursed", "repaying", AUTO),
    ("settle", "disbursed, repaying", "completed", AUTO),
    ("default", "disbursed, repaying", "defaulted", "operations_manager, loan_officer"),
    ("recover", "defaulted", "completed", AUTO),
    ("reopen", "completed", "repaying, disbursed, defaulted", AUTO),
    ("unpay", "repaying", "disbursed", AUTO),
    ("undisburse", "disbursed", "approved", AUTO),
];

const TRANSACTIONS: &[Row] = &[
    ("create", "", "pending, completed", "finance, customer own"),
    ("confirm", "pending", "completed", "finance"),
    ("fail", "pending", "failed", "finance"),
    ("refund", "failed, completed", "refunded", "finance"),
];

/// A loan of 1,000 at 15 percent, past due once it is out; half a hundred was paid of it where it
/// is being paid back.
fn loan_sql(wanted: &Wanted) -> String {
    let state = wanted.from;
    let out = matches!(state, "disbursed" | "repaying" | "completed" | "defaulted");
    let at = |is: bool, moment: &str| match is {
        true => format!("'{moment}'::timestamptz"),
        false => "NULL".to_owned(),
    };
    let paid = match state {
        "repaying" => "50.00",
        "completed" => "1150.00",
        _ => "0.00",
    };
    let why = if state == "rejected" { "'Because'" } else { "NULL" };
    let (sql, whose) = borrower(wanted);
    format!(
        "{sql} INSERT INTO rim.loans (id, loan_id, user_id, user_phone, user_email, amount, status, \
           network, interest_rate, repayment_period, amount_due, amount_paid, exposure_at_request, \
           limit_at_request, rejected_at, rejection_reason, disbursed_at, due_date, completed_at, \
           defaulted_at) \
         SELECT '{key}', 'L' || left('{key}', 20), u.id, u.phone, u.email, 1000, '{state}', 'MTN', \
           15, 14, 1150, {paid}, 1000, 10000, {}, {why}, {}, {}, {}, {} \
         FROM rim.users u WHERE {whose};",
        at(state == "rejected", "2026-01-02 08:00Z"),
        at(out, "2026-01-06 08:00Z"),
        at(out, "2026-01-20 22:59:59.999999Z"),
        at(state == "completed", "2026-01-30 08:00Z"),
        at(state == "defaulted", "2026-02-25 08:00Z"),
        key = wanted.fresh,
    )
}

/// A repayment of 100 that names no loan.
fn transaction_sql(wanted: &Wanted) -> String {
    let (state, key) = (wanted.from, wanted.fresh);
    let refunded = if state == "refunded" { "'2026-03-01'" } else { "NULL" };
    let completed = if state == "completed" { "'2026-03-02 08:00Z'" } else { "NULL" };
    let (sql, whose) = borrower(wanted);
    format!(
        "{sql} INSERT INTO rim.transactions (id, transaction_id, user_id, user_phone, user_email, \
           type, amount, status, payment_method, completed_at, refunded_at) \
         SELECT '{key}', 'T' || left('{key}', 20), u.id, u.phone, u.email, 'repayment', 100, \
           '{state}', 'wallet', {completed}::timestamptz, {refunded}::timestamptz FROM rim.users u WHERE {whose};"
    )
}

fn for_a_loan(call: &Call) -> Value {
    match call.verb {
        "approve" | "undoApprove" | "disburse" => json!({}),
        "reject" | "default" => json!({ "reason": "Because" }),
        verb => panic!("the move {verb} has no row in this test"),
    }
}

fn for_a_transaction(call: &Call) -> Value {
    match call.verb {
        "confirm" => json!({}),
        "fail" => json!({ "reason": "Because" }),
        "refund" => json!({ "refundReference": key(), "reason": "Because" }),
        verb => panic!("the move {verb} has no row in this test"),
    }
}
