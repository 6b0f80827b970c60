//! Amounts and dates as people read them on paper.

use bizgraph_kernel::money::Money;
use chrono::NaiveDate;

/// `12,345.60`
pub(super) fn amount(money: &Money) -> String {
    let text = money.to_string();
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", text.as_str()),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let mut grouped = String::from(sign);
    for (place, digit) in whole.chars().enumerate() {
        if place > 0 && (whole.len() - place).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    format!("{grouped}.{fraction:0<2}")
}

/// `2 March 2026`: no two countries read it differently.
pub(super) fn day(date: NaiveDate) -> String {
    date.format("%-d %B %Y").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_grouped() {
        for (cents, text) in [
            (0, "0.00"),
            (5, "0.05"),
            (99_900, "999.00"),
            (100_000, "1,000.00"),
            (123_456_789, "1,234,567.89"),
            (-150_000, "-1,500.00"),
        ] {
            assert_eq!(amount(&Money::cents(cents)), text);
        }
    }
}
