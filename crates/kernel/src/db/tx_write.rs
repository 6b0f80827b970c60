//! The writing half of [`Tx`]: rows, versions, status moves, and their records.

use crate::audit::AuditEntry;
use crate::db::fault::DatabaseViolation;
use crate::db::{Fault, Tx};
use crate::entity::global_id::KeyType;
use crate::entity::metadata::{Column, Entity, Kind, Meta, Set};
use crate::entity::page;
use crate::entity::sql::{Bind, Sql};
use crate::machine::Move;
use crate::policy::Scope;
use crate::refusal::{Code, Refusal, Rejection, Rule};
use uuid::Uuid;

impl Tx {
    /// Inserts a row and answers it as the database completed it.
    ///
    /// # Errors
    /// A violated constraint becomes a refusal that names the field.
    pub async fn insert<E: Entity>(&mut self, sets: Vec<Set<E>>) -> Rule<E> {
        let row = self.insert_row(sets).await?;
        self.announce(E::META, "create", &row.key());
        Ok(row)
    }

    /// Inserts a row of a history or a line, which has no event of its own.
    pub async fn append<E: Entity>(&mut self, sets: Vec<Set<E>>) -> Rule<E> {
        self.insert_row(sets).await
    }

    async fn insert_row<E: Entity>(&mut self, sets: Vec<Set<E>>) -> Rule<E> {
        let meta = E::META;
        self.refuse_dated(&sets).await?;
        // A UUID of version 7 sorts by the moment of its making; PostgreSQL has none so far.
        let made_here = matches!(meta.key().kind, Kind::Key(KeyType::Uuid));
        let mut sql = Sql::new("INSERT INTO ");
        sql.push(meta.table).push(" AS t (");
        for (place, set) in sets.iter().enumerate() {
            sql.push(if place == 0 { "" } else { ", " }).push(meta.columns[set.index].name);
        }
        for stamp in stamps(meta, &["created_at", "updated_at"]) {
            sql.push(", ").push(stamp);
        }
        if made_here {
            sql.push(", ").push(meta.key().name);
        }
        sql.push(") VALUES (");
        for (place, set) in sets.into_iter().enumerate() {
            sql.push(if place == 0 { "" } else { ", " });
            sql.bind(self.stored(&meta.columns[set.index], set.value));
        }
        for _ in stamps(meta, &["created_at", "updated_at"]) {
            sql.push(", ").bind(Bind::Instant(Some(self.now)));
        }
        if made_here {
            sql.push(", ").bind(Bind::Uuid(Some(Uuid::now_v7())));
        }
        sql.push(") RETURNING ").push(&page::columns_of(meta));
        let row = self.write_one::<E>(sql).await?;
        self.record(meta, "create", None, Some(&row));
        Ok(row)
    }

    /// Changes a locked row and answers it as it stands now; `version` and `updated_at` move
    /// on. A change to the values it has already is no change.
    ///
    /// # Errors
    /// A violated constraint becomes a refusal that names the field.
    pub async fn update<E: Entity>(&mut self, before: &E, sets: Vec<Set<E>>) -> Rule<E> {
        let changed = sets.iter().any(|set| before.value(set.index) != set.value);
        if !changed {
            return Ok(before.clone());
        }
        let row = self.update_row(before, sets, "update").await?;
        self.announce(E::META, "update", &row.key());
        Ok(row)
    }

    /// Changes a row as part of another row's move: recorded, not announced.
    pub async fn amend<E: Entity>(&mut self, before: &E, sets: Vec<Set<E>>) -> Rule<E> {
        self.update_row(before, sets, "update").await
    }

    /// Moves a status by its machine, with the columns that move along, and announces it.
    ///
    /// # Errors
    /// `INVALID_TRANSITION` with from, to and what is allowed instead.
    pub async fn advance<E: Entity>(
        &mut self,
        before: &E,
        step: &Move,
        to: &'static str,
        mut sets: Vec<Set<E>>,
    ) -> Rule<E> {
        self.check_move(before, step, Some(to), "")?;
        let Some(status) = E::META.status() else {
            return Err(Fault::internal("a move of an entity without a status").into());
        };
        sets.push(Set::status(status, to));
        let row = self.update_row(before, sets, step.verb).await?;
        self.announce(E::META, step.verb, &row.key());
        Ok(row)
    }

    /// Refuses unless the move starts from the row's state; a rule asks this first.
    ///
    /// # Errors
    /// `INVALID_TRANSITION` with from, to and what is allowed instead.
    pub fn check_move<E: Entity>(
        &self,
        row: &E,
        step: &Move,
        to: Option<&str>,
        field: &str,
    ) -> Rule<()> {
        let meta = E::META;
        let (Some(machine), Some(status)) = (meta.machine, meta.status()) else {
            return Err(Fault::internal("a move of an entity without a machine").into());
        };
        let Bind::Text(Some(from)) = row.value(status) else {
            return Err(Fault::internal("a status that is no text").into());
        };
        if step.starts_from(&from) && to.is_none_or(|to| step.to.contains(&to)) {
            return Ok(());
        }
        let machine = machine();
        let allowed = machine.allowed_from(&from);
        let target = to.unwrap_or_else(|| step.to.first().copied().unwrap_or_default());
        let message = machine.refusal_words(step, &from);
        Err(Refusal::new(Code::InvalidTransition, field, message)
            .with("from", from)
            .with("to", target)
            .with("allowed", allowed)
            .into())
    }

    async fn update_row<E: Entity>(
        &mut self,
        before: &E,
        sets: Vec<Set<E>>,
        action: &str,
    ) -> Rule<E> {
        let meta = E::META;
        self.refuse_kept(before, &sets).await?;
        let mut sql = Sql::new("UPDATE ");
        sql.push(meta.table).push(" AS t SET ");
        for (place, set) in sets.into_iter().enumerate() {
            sql.push(if place == 0 { "" } else { ", " });
            let column = &meta.columns[set.index];
            sql.push(column.name).push(" = ").bind(self.stored(column, set.value));
        }
        if meta.column("version").is_some() {
            sql.push(", version = t.version + 1");
        }
        for stamp in stamps(meta, &["updated_at"]) {
            sql.push(", ").push(stamp).push(" = ").bind(Bind::Instant(Some(self.now)));
        }
        sql.push(" WHERE t.").push(meta.key().name).push(" = ").bind(before.key());
        sql.push(" RETURNING ").push(&page::columns_of(meta));
        let row = self.write_one::<E>(sql).await?;
        self.record(meta, action, Some(before), Some(&row));
        Ok(row)
    }

    /// Deletes a row for good, where the specification allows it.
    ///
    /// # Errors
    /// `REFERENCED_IN_USE` when other rows point to it.
    pub async fn delete<E: Entity>(&mut self, row: &E) -> Rule<()> {
        let meta = E::META;
        self.refuse_gone(row).await?;
        let mut sql = Sql::new("DELETE FROM ");
        sql.push(meta.table).push(" AS t WHERE t.").push(meta.key().name).push(" = ");
        sql.bind(row.key());
        self.execute(sql).await.map_err(|fault| refusal_of(meta, fault))?;
        self.record(meta, "delete", Some(row), None::<&E>);
        self.announce(meta, "delete", &row.key());
        Ok(())
    }

    /// A value as its column keeps it: personal data sealed, where the tenant wants that.
    fn stored(&self, column: &Column, value: Bind) -> Bind {
        match (value, &self.personal_data) {
            (Bind::Text(Some(text)), Some(key)) if column.personal => {
                Bind::Text(Some(key.stored(text)))
            }
            (value, _) => value,
        }
    }

    async fn write_one<E: Entity>(&mut self, sql: Sql) -> Rule<E> {
        let rows = self.load(sql).await.map_err(|fault| refusal_of(E::META, fault))?;
        let row = rows.first().ok_or_else(|| Fault::internal("a write that met no row"))?;
        Ok(E::decode(row)?)
    }

    fn record<E: Entity>(
        &mut self,
        meta: &'static Meta,
        action: &str,
        before: Option<&E>,
        after: Option<&E>,
    ) {
        let Some(row) = after.or(before) else { return };
        let mut entry = AuditEntry::new(action, meta.type_name, row.key().to_key());
        let sealed = self.actor.module.sealed;
        let is_secret = |column: &Column| {
            sealed.iter().any(|it| it.table == meta.table && it.column == column.name)
        };
        for (index, column) in meta.columns.iter().enumerate() {
            let is_kept = !matches!(column.name, "version" | "updated_at") && !is_secret(column);
            if column.expression.is_some() || !is_kept {
                continue;
            }
            let old = before.map(|row| row.value(index)).filter(|value| !value.is_null());
            let new = after.map(|row| row.value(index)).filter(|value| !value.is_null());
            if old == new {
                continue;
            }
            let sealed = |value: Option<Bind>| {
                let json = value.map_or(serde_json::Value::Null, |value| value.to_json());
                let is_open = column.sensitive.is_none() && !column.personal;
                if is_open { json } else { self.cipher.seal(&json) }
            };
            if before.is_some() {
                entry.old_values.insert(column.field.to_owned(), sealed(old));
            }
            entry.new_values.insert(column.field.to_owned(), sealed(new));
        }
        self.audit.push(entry);
    }

    /// Refuses unless the row is the version that the caller read.
    ///
    /// # Errors
    /// `STALE_VERSION` with the current version and who changed it last.
    pub async fn expect_version<E: Entity>(&mut self, row: &E, expected: i32) -> Rule<()> {
        let Some(index) = E::META.column("version") else { return Ok(()) };
        let Bind::Int(Some(current)) = row.value(index) else { return Ok(()) };
        if current == expected {
            return Ok(());
        }
        let mut sql = Sql::new("SELECT actor_name FROM audit_entries WHERE entity = ");
        sql.bind(Bind::Text(Some(E::META.type_name.to_owned()))).push(" AND entity_id = ");
        sql.bind(Bind::Text(Some(row.key().to_key()))).push(" ORDER BY id DESC LIMIT 1");
        let rows = self.load(sql).await?;
        let changed_by: String = match rows.first() {
            Some(row) => crate::entity::decode(row, 0)?,
            None => "the import".to_owned(),
        };
        let message = format!(
            "You read version {expected}; it is version {current} now, last changed by \
             {changed_by}. Read it again."
        );
        Err(Refusal::new(Code::StaleVersion, "expectedVersion", message)
            .with("expectedVersion", expected)
            .with("currentVersion", current)
            .with("changedBy", changed_by)
            .into())
    }

    /// The predicate of the caller's narrower grant on an entity; `None` for every row.
    pub(crate) fn visible_scope(&self, meta: &Meta) -> Option<Sql> {
        match self.actor.scope(meta.read) {
            Some(Scope::All) => None,
            Some(Scope::Only(name)) => Some(page::scope_predicate(meta, name, &self.actor, "t")),
            None => Some(Sql::new("FALSE")),
        }
    }
}

fn stamps(meta: &Meta, names: &[&'static str]) -> Vec<&'static str> {
    let stored = |name: &&str| {
        meta.column(name).is_some_and(|place| meta.columns[place].expression.is_none())
    };
    names.iter().copied().filter(stored).collect()
}

/// The column that a violated constraint speaks of: the last of an index, as those before it only
/// say among which rows, whatever the index makes of it; else the column that is named, or that
/// the constraint is named after.
fn violated_column(meta: &Meta, constraint: &str, detail: &str) -> Option<&'static Column> {
    let parts = detail.strip_prefix("Key (").and_then(|detail| detail.split_once(")=("));
    let keys = parts.map_or("", |(keys, _)| keys);
    // What stands in quotes is a text, and what follows `::` a type.
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let parts = keys.split('\'').step_by(2).flat_map(|part| {
        let casts = part.split("::").enumerate();
        casts.map(|(place, part)| match place {
            0 => part,
            _ => part.trim_start_matches(|c: char| is_name(c) || c == ' '),
        })
    });
    let words = parts.flat_map(|part| part.split(|c: char| !is_name(c)));
    let named = words.filter_map(|word| meta.columns.iter().find(|column| column.name == word));
    named.last().or_else(|| {
        let of_column = |column: &&Column| {
            constraint == column.name
                || constraint == format!("{}_{}_check", meta.table, column.name)
        };
        meta.columns.iter().find(of_column)
    })
}

/// A violated constraint as a refusal that names the field; anything else stays a fault.
fn refusal_of(meta: &Meta, fault: Fault) -> Rejection {
    let Some((violation, constraint, detail)) = fault.violated_constraint() else {
        return fault.into();
    };
    let column = violated_column(meta, &constraint, &detail);
    let field = column.map_or("", |column| column.field);
    let words = crate::scalars::words_of(if field.is_empty() { "value" } else { field });
    let refusal = match violation {
        DatabaseViolation::Unique => {
            Refusal::new(Code::NotUnique, field, format!("Another row has this {words} already."))
        }
        DatabaseViolation::ForeignKey if detail.contains("still referenced") => Refusal::new(
            Code::ReferencedInUse,
            field,
            "Other rows still depend on it, so it cannot be deleted.",
        ),
        DatabaseViolation::ForeignKey => {
            Refusal::new(Code::ReferenceNotFound, field, "What this points to does not exist.")
        }
        DatabaseViolation::NotNull => {
            Refusal::new(Code::Required, field, format!("The {words} is required."))
        }
        DatabaseViolation::TooLong => {
            Refusal::new(Code::OutOfRange, field, format!("The {words} is too long."))
        }
        DatabaseViolation::Overflow | DatabaseViolation::Check => {
            Refusal::new(Code::OutOfRange, field, format!("The {words} is not within its bounds."))
                .with("constraint", constraint)
        }
    };
    refusal.into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entity::Entity;
    use crate::notification::Notification;

    #[test]
    fn a_violated_index_names_the_last_of_its_columns_whatever_it_makes_of_it() {
        for (keys, column) in [
            ("dedupe_key", "dedupe_key"),
            ("template, dedupe_key", "dedupe_key"),
            ("lower(recipient::text)", "recipient"),
            ("(lower((subject)::text))", "subject"),
            ("COALESCE(template, ''::character varying), subject", "subject"),
            ("('status:'::text || recipient::text)", "recipient"),
            ("(status || 'subject'::body)", "status"),
        ] {
            let detail = format!("Key ({keys})=(body)=(x) already exists.");
            let named = violated_column(Notification::META, "idx_notifications_some", &detail);
            assert_eq!(named.map(|column| column.name), Some(column), "{keys}");
        }
    }

    #[test]
    fn what_is_no_index_is_named_by_its_constraint() {
        let row = "Failing row contains (1, body, subject).";
        let named = |constraint| violated_column(Notification::META, constraint, row);
        assert_eq!(named("recipient").map(|column| column.name), Some("recipient"));
        assert_eq!(named("notifications_channel_check").map(|column| column.name), Some("channel"));
        assert!(named("check_notification_something").is_none());
    }
}
