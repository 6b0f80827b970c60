//! What an answer needs: which columns, which related rows, in which order of keys. Made once
//! per request from the selection; rights are settled here, before any statement.

use async_graphql::Value;

use crate::actor::Actor;
use crate::entity::cursor;
use crate::entity::filter::Filter;
use crate::entity::metadata::{Meta, Relation, RelationKind};
use crate::entity::order::Ordering;
use crate::entity::page::Page;
use crate::entity::selection::{Document, Selected};
use crate::policy::Scope;
use crate::refusal::{Code, Refusal, Rule};

/// Rows of a page unless asked otherwise, and at most.
pub const DEFAULT_PAGE: usize = 25;
pub const MOST_ROWS: usize = 100;
/// For a role that may export.
pub const MOST_ROWS_EXPORT: usize = 1_000;

/// Something that a statement selects for each row.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    Column(usize),
    /// Whether the row lies in a named scope of the caller.
    Scope(&'static str),
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
    Currency,
    Actions {
        status: usize,
        scopes: Vec<(&'static str, usize)>,
        fields: Vec<(String, ActionField)>,
    },
    One {
        position: usize,
        plan: Box<RowsPlan>,
    },
    Many {
        position: usize,
        column: &'static str,
        connection: Box<ConnectionPlan>,
    },
}

/// Fields of an available action.
#[derive(Clone, Copy)]
pub enum ActionField {
    TypeName,
    Action,
    Allowed,
    Reason,
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
}

/// A key of the answer as JSON, colon included.
pub fn json_key(key: &str) -> String {
    // Keys are GraphQL names: nothing in them needs escaping.
    format!("\"{key}\":")
}

impl<'a> Planner<'a> {
    /// The plan of an object below a selected field.
    pub fn object(
        &mut self,
        meta: &'static Meta,
        selected: &Selected<'a>,
        columns: &mut ColumnSet,
        path: &str,
    ) -> Rule<Plan> {
        let mut fields = Vec::new();
        for field in self.document.below(selected, &[meta.type_name, "Node"]) {
            let path = format!("{path}.{}", field.key);
            let what = self.field(meta, &field, columns, &path)?;
            fields.push(Planned { key: json_key(field.key), what });
        }
        let columns_shown = fields.iter().filter_map(|field| match field.what {
            What::Column { column, .. } => Some(&meta.columns[column]),
            _ => None,
        });
        let sensitive: Vec<&'static str> = columns_shown
            .filter(|column| column.sensitive.is_some())
            .map(|column| column.field)
            .collect();
        let sensitive =
            (!sensitive.is_empty()).then(|| (sensitive, columns.position(Asked::Column(0))));
        Ok(Plan { meta, fields, sensitive })
    }

    fn field(
        &mut self,
        meta: &'static Meta,
        field: &Selected<'a>,
        columns: &mut ColumnSet,
        path: &str,
    ) -> Rule<What> {
        if let Some(column) = meta.field(field.name) {
            if let Some(permission) = meta.columns[column].sensitive
                && !self.actor.may(permission)
            {
                self.redactions.push(path.to_owned());
                return Ok(What::Null);
            }
            return Ok(What::Column { column, position: columns.position(Asked::Column(column)) });
        }
        if let Some(relation) = meta.relations.iter().find(|other| other.field == field.name) {
            return self.relation(relation, field, columns, path);
        }
        match field.name {
            "currency" if meta.money => Ok(What::Currency),
            "availableActions" => Ok(self.actions(meta, field, columns)),
            _ => Ok(What::TypeName),
        }
    }

    fn relation(
        &mut self,
        relation: &'static Relation,
        field: &Selected<'a>,
        columns: &mut ColumnSet,
        path: &str,
    ) -> Rule<What> {
        let target = (relation.target)();
        if !self.actor.may(&target.permission_to("read")) {
            self.redactions.push(path.to_owned());
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
                Ok(What::Many { position, column, connection })
            }
        }
    }

    fn actions(
        &mut self,
        meta: &'static Meta,
        field: &Selected<'a>,
        columns: &mut ColumnSet,
    ) -> What {
        let Some(status) = meta.status() else { return What::Null };
        let status = columns.position(Asked::Column(status));
        let mut scopes = Vec::new();
        let moves = meta.machine.map(|machine| machine().moves).unwrap_or_default();
        for step in moves.iter().filter(|step| !step.automatic) {
            let permission = meta.permission_to(&format!("transition:{}", step.verb));
            if let Some(Scope::Only(scope)) = self.actor.scope(&permission) {
                scopes.push((step.verb, columns.position(Asked::Scope(scope))));
            }
        }
        let below = self.document.below(field, &["AvailableAction"]);
        let fields = below.iter().map(|field| {
            let what = match field.name {
                "action" => ActionField::Action,
                "allowed" => ActionField::Allowed,
                "reason" => ActionField::Reason,
                _ => ActionField::TypeName,
            };
            (json_key(field.key), what)
        });
        What::Actions { status, scopes, fields: fields.collect() }
    }

    /// The plan of a connection at a selected field.
    ///
    /// # Errors
    /// Arguments that cannot be used, each with its path.
    pub fn connection(
        &mut self,
        meta: &'static Meta,
        field: &Selected<'a>,
        path: &str,
    ) -> Rule<ConnectionPlan> {
        let page = self.page(meta, field)?;
        let mut columns = ColumnSet::default();
        let mut fields = Vec::new();
        let (mut cursor, mut counted, mut rows_needed) = (false, false, false);
        let type_name = format!("{}Connection", meta.type_name);
        for part in self.document.below(field, &[&type_name]) {
            let path = format!("{path}.{}", part.key);
            let what = match part.name {
                "nodes" => {
                    rows_needed = true;
                    ConnectionField::Nodes(self.object(meta, &part, &mut columns, &path)?)
                }
                "edges" => {
                    rows_needed = true;
                    let edges = self.edges(meta, &part, &mut columns, &path)?;
                    cursor |= edges.iter().any(|(_, edge)| matches!(edge, EdgeField::Cursor));
                    ConnectionField::Edges(edges)
                }
                "pageInfo" => {
                    rows_needed = true;
                    cursor = true;
                    ConnectionField::PageInfo(self.page_info(&part))
                }
                "totalCount" => {
                    counted = true;
                    ConnectionField::TotalCount
                }
                "totalCountCapped" => {
                    counted = true;
                    ConnectionField::TotalCountCapped
                }
                _ => ConnectionField::TypeName,
            };
            fields.push((json_key(part.key), what));
        }
        let orders = page.ordering.0.iter();
        let cursor = cursor
            .then(|| orders.map(|order| columns.position(Asked::Column(order.column))).collect());
        let has_keyset = page.keyset.is_some();
        Ok(ConnectionPlan { meta, page, columns, fields, cursor, counted, rows_needed, has_keyset })
    }

    fn edges(
        &mut self,
        meta: &'static Meta,
        part: &Selected<'a>,
        columns: &mut ColumnSet,
        path: &str,
    ) -> Rule<Vec<(String, EdgeField)>> {
        let type_name = format!("{}Edge", meta.type_name);
        let mut edges = Vec::new();
        for edge in self.document.below(part, &[&type_name]) {
            let path = format!("{path}.{}", edge.key);
            let what = match edge.name {
                "cursor" => EdgeField::Cursor,
                "node" => EdgeField::Node(self.object(meta, &edge, columns, &path)?),
                _ => EdgeField::TypeName,
            };
            edges.push((json_key(edge.key), what));
        }
        Ok(edges)
    }

    fn page_info(&self, part: &Selected<'a>) -> Vec<(String, PageInfoField)> {
        let below = self.document.below(part, &["PageInfo"]);
        let fields = below.iter().map(|field| {
            let what = match field.name {
                "hasNextPage" => PageInfoField::HasNextPage,
                "hasPreviousPage" => PageInfoField::HasPreviousPage,
                "startCursor" => PageInfoField::StartCursor,
                "endCursor" => PageInfoField::EndCursor,
                _ => PageInfoField::TypeName,
            };
            (json_key(field.key), what)
        });
        fields.collect()
    }

    fn page(&self, meta: &'static Meta, field: &Selected<'a>) -> Rule<Page> {
        let argument = |name: &str| {
            self.document.argument(field, name).filter(|value| !matches!(value, Value::Null))
        };
        let (first, last) = (argument("first"), argument("last"));
        let (after, before) = (argument("after"), argument("before"));
        let backward = last.is_some() || before.is_some();
        if backward && (first.is_some() || after.is_some()) {
            let message = "Read forward (first, after) or backward (last, before), not both.";
            return Err(Refusal::new(Code::ValidationFailed, "first", message).into());
        }
        let name = if backward { "last" } else { "first" };
        let size = self.size(meta, first.or(last).as_ref(), name)?;
        let ordering = Ordering::parse(meta, argument("orderBy").as_ref(), self.actor)?;
        let name = if backward { "before" } else { "after" };
        let keyset = match after.or(before) {
            Some(Value::String(text)) => Some(cursor::decode(meta, &ordering, &text, name)?),
            _ => None,
        };
        let filter = match argument("where") {
            Some(filter) => Filter { actor: self.actor }.compile(meta, &filter)?,
            None => None,
        };
        let deleted_too = matches!(argument("includeDeleted"), Some(Value::Boolean(true)));
        if deleted_too && !self.actor.may(&meta.permission_to("delete")) {
            let message = "Only a role that may delete them sees deleted rows.";
            return Err(Refusal::new(Code::Forbidden, "includeDeleted", message).into());
        }
        Ok(Page { filter, ordering, size, backward, keyset, deleted_too })
    }

    fn size(&self, meta: &Meta, asked: Option<&Value>, name: &str) -> Rule<usize> {
        let most = if self.actor.may(&meta.permission_to("export")) {
            MOST_ROWS_EXPORT
        } else {
            MOST_ROWS
        };
        let Some(Value::Number(number)) = asked else { return Ok(DEFAULT_PAGE) };
        let size = number.as_i64().and_then(|size| usize::try_from(size).ok());
        size.filter(|size| *size <= most).ok_or_else(|| {
            Refusal::new(Code::OutOfRange, name, format!("Ask for 0 to {most} rows."))
                .with("most", most)
                .into()
        })
    }
}
