//! What a file is, by what is in it, and what it may be called.

use infer::MatcherType;

/// Bytes that are looked at to tell what a file is.
pub(super) const HEAD_BYTES: usize = 8 * 1024;

/// Characters of a name at most.
const NAME_CHARACTERS: usize = 120;

/// What is taken in: pictures, papers and plain text; nothing that a browser or a shell runs.
pub const ACCEPTED: &[&str] = &[
    "image/jpeg",
    "image/png",
    "image/gif",
    "image/webp",
    "image/heif",
    "application/pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    TEXT,
];

/// What has no mark of its own: text that a browser would not look for scripts in.
const TEXT: &str = "text/plain";

/// The type of a file with this beginning, if it is taken in.
pub(super) fn type_of(head: &[u8]) -> Option<&'static str> {
    // Words such as `BM` begin pictures, and texts of nothing but words.
    let is_words = |found: &infer::Type| {
        let kind = found.matcher_type();
        head.is_ascii()
            && is_text(head)
            && matches!(kind, MatcherType::Image | MatcherType::Audio | MatcherType::Video)
    };
    match infer::get(head).filter(|found| !is_words(found)) {
        Some(found) => ACCEPTED.iter().copied().find(|accepted| *accepted == found.mime_type()),
        None => (is_text(head) && !is_markup(head)).then_some(TEXT),
    }
}

/// Whether text begins as a page or a drawing does, in which a browser would look for scripts.
fn is_markup(head: &[u8]) -> bool {
    let text = head.strip_prefix("\u{feff}".as_bytes()).unwrap_or(head);
    text.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'<')
}

/// Whether bytes can be a part of plain text.
pub(super) fn is_text(bytes: &[u8]) -> bool {
    let plain = |byte: &u8| *byte >= 0x20 && *byte != 0x7f || matches!(byte, b'\t' | b'\n' | b'\r');
    bytes.iter().all(plain)
}

/// A name without folders, control characters and what file systems and headers take amiss.
pub(super) fn clean_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let safe = |c: char| match c {
        '<' | '>' | ':' | '"' | '|' | '?' | '*' | ';' | '%' => '_',
        other => other,
    };
    // Marks that turn the direction of text can make `exe.gpj` look like a picture.
    let shown = |c: &char| {
        !c.is_control()
            && !matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
    };
    let cleaned: String = last.chars().filter(shown).map(safe).collect();
    let cleaned = cleaned.trim().trim_matches('.').trim();
    let excess = cleaned.chars().count().saturating_sub(NAME_CHARACTERS);
    // The end of a long name is kept: it says what the file is.
    let cleaned: String = cleaned.chars().skip(excess).collect();
    if cleaned.is_empty() { "file".to_owned() } else { cleaned }
}

/// Endings of names that fit a type, the usual one first.
fn endings_of(content_type: &str) -> &'static [&'static str] {
    match content_type {
        "image/jpeg" => &["jpg", "jpeg", "jpe", "jfif"],
        "image/png" => &["png"],
        "image/gif" => &["gif"],
        "image/webp" => &["webp"],
        "image/heif" => &["heic", "heif"],
        "application/pdf" => &["pdf"],
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document" => &["docx"],
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" => &["xlsx"],
        TEXT => &["txt", "text", "csv", "tsv", "log", "md", "json"],
        _ => &[],
    }
}

/// A cleaned name whose ending says what the file is: a computer opens `bill.html` as a page,
/// whatever else is in it.
pub(super) fn fitting_name(name: String, content_type: &str) -> String {
    let endings = endings_of(content_type);
    let ending = name.rsplit_once('.').map(|(_, ending)| ending);
    let fits = |ending: &str| endings.iter().any(|known| known.eq_ignore_ascii_case(ending));
    match endings.first() {
        Some(usual) if !ending.is_some_and(fits) => format!("{name}.{usual}"),
        _ => name,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_ends_as_its_content_says() {
        let named = |name: &str, content_type| fitting_name(name.to_owned(), content_type);
        assert_eq!(named("front.JPEG", "image/jpeg"), "front.JPEG");
        assert_eq!(named("bill.html", "image/png"), "bill.html.png");
        assert_eq!(named("setup.png.exe", "application/pdf"), "setup.png.exe.pdf");
        assert_eq!(named("file", TEXT), "file.txt");
        assert_eq!(named("months.csv", TEXT), "months.csv");
        for accepted in ACCEPTED {
            assert!(!endings_of(accepted).is_empty(), "{accepted}");
        }
    }

    #[test]
    fn names_are_cleaned() {
        assert_eq!(clean_name("../../etc/passwd"), "passwd");
        assert_eq!(clean_name("C:\\photos\\front.jpg"), "front.jpg");
        assert_eq!(clean_name("a\r\nb\".jpg"), "ab_.jpg");
        assert_eq!(clean_name("harm\u{202e}gpj.exe"), "harmgpj.exe");
        assert_eq!(clean_name(" ... "), "file");
        assert_eq!(clean_name("Écran cassé.png"), "Écran cassé.png");
        assert!(clean_name(&format!("{}.jpg", "a".repeat(500))).ends_with(".jpg"));
        assert_eq!(clean_name(&"a".repeat(500)).len(), NAME_CHARACTERS);
    }

    #[test]
    fn types_are_found_in_the_content() {
        assert_eq!(type_of(&[0xff, 0xd8, 0xff, 0xe0]), Some("image/jpeg"));
        assert_eq!(type_of(b"\x89PNG\r\n\x1a\n"), Some("image/png"));
        assert_eq!(type_of(b"%PDF-1.7"), Some("application/pdf"));
        assert_eq!(type_of("Écran cassé\n".as_bytes()), Some(TEXT));
        assert_eq!(type_of(b"BMW, the blue one"), Some(TEXT));
        for refused in [
            &b"<html><script>"[..],
            b" \n<svg onload=alert(1)>",
            b"#!/bin/sh\n",
            b"MZ\x90\0",
            b"\x7fELF",
            b"a\0b",
            b"<?xml ",
        ] {
            assert_eq!(type_of(refused), None, "{refused:?}");
        }
    }
}
