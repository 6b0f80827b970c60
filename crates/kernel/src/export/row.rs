//! One row as a line of a file.

use crate::db::Fault;
use crate::entity::metadata::Kind;
use crate::entity::render;
use crate::entity::row::Row;
use crate::export::Format;
use crate::export::request::{Field, Plan};
use crate::tenant::Tenant;

/// Writes rows one behind the other.
pub(super) struct Writer<'a> {
    plan: &'a Plan,
    tenant: &'a Tenant,
    format: Format,
    /// The value at hand as JSON, before it becomes a cell.
    scratch: Vec<u8>,
}

impl<'a> Writer<'a> {
    /// A writer of rows of this plan.
    pub fn new(plan: &'a Plan, tenant: &'a Tenant, format: Format) -> Self {
        Writer { plan, tenant, format, scratch: Vec::with_capacity(256) }
    }

    /// What stands before the first row.
    pub fn head(&self, out: &mut Vec<u8>) {
        if self.format == Format::Csv {
            out.extend_from_slice(self.plan.names().collect::<Vec<_>>().join(",").as_bytes());
            out.extend_from_slice(b"\r\n");
        }
    }

    /// Writes a row.
    ///
    /// # Errors
    /// A value that is not what its column promises.
    pub fn row(&mut self, out: &mut Vec<u8>, row: &Row) -> Result<(), Fault> {
        match self.format {
            Format::Csv => self.csv(out, row),
            Format::JsonLines => self.json(out, row),
        }
    }

    fn csv(&mut self, out: &mut Vec<u8>, row: &Row) -> Result<(), Fault> {
        let plan = self.plan;
        for (place, field) in plan.fields.iter().enumerate() {
            if place > 0 {
                out.push(b',');
            }
            match field {
                Field::Hidden { .. } => {}
                Field::Currency => out.extend_from_slice(self.tenant.currency.as_bytes()),
                Field::Shown { column, position } => {
                    self.scratch.clear();
                    self.value(row, *column, *position)?;
                    let kind = plan.meta.columns[*column].kind;
                    csv_cell(out, &self.scratch, may_be_formula(kind))?;
                }
            }
        }
        out.extend_from_slice(b"\r\n");
        Ok(())
    }

    fn json(&mut self, out: &mut Vec<u8>, row: &Row) -> Result<(), Fault> {
        let plan = self.plan;
        out.push(b'{');
        for (place, (field, name)) in plan.fields.iter().zip(plan.names()).enumerate() {
            if place > 0 {
                out.push(b',');
            }
            render::string(out, name);
            out.push(b':');
            match field {
                Field::Hidden { .. } => out.extend_from_slice(b"null"),
                Field::Currency => render::string(out, &self.tenant.currency),
                Field::Shown { column, position } => {
                    self.scratch.clear();
                    self.value(row, *column, *position)?;
                    out.extend_from_slice(&self.scratch);
                }
            }
        }
        out.extend_from_slice(b"}\n");
        Ok(())
    }

    fn value(&mut self, row: &Row, column: usize, position: usize) -> Result<(), Fault> {
        let (meta, tenant, scratch) = (self.plan.meta, self.tenant.id, &mut self.scratch);
        row.raw(position, |raw| render::cell(scratch, meta, &meta.columns[column], raw, tenant))?
    }
}

/// Whether somebody may have typed the value: amounts and dates are ours, and a minus sign in
/// front of an amount is no formula.
fn may_be_formula(kind: Kind) -> bool {
    matches!(kind, Kind::Text | Kind::Texts | Kind::Json | Kind::Enum(_))
}

/// Writes a JSON value as a cell: text without its quotes, null as nothing.
fn csv_cell(out: &mut Vec<u8>, json: &[u8], may_be_formula: bool) -> Result<(), Fault> {
    if json == b"null" {
        return Ok(());
    }
    let unescaped: String;
    let text = match json {
        [b'"', inside @ .., b'"'] if !inside.contains(&b'\\') => inside,
        [b'"', ..] => {
            unescaped = serde_json::from_slice(json).map_err(|it| Fault::decode(it.into()))?;
            unescaped.as_bytes()
        }
        other => other,
    };
    // What a spreadsheet would run is shown as text (OWASP, CSV injection).
    let formula = may_be_formula
        && matches!(text.first(), Some(b'=' | b'+' | b'-' | b'@' | b'\t' | b'\r' | b'\n'));
    let quoted = text.iter().any(|byte| matches!(byte, b'"' | b',' | b'\r' | b'\n' | b'\t'))
        || text.first() == Some(&b' ')
        || text.last() == Some(&b' ');
    if quoted {
        out.push(b'"');
    }
    if formula {
        out.push(b'\'');
    }
    for byte in text {
        if *byte == b'"' {
            out.push(b'"');
        }
        out.push(*byte);
    }
    if quoted {
        out.push(b'"');
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cell(json: &str, may_be_formula: bool) -> String {
        let mut out = Vec::new();
        csv_cell(&mut out, json.as_bytes(), may_be_formula).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn cells_are_written_as_rfc_4180_says() {
        assert_eq!(cell("null", true), "");
        assert_eq!(cell("true", true), "true");
        assert_eq!(cell("\"plain\"", true), "plain");
        assert_eq!(cell("\"a,b\"", true), "\"a,b\"");
        assert_eq!(cell(r#""say \"hi\"""#, true), "\"say \"\"hi\"\"\"");
        assert_eq!(cell(r#""two\nlines""#, true), "\"two\nlines\"");
        assert_eq!(cell("\"Kofi Añorve\"", true), "Kofi Añorve");
        assert_eq!(cell(r#"["a","b"]"#, true), r#""[""a"",""b""]""#);
    }

    #[test]
    fn what_a_spreadsheet_would_run_is_text() {
        for start in ["=", "+", "-", "@"] {
            let json = format!("\"{start}cmd|' /C calc'!A0\"");
            assert!(cell(&json, true).starts_with(&format!("'{start}")), "{json}");
        }
        assert_eq!(cell(r#""\tA1""#, true), "\"'\tA1\"");
        assert_eq!(cell(r#""\r=1""#, true), "\"'\r=1\"");
        assert_eq!(cell(r#""=1,2""#, true), "\"'=1,2\"");
        assert_eq!(cell("\"-5.00\"", false), "-5.00");
    }
}
