//! Runs a report: one statement for each page of rows and one for everything about the whole.

use std::sync::Arc;

use chrono::SecondsFormat;
use futures_util::future::try_join_all;

use crate::audit::SensitiveRead;
use crate::db::{Fault, Session};
use crate::entity::decode;
use crate::entity::metadata::{Column, Meta};
use crate::entity::render;
use crate::entity::row::Row;
use crate::entity::sql::{Bind, Sql};
use crate::report::ReportPlan;
use crate::report::kept::{Figures, KeptFigures, Key};
use crate::report::plan::{Page, Part, Shown};

/// The value behind one key, ready as JSON, or to be found in the figures of the whole.
enum Written {
    Here(Vec<u8>),
    Totals,
    RowCount,
}

impl ReportPlan {
    /// Runs the report and answers its object.
    ///
    /// # Errors
    /// Faults of the database, the time limit among them.
    pub async fn run(&self, session: &Session, kept: &KeptFigures) -> Result<Vec<u8>, Fault> {
        let out = match self.is_kept() {
            true => self.kept_figures(session, kept).await?,
            false => self.rows_and_totals(session).await?,
        };
        if !self.shown.is_empty() {
            let (entity, fields) = (self.report.type_name, self.shown.clone());
            session.note_shown(SensitiveRead { entity, fields, ids: Vec::new() });
        }
        Ok(out)
    }

    async fn rows_and_totals(&self, session: &Session) -> Result<Vec<u8>, Fault> {
        let values = try_join_all(self.fields.iter().map(|(_, part)| self.value(session, part)));
        let whole = self.whole(session);
        let (values, whole) = futures_util::future::try_join(values, whole).await?;
        let mut out = vec![b'{'];
        for (place, ((key, part), value)) in self.fields.iter().zip(values).enumerate() {
            if place > 0 {
                out.push(b',');
            }
            out.extend_from_slice(key.as_bytes());
            match (value, part) {
                (Written::Here(bytes), _) => out.extend_from_slice(&bytes),
                (Written::RowCount, _) => {
                    let row = whole.first().ok_or_else(no_row)?;
                    let count: i64 = decode(row, 0)?;
                    out.extend_from_slice(count.to_string().as_bytes());
                }
                (Written::Totals, Part::Totals(fields)) => {
                    let row = whole.first().ok_or_else(no_row)?;
                    let mut position = self.totals_before(place);
                    self.row(session, &mut out, row, fields, &mut position)?;
                }
                (Written::Totals, _) => out.extend_from_slice(b"null"),
            }
        }
        out.push(b'}');
        Ok(out)
    }

    async fn value(&self, session: &Session, part: &Part) -> Result<Written, Fault> {
        let mut out = Vec::new();
        match part {
            Part::Rows(page) => self.page(session, page, &mut out).await?,
            Part::Totals(_) => return Ok(Written::Totals),
            Part::RowCount => return Ok(Written::RowCount),
            other => self.plain(session, other, &mut out),
        }
        Ok(Written::Here(out))
    }

    fn plain(&self, session: &Session, part: &Part, out: &mut Vec<u8>) {
        match (part, self.period) {
            (Part::TypeName(name), _) => render::string(out, name),
            (Part::Currency, _) => render::string(out, &session.actor.tenant.currency),
            (Part::From, Some(period)) => render::string(out, &period.from.to_string()),
            (Part::To, Some(period)) => render::string(out, &period.to.to_string()),
            _ => out.extend_from_slice(b"null"),
        }
    }

    async fn page(&self, session: &Session, page: &Page, out: &mut Vec<u8>) -> Result<(), Fault> {
        let mut sql = Sql::new("SELECT 1");
        for (_, shown) in &page.fields {
            if let Shown::Column(_, column) = shown {
                sql.push(", ").push(column);
            }
        }
        sql.push(" FROM (").append(self.sql.clone()).push(") r ORDER BY ").push(self.order);
        sql.push(" LIMIT ").bind(Bind::Big(Some(page.first)));
        sql.push(" OFFSET ").bind(Bind::Big(Some(page.offset)));
        sql.rare();
        let rows = session.load_report(sql).await?;
        render::list(out, &rows, |out, row| self.row(session, out, row, &page.fields, &mut 1))
    }

    /// The row of all totals and the count; nothing when neither is asked for.
    async fn whole(&self, session: &Session) -> Result<Vec<Row>, Fault> {
        let mut asked = false;
        let mut sql = Sql::new("SELECT count(*)");
        for (_, part) in &self.fields {
            asked |= matches!(part, Part::Totals(_) | Part::RowCount);
            let Part::Totals(fields) = part else { continue };
            for (_, shown) in fields {
                if let Shown::Column(_, total) = shown {
                    sql.push(", ").push(total);
                }
            }
        }
        if !asked {
            return Ok(Vec::new());
        }
        sql.push(" FROM (").append(self.sql.clone()).push(") r");
        sql.rare();
        session.load_report(sql).await
    }

    /// Where in the row of the whole the totals of a field begin.
    fn totals_before(&self, place: usize) -> usize {
        let earlier = self.fields.iter().take(place).map(|(_, part)| match part {
            Part::Totals(fields) => {
                fields.iter().filter(|(_, shown)| matches!(shown, Shown::Column(..))).count()
            }
            _ => 0,
        });
        1 + earlier.sum::<usize>()
    }

    fn row(
        &self,
        session: &Session,
        out: &mut Vec<u8>,
        row: &Row,
        fields: &[(String, Shown)],
        position: &mut usize,
    ) -> Result<(), Fault> {
        render::object(out, fields, |out, shown| {
            match shown {
                Shown::TypeName(name) => render::string(out, name),
                Shown::Null => out.extend_from_slice(b"null"),
                Shown::Column(column, _) => {
                    write_cell(session, out, column, row, *position)?;
                    *position += 1;
                }
            }
            Ok(())
        })
    }

    async fn kept_figures(&self, session: &Session, kept: &KeptFigures) -> Result<Vec<u8>, Fault> {
        let key = Key::of(self.report, &session.actor, session.business_date);
        let figures = match kept.get(&key, session.now) {
            Some(figures) => figures,
            None => {
                let figures = Arc::new(self.read_figures(session).await?);
                kept.keep(key, figures.clone());
                figures
            }
        };
        let mut out = Vec::new();
        render::object(&mut out, &self.fields, |out, part| {
            match part {
                Part::AsOf => {
                    let as_of = figures.as_of.to_rfc3339_opts(SecondsFormat::AutoSi, true);
                    render::string(out, &as_of);
                }
                Part::Figure(place) => {
                    let value = figures.values.get(*place).map_or(b"null".as_slice(), |v| v);
                    out.extend_from_slice(value);
                }
                other => self.plain(session, other, out),
            }
            Ok(())
        })?;
        Ok(out)
    }

    /// Every figure, also those that this caller may not see: others are shown the same ones.
    async fn read_figures(&self, session: &Session) -> Result<Figures, Fault> {
        let mut sql = Sql::new("SELECT 1");
        for figure in self.report.figures {
            sql.push(", r.").push(figure.column.name);
        }
        sql.push(" FROM (").append(self.sql.clone()).push(") r");
        sql.rare();
        let rows = session.load_report(sql).await?;
        let row = rows.first().ok_or_else(no_row)?;
        let mut values = Vec::with_capacity(self.report.figures.len());
        for (place, figure) in self.report.figures.iter().enumerate() {
            let mut value = Vec::new();
            write_cell(session, &mut value, &figure.column, row, place + 1)?;
            values.push(value);
        }
        Ok(Figures { as_of: session.now, values })
    }
}

fn no_row() -> Fault {
    Fault::internal("a report without its one row")
}

fn write_cell(
    session: &Session,
    out: &mut Vec<u8>,
    column: &Column,
    row: &Row,
    position: usize,
) -> Result<(), Fault> {
    let tenant = session.actor.tenant.id;
    row.raw(position, |raw| render::cell(out, &NO_ENTITY, column, raw, tenant))?
}

/// No column of a report is its own row's key, for which alone a cell asks its entity.
static NO_ENTITY: Meta = Meta {
    type_name: "",
    module: "",
    singular: "",
    plural: "",
    table: "",
    doc: "",
    permission: "",
    read: "",
    columns: &[],
    relations: &[],
    lookups: &[],
    default_order: (0, false),
    scopes: &[],
    periods: &[],
    machine: None,
    soft_delete: false,
    money: false,
    view: true,
};
