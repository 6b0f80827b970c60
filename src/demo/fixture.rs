//! A fixture file is a list of steps. A step says who calls which mutation on which day, and
//! once for each name: a call that makes a row gives it that name, a call with `on` is about the
//! row of that name.
//!
//! A text that begins with `@` stands for an id: `@elitebook` of a row by its name,
//! `@I07.lines.2` of the second row of a list of it, `@L58.approval` of the request that a second
//! person has to decide.

use std::collections::HashMap;

use anyhow::Context;
use serde::Deserialize;
use serde_json::{Map, Value};

/// What the idempotency keys of the world begin with.
pub const KEY: &str = "demo/";

/// The key of the last call: where it is known, the world is complete.
pub const LAST_KEY: &str = "demo/finished";

/// One entry of a fixture file.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// Days from today; 0 or less.
    pub day: i64,
    /// Username of the caller; `system` for the server itself.
    #[serde(rename = "as")]
    pub by: String,
    #[serde(rename = "do")]
    pub mutation: String,
    /// Field of the input that takes the id of the named row.
    pub on: Option<String>,
    /// What the inputs of all names have in common.
    #[serde(default)]
    pub input: Map<String, Value>,
    /// Name, and what its input has besides.
    pub each: Map<String, Value>,
    /// Whose story it is part of. The stories of a day are told side by side, after what is part
    /// of none.
    #[serde(default)]
    pub story: String,
}

/// One call of a mutation.
#[derive(Clone, Debug)]
pub struct Call {
    /// Days from today; 0 or less.
    pub day: i64,
    /// Username of the caller; `system` for the server itself.
    pub by: String,
    pub mutation: String,
    /// Name in the fixtures.
    pub name: String,
    /// Whether the call makes the row of this name.
    pub makes: bool,
    /// Input with names in place of ids.
    pub input: Map<String, Value>,
    /// The same in every load, so that a repeated call answers with the first outcome.
    pub key: String,
    /// Whose story it is part of; empty for what comes before all stories of its day.
    pub story: String,
}

/// The steps of a file.
pub fn steps(file: &str) -> anyhow::Result<Vec<Step>> {
    let start = file.get(..60).unwrap_or(file);
    serde_json::from_str(file).with_context(|| format!("a fixture file cannot be read: {start}"))
}

/// The calls of these steps in the order of their days, those of a day in the order of the steps.
pub fn calls(steps: &[Step]) -> anyhow::Result<Vec<Call>> {
    let mut calls = Vec::new();
    let mut seen: HashMap<String, usize> = HashMap::new();
    for step in steps {
        for (name, own) in &step.each {
            let mut input = step.input.clone();
            let own = own.as_object().with_context(|| format!("{name} is no object"))?;
            input.extend(own.clone());
            if let Some(field) = &step.on {
                input.insert(field.clone(), Value::from(format!("@{name}")));
            }
            let plain = format!("{KEY}{}/{name}", step.mutation);
            let times = seen.entry(plain.clone()).or_default();
            *times += 1;
            calls.push(Call {
                day: step.day,
                by: step.by.clone(),
                mutation: step.mutation.clone(),
                name: name.clone(),
                makes: step.on.is_none(),
                input,
                key: if *times == 1 { plain } else { format!("{plain}/{times}") },
                story: step.story.clone(),
            });
        }
    }
    calls.sort_by_key(|call| call.day);
    if let Some(last) = calls.last_mut() {
        LAST_KEY.clone_into(&mut last.key);
    }
    Ok(calls)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_step_is_a_call_for_each_name() {
        let file = r#"[
            {"day": -2, "as": "warehouse", "do": "receive", "input": {"cost": "1.00"},
             "each": {"L1": {"serial": "A"}, "L2": {"cost": "2.00"}}},
            {"day": -1, "as": "warehouse", "do": "move", "on": "assetId", "each": {"L1": {}}},
            {"day": 0, "as": "warehouse", "do": "move", "on": "assetId", "each": {"L1": {}}},
            {"day": 0, "as": "sales", "do": "sell", "on": "assetId", "each": {"L2": {}}}
        ]"#;
        let calls = calls(&steps(file).unwrap()).unwrap();
        let inputs: Vec<Value> =
            calls.iter().map(|call| Value::Object(call.input.clone())).collect();
        assert_eq!(inputs[0], json!({"cost": "1.00", "serial": "A"}));
        assert_eq!(inputs[1], json!({"cost": "2.00"}));
        assert_eq!(inputs[2], json!({"assetId": "@L1"}));
        assert!(calls[0].makes && !calls[2].makes);
        let keys: Vec<&str> = calls.iter().map(|call| call.key.as_str()).collect();
        assert_eq!(
            keys,
            ["demo/receive/L1", "demo/receive/L2", "demo/move/L1", "demo/move/L1/2", LAST_KEY]
        );
    }
}
