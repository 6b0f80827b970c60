//! Field rules that every module shares (spec 1.15): trimmed text, email, phone, amounts.

use crate::cipher::personal_data;
use crate::db::Tx;
use crate::money::Money;
use crate::refusal::{Code, Refusal};

/// The largest amount of the documents' `DECIMAL(10,2)`.
pub const MOST_MONEY_CENTS: i64 = 9_999_999_999;

/// Trimmed text; blank is none.
pub fn trimmed(text: Option<String>) -> Option<String> {
    text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())
}

/// Whether text has the syntax of an email address.
pub fn is_email(text: &str) -> bool {
    let Some((local, domain)) = text.rsplit_once('@') else { return false };
    let plain = |part: &str| {
        !part.is_empty()
            && !part.starts_with('.')
            && !part.ends_with('.')
            && !part.contains("..")
            && part.chars().all(|c| !c.is_whitespace() && !c.is_control() && c != '@')
    };
    text.len() <= 254 && plain(local) && plain(domain) && domain.contains('.')
}

/// A phone number as E.164, national numbers read by the tenant's country.
pub fn e164(text: &str, country: &str) -> Option<String> {
    let plain: String =
        text.chars().filter(|c| !matches!(c, ' ' | '-' | '(' | ')' | '.')).collect();
    let digits = if let Some(international) = plain.strip_prefix('+') {
        international.to_owned()
    } else if let Some(international) = plain.strip_prefix("00") {
        international.to_owned()
    } else {
        format!("{}{}", calling_code(country)?, plain.strip_prefix('0').unwrap_or(&plain))
    };
    let fits = (8..=15).contains(&digits.len())
        && digits.bytes().all(|byte| byte.is_ascii_digit())
        && !digits.starts_with('0');
    fits.then(|| format!("+{digits}"))
}

fn calling_code(country: &str) -> Option<&'static str> {
    Some(match country {
        "GH" => "233",
        "NG" => "234",
        "RW" => "250",
        "KE" => "254",
        "TZ" => "255",
        "UG" => "256",
        "SN" => "221",
        "CI" => "225",
        _ => return None,
    })
}

/// Whether text holds a payment card's number: 13 to 19 digits with an issuer's prefix and a
/// right checksum (spec 1.11).
pub fn holds_card_number(text: &str) -> bool {
    let mut run = String::new();
    // Letters right beside the digits make it a key or a serial number.
    let mut touches_letter = false;
    let mut previous = ' ';
    for character in text.chars().chain(std::iter::once('.')) {
        match character {
            digit if digit.is_ascii_digit() => {
                touches_letter |= previous.is_alphabetic();
                run.push(digit);
            }
            ' ' | '-' if !run.is_empty() => {}
            other => {
                touches_letter |= previous.is_ascii_digit() && other.is_alphabetic();
                if !touches_letter && is_card_number(&run) {
                    return true;
                }
                run.clear();
                touches_letter = false;
            }
        }
        previous = character;
    }
    false
}

fn is_card_number(digits: &str) -> bool {
    let prefix = |length: usize| digits.get(..length).and_then(|part| part.parse::<u32>().ok());
    // Fifteen digits are a card of one issuer only; else they are the IMEI of a phone.
    let issued = if digits.len() == 15 {
        matches!(prefix(2), Some(34 | 37))
    } else {
        digits.starts_with('4')
            || matches!(prefix(2), Some(36 | 38 | 39 | 51..=55 | 62 | 65))
            || matches!(prefix(3), Some(300..=305 | 644..=649))
            || matches!(prefix(4), Some(2221..=2720 | 3528..=3589 | 6011))
    };
    let sum: u32 = digits
        .bytes()
        .rev()
        .enumerate()
        .map(|(place, byte)| {
            let digit = u32::from(byte - b'0') << (place % 2);
            if digit > 9 { digit - 9 } else { digit }
        })
        .sum();
    (13..=19).contains(&digits.len()) && issued && sum.is_multiple_of(10)
}

impl Tx {
    /// Required text, trimmed, at most so many characters.
    pub fn text(&mut self, text: &str, field: &str, most: usize) -> String {
        let text = text.trim().to_owned();
        if text.is_empty() {
            self.refuse(Refusal::new(Code::Required, field, "This may not be blank."));
        }
        self.check_text(&text, field, most);
        text
    }

    /// Optional text, trimmed, blank is none, at most so many characters.
    pub fn optional_text(
        &mut self,
        text: Option<String>,
        field: &str,
        most: usize,
    ) -> Option<String> {
        let text = trimmed(text)?;
        self.check_text(&text, field, most);
        Some(text)
    }

    fn check_text(&mut self, text: &str, field: &str, most: usize) {
        // It would be opened for whoever reads it.
        if text.starts_with(personal_data::MARK) {
            let message = "A text may not begin with \"personal:\".";
            self.refuse(Refusal::new(Code::BadFormat, field, message));
        }
        if text.chars().count() > most {
            let message = format!("At most {most} characters.");
            self.refuse(Refusal::new(Code::OutOfRange, field, message).with("most", most));
        }
        if text.contains('\0') {
            let message = "The character U+0000 cannot be stored.";
            self.refuse(Refusal::new(Code::BadFormat, field, message));
        }
    }

    /// Refuses text that holds a payment card's number: references, notes, messages. Reasons are
    /// looked at wherever one is given.
    pub fn no_card_number(&mut self, text: Option<&str>, field: &str) {
        if text.is_some_and(holds_card_number) {
            let message = "This looks like a card number, which must not be stored. Leave it out.";
            self.refuse(Refusal::new(Code::ValidationFailed, field, message));
        }
    }

    /// An email address, kept as typed.
    pub fn email(&mut self, text: &str, field: &str) -> String {
        let text = self.text(text, field, 100);
        if !text.is_empty() && !is_email(&text) {
            let message = "This is no email address; write it like ama@example.com.";
            self.refuse(Refusal::new(Code::BadFormat, field, message));
        }
        text
    }

    /// A phone number as E.164 by the tenant's country.
    pub fn phone(&mut self, text: &str, field: &str) -> String {
        let country = self.actor.tenant.country.clone();
        e164(text.trim(), &country).unwrap_or_else(|| {
            let message = "This is no phone number; write it like +233201234567.";
            self.refuse(Refusal::new(Code::BadFormat, field, message));
            String::new()
        })
    }

    /// An amount above zero, whole in minor units, within the documents' precision.
    pub fn positive(&mut self, amount: &Money, field: &str) {
        if !amount.is_positive() {
            let message = "The amount must be more than zero.";
            self.refuse(Refusal::new(Code::OutOfRange, field, message).with("least", "0.01"));
        } else {
            self.amount(amount, field);
        }
    }

    /// An amount of zero or more, whole in minor units, within the documents' precision.
    pub fn amount(&mut self, amount: &Money, field: &str) {
        let most = Money::cents(MOST_MONEY_CENTS);
        if amount.is_negative() || *amount > most {
            let message = format!("The amount must be from 0.00 to {most}.");
            let refusal = Refusal::new(Code::OutOfRange, field, message);
            self.refuse(refusal.with("least", "0.00").with("most", most.to_string()));
        } else if !amount.is_whole_in_minor_units() {
            let message = "The amount has more than two digits behind the point.";
            self.refuse(Refusal::new(Code::OutOfRange, field, message).with("digits", 2));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn card_numbers_are_found_and_serial_numbers_are_not() {
        assert!(holds_card_number("paid with 4111 1111 1111 1111 today"));
        assert!(holds_card_number("5555-5555-5555-4444"));
        assert!(holds_card_number("card 4111111111111111."));
        assert!(holds_card_number("378282246310005"));
        assert!(!holds_card_number("353490069873319"), "an IMEI");
        assert!(!holds_card_number("4111111111111112"));
        assert!(!holds_card_number("1694af15-ff23-4859-9815-7123a2f655db"));
        assert!(!holds_card_number("SN4111111111111111"));
        assert!(!holds_card_number("MoMo 0241234567 ref 99887766"));
    }

    #[test]
    fn phones_are_read_by_country() {
        assert_eq!(e164("020 123 4567", "GH").as_deref(), Some("+233201234567"));
        assert_eq!(e164("+44 20 7946 0958", "GH").as_deref(), Some("+442079460958"));
        assert_eq!(e164("abc", "GH"), None);
        assert_eq!(e164("12", "GH"), None);
    }
}
