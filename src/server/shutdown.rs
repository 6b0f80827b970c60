//! When to stop: the two signals by which a server is told so.

use tokio::signal::unix::{SignalKind, signal};

/// Waits for SIGTERM or SIGINT (Ctrl-C).
///
/// # Errors
/// Fails when the process may not listen for signals.
pub async fn requested() -> std::io::Result<()> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    tokio::select! {
        _ = terminate.recv() => tracing::info!("SIGTERM: finishing what runs"),
        _ = interrupt.recv() => tracing::info!("SIGINT: finishing what runs"),
    }
    Ok(())
}
