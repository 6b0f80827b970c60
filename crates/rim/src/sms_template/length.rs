//! How long a text is as SMS (GSM 03.38): in the alphabet of phones a part holds 160 characters,
//! of which some count double; with any other character the whole text is Unicode and a part
//! holds 70. Of several parts each loses some to the numbers that put them together.

/// The alphabet of phones.
const BASIC: &str = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?\
                     ¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";

/// Characters of it that take the place of two.
const DOUBLE: &str = "\u{c}^{}\\[~]|€";

/// What a text takes as SMS.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Length {
    /// Whether a character outside the alphabet of phones made it Unicode.
    pub is_unicode: bool,
    /// Places that it takes: of 160 or of 70 in one part.
    pub units: usize,
    /// Parts that it is sent in; none for no text.
    pub segments: usize,
}

/// Measures a text.
pub fn of(text: &str) -> Length {
    let is_gsm = text.chars().all(|c| BASIC.contains(c) || DOUBLE.contains(c));
    let (alone, joined) = if is_gsm { (160, 153) } else { (70, 67) };
    let is_unicode = !is_gsm;
    let width = |c: char| match is_gsm {
        true => 1 + usize::from(DOUBLE.contains(c)),
        false => c.len_utf16(),
    };
    let units: usize = text.chars().map(width).sum();
    if units <= alone {
        return Length { is_unicode, units, segments: usize::from(units > 0) };
    }
    // No character is torn apart between two parts.
    let (mut segments, mut filled) = (1, 0);
    for c in text.chars() {
        if filled + width(c) > joined {
            (segments, filled) = (segments + 1, 0);
        }
        filled += width(c);
    }
    Length { is_unicode, units, segments }
}

/// As much of a text as so many parts hold, with dots where something is left out.
pub fn cut(text: &str, segments: usize) -> String {
    if of(text).segments <= segments {
        return text.to_owned();
    }
    let ends: Vec<usize> = text.char_indices().map(|(place, _)| place).collect();
    let shortened = |end: usize| format!("{}...", text[..end].trim_end());
    let fitting = ends.partition_point(|end| of(&shortened(*end)).segments <= segments);
    shortened(fitting.checked_sub(1).map_or(0, |last| ends[last]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn measured(text: &str) -> (&'static str, usize, usize) {
        let length = of(text);
        let alphabet = if length.is_unicode { "unicode" } else { "gsm" };
        (alphabet, length.units, length.segments)
    }

    #[test]
    fn a_part_holds_160_of_the_alphabet_of_phones_and_two_hold_306() {
        assert_eq!(measured(""), ("gsm", 0, 0));
        assert_eq!(measured(&"a".repeat(160)), ("gsm", 160, 1));
        assert_eq!(measured(&"a".repeat(161)), ("gsm", 161, 2));
        assert_eq!(measured(&"a".repeat(306)), ("gsm", 306, 2));
        assert_eq!(measured(&"a".repeat(307)), ("gsm", 307, 3));
        assert_eq!(measured("à é Ñ £ Ω"), ("gsm", 9, 1));
    }

    #[test]
    fn some_characters_take_the_place_of_two_and_are_not_torn_apart() {
        assert_eq!(measured("€[]{}|~^\\"), ("gsm", 18, 1));
        assert_eq!(measured(&"€".repeat(80)), ("gsm", 160, 1));
        assert_eq!(measured(&"€".repeat(81)), ("gsm", 162, 2));
        // 153 places hold 76 of them.
        assert_eq!(measured(&"€".repeat(153)), ("gsm", 306, 3));
    }

    #[test]
    fn one_other_character_makes_the_whole_text_unicode() {
        assert_eq!(measured(&format!("{}ọ", "a".repeat(69))), ("unicode", 70, 1));
        assert_eq!(measured(&format!("{}ọ", "a".repeat(70))), ("unicode", 71, 2));
        assert_eq!(measured(&"ọ".repeat(134)), ("unicode", 134, 2));
        assert_eq!(measured(&"😀".repeat(35)), ("unicode", 70, 1));
        // 67 places hold 33 of them.
        assert_eq!(measured(&"😀".repeat(67)), ("unicode", 134, 3));
    }

    #[test]
    fn what_is_cut_fits_and_says_that_it_goes_on() {
        assert_eq!(cut("short", 1), "short");
        let long = "a".repeat(500);
        assert_eq!(cut(&long, 1), format!("{}...", "a".repeat(157)));
        assert_eq!(of(&cut(&long, 2)).units, 306);
        let mixed = format!("{}ọ{}", "a".repeat(100), "a".repeat(100));
        assert_eq!(cut(&mixed, 1), format!("{}...", "a".repeat(100)));
    }
}
