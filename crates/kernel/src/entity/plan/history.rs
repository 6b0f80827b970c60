//! Plans of what the audit trail tells: the history of a row, and what an entry changed.

use crate::audit::RecordedEntry;
use crate::entity::global_id::KeyType;
use crate::entity::metadata::{Entity, Meta};
use crate::entity::plan::{Asked, ColumnSet, Planner, What, json_key};
use crate::entity::selection::{Path, Selected};
use crate::entity::sql::{Bind, Sql};
use crate::policy::Scope;
use crate::refusal::Rule;
use crate::schema::PLATFORM_ENTITIES;

/// Where the parts of an entry stand in its row, and what is shown of each change.
pub struct ChangesPlan {
    /// The entity whose history is read; `None` in the trail of everything.
    pub of: Option<&'static Meta>,
    pub entity: usize,
    pub entity_id: usize,
    pub old_values: usize,
    pub new_values: usize,
    pub fields: Vec<(String, ChangeField)>,
}

/// Fields of one change.
#[derive(Clone, Copy)]
pub enum ChangeField {
    TypeName,
    Field,
    Old,
    New,
    Redacted,
}

/// Whether rows of an entity have a history: a view's are figures, and the trail is its own.
pub fn has_history(meta: &Meta) -> bool {
    !meta.view && !is_trail(meta)
}

/// Whether this is the trail itself.
pub fn is_trail(meta: &Meta) -> bool {
    meta.type_name == RecordedEntry::META.type_name
}

impl<'a> Planner<'a> {
    /// The history of each row of an entity: whoever sees the row and may read the trail sees
    /// who changed it.
    pub(super) fn history(
        &mut self,
        meta: &'static Meta,
        field: &Selected<'a>,
        columns: &mut ColumnSet,
        path: &Path<'_>,
    ) -> Rule<What> {
        let trail = RecordedEntry::META;
        if !self.actor.may(trail.read) {
            self.redactions.push(path.to_string());
            return Ok(What::Null);
        }
        let around = self.history_of.replace(meta);
        let connection = self.connection(trail, field, path);
        self.history_of = around;
        let mut connection = connection?;
        let mut filter = Sql::new("t.entity = ");
        filter.bind(Bind::Text(Some(meta.type_name.to_owned())));
        if let Some(asked) = connection.page.filter.take() {
            filter.push(" AND (").append(asked).push(")");
        }
        connection.page.filter = Some(filter);
        Ok(What::Many {
            position: columns.position(Asked::KeyText),
            key: KeyType::Text,
            column: "entity_id",
            connection: Box::new(connection),
        })
    }

    /// The fields of an entry that are no columns.
    pub(super) fn recorded(
        &mut self,
        field: &Selected<'a>,
        columns: &mut ColumnSet,
        path: &Path<'_>,
    ) -> What {
        let trail = RecordedEntry::META;
        let mut position =
            |name: &str| columns.position(Asked::Column(trail.column(name).unwrap_or_default()));
        let (entity, entity_id) = (position("entity"), position("entity_id"));
        match field.name {
            "subjectId" => What::Subject { entity, entity_id },
            "changes" => {
                let (old_values, new_values) = (position("old_values"), position("new_values"));
                if self.may_hide_changes() {
                    self.redactions.push(path.to_string());
                }
                let below = self.document.below(field, &["AuditChange"]);
                let fields = below.iter().map(|field| {
                    let what = match field.name {
                        "field" => ChangeField::Field,
                        "old" => ChangeField::Old,
                        "new" => ChangeField::New,
                        "redacted" => ChangeField::Redacted,
                        _ => ChangeField::TypeName,
                    };
                    (json_key(field.key), what)
                });
                let (of, fields) = (self.history_of, fields.collect());
                What::Changes(ChangesPlan { of, entity, entity_id, old_values, new_values, fields })
            }
            _ => What::TypeName,
        }
    }

    /// Whether some values of some changes are hidden from this caller.
    fn may_hide_changes(&self) -> bool {
        let hides = |meta: &Meta| {
            let sensitive = meta.columns.iter().filter_map(|column| column.sensitive);
            sensitive.into_iter().any(|permission| !self.actor.may(permission))
        };
        match self.history_of {
            Some(meta) => hides(meta),
            None => self.actor.module.entities.iter().chain(PLATFORM_ENTITIES).any(|meta| {
                !meta.view && (self.actor.scope(meta.read) != Some(Scope::All) || hides(meta))
            }),
        }
    }
}
