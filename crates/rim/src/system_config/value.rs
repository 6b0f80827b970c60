//! Whether a value is what its row says: of its type, and for a key that the rules read within
//! its bounds (spec 5.10).

use async_graphql::{ScalarType, Value as Input};
use bizgraph_kernel::db::Tx;
use bizgraph_kernel::entity::{Bind, Sql};
use bizgraph_kernel::money::parse_decimal;
use bizgraph_kernel::refusal::{Code, Refusal, Rule};
use bizgraph_kernel::scalars::Json;
use serde_json::Value;

use super::bounds::{self, Bounds};
use super::parameter::Parameter;
use super::{ConfigDataType, keys};

/// Characters of a text.
const MOST_TEXT: usize = 4_000;

/// The key that the rules read by this name, if they do.
pub fn known(category: &str, key: &str) -> Option<&'static Parameter> {
    keys::ALL.iter().copied().find(|known| known.category == category && known.key == key)
}

/// A value as a row holds it.
pub async fn checked(
    tx: &mut Tx,
    (category, key): (&str, &str),
    data_type: ConfigDataType,
    value: &str,
) -> Rule<String> {
    let value = value.trim().to_owned();
    if let Some(wanted) = type_problem(data_type, &value) {
        tx.refuse(Refusal::new(Code::BadFormat, "value", wanted));
        return Ok(value);
    }
    let Some(parameter) = known(category, key) else { return Ok(value) };
    let bounds = bounds::of(parameter);
    if let Some(wanted) = bounds.problem(&value) {
        tx.refuse(Refusal::new(Code::OutOfRange, "value", wanted));
    } else if bounds == Bounds::Departments {
        departments_exist(tx, &value).await?;
    } else if category == "credit" {
        keeps_order(tx, key, &value).await?;
    }
    Ok(value)
}

/// What a value of this type looks like; `None` for one.
fn type_problem(data_type: ConfigDataType, value: &str) -> Option<&'static str> {
    let (fits, wanted) = match data_type {
        ConfigDataType::String => {
            let fits = !value.is_empty() && value.chars().count() <= MOST_TEXT;
            (fits && !value.contains('\0'), "A text of 1 to 4,000 characters.")
        }
        ConfigDataType::Number => {
            (parse_decimal(value).is_some(), "A decimal number, such as 15 or 1.10.")
        }
        ConfigDataType::Boolean => (matches!(value, "true" | "false"), "true or false."),
        ConfigDataType::Json => {
            let json = serde_json::from_str::<Value>(value).ok();
            let json = json.and_then(|json| Input::from_json(json).ok());
            let fits = json.is_some_and(|json| <Json as ScalarType>::parse(json).is_ok());
            (fits && !value.contains("\\u0000"), "JSON of at most 16 KiB and 8 levels.")
        }
    };
    (!fits).then_some(wanted)
}

async fn departments_exist(tx: &mut Tx, value: &str) -> Rule<()> {
    let desks: Value = serde_json::from_str(value).unwrap_or_default();
    let names = desks.as_object().into_iter().flat_map(|desks| desks.values());
    for name in names.filter_map(Value::as_str) {
        let mut there = Sql::new("SELECT 1 FROM departments WHERE name = ");
        there.bind(Bind::Text(Some(name.to_owned())));
        let is_there = !tx.load(there).await?.is_empty();
        tx.require(is_there, || {
            let message = format!("There is no department {name:?}.");
            Refusal::new(Code::ReferenceNotFound, "value", message)
        });
    }
    Ok(())
}

/// The lowest limit stays below the highest.
async fn keeps_order(tx: &mut Tx, key: &str, value: &str) -> Rule<()> {
    let (least, most) = match key {
        "min" => (parse_decimal(value), Some(keys::CREDIT_MAX.number(tx).await?)),
        "max" => (Some(keys::CREDIT_MIN.number(tx).await?), parse_decimal(value)),
        _ => return Ok(()),
    };
    tx.require(least <= most, || {
        Refusal::new(Code::OutOfRange, "value", "credit.min is not above credit.max.")
    });
    Ok(())
}
