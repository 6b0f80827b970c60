//! Which media type the answer has, by the `Accept` header.

use std::cmp::Reverse;

use axum::http::{HeaderMap, header::ACCEPT};

/// A media type of GraphQL over HTTP.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MediaType {
    /// `application/graphql-response+json`: the status tells request errors apart.
    GraphqlResponse,
    /// `application/json`: the status is 200 once the request was understood.
    Json,
}

impl MediaType {
    /// The value of the `Content-Type` header.
    pub fn content_type(self) -> &'static str {
        match self {
            Self::GraphqlResponse => "application/graphql-response+json; charset=utf-8",
            Self::Json => "application/json; charset=utf-8",
        }
    }
}

/// The media type that the caller likes best; `None` when it accepts neither. A caller
/// that does not say, or takes anything, is an old one and gets `application/json`.
pub fn negotiate(headers: &HeaderMap) -> Option<MediaType> {
    let mut ranges = ranges(headers).peekable();
    if ranges.peek().is_none() {
        return Some(MediaType::Json);
    }
    let mut exact = (None, None);
    let mut any = None;
    for range in ranges {
        let (name, quality) = read_range(range);
        let place = match name.as_str() {
            "application/graphql-response+json" => &mut exact.0,
            "application/json" => &mut exact.1,
            "application/*" | "*/*" => &mut any,
            _ => continue,
        };
        *place = (*place).max(Some(quality));
    }
    let graphql_response = exact.0.unwrap_or(0);
    let json = exact.1.or(any).unwrap_or(0);
    if graphql_response == 0 && json == 0 {
        return None;
    }
    // At the same quality the newer type wins where the caller names it.
    Some(if graphql_response >= json { MediaType::GraphqlResponse } else { MediaType::Json })
}

/// Whether the caller likes server-sent events best: it names them with a higher quality than any
/// JSON, or with the same and before it. Clients that can read everything name them last.
pub fn wants_events(headers: &HeaderMap) -> bool {
    let best = |wanted: fn(&str) -> bool| {
        let ranges = ranges(headers).map(read_range).enumerate();
        ranges
            .filter(|(_, (name, quality))| *quality > 0 && wanted(name))
            .map(|(place, (_, quality))| (quality, Reverse(place)))
            .max()
    };
    let events = best(|name| name == "text/event-stream");
    events.is_some() && events > best(|name| name.starts_with("application/"))
}

/// Whether the caller reads server-sent events at all, though it may like JSON better: a
/// subscription is answered by nothing else.
pub fn reads_events(headers: &HeaderMap) -> bool {
    accepts(headers, "text/event-stream")
}

/// Whether the caller is a browser that wants a page.
pub fn wants_page(headers: &HeaderMap) -> bool {
    accepts(headers, "text/html")
}

fn accepts(headers: &HeaderMap, media_type: &str) -> bool {
    ranges(headers).map(read_range).any(|(name, quality)| name == media_type && quality > 0)
}

/// The media ranges that the caller accepts, in its order.
fn ranges(headers: &HeaderMap) -> impl Iterator<Item = &str> {
    headers
        .get_all(ACCEPT)
        .iter()
        .flat_map(|value| value.to_str().unwrap_or_default().split(','))
        .map(str::trim)
        .filter(|range| !range.is_empty())
}

/// The media range in lower case and its quality in thousandths.
fn read_range(range: &str) -> (String, u16) {
    let mut parts = range.split(';').map(str::trim);
    let name = parts.next().unwrap_or_default().to_ascii_lowercase();
    let quality = parts
        .find_map(|parameter| parameter.strip_prefix("q=").or_else(|| parameter.strip_prefix("Q=")))
        .and_then(|quality| quality.parse::<f32>().ok())
        .map_or(1_000, |quality| (quality.clamp(0.0, 1.0) * 1_000.0) as u16);
    (name, quality)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(accept: &str) -> Option<MediaType> {
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT, accept.parse().unwrap());
        negotiate(&headers)
    }

    #[test]
    fn the_best_liked_media_type_is_taken() {
        use MediaType::{GraphqlResponse, Json};
        for (accept, expected) in [
            ("application/graphql-response+json", Some(GraphqlResponse)),
            ("application/json", Some(Json)),
            ("*/*", Some(Json)),
            ("application/*", Some(Json)),
            ("application/graphql-response+json, application/json;q=0.9", Some(GraphqlResponse)),
            ("application/graphql-response+json;q=0.5, application/json", Some(Json)),
            ("application/json, multipart/mixed", Some(Json)),
            ("application/graphql-response+json, */*", Some(GraphqlResponse)),
            ("application/json;q=0", None),
            ("text/html", None),
            ("APPLICATION/JSON; charset=utf-8", Some(Json)),
        ] {
            assert_eq!(of(accept), expected, "{accept}");
        }
        assert_eq!(negotiate(&HeaderMap::new()), Some(Json));
    }

    #[test]
    fn events_are_sent_to_who_likes_them_best() {
        let wants = |accept: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(ACCEPT, accept.parse().unwrap());
            wants_events(&headers)
        };
        for accept in [
            "text/event-stream",
            "text/event-stream, application/json",
            "application/json;q=0.9, text/event-stream",
            "text/event-stream, */*",
        ] {
            assert!(wants(accept), "{accept}");
        }
        for accept in [
            "application/graphql-response+json, application/json, text/event-stream",
            "text/event-stream;q=0",
            "text/event-stream;q=0.5, application/json",
            "*/*",
            "",
        ] {
            assert!(!wants(accept), "{accept}");
        }
    }

    #[test]
    fn browsers_want_the_page() {
        let mut headers = HeaderMap::new();
        assert!(!wants_page(&headers));
        headers.insert(ACCEPT, "text/html,*/*;q=0.8".parse().unwrap());
        assert!(wants_page(&headers));
    }
}
