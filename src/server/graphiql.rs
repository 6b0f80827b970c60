//! GraphiQL: the page where people try the API, built from `web/graphiql` and embedded.
//!
//! It works with no internet. A binary that was built without Node has a page that says so.

use axum::body::Body;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use rust_embed::RustEmbed;
use serde::Serialize;

/// Where the page finds its own files; the same path stands in `web/graphiql/vite.config.ts`.
pub const PATH: &str = "/graphiql/";

/// The editor styles itself with inline styles and runs its language services in workers; it
/// needs nothing from anywhere but this server.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; \
    style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; \
    connect-src 'self'; worker-src 'self' blob:; base-uri 'none'; form-action 'none'; \
    frame-ancestors 'none'";

/// Built files carry a hash of their contents in their names, so that they never change.
const FOR_EVER: &str = "public, max-age=31536000, immutable";

const ALWAYS_ASK: &str = "no-cache";

#[derive(RustEmbed)]
#[folder = "web/graphiql/dist"]
#[allow_missing = true]
struct Built;

/// The logins that GraphiQL offers in demo mode, and whether it is one.
#[derive(Clone, Debug, Default, Serialize)]
pub struct DemoLogins {
    /// Whether the demo world is loaded; if not, GraphiQL asks for a name and a password.
    pub demo: bool,
    /// One login a role.
    pub logins: Vec<DemoLogin>,
}

/// A person of the demo world, with the password that everybody knows.
#[derive(Clone, Debug, Serialize)]
pub struct DemoLogin {
    /// The tenant's slug.
    pub tenant: String,
    /// Whom to log in as.
    pub username: String,
    /// What the person may do, for the label.
    pub role: String,
    /// The password, public by design.
    pub password: String,
}

/// The page itself.
pub fn page() -> Response {
    match Built::get("index.html") {
        Some(file) => answer(StatusCode::OK, "index.html", ALWAYS_ASK, file.data),
        None => answer(
            StatusCode::OK,
            "index.html",
            ALWAYS_ASK,
            include_bytes!("graphiql/not_built.html").as_slice(),
        ),
    }
}

/// A file of the page, by its path below [`PATH`].
pub fn asset(path: &str) -> Response {
    match Built::get(path) {
        Some(file) => {
            let keep = match path.starts_with("assets/") {
                true => FOR_EVER,
                false => ALWAYS_ASK,
            };
            answer(StatusCode::OK, path, keep, file.data)
        }
        None => answer(
            StatusCode::NOT_FOUND,
            "not-found.txt",
            ALWAYS_ASK,
            b"There is no such file.\n".as_slice(),
        ),
    }
}

/// What the page asks for first: is this a demo, and who can be logged in as.
pub fn demo(logins: &DemoLogins) -> Response {
    match serde_json::to_vec(logins) {
        Ok(body) => answer(StatusCode::OK, "demo.json", "no-store", body),
        Err(_) => answer(
            StatusCode::INTERNAL_SERVER_ERROR,
            "demo.txt",
            "no-store",
            b"The demo logins cannot be written.\n".as_slice(),
        ),
    }
}

fn answer(
    status: StatusCode,
    name: &str,
    keep: &'static str,
    body: impl Into<std::borrow::Cow<'static, [u8]>>,
) -> Response {
    let body = match body.into() {
        std::borrow::Cow::Borrowed(bytes) => Body::from(bytes),
        std::borrow::Cow::Owned(bytes) => Body::from(bytes),
    };
    let mut response = Response::new(body);
    *response.status_mut() = status;
    let headers = response.headers_mut();
    for (header, value) in [
        (header::CONTENT_TYPE, content_type(name)),
        (header::CACHE_CONTROL, keep),
        (header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
    ] {
        headers.insert(header, HeaderValue::from_static(value));
    }
    response
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
mod tests {
    use super::*;

    fn header_of(response: &Response, name: header::HeaderName) -> &str {
        response.headers()[name].to_str().unwrap()
    }

    #[test]
    fn there_is_a_page_whether_it_was_built_or_not() {
        let response = page();
        assert_eq!(response.status(), StatusCode::OK);
        assert!(header_of(&response, header::CONTENT_TYPE).starts_with("text/html"));
        let policy = header_of(&response, header::CONTENT_SECURITY_POLICY);
        assert!(policy.contains("script-src 'self';"));
    }

    #[test]
    fn every_built_file_has_a_content_type_and_the_hashed_ones_are_kept() {
        for path in Built::iter() {
            let response = asset(&path);
            assert_eq!(response.status(), StatusCode::OK);
            let content_type = header_of(&response, header::CONTENT_TYPE);
            assert_ne!(content_type, "application/octet-stream", "{path}");
            let kept = header_of(&response, header::CACHE_CONTROL) == FOR_EVER;
            assert_eq!(kept, path.starts_with("assets/"), "{path}");
        }
    }

    #[test]
    fn a_path_out_of_the_folder_is_not_found() {
        for path in ["../package.json", "/etc/passwd", "assets/../../package.json", ""] {
            assert_eq!(asset(path).status(), StatusCode::NOT_FOUND, "{path}");
        }
    }
}
