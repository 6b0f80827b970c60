//! Comparisons with what a tenant keeps sealed.

use async_graphql::Value;

use super::{MOST_VALUES, bad_value, negated, too_many_values};
use crate::cipher::personal_data::PersonalDataKey;
use crate::entity::sql::{Bind, Sql};
use crate::refusal::{Code, Refusal, Rule};

/// A comparison of a column that may be sealed: by its blind index, which knows equality only.
pub(super) fn comparison(
    key: &PersonalDataKey,
    name: &str,
    operator: &str,
    operand: &Value,
    path: &str,
) -> Rule<Sql> {
    let mut sql = Sql::new(name);
    let single = std::slice::from_ref(operand);
    let operands = match (operator, operand) {
        ("isNull", _) => {
            let null = matches!(operand, Value::Boolean(true));
            sql.push(if null { " IS NULL" } else { " IS NOT NULL" });
            return Ok(sql);
        }
        ("eq" | "ne", _) => single,
        ("in", Value::List(items)) => items.as_slice(),
        _ => {
            let message = "This field is encrypted here: it can be compared by eq, ne and in only.";
            return Err(Refusal::new(Code::ValidationFailed, path, message).into());
        }
    };
    if operands.len() > MOST_VALUES {
        return Err(too_many_values(path).into());
    }
    let mut forms = Vec::with_capacity(2 * operands.len());
    for operand in operands {
        let Value::String(text) = operand else { return Err(bad_value(path).into()) };
        forms.extend(key.forms(text));
    }
    sql.push(" = ANY(").bind(Bind::Texts(forms)).push(")");
    Ok(if operator == "ne" { negated(sql) } else { sql })
}
