//! A response as JSON text. A subtree that the kernel rendered already comes as
//! `Value::Binary` and is copied as it is, which no serializer of the library does.

use std::io::Write;

use async_graphql::{Response, Value};

/// Writes a response. A request error has no `data` key, for nothing ran.
///
/// # Errors
/// Fails when a value cannot be written as JSON, which is a fault of the server.
pub fn render(response: &Response, is_request_error: bool) -> serde_json::Result<Vec<u8>> {
    let mut out = Vec::with_capacity(1_024);
    out.push(b'{');
    if !response.errors.is_empty() {
        out.extend_from_slice(b"\"errors\":");
        serde_json::to_writer(&mut out, &response.errors)?;
    }
    if !is_request_error {
        separate(&mut out);
        out.extend_from_slice(b"\"data\":");
        write_value(&mut out, &response.data)?;
    }
    if !response.extensions.is_empty() {
        separate(&mut out);
        out.extend_from_slice(b"\"extensions\":");
        write_entries(&mut out, response.extensions.iter())?;
    }
    out.push(b'}');
    Ok(out)
}

fn separate(out: &mut Vec<u8>) {
    if out.last() != Some(&b'{') {
        out.push(b',');
    }
}

fn write_value(out: &mut Vec<u8>, value: &Value) -> serde_json::Result<()> {
    match value {
        Value::Null => out.extend_from_slice(b"null"),
        Value::Boolean(true) => out.extend_from_slice(b"true"),
        Value::Boolean(false) => out.extend_from_slice(b"false"),
        Value::Number(number) => write!(out, "{number}").map_err(serde_json::Error::io)?,
        Value::String(text) => serde_json::to_writer(out, text)?,
        Value::Enum(name) => serde_json::to_writer(out, name.as_str())?,
        Value::Binary(rendered) => out.extend_from_slice(rendered),
        Value::List(items) => {
            out.push(b'[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    out.push(b',');
                }
                write_value(out, item)?;
            }
            out.push(b']');
        }
        Value::Object(entries) => write_entries(out, entries.iter())?,
    }
    Ok(())
}

fn write_entries<'a, K: AsRef<str> + 'a>(
    out: &mut Vec<u8>,
    entries: impl Iterator<Item = (&'a K, &'a Value)>,
) -> serde_json::Result<()> {
    out.push(b'{');
    for (index, (name, value)) in entries.enumerate() {
        if index > 0 {
            out.push(b',');
        }
        serde_json::to_writer(&mut *out, name.as_ref())?;
        out.push(b':');
        write_value(out, value)?;
    }
    out.push(b'}');
    Ok(())
}

#[cfg(test)]
mod tests {
    use async_graphql::{ServerError, value};

    use super::*;

    #[test]
    fn values_are_written_as_json_and_rendered_subtrees_as_they_are() {
        let mut data = value!({"text": "a\"b\n", "list": [1, true, null], "enum": "x"});
        if let Value::Object(entries) = &mut data {
            entries.insert(
                async_graphql::Name::new("bizhub"),
                Value::Binary(br#"{"rows":[1,2]}"#.to_vec().into()),
            );
        }
        let text = String::from_utf8(render(&Response::new(data), false).unwrap()).unwrap();
        assert_eq!(
            text,
            r#"{"data":{"text":"a\"b\n","list":[1,true,null],"enum":"x","bizhub":{"rows":[1,2]}}}"#
        );
    }

    #[test]
    fn a_request_error_has_no_data() {
        let response = Response::from_errors(vec![ServerError::new("no", None)])
            .extension("cost", value!({"requested": 3}));
        let text = String::from_utf8(render(&response, true).unwrap()).unwrap();
        assert_eq!(text, r#"{"errors":[{"message":"no"}],"extensions":{"cost":{"requested":3}}}"#);
    }
}
