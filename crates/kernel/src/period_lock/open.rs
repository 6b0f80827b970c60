//! Whether the days are open that a row is dated, or is to be dated (spec 1.10). Who may write
//! behind the lock says why, and the trail tells of it.

use async_graphql::registry::{MetaType, Registry};
use chrono::{DateTime, NaiveDate, Utc};

use super::PeriodLock;
use crate::actor::Actor;
use crate::audit::AuditEntry;
use crate::db::{Fault, Tx};
use crate::entity::metadata::{Entity, Meta, Period, Set};
use crate::entity::sql::{Bind, Sql};
use crate::mutation::Mutation;
use crate::refusal::{Code, Refusal, Rule};
use crate::scalars::words_of;

/// The last locked day, as one value of a statement.
pub(crate) const THROUGH: &str = "(SELECT locked_through FROM period_locks WHERE id = 1)";

/// The right to write behind the lock.
pub const OVERRIDE: &str = "platform.period.override";

impl Tx {
    /// Notes a refusal unless what a row keeps can be changed. What is written is held against the
    /// lock anyway: a rule asks this first where a second person has to agree, or where it changes
    /// what a lock does not keep by itself.
    ///
    /// # Errors
    /// A fault when the lock cannot be read.
    pub async fn require_open<E: Entity>(&mut self, row: &E) -> Rule<()> {
        for date in self.dates_of(row) {
            let field = self.input_field(&format!("{}Id", E::META.singular));
            if let Some(refusal) = self.behind_lock(E::META, date, field).await? {
                self.refuse(refusal);
            }
        }
        Ok(())
    }

    /// Refuses a row that is dated behind the lock.
    pub(crate) async fn refuse_dated<E: Entity>(&mut self, sets: &[Set<E>]) -> Rule<()> {
        for period in E::META.periods {
            let Some(date) = self.date_set(period, sets) else { continue };
            let field = self.input_field(E::META.columns[period.column].field);
            if let Some(refusal) = self.behind_lock(E::META, date, field).await? {
                return Err(refusal.into());
            }
        }
        Ok(())
    }

    /// Refuses a change to what a row keeps behind the lock, or to a date behind it.
    pub(crate) async fn refuse_kept<E: Entity>(&mut self, before: &E, sets: &[Set<E>]) -> Rule<()> {
        for period in E::META.periods {
            let status = E::META.status();
            let changes = |set: &Set<E>| {
                period.keeps.contains(&set.index) && before.value(set.index) != set.value
                    || Some(set.index) == status && is(&set.value, period.undone)
            };
            let Some(date) = self.date_of(before, period) else { continue };
            if !sets.iter().any(changes) {
                continue;
            }
            let field = self.input_field(&format!("{}Id", E::META.singular));
            if let Some(refusal) = self.behind_lock(E::META, date, field).await? {
                return Err(refusal.into());
            }
        }
        self.refuse_dated(sets).await
    }

    /// Refuses the end of a row that is dated behind the lock.
    pub(crate) async fn refuse_gone<E: Entity>(&mut self, row: &E) -> Rule<()> {
        self.require_open(row).await?;
        self.settle()
    }

    /// The business dates of a row before today.
    fn dates_of<E: Entity>(&self, row: &E) -> Vec<NaiveDate> {
        let periods = E::META.periods.iter();
        periods.filter_map(|period| self.date_of(row, period)).collect()
    }

    /// One of them, where it counts already.
    fn date_of<E: Entity>(&self, row: &E, period: &Period) -> Option<NaiveDate> {
        let status = E::META.status().map(|status| row.value(status));
        if status.is_some_and(|status| is(&status, period.unless)) {
            return None;
        }
        self.past(&row.value(period.column))
    }

    fn date_set<E: Entity>(&self, period: &Period, sets: &[Set<E>]) -> Option<NaiveDate> {
        let set = sets.iter().find(|set| set.index == period.column)?;
        self.past(&set.value)
    }

    fn past(&self, value: &Bind) -> Option<NaiveDate> {
        past(value, &self.actor, self.now, self.business_date)
    }

    /// The field of the mutation's input that a refusal is about; empty where it has none so.
    fn input_field(&self, field: &str) -> String {
        if self.input.get(field).is_some() { field.to_owned() } else { String::new() }
    }

    /// The refusal of a day, if it is locked for the caller.
    async fn behind_lock(
        &mut self,
        meta: &Meta,
        date: NaiveDate,
        field: String,
    ) -> Result<Option<Refusal>, Fault> {
        let Some(through) = self.locked_through().await?.filter(|through| date <= *through) else {
            return Ok(None);
        };
        let is_said = self.reason.as_deref().is_some_and(|reason| !reason.trim().is_empty());
        let may = self.actor.may(OVERRIDE);
        if may && is_said {
            self.record_override(date);
            return Ok(None);
        }
        let mutation = crate::schema::mutation_by_name(self.actor.module, self.mutation);
        let refusal = if may && mutation.is_some_and(takes_reason) {
            let message = format!("Days through {through} are locked. Say why this is of {date}.");
            Refusal::new(Code::Required, "reason", message)
        } else {
            Refusal::new(Code::PeriodLocked, field, sentence(meta, through, date))
        };
        let refusal = refusal.with("lockedThrough", through.to_string());
        Ok(Some(refusal.with("businessDate", date.to_string())))
    }

    /// Writes to the trail, once, that a row of this day was written behind the lock.
    fn record_override(&mut self, date: NaiveDate) {
        let mut entry = AuditEntry::new("override", PeriodLock::META.type_name, "1".to_owned());
        entry.new_values.insert("businessDate".to_owned(), date.to_string().into());
        let is_same = |it: &AuditEntry| {
            (&*it.action, it.entity, &it.new_values)
                == ("override", entry.entity, &entry.new_values)
        };
        if !self.audit.iter().any(is_same) {
            self.audit.push(entry);
        }
    }

    /// The last locked day. It is read once, and whoever moves the lock waits for what was written
    /// by it.
    pub(crate) async fn locked_through(&mut self) -> Result<Option<NaiveDate>, Fault> {
        if let Some(through) = self.locked_through {
            return Ok(through);
        }
        let sql = Sql::new("SELECT locked_through FROM period_locks WHERE id = 1 FOR SHARE");
        let rows = self.load(sql).await?;
        let row = rows.first().ok_or_else(|| Fault::internal("a tenant without a period lock"))?;
        let through = crate::entity::decode(row, 0)?;
        self.locked_through = Some(through);
        Ok(through)
    }
}

/// Whether a reason can be given to a mutation.
fn takes_reason(mutation: &Mutation) -> bool {
    let mut registry = Registry::default();
    let name = (mutation.input_type)(&mut registry);
    let input = registry.types.get(name.trim_end_matches('!'));
    matches!(input, Some(MetaType::InputObject { input_fields, .. })
        if input_fields.contains_key("reason"))
}

/// Whether a caller can make the move of this permission behind the lock, by saying why.
pub(crate) fn can_be_overridden(actor: &Actor, permission: &str) -> bool {
    let mut moves = actor.module.mutations.iter();
    actor.may(OVERRIDE)
        && moves.any(|mutation| mutation.permission == permission && takes_reason(mutation))
}

/// A day before today, which may be locked; no lock reaches today.
pub(crate) fn past(
    value: &Bind,
    actor: &Actor,
    now: DateTime<Utc>,
    today: NaiveDate,
) -> Option<NaiveDate> {
    let date = match value {
        Bind::Date(date) => *date,
        Bind::Instant(Some(at)) if *at != now => Some(actor.tenant.local_date(*at)),
        _ => None,
    };
    date.filter(|date| *date < today && !actor.is_system())
}

/// Why a row of a locked day stays as it is.
pub(crate) fn sentence(meta: &Meta, through: NaiveDate, date: NaiveDate) -> String {
    let noun = words_of(meta.singular);
    format!("Days through {through} are locked, and this {noun} is of {date}.")
}

/// Whether a status is this one.
fn is(status: &Bind, word: Option<&str>) -> bool {
    matches!((status, word), (Bind::Text(Some(status)), Some(word)) if status == word)
}
