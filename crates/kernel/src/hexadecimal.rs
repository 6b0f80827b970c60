//! Bytes as people and other programs read them.

/// Two hexadecimal digits for each byte.
pub fn digits(bytes: impl AsRef<[u8]>) -> String {
    bytes.as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}
