//! The machine of cash drawers (spec 6.6).

use bizgraph_bizhub::cash_drawer_session::CashDrawerSession;
use serde_json::{Value, json};

use crate::machines::subject::newest;
use crate::machines::table;
use crate::matrix::{Call, Subject, advance};

pub static DRAWER: Subject = Subject {
    machine: &bizgraph_bizhub::cash_drawer_session::machine::MACHINE,
    rows: table::DRAWER,
    obstacles: &[],
    table: "cash_drawer_sessions",
    type_name: "BizhubCashDrawerSession",
    permission: "bizhub.cash_drawer_session",
    put: |wanted| drawer_sql(wanted.from),
    found: |_| newest("cash_drawer_sessions"),
    further: for_a_drawer,
    history: None,
    advance: advance::<CashDrawerSession>,
    aftermath: None,
};

/// An empty drawer of the person `sales`, who has one open at a time.
fn drawer_sql(state: &str) -> String {
    let closed = "'2026-03-02', '2026-03-02 09:00Z'::timestamptz, u.id";
    let closed = if state == "Closed" { closed } else { "NULL, NULL, NULL" };
    format!(
        "UPDATE bizhub.cash_drawer_sessions SET status = 'Closed', closed_date = opened_date, \
           closed_at = opened_at, closed_by = user_id WHERE status = 'Open'; \
         INSERT INTO bizhub.cash_drawer_sessions (user_id, status, opening_float, opened_date, \
           closed_date, closed_at, closed_by) \
         SELECT u.id, '{state}', 0, '2026-03-02', {closed} FROM bizhub.users u \
         WHERE u.username = 'sales';"
    )
}

fn for_a_drawer(call: &Call) -> Value {
    match call.verb {
        "close" => json!({ "counts": [{ "paymentMethod": "CASH", "amount": "0.00" }] }),
        verb => panic!("the move {verb} has no row in this test"),
    }
}
