//! The machines of people: customers and administrators (spec 5.3, 5.8).

use bizgraph_rim::admin_user::AdminUser;
use bizgraph_rim::user::User;
use serde_json::{Value, json};

use crate::matrix::{AUTO, Call, Row, Subject, Wanted, advance};

pub static USER: Subject = Subject {
    machine: &bizgraph_rim::user::machine::MACHINE,
    rows: USERS,
    obstacles: &[],
    table: "users",
    type_name: "RimUser",
    permission: "rim.user",
    put: user_sql,
    found: |wanted| format!("SELECT u.id FROM rim.users u WHERE {}", borrower(wanted).1),
    further: for_a_person,
    history: None,
    advance: advance::<User>,
    aftermath: None,
};

pub static ADMIN_USER: Subject = Subject {
    machine: &bizgraph_rim::admin_user::machine::MACHINE,
    rows: ADMIN_USERS,
    obstacles: &[],
    table: "admin_users",
    type_name: "RimAdminUser",
    permission: "rim.admin_user",
    put: admin_user_sql,
    found: |wanted| format!("SELECT '{}'", wanted.fresh),
    further: for_a_person,
    history: None,
    advance: advance::<AdminUser>,
    aftermath: None,
};

const USERS: &[Row] = &[
    ("activate", "inactive, suspended", "active", "operations_manager"),
    ("deactivate", "active", "inactive", "operations_manager"),
    ("suspend", "active, inactive", "suspended", "operations_manager"),
    ("fallIdle", "active", "inactive", AUTO),
    ("suspendForDefault", "active, inactive", "suspended", AUTO),
];

const ADMIN_USERS: &[Row] = &[
    ("invite", "", "active", ""),
    ("activate", "inactive, suspended", "active", ""),
    ("deactivate", "active", "inactive", ""),
    ("suspend", "active", "suspended", ""),
];

/// A customer who owes nothing and may borrow, and how to find it; Ada where Ada asks.
pub fn borrower(wanted: &Wanted) -> (String, String) {
    let key = wanted.fresh;
    if wanted.username == "ada" {
        return (String::new(), "u.user_id = 'USR-2026-001'".to_owned());
    }
    let sql = format!(
        "INSERT INTO rim.users (id, user_id, first_name, phone, email, credit_limit, \
           last_active_at) \
         VALUES ('{key}', 'U' || left('{key}', 20), 'Chi', left('{key}', 20), \
           '{key}@rim.example', 10000, '2026-03-01');"
    );
    (sql, format!("u.id = '{key}'"))
}

fn user_sql(wanted: &Wanted) -> String {
    let (sql, whose) = borrower(wanted);
    let state = wanted.from;
    let why = if state == "suspended" { "'Because'" } else { "NULL" };
    format!(
        "{sql} UPDATE rim.users u SET status = '{state}', suspension_reason = {why}, version = 1 \
         WHERE {whose};"
    )
}

fn admin_user_sql(wanted: &Wanted) -> String {
    let (state, key) = (wanted.from, wanted.fresh);
    let why = if state == "suspended" { "'Because'" } else { "NULL" };
    format!(
        "INSERT INTO rim.admin_users (id, username, email, role, role_id, status, \
           suspension_reason) \
         SELECT '{key}', 'u{key}', '{key}@rim.example', r.name, r.id, '{state}', {why} \
         FROM rim.admin_roles r WHERE r.name = 'marketing';"
    )
}

fn for_a_person(call: &Call) -> Value {
    match call.verb {
        "activate" | "deactivate" => json!({}),
        "suspend" => json!({ "reason": "Because" }),
        verb => panic!("the move {verb} has no row in this test"),
    }
}
