//! What an answer needs: which columns, which related rows, in which order of keys. Made once
//! per request from the selection; rights are settled here, before any statement.

mod connection;
mod history;

pub use history::{ChangeField, ChangesPlan, has_history, is_trail};

use crate::actor::Actor;
use crate::entity::actions::ActionsPlan;
use crate::entity::global_id::KeyType;
use crate::entity::metadata::{Kind, Meta, Relation, RelationKind};
use crate::entity::page::Page;
use crate::entity::selection::{Document, Path, Selected};
use crate::refusal::Rule;

/// Rows of a page unless asked otherwise, and at most.
pub const DEFAULT_PAGE: usize = 25;
pub const MOST_ROWS: usize = 100;
/// For a role that may export.
pub const MOST_ROWS_EXPORT: usize = 1_000;

/// Something that a statement selects for each row.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    Column(usize),
    /// The key as text, which the audit trail names rows by.
    KeyText,
    /// Whether the row lies in a named scope of the caller.
    Scope(&'static str),
    /// What stands against a move, [`crate::machine::Move::unless`].
    Unless(&'static str),
    /// Through which day the books are closed.
    LockedThrough,
}

/// The columns of one statement; several plans may share its rows.
#[derive(Default)]
pub struct ColumnSet(pub Vec<Asked>);

impl ColumnSet {
    /// The position of a column among those selected.
    pub fn position(&mut self, asked: Asked) -> usize {
        match self.0.iter().position(|known| *known == asked) {
            Some(position) => position,
            None => {
                self.0.push(asked);
                self.0.len() - 1
            }
        }
    }
}

/// How one object is written.
pub struct Plan {
    pub meta: &'static Meta,
    pub fields: Vec<Planned>,
    /// Sensitive fields that are shown, and the position of the key that names the row.
    pub sensitive: Option<(Vec<&'static str>, usize)>,
}

/// One key of the answer: the key as JSON with its colon, and what follows.
pub struct Planned {
    pub key: String,
    pub what: What,
}

/// What follows a key of an entity's object.
pub enum What {
    TypeName,
    Null,
    Column {
        column: usize,
        position: usize,
    },
    /// A link for the caller to the stored file whose key is at the position.
    FileLink {
        position: usize,
    },
    /// A link for the caller to the backup that lies where the value at the position says.
    BackupLink {
        column: usize,
        position: usize,
    },
    Currency,
    Actions(ActionsPlan),
    One {
        position: usize,
        plan: Box<RowsPlan>,
    },
    Many {
        position: usize,
        /// How the value at the position is typed.
        key: KeyType,
        column: &'static str,
        connection: Box<ConnectionPlan>,
    },
    /// What an entry of the audit trail changed.
    Changes(ChangesPlan),
    /// The row that an entry of the audit trail speaks of.
    Subject {
        entity: usize,
        entity_id: usize,
    },
}

/// One statement's rows and how each is written.
pub struct RowsPlan {
    pub columns: ColumnSet,
    pub plan: Plan,
    /// The column that the rows are found by; it is selected first.
    pub by: usize,
}

/// A connection: one page and the ways in which it is shown.
pub struct ConnectionPlan {
    pub meta: &'static Meta,
    pub page: Page,
    pub columns: ColumnSet,
    pub fields: Vec<(String, ConnectionField)>,
    /// Positions of the sort values, when a cursor is asked for.
    pub cursor: Option<Vec<usize>>,
    pub counted: bool,
    /// Whether rows are needed at all, or the count alone.
    pub rows_needed: bool,
    pub has_keyset: bool,
}

/// What follows a key of a connection's object.
pub enum ConnectionField {
    TypeName,
    Nodes(Plan),
    Edges(Vec<(String, EdgeField)>),
    PageInfo(Vec<(String, PageInfoField)>),
    TotalCount,
    TotalCountCapped,
}

/// What follows a key of an edge.
pub enum EdgeField {
    TypeName,
    Cursor,
    Node(Plan),
}

/// What follows a key of a page's information.
#[derive(Clone, Copy)]
pub enum PageInfoField {
    TypeName,
    HasNextPage,
    HasPreviousPage,
    StartCursor,
    EndCursor,
}

/// Makes plans for one caller and collects what had to be hidden.
pub struct Planner<'a> {
    pub document: Document<'a>,
    pub actor: &'a Actor,
    pub redactions: Vec<String>,
    /// The entity whose history is being planned.
    history_of: Option<&'static Meta>,
}

/// A key of the answer as JSON, colon included.
pub fn json_key(key: &str) -> String {
    // Keys are GraphQL names: nothing in them needs escaping.
    format!("\"{key}\":")
}

impl<'a> Planner<'a> {
    /// A planner for this caller.
    pub fn new(document: Document<'a>, actor: &'a Actor) -> Self {
        Planner { document, actor, redactions: Vec::new(), history_of: None }
    }

    /// The plan of an object below a selected field.
    pub fn object(
        &mut self,
        meta: &'static Meta,
        selected: &Selected<'a>,
        columns: &mut ColumnSet,
        path: &Path<'_>,
    ) -> Rule<Plan> {
        let mut fields = Vec::new();
        for field in self.document.below(selected, &[meta.type_name, "Node"]) {
            let path = path.then(field.key);
            let what = self.field(meta, &field, columns, &path)?;
            fields.push(Planned { key: json_key(field.key), what });
        }
        let columns_shown = fields.iter().filter_map(|field| match field.what {
            What::Column { column, .. } | What::BackupLink { column, .. } => {
                Some(&meta.columns[column])
            }
            _ => None,
        });
        let sensitive: Vec<&'static str> =
            columns_shown.filter(|column| column.traced).map(|column| column.field).collect();
        let sensitive =
            (!sensitive.is_empty()).then(|| (sensitive, columns.position(Asked::Column(0))));
        Ok(Plan { meta, fields, sensitive })
    }

    fn field(
        &mut self,
        meta: &'static Meta,
        field: &Selected<'a>,
        columns: &mut ColumnSet,
        path: &Path<'_>,
    ) -> Rule<What> {
        if let Some(column) = meta.field(field.name) {
            if let Some(permission) = meta.columns[column].sensitive
                && !self.actor.may(permission)
            {
                self.redactions.push(path.to_string());
                return Ok(What::Null);
            }
            let position = columns.position(Asked::Column(column));
            return Ok(match meta.columns[column].kind {
                Kind::FileLink => What::FileLink { position },
                Kind::BackupLink => What::BackupLink { column, position },
                _ => What::Column { column, position },
            });
        }
        if let Some(relation) = meta.relations.iter().find(|other| other.field == field.name) {
            return self.relation(meta, relation, field, columns, path);
        }
        match field.name {
            "currency" if meta.money => Ok(What::Currency),
            "availableActions" => {
                Ok(ActionsPlan::new(self, meta, field, columns).map_or(What::Null, What::Actions))
            }
            "history" if has_history(meta) => self.history(meta, field, columns, path),
            "changes" | "subjectId" if is_trail(meta) => Ok(self.recorded(field, columns, path)),
            _ => Ok(What::TypeName),
        }
    }

    fn relation(
        &mut self,
        meta: &'static Meta,
        relation: &'static Relation,
        field: &Selected<'a>,
        columns: &mut ColumnSet,
        path: &Path<'_>,
    ) -> Rule<What> {
        let target = (relation.target)();
        if !self.actor.may(target.read) {
            self.redactions.push(path.to_string());
            return Ok(What::Null);
        }
        match relation.kind {
            RelationKind::BelongsTo { column } => {
                let position = columns.position(Asked::Column(column));
                let mut theirs = ColumnSet::default();
                theirs.position(Asked::Column(0));
                let plan = self.object(target, field, &mut theirs, path)?;
                Ok(What::One {
                    position,
                    plan: Box::new(RowsPlan { columns: theirs, plan, by: 0 }),
                })
            }
            RelationKind::HasMany { column } => {
                let position = columns.position(Asked::Column(0));
                let connection = Box::new(self.connection(target, field, path)?);
                let key = KeyType::of(meta);
                Ok(What::Many { position, key, column, connection })
            }
        }
    }
}
