//! A file as an answer: downloaded under its name, never shown or run by the browser as a page
//! of ours.

use axum::{
    body::Body,
    http::{
        HeaderName, HeaderValue,
        header::{
            CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_SECURITY_POLICY,
            CONTENT_TYPE,
        },
    },
    response::Response,
};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::{
    engine::Outgoing,
    http::{negotiation::MediaType, reply},
    refusal::Refusal,
};

/// What RFC 8187 lets stand in a name as it is.
const IN_NAMES: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// A file, or why there is none.
pub fn answer(outcome: Result<Outgoing, Refusal>, request_id: &str) -> Response {
    match outcome {
        Ok(outgoing) => attach(outgoing),
        Err(refusal) => reply::refuse(refusal, MediaType::Json, request_id).response,
    }
}

fn attach(outgoing: Outgoing) -> Response {
    let mut response = Response::new(Body::from_stream(outgoing.pieces));
    let headers = response.headers_mut();
    // A sandbox without rights, in case a browser shows it nevertheless.
    let fixed: [(HeaderName, &'static str); 2] = [
        (CACHE_CONTROL, "no-store"),
        (CONTENT_SECURITY_POLICY, "default-src 'none'; frame-ancestors 'none'; sandbox"),
    ];
    for (name, value) in fixed {
        headers.insert(name, HeaderValue::from_static(value));
    }
    for (name, value) in [
        (CONTENT_TYPE, outgoing.content_type),
        (CONTENT_DISPOSITION, disposition(&outgoing.file_name)),
    ] {
        if let Ok(value) = HeaderValue::from_str(&value) {
            headers.insert(name, value);
        }
    }
    if let Some(length) = outgoing.byte_length {
        headers.insert(CONTENT_LENGTH, length.into());
    }
    response
}

/// The name twice: in letters that every program reads, and whole.
fn disposition(name: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() || "-._ ".contains(c) { c } else { '_' };
    let ascii: String = name.chars().map(plain).collect();
    let whole = utf8_percent_encode(name, IN_NAMES);
    format!("attachment; filename=\"{ascii}\"; filename*=UTF-8''{whole}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_cannot_leave_its_header() {
        assert_eq!(
            disposition("écran \"x\"\r\nSet-Cookie: a.jpg"),
            "attachment; filename=\"_cran _x___Set-Cookie_ a.jpg\"; \
             filename*=UTF-8''%C3%A9cran%20%22x%22%0D%0ASet-Cookie%3A%20a.jpg"
        );
    }
}
