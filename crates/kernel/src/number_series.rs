//! Numbers of documents (spec 1.5). Gapless series are drawn under a row lock, last of all
//! locks; every other number comes from a sequence, so that writers do not queue.

use chrono::Datelike;

use crate::db::{Fault, Tx};
use crate::entity::sql::{Bind, Sql};
use crate::refusal::Rule;

/// A series of numbers that a module declares.
pub struct Series {
    /// Name of the row, or of the sequence behind `series_`.
    pub name: &'static str,
    /// `INV-{SEQ:6}`; `{YYYY}` is the year of the business date.
    pub pattern: &'static str,
    /// No holes: for documents where law or practice wants none.
    pub gapless: bool,
}

impl Series {
    /// The number with this count in this year.
    pub fn format(&self, year: i32, count: i64) -> String {
        let mut text = self.pattern.replace("{YYYY}", &year.to_string());
        text = text.replace("{YY}", &format!("{:02}", year.rem_euclid(100)));
        if let Some(start) = text.find("{SEQ:")
            && let Some(length) = text[start..].find('}')
        {
            let width: usize =
                text[start + 5..start + length].trim_end_matches('+').parse().unwrap_or(6);
            text.replace_range(start..=start + length, &format!("{count:0width$}"));
        }
        text
    }
}

impl Tx {
    /// Draws the next number of a series.
    ///
    /// # Errors
    /// A fault when the series was never made.
    pub async fn draw_number(&mut self, series: &Series) -> Rule<String> {
        let mut sql = Sql::default();
        if series.gapless {
            sql.push("UPDATE number_series SET next = next + 1 WHERE name = ");
            sql.bind(Bind::Text(Some(series.name.to_owned()))).push(" RETURNING next - 1");
        } else {
            sql.push("SELECT nextval('series_").push(series.name).push("')");
        }
        let rows = self.load(sql).await?;
        let row = rows.first().ok_or_else(|| Fault::internal("a number series is missing"))?;
        let count: i64 = crate::entity::decode(row, 0)?;
        Ok(series.format(self.business_date.year(), count))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_become_numbers() {
        let series = |pattern| Series { name: "x", pattern, gapless: true };
        assert_eq!(series("INV-{SEQ:6}").format(2026, 7), "INV-000007");
        assert_eq!(series("USR-{YYYY}-{SEQ:3+}").format(2026, 1234), "USR-2026-1234");
        assert_eq!(series("AMT-{YY}{SEQ:7}").format(2026, 1), "AMT-260000001");
    }
}
