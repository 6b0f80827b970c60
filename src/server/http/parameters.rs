//! What a request asks for: the parameters of GraphQL over HTTP.

use std::collections::BTreeMap;

use async_graphql::{Extensions, Value, Variables};
use axum::http::{
    HeaderMap, StatusCode,
    header::{CONTENT_ENCODING, CONTENT_TYPE},
};
use percent_encoding::percent_decode;
use serde::Deserialize;

use crate::server::{
    guard::{guarded::at_most, limits},
    refusal::Refusal,
};

/// The parameters of one request.
#[derive(Debug)]
pub struct Parameters {
    /// The document.
    pub query: String,
    /// Which of its operations is to run.
    pub operation_name: Option<String>,
    /// The values of its variables.
    pub variables: Variables,
    /// The length of the variables as JSON, in bytes, or more.
    pub variables_bytes: usize,
    /// What the caller asks of the server itself.
    pub extensions: Extensions,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Unchecked {
    query: Option<Value>,
    operation_name: Option<Value>,
    variables: Option<Value>,
    extensions: Option<Value>,
}

/// Refuses a POST whose body is not said to be JSON in UTF-8. Forms and plain text are what
/// a page of another site can send without asking first.
///
/// # Errors
/// Fails with the HTTP status 415.
pub fn check_content_type(headers: &HeaderMap) -> Result<(), Refusal> {
    let refused = |message: &str| {
        Err(Refusal::http(StatusCode::UNSUPPORTED_MEDIA_TYPE, "BAD_FORMAT", message))
    };
    if headers.get(CONTENT_ENCODING).is_some_and(|encoding| encoding != "identity") {
        return refused("The body of the request must not be compressed.");
    }
    let content_type = headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default()
        .to_ascii_lowercase();
    let mut parts = content_type.split(';').map(str::trim);
    if parts.next() != Some("application/json") {
        return refused("The content type of a request is application/json.");
    }
    let is_utf8 = parts
        .filter_map(|parameter| parameter.strip_prefix("charset="))
        .all(|charset| matches!(charset.trim_matches('"'), "utf-8" | "utf8"));
    if !is_utf8 {
        return refused("The body of a request is in UTF-8.");
    }
    Ok(())
}

/// Reads the body of a POST.
///
/// # Errors
/// Fails with the HTTP status 400 when it is not JSON in UTF-8 or a parameter is of the
/// wrong type, and with LIMIT_EXCEEDED when the variables are too long.
pub fn from_body(body: &[u8]) -> Result<Parameters, Refusal> {
    let text = std::str::from_utf8(body)
        .map_err(|_| malformed("The body of the request is not UTF-8."))?;
    match text.trim_start().bytes().next() {
        Some(b'{') => {}
        Some(b'[') => return Err(malformed("One request holds one operation, not a list.")),
        _ => return Err(malformed("The body of the request is not a JSON object.")),
    }
    // What is JSON may still be nested too deeply, or hold a number that is too large.
    let unchecked: Unchecked = serde_json::from_str(text)
        .map_err(|error| malformed(format!("The body of the request cannot be read: {error}.")))?;
    let variables_bytes = if body.len() <= limits::VARIABLES_BYTES {
        body.len()
    } else {
        unchecked.variables.as_ref().map_or(0, json_length)
    };
    check(unchecked, variables_bytes)
}

/// Reads the parameters of a GET.
///
/// # Errors
/// Fails as [`from_body`] does.
pub fn from_query(text: &str) -> Result<Parameters, Refusal> {
    let mut given = BTreeMap::new();
    for pair in text.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let name = decode(name)?;
        if given.contains_key(&name) {
            return Err(malformed(format!("The parameter {name} is given twice.")));
        }
        given.insert(name, decode(value)?);
    }
    let mut json = |name: &str| match given.remove(name) {
        None => Ok((None, 0)),
        Some(text) => match serde_json::from_str::<Option<Value>>(&text) {
            Ok(value) => Ok((value, text.len())),
            Err(_) => Err(malformed(format!("The parameter {name} is not JSON."))),
        },
    };
    let (variables, variables_bytes) = json("variables")?;
    let (extensions, _) = json("extensions")?;
    let unchecked = Unchecked {
        query: given.remove("query").map(Value::String),
        operation_name: given.remove("operationName").map(Value::String),
        variables,
        extensions,
    };
    check(unchecked, variables_bytes)
}

fn check(unchecked: Unchecked, variables_bytes: usize) -> Result<Parameters, Refusal> {
    let query = match unchecked.query {
        Some(Value::String(query)) => query,
        Some(_) => return Err(malformed("The parameter query is a string.")),
        None => {
            return Err(Refusal::http(
                StatusCode::BAD_REQUEST,
                "REQUIRED",
                "The parameter query is required.",
            ));
        }
    };
    let operation_name = match unchecked.operation_name {
        None => None,
        Some(Value::String(name)) => Some(name).filter(|name| !name.is_empty()),
        Some(_) => return Err(malformed("The parameter operationName is a string.")),
    };
    let variables = match unchecked.variables {
        None => Variables::default(),
        Some(Value::Object(entries)) => Variables::from_value(Value::Object(entries)),
        Some(_) => return Err(malformed("The parameter variables is an object.")),
    };
    let mut extensions = Extensions::default();
    match unchecked.extensions {
        None => {}
        Some(Value::Object(entries)) => {
            extensions.extend(entries.into_iter().map(|(name, value)| (name.to_string(), value)));
        }
        Some(_) => return Err(malformed("The parameter extensions is an object.")),
    }
    at_most("queryBytes", limits::QUERY_BYTES, query.len())?;
    at_most("variablesBytes", limits::VARIABLES_BYTES, variables_bytes)?;
    Ok(Parameters { query, operation_name, variables, variables_bytes, extensions })
}

fn json_length(value: &Value) -> usize {
    serde_json::to_vec(value).map_or(usize::MAX, |json| json.len())
}

fn decode(text: &str) -> Result<String, Refusal> {
    percent_decode(text.replace('+', " ").as_bytes())
        .decode_utf8()
        .map(std::borrow::Cow::into_owned)
        .map_err(|_| malformed("The parameters of the request are not UTF-8."))
}

fn malformed(message: impl Into<String>) -> Refusal {
    Refusal::http(StatusCode::BAD_REQUEST, "BAD_FORMAT", message)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(body: &[u8]) -> &'static str {
        from_body(body).unwrap_err().code
    }

    #[test]
    fn malformed_bodies_are_refused() {
        for body in [
            &b"\xff{}"[..],
            b"{\"query\": \"\xff\"}",
            b"",
            b"[]",
            b"[{\"query\":\"{a}\"}]",
            b"\"{a}\"",
            b"{\"query\": 1}",
            b"{\"query\": \"{a}\", \"query\": \"{a}\"}",
            b"{\"query\": \"{a}\", \"variables\": []}",
            b"{\"query\": \"{a}\", \"operationName\": {}}",
            b"{\"query\": \"{a}\", \"extensions\": \"x\"}",
        ] {
            assert_eq!(refused(body), "BAD_FORMAT", "{body:?}");
        }
        for (body, reason) in [
            ("{\"query\": \"{a}\"", "EOF while parsing an object at line 1 column 15"),
            ("{\"query\": \"{a}\", \"query\": \"{a}\"}", "duplicate field `query` at line 1"),
            ("{\"variables\": {\"a\": 1e999}}", "number out of range at line 1"),
            (
                &format!("{{\"variables\": {}", "[".repeat(200)),
                "recursion limit exceeded at line 1",
            ),
        ] {
            let message = from_body(body.as_bytes()).unwrap_err().message;
            assert!(message.contains(reason), "{message}");
        }
        assert_eq!(refused(b"{}"), "REQUIRED");
        let deep = format!("{{\"variables\": {}", "[".repeat(100_000));
        assert_eq!(refused(deep.as_bytes()), "BAD_FORMAT");
        let long =
            format!("{{\"query\":\"{{a}}\",\"variables\":{{\"a\":\"{}\"}}}}", "x".repeat(300_000));
        assert_eq!(refused(long.as_bytes()), "LIMIT_EXCEEDED");
    }

    #[test]
    fn parameters_of_a_get_are_decoded_strictly() {
        let read =
            from_query("query=%7B+a%20%7D&variables=%7B%22a%22%3A1%7D&operationName=").unwrap();
        assert_eq!(read.query, "{ a }");
        assert_eq!(read.operation_name, None);
        assert_eq!(read.variables.len(), 1);
        assert!(from_query("query=%FF").is_err());
        assert!(from_query("query=a&query=b").is_err());
        assert!(from_query("query=a&variables=x").is_err());
    }
}
