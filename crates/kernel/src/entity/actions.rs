//! What can be done with a row, and what stands against the rest: which values of its row tell,
//! settled with the plan, and the sentences, written with the row. Nothing here takes a statement
//! of its own.

use chrono::{DateTime, NaiveDate, Utc};

use crate::db::{Fault, Session};
use crate::entity::cell;
use crate::entity::metadata::{Kind, Meta, Period};
use crate::entity::plan::{Asked, ColumnSet, Planner, json_key};
use crate::entity::render;
use crate::entity::row::Row;
use crate::entity::selection::Selected;
use crate::entity::sql::{Bind, Sql};
use crate::machine::{Machine, Move};
use crate::period_lock;
use crate::policy::{Scope, rows_of};
use crate::setting::Setting;

/// How the available actions of a row are written.
pub struct ActionsPlan {
    machine: &'static Machine,
    meta: &'static Meta,
    status: usize,
    /// Where it says that the row was deleted, for an entity whose rows can be.
    deleted_at: Option<usize>,
    locked_through: Option<usize>,
    moves: Vec<PlannedMove>,
    fields: Vec<(String, ActionField)>,
}

/// A move, and where the row says whether it can be made.
struct PlannedMove {
    step: &'static Move,
    permission: String,
    scope: Option<(&'static str, usize)>,
    unless: Option<usize>,
    /// Business dates that it would take back.
    undoes: Vec<(usize, &'static Period)>,
}

/// Fields of an available action.
#[derive(Clone, Copy)]
enum ActionField {
    TypeName,
    Action,
    Allowed,
    Reason,
}

impl ActionsPlan {
    /// The plan for the rows of an entity; nothing for one without a machine.
    pub fn new(
        planner: &Planner<'_>,
        meta: &'static Meta,
        field: &Selected<'_>,
        columns: &mut ColumnSet,
    ) -> Option<Self> {
        let machine = meta.machine?();
        let status = columns.position(Asked::Column(meta.status()?));
        let deleted_at = meta.column("deleted_at").filter(|_| meta.soft_delete);
        let deleted_at = deleted_at.map(|column| columns.position(Asked::Column(column)));
        let steps = machine.moves.iter().filter(|step| !step.automatic && !step.from.is_empty());
        let moves: Vec<PlannedMove> =
            steps.map(|step| PlannedMove::new(planner, meta, step, columns)).collect();
        let can_be_locked = moves.iter().any(|planned| !planned.undoes.is_empty());
        let locked_through = can_be_locked.then(|| columns.position(Asked::LockedThrough));
        let below = planner.document.below(field, &["AvailableAction"]);
        let fields = below.iter().map(|field| {
            let what = match field.name {
                "action" => ActionField::Action,
                "allowed" => ActionField::Allowed,
                "reason" => ActionField::Reason,
                _ => ActionField::TypeName,
            };
            (json_key(field.key), what)
        });
        let fields = fields.collect();
        Some(ActionsPlan { machine, meta, status, deleted_at, locked_through, moves, fields })
    }

    /// Writes the actions of a row whose values begin at an offset.
    pub(super) fn write(
        &self,
        session: &Session,
        row: &Row,
        offset: usize,
        out: &mut Vec<u8>,
    ) -> Result<(), Fault> {
        let stored: String = cell::decode(row, offset + self.status)?;
        out.push(b'[');
        for planned in &self.moves {
            if out.last() != Some(&b'[') {
                out.push(b',');
            }
            let obstacle = self.obstacle(planned, &stored, session, row, offset)?;
            render::object(out, &self.fields, |out, field| {
                match field {
                    ActionField::TypeName => render::string(out, "AvailableAction"),
                    ActionField::Action => render::string(out, planned.step.verb),
                    ActionField::Allowed if obstacle.is_none() => out.extend_from_slice(b"true"),
                    ActionField::Allowed => out.extend_from_slice(b"false"),
                    ActionField::Reason => match &obstacle {
                        Some(reason) => render::string(out, reason),
                        None => out.extend_from_slice(b"null"),
                    },
                }
                Ok(())
            })?;
        }
        out.push(b']');
        Ok(())
    }

    /// The first sentence that stands against a move, if any.
    fn obstacle(
        &self,
        planned: &PlannedMove,
        stored: &str,
        session: &Session,
        row: &Row,
        offset: usize,
    ) -> Result<Option<String>, Fault> {
        if let Some(position) = self.deleted_at
            && cell::decode::<Option<DateTime<Utc>>>(row, offset + position)?.is_some()
        {
            return Ok(Some("It is deleted.".to_owned()));
        }
        let rights = &session.actor.rights;
        let by_state = self.machine.obstacle(planned.step, stored, &planned.permission, rights);
        if by_state.is_some() {
            return Ok(by_state);
        }
        if let Some((scope, position)) = planned.scope
            && !cell::decode::<bool>(row, offset + position)?
        {
            return Ok(Some(format!("Your role may do this only to {}.", rows_of(scope))));
        }
        if let Some(position) = planned.unless
            && let Some(sentence) = cell::decode(row, offset + position)?
        {
            return Ok(Some(sentence));
        }
        let Some(position) = self.locked_through else { return Ok(None) };
        let Some(through) = cell::decode::<Option<NaiveDate>>(row, offset + position)? else {
            return Ok(None);
        };
        for (position, period) in &planned.undoes {
            let value = match self.meta.columns[period.column].kind {
                Kind::Date => Bind::Date(cell::decode(row, offset + position)?),
                _ => Bind::Instant(cell::decode(row, offset + position)?),
            };
            let (actor, now, today) = (&session.actor, session.now, session.business_date);
            let date = period_lock::past(&value, actor, now, today);
            if let Some(date) = date.filter(|date| *date <= through)
                && period.unless != Some(stored)
            {
                return Ok(Some(period_lock::sentence(self.meta, through, date)));
            }
        }
        Ok(None)
    }
}

impl PlannedMove {
    fn new(
        planner: &Planner<'_>,
        meta: &'static Meta,
        step: &'static Move,
        columns: &mut ColumnSet,
    ) -> Self {
        let permission = meta.permission_to(&format!("transition:{}", step.verb));
        let scope = match planner.actor.scope(&permission) {
            Some(Scope::Only(scope)) => Some((scope, columns.position(Asked::Scope(scope)))),
            _ => None,
        };
        let unless = step.unless.map(|text| columns.position(Asked::Unless(text)));
        let takes_back = |period: &&Period| {
            period.undone.is_some_and(|undone| step.to.iter().all(|to| *to == undone))
        };
        let mut periods = meta.periods.iter().filter(takes_back).peekable();
        let is_held =
            periods.peek().is_some() && !period_lock::can_be_overridden(planner.actor, &permission);
        let periods = periods.filter(|_| is_held);
        let undoes = periods.map(|it| (columns.position(Asked::Column(it.column)), it)).collect();
        PlannedMove { step, permission, scope, unless, undoes }
    }
}

/// The sentence that may stand against a move, [`Move::unless`], as SQL for this caller.
pub(super) fn unless_sql(text: &str, session: &Session) -> Sql {
    let actor = &session.actor;
    Sql::filled(text, "t", |word| match word {
        "person" => Some(Sql::value(Bind::Text(Some(actor.id.clone())))),
        "today" => Some(Sql::value(Bind::Date(Some(session.business_date)))),
        "now" => Some(Sql::value(Bind::Instant(Some(session.now)))),
        "zone" => Some(Sql::value(Bind::Text(Some(actor.tenant.time_zone.name().to_owned())))),
        _ => Setting::named(actor.module, word.strip_prefix("setting ")?).map(Setting::value_sql),
    })
}
