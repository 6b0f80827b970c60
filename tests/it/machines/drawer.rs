//! The machine of cash drawers (spec 6.6).

use serde_json::{Value, json};

use crate::machines::subject::Subject;
use crate::machines::table;

pub static DRAWER: Subject = Subject {
    machine: &bizgraph_bizhub::cash_drawer_session::machine::MACHINE,
    rows: table::DRAWER,
    table: "cash_drawer_sessions",
    type_name: "BizhubCashDrawerSession",
};

/// An empty drawer of the person `sales`, who has one open at a time.
pub fn drawer_sql(state: &str) -> String {
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

/// What a move of a drawer asks for beside its row.
pub fn further(machine: &str, verb: &str) -> Option<Value> {
    let counts = json!([{ "paymentMethod": "CASH", "amount": "0.00" }]);
    ((machine, verb) == ("cash drawer session", "close")).then(|| json!({ "counts": counts }))
}
