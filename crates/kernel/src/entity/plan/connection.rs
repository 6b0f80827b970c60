//! Plans of connections: the page that was asked for and the ways in which it is shown.

use async_graphql::Value;

use super::{
    Asked, ColumnSet, ConnectionField, ConnectionPlan, DEFAULT_PAGE, EdgeField, MOST_ROWS,
    MOST_ROWS_EXPORT, PageInfoField, Planner, json_key,
};
use crate::entity::cursor;
use crate::entity::filter::Filter;
use crate::entity::metadata::Meta;
use crate::entity::order::Ordering;
use crate::entity::page::{Page, may_see_deleted};
use crate::entity::selection::{Path, Selected};
use crate::refusal::{Code, Refusal, Rule};

impl<'a> Planner<'a> {
    /// The plan of a connection at a selected field.
    ///
    /// # Errors
    /// Arguments that cannot be used, each with its path.
    pub fn connection(
        &mut self,
        meta: &'static Meta,
        field: &Selected<'a>,
        path: &Path<'_>,
    ) -> Rule<ConnectionPlan> {
        let page = self.page(meta, field)?;
        let mut columns = ColumnSet::default();
        let mut fields = Vec::new();
        let (mut cursor, mut counted, mut rows_needed) = (false, false, false);
        let type_name = format!("{}Connection", meta.type_name);
        for part in self.document.below(field, &[&type_name]) {
            let path = path.then(part.key);
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
        path: &Path<'_>,
    ) -> Rule<Vec<(String, EdgeField)>> {
        let type_name = format!("{}Edge", meta.type_name);
        let mut edges = Vec::new();
        for edge in self.document.below(part, &[&type_name]) {
            let path = path.then(edge.key);
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
        if deleted_too {
            may_see_deleted(meta, self.actor)?;
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
