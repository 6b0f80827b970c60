//! Pages for people, built from `web` and embedded: they work with no internet. A binary that was
//! built without Node has a page in their place that says so.

use std::borrow::Cow;

use axum::body::Body;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use rust_embed::RustEmbed;

/// Built files carry a hash of their contents in their names, so that they never change.
const FOR_EVER: &str = "public, max-age=31536000, immutable";

const ALWAYS_ASK: &str = "no-cache";

/// What a browser lets a page do.
#[derive(Clone, Copy)]
pub struct Page {
    /// The content security policy of its files.
    pub policy: &'static str,
    /// Shown when it was not built.
    pub not_built: &'static str,
}

impl Page {
    /// The page itself.
    pub fn index<Built: RustEmbed>(self) -> Response {
        match Built::get("index.html") {
            Some(file) => self.answer(StatusCode::OK, "index.html", ALWAYS_ASK, file.data),
            None => {
                self.answer(StatusCode::OK, "index.html", ALWAYS_ASK, self.not_built.as_bytes())
            }
        }
    }

    /// A file of the page, by its path below the page's own.
    pub fn asset<Built: RustEmbed>(self, path: &str) -> Response {
        match Built::get(path) {
            Some(file) => {
                let keep = match path.starts_with("assets/") {
                    true => FOR_EVER,
                    false => ALWAYS_ASK,
                };
                self.answer(StatusCode::OK, path, keep, file.data)
            }
            None => self.answer(
                StatusCode::NOT_FOUND,
                "not-found.txt",
                ALWAYS_ASK,
                b"There is no such file.\n".as_slice(),
            ),
        }
    }

    /// An answer with the headers of the page's files.
    pub fn answer(
        self,
        status: StatusCode,
        name: &str,
        keep: &'static str,
        body: impl Into<Cow<'static, [u8]>>,
    ) -> Response {
        let body = match body.into() {
            Cow::Borrowed(bytes) => Body::from(bytes),
            Cow::Owned(bytes) => Body::from(bytes),
        };
        let mut response = Response::new(body);
        *response.status_mut() = status;
        let headers = response.headers_mut();
        for (header, value) in [
            (header::CONTENT_TYPE, content_type(name)),
            (header::CACHE_CONTROL, keep),
            (header::CONTENT_SECURITY_POLICY, self.policy),
            (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
            (header::REFERRER_POLICY, "no-referrer"),
        ] {
            headers.insert(header, HeaderValue::from_static(value));
        }
        response
    }
}

fn content_type(name: &str) -> &'static str {
    match name.rsplit('.').next() {
        Some("html") => "text/html; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("json") => "application/json",
        Some("svg") => "image/svg+xml",
        Some("ttf") => "font/ttf",
        Some("woff2") => "font/woff2",
        Some("txt") => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    fn header_of(response: &Response, name: header::HeaderName) -> &str {
        response.headers()[name].to_str().unwrap()
    }

    /// What holds of every page, whether it was built or not.
    pub fn is_served_as_it_should<Built: RustEmbed>(page: Page) {
        let response = page.index::<Built>();
        assert_eq!(response.status(), StatusCode::OK);
        assert!(header_of(&response, header::CONTENT_TYPE).starts_with("text/html"));
        assert!(
            header_of(&response, header::CONTENT_SECURITY_POLICY).contains("script-src 'self';")
        );
        for path in Built::iter() {
            let response = page.asset::<Built>(&path);
            assert_eq!(response.status(), StatusCode::OK);
            let content_type = header_of(&response, header::CONTENT_TYPE);
            assert_ne!(content_type, "application/octet-stream", "{path}");
            let kept = header_of(&response, header::CACHE_CONTROL) == FOR_EVER;
            assert_eq!(kept, path.starts_with("assets/"), "{path}");
        }
        for path in ["../package.json", "/etc/passwd", "assets/../../package.json", ""] {
            assert_eq!(page.asset::<Built>(path).status(), StatusCode::NOT_FOUND, "{path}");
        }
    }
}
