//! A scan of bracket depth before parsing: the parser recurses, and a stack that
//! overflows aborts the whole server.

use super::limits;
use crate::server::refusal::Refusal;

/// Refuses a document whose brackets nest too deeply. Reads each byte once; brackets in
/// strings, block strings and comments do not count.
///
/// # Errors
/// Fails with COST_EXCEEDED at the first bracket that is too deep, and with BAD_FORMAT at
/// a string that does not end.
pub fn check(document: &str) -> Result<(), Refusal> {
    let bytes = document.as_bytes();
    let mut depth = 0_u32;
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'{' | b'(' | b'[' => {
                depth += 1;
                if depth > limits::BRACKETS {
                    return Err(Refusal::limit(
                        "COST_EXCEEDED",
                        "brackets",
                        limits::BRACKETS.into(),
                        depth.into(),
                    ));
                }
            }
            b'}' | b')' | b']' => depth = depth.saturating_sub(1),
            b'#' => {
                at += line_length(bytes.get(at..).unwrap_or_default());
                continue;
            }
            b'"' => {
                let Some(length) = string_length(bytes.get(at..).unwrap_or_default()) else {
                    return Err(Refusal::request(
                        "BAD_FORMAT",
                        "Syntax error: a string does not end.",
                    ));
                };
                at += length;
                continue;
            }
            _ => {}
        }
        at += 1;
    }
    Ok(())
}

fn line_length(text: &[u8]) -> usize {
    text.iter().position(|byte| matches!(byte, b'\n' | b'\r')).unwrap_or(text.len())
}

/// The length of the string that `text` begins with, quotes included; `None` when it does
/// not end. No document with such a string is valid, and reading on would let brackets
/// hide: the parser tries the same quotes again in another way.
fn string_length(text: &[u8]) -> Option<usize> {
    let is_block = text.starts_with(b"\"\"\"");
    let mut at = if is_block { 3 } else { 1 };
    loop {
        let rest = text.get(at..)?;
        match (is_block, rest.first()?) {
            (true, b'\\') if rest.starts_with(b"\\\"\"\"") => at += 4,
            (true, b'"') if rest.starts_with(b"\"\"\"") => return Some(at + 3),
            (false, b'\\') if !matches!(rest.get(1), Some(b'\n' | b'\r')) => at += 2,
            (false, b'"') => return Some(at + 1),
            (false, b'\n' | b'\r') => return None,
            _ => at += 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thirty_thousand_opening_brackets_are_refused() {
        for bracket in ["{", "[", "("] {
            assert_eq!(check(&bracket.repeat(30_000)).unwrap_err().code, "COST_EXCEEDED");
        }
        assert!(check(&"{a".repeat(64)).is_ok());
        assert!(check(&"{a}".repeat(10_000)).is_ok());
    }

    #[test]
    fn brackets_in_strings_and_comments_do_not_count() {
        let many = "{".repeat(100);
        for text in [
            format!("{{ a(b: \"{many}\") }}"),
            format!("{{ a(b: \"\\\"{many}\") }}"),
            format!("{{ a(b: \"\"\"{many} \\\"\"\" {many}\n\"\"\") }}"),
            format!("# {many}\n{{ a }}"),
            "{ a(b: \"\") c(d: \"\"\"\"\"\") }".to_owned(),
        ] {
            assert!(check(&text).is_ok(), "{text}");
        }
    }

    #[test]
    fn nothing_hides_behind_an_odd_quote() {
        let many = "{".repeat(100);
        for text in [
            format!("\"\n{many}"),
            format!("\"\"{many}"),
            format!("\"\"\"\"\"\"{many}"),
            format!("# \"\n{many}"),
            format!("\"a\\\\\"{many}"),
            format!("{{ a(b: [\"\"\"\"]) {many}"),
            format!("\"\\\n{many}"),
        ] {
            assert!(check(&text).is_err(), "{text}");
        }
    }
}
