//! Has the server built again when the GraphiQL page, which it embeds, was built again.

use std::path::Path;

fn main() {
    let built = Path::new("web/graphiql/dist");
    // Watching a path that is not there would build the server at every call.
    let watched = match built.exists() {
        true => built,
        false => Path::new("web/graphiql"),
    };
    println!("cargo::rerun-if-changed={}", watched.display());
}
