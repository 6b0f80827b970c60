//! The support desk: the page where agents answer customers and customers ask, built from
//! `web/desk`.

use axum::response::Response;
use rust_embed::RustEmbed;

use super::page::Page;

/// Its own files lie below `/desk/`; the same path stands in `web/desk/vite.config.ts`. Pictures
/// that are about to be sent are shown before they are on the server.
const PAGE: Page = Page {
    policy: "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; \
             font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; \
             frame-ancestors 'none'",
    not_built: include_str!("page/not_built.html"),
};

#[derive(RustEmbed)]
#[folder = "web/desk/dist"]
#[allow_missing = true]
struct Built;

/// The page itself.
pub fn index() -> Response {
    PAGE.index::<Built>()
}

/// A file of the page, by its path below `/desk/`.
pub fn asset(path: &str) -> Response {
    PAGE.asset::<Built>(path)
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
