//! What still depends on a row that somebody wants to delete (spec 1.9): up to ten of the
//! rows by name, and how many there are.

use serde_json::{Value, json};

use crate::db::Tx;
use crate::entity::decode;
use crate::entity::global_id::GlobalId;
use crate::entity::metadata::{Entity, Meta};
use crate::entity::sql::{Bind, Sql};
use crate::refusal::{Code, Refusal, Rule};

/// How many dependants a refusal names.
const NAMED: usize = 10;

/// Rows of one kind that can depend on another row.
pub struct Dependants {
    pub meta: &'static Meta,
    /// The column that holds the other row's key, or what else they know it by.
    pub column: &'static str,
    /// The column that people know such a row by.
    pub name: &'static str,
    /// SQL over `t` that tells which of them count; empty for all.
    pub only: &'static str,
}

impl Tx {
    /// Refuses when live rows of these kinds depend on a row.
    ///
    /// # Errors
    /// Faults alone; `REFERENCED_IN_USE` is noted for [`Tx::settle`].
    pub async fn refuse_dependants<E: Entity>(
        &mut self,
        row: &E,
        field: &str,
        kinds: &[Dependants],
    ) -> Rule<()> {
        self.refuse_dependants_on(row.key(), field, kinds).await
    }

    /// The same for rows that depend on this value, be it the key of a row or its name.
    ///
    /// # Errors
    /// Faults alone; `REFERENCED_IN_USE` is noted for [`Tx::settle`].
    pub async fn refuse_dependants_on(
        &mut self,
        value: Bind,
        field: &str,
        kinds: &[Dependants],
    ) -> Rule<()> {
        let mut count = 0;
        let mut names = Vec::new();
        let mut dependants: Vec<Value> = Vec::new();
        for kind in kinds {
            let rows = self.load(kind.of(value.clone())).await?;
            for (place, row) in rows.iter().enumerate() {
                let (key, name): (String, String) = (decode(row, 0)?, decode(row, 1)?);
                if place == 0 {
                    count += decode::<i64>(row, 2)?;
                }
                if dependants.len() < NAMED {
                    let type_name = kind.meta.type_name;
                    let id = GlobalId::encode(self.actor.tenant.id, type_name, &key);
                    dependants.push(json!({ "type": type_name, "id": id, "name": name }));
                    let noun = crate::scalars::words_of(kind.meta.singular);
                    names.push(format!("{noun} {name}"));
                }
            }
        }
        if count > 0 {
            let is_more = usize::try_from(count).is_ok_and(|count| count > names.len());
            let among = if is_more { "among them " } else { "" };
            let message = format!("Still in use by {count}: {among}{}.", names.join(", "));
            let refusal = Refusal::new(Code::ReferencedInUse, field, message);
            self.refuse(refusal.with("count", count).with("dependants", dependants));
        }
        Ok(())
    }
}

impl Dependants {
    fn of(&self, value: Bind) -> Sql {
        let (key, table) = (self.meta.key().name, self.meta.table);
        let mut sql = Sql::new(&format!(
            "SELECT t.{key}::text, t.{}::text, count(*) OVER () FROM {table} t WHERE t.{} = ",
            self.name, self.column
        ));
        sql.bind(value);
        if !self.only.is_empty() {
            sql.push(" AND (").push(self.only).push(")");
        }
        if self.meta.soft_delete {
            sql.push(" AND t.deleted_at IS NULL");
        }
        sql.push(&format!(" ORDER BY t.{key} LIMIT {NAMED}"));
        sql
    }
}
