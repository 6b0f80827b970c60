//! GraphiQL: the page where people try the API, built from `web/graphiql`, and whom it can log in.

use axum::http::StatusCode;
use axum::response::Response;
use rust_embed::RustEmbed;
use serde::Serialize;

use super::page::Page;

/// Its own files lie below `/graphiql/`; the same path stands in `web/graphiql/vite.config.ts`.
/// The editor styles itself with inline styles and runs its language services in workers; it
/// needs nothing from anywhere but this server.
const PAGE: Page = Page {
    policy: "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; \
             img-src 'self' data:; font-src 'self' data:; connect-src 'self'; \
             worker-src 'self' blob:; base-uri 'none'; form-action 'none'; \
             frame-ancestors 'none'",
    not_built: include_str!("page/not_built.html"),
};

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
pub fn index() -> Response {
    PAGE.index::<Built>()
}

/// A file of the page, by its path below `/graphiql/`.
pub fn asset(path: &str) -> Response {
    PAGE.asset::<Built>(path)
}

/// What the pages ask for first: is this a demo, and who can be logged in as.
pub fn demo(logins: &DemoLogins) -> Response {
    match serde_json::to_vec(logins) {
        Ok(body) => PAGE.answer(StatusCode::OK, "demo.json", "no-store", body),
        Err(_) => PAGE.answer(
            StatusCode::INTERNAL_SERVER_ERROR,
            "demo.txt",
            "no-store",
            b"The demo logins cannot be written.\n".as_slice(),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server::page::tests::is_served_as_it_should;

    #[test]
    fn it_is_served_with_its_types_and_kept_where_it_never_changes() {
        is_served_as_it_should::<Built>(PAGE);
    }
}
