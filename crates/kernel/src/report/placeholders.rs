//! A report's text as a statement: values and conditions take the places of the words in
//! braces.

use crate::actor::Actor;
use crate::db::Fault;
use crate::entity::sql::{Bind, Sql};
use crate::policy::Scope;
use crate::report::period::Period;
use crate::report::{Group, Report};

/// What fills a report's placeholders.
pub(super) struct Filling<'a> {
    pub actor: &'a Actor,
    pub rows: Sql,
    pub group: Option<&'static Group>,
    pub period: Option<Period>,
}

impl Filling<'_> {
    /// The statement.
    ///
    /// # Errors
    /// A fault for a placeholder that the report has nothing for.
    pub fn fill(&self, report: &Report) -> Result<Sql, Fault> {
        let mut parts = report.sql.split('{');
        let mut sql = Sql::new(parts.next().unwrap_or_default());
        for part in parts {
            let (word, rest) = part.split_once('}').unwrap_or((part, ""));
            if !self.push(&mut sql, report, word) {
                return Err(Fault::internal(format!("{} has no {{{word}}}", report.name)));
            }
            sql.push(rest);
        }
        Ok(sql)
    }

    fn push(&self, sql: &mut Sql, report: &Report, word: &str) -> bool {
        match (word, self.period, self.group) {
            ("rows", ..) => {
                sql.push("(").append(self.rows.clone()).push(")");
            }
            ("from", Some(period), _) => {
                sql.bind(Bind::Date(Some(period.from)));
            }
            ("to", Some(period), _) => {
                sql.bind(Bind::Date(Some(period.to)));
            }
            ("group", _, Some(group)) => {
                let key = group.key.map_or("NULL::text", |(key, _)| key);
                sql.push("(").push(group.label).push(")::text AS group_label, ");
                sql.push(key).push(" AS group_key");
            }
            ("zone", ..) => {
                let zone = self.actor.tenant.time_zone.name().to_owned();
                sql.bind(Bind::Text(Some(zone)));
            }
            (word, ..) => {
                let Some(column) = word.strip_prefix("own ") else { return false };
                match self.actor.scope(report.permission) {
                    Some(Scope::All) => sql.push("TRUE"),
                    _ => sql.push(column).push(" = ").bind(self.actor.key()),
                };
            }
        }
        true
    }
}
