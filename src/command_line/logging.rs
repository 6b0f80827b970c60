//! Where log lines go: to people on a terminal, as JSON to everything else.

use std::io::IsTerminal;

use tracing_subscriber::EnvFilter;

/// What is logged when `RUST_LOG` says nothing: all that a running server tells, only what is
/// wrong for the other commands.
const SERVER: &str = "info";
const OTHER_COMMANDS: &str = "warn";

/// Starts logging to the standard error, panics included.
pub fn start(server: bool) {
    let default = if server { SERVER } else { OTHER_COMMANDS };
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(default));
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    if std::io::stderr().is_terminal() {
        builder.init();
    } else {
        builder.json().flatten_event(true).init();
    }
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        let message = panic.payload_as_str().unwrap_or("no message");
        tracing::error!(place, message, "panic");
    }));
}
