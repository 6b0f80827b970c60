//! What a command prints for other programs to read.

use std::io::{ErrorKind, Write};

/// Writes to the standard output. A reader that has seen enough and left is no failure.
pub fn write(text: &str) -> anyhow::Result<()> {
    let mut output = std::io::stdout().lock();
    match output.write_all(text.as_bytes()).and_then(|()| output.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(error.into()),
        _ => Ok(()),
    }
}
