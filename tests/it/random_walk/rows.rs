//! The rows that inputs point to, as the walk knows them.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::ground::Ground;
use crate::world::World;

/// A row as the walk knows it.
pub struct Known {
    pub key: String,
    pub version: i64,
    /// Of a person the role; `deleted` of what was deleted softly.
    pub status: String,
    /// The invoice or ticket that it is a part of; empty where it stands for itself.
    pub part_of: String,
    pub customer: String,
    /// What is to be paid for it.
    pub due: String,
    /// The actor who alone can do something to it now; empty where nobody can.
    pub by: String,
    /// What else the rules ask about it, in a word.
    pub also: String,
}

/// Newest rows of each type.
pub type Rows = BTreeMap<String, Vec<Known>>;

/// Tables of the platform that inputs point to.
const PLATFORM: [(&str, &str); 2] =
    [("ApprovalRequest", "approval_requests"), ("StoredFile", "stored_files")];

/// The newest rows of every table that inputs point to, in an order that a seed repeats: some keys
/// are made by chance.
pub async fn look(world: &World, ground: &Ground) -> Rows {
    let mut sql = String::new();
    let tables = ground.module.entities.iter().filter(|meta| !meta.view);
    let tables = tables.map(|meta| (meta.type_name, meta.table));
    for (type_name, table) in tables.chain(PLATFORM) {
        let union = if sql.is_empty() { "" } else { " UNION ALL " };
        let facts = (ground.facts)(table);
        let by = if table == "stored_files" {
            "CASE WHEN NOT t.attached THEN t.created_by END"
        } else {
            facts.by
        };
        write!(
            sql,
            "{union}SELECT '{type_name}' AS of, t.id::text AS key, \
             coalesce((t.whole ->> 'version')::int, 1) AS version, \
             CASE WHEN t.whole ->> 'deleted_at' IS NOT NULL THEN 'deleted' \
               ELSE coalesce(t.whole ->> 'status', t.whole ->> 'role', '') END AS status, \
             coalesce(t.whole ->> 'created_at', '') AS created_at, \
             coalesce(t.whole ->> 'username', t.whole ->> 'loan_id', \
               t.whole ->> 'transaction_id', t.whole ->> 'ticket_number', \
               t.whole ->> 'email', t.whole ->> 'name', '') AS called, \
             coalesce({}, '') AS part_of, coalesce({}, '') AS customer, \
             coalesce({}, '') AS due, coalesce({by}, '') AS by, coalesce({}, '') AS also \
             FROM (SELECT *, to_jsonb(it) AS whole FROM {}.{table} it \
               ORDER BY id DESC LIMIT 80) t",
            facts.part_of, facts.customer, facts.due, facts.also, ground.module.name
        )
        .unwrap();
    }
    let now = format!("timestamptz '{}'", world.kernel.clock.now().to_rfc3339());
    let sql = sql.replace("{now}", &now);
    let mut rows: BTreeMap<String, Vec<([String; 2], Known)>> = BTreeMap::new();
    for row in world.rows(&sql).await {
        let text = |field: &str| row[field].as_str().unwrap().to_owned();
        let known = Known {
            key: text("key"),
            version: row["version"].as_i64().unwrap(),
            status: text("status"),
            part_of: text("part_of"),
            customer: text("customer"),
            due: text("due"),
            by: text("by"),
            also: text("also"),
        };
        rows.entry(text("of")).or_default().push(([text("created_at"), text("called")], known));
    }
    let sorted = rows.into_iter().map(|(of, mut rows)| {
        rows.sort_by(|(one, a), (other, b)| (one, &a.key).cmp(&(other, &b.key)));
        (of, rows.into_iter().map(|(_, known)| known).collect())
    });
    sorted.collect()
}
