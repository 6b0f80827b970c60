//! Has the server built again when a page that it embeds was built again.

use std::path::Path;

fn main() {
    for page in ["web/graphiql", "web/desk"] {
        let (page, built) = (Path::new(page), Path::new(page).join("dist"));
        // Watching a path that is not there would build the server at every call.
        let watched = if built.exists() { &built } else { page };
        println!("cargo::rerun-if-changed={}", watched.display());
    }
}
