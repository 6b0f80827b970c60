//! What a known key takes (spec 5.10): its type, and how far its value may go.

use bigdecimal::BigDecimal;
use bizgraph_kernel::entity::cell::Words;
use bizgraph_kernel::money::parse_decimal;
use serde_json::Value;

use super::ConfigDataType;
use super::parameter::Parameter;
use crate::loan_product::terms::RATE_DIGITS;
use crate::network::Network;
use crate::ticket::TicketCategory;

/// The largest amount that the documents' columns hold.
const MOST_AMOUNT: &str = "99999999.99";

/// What a value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bounds {
    /// True or false.
    Flag,
    /// A whole number from the first to the second.
    Whole(i64, i64),
    /// A decimal number from the first to the second, of as many digits as a loan's rate has.
    Decimal(&'static str, &'static str),
    /// An amount of zero or more, with two digits behind the point at most.
    Amount,
    /// A list of networks, each once.
    Networks,
    /// Names of departments by category of ticket.
    Departments,
    /// A number without bounds of its own.
    Number,
    /// Any document.
    Document,
    /// Any text.
    Text,
}

/// What a known key takes. One that is not listed takes what its default is.
pub fn of(parameter: &Parameter) -> Bounds {
    match (parameter.category, parameter.key) {
        ("loans", "auto_approve_score") => Bounds::Whole(0, 1_000),
        ("loans", "default_after_days") => Bounds::Whole(1, 365),
        ("loans", "max_open") => Bounds::Whole(1, 100),
        ("loans", "min_account_age_days") => Bounds::Whole(0, 3_650),
        ("loans", "enabled_networks") => Bounds::Networks,
        ("loans", "interest_rate") => Bounds::Decimal("0", "100"),
        ("loans", "repayment_period") => Bounds::Whole(1, 90),
        ("loans", "late_fee_grace_days") => Bounds::Whole(0, 365),
        ("loans", "auto_approve_max" | "late_fee") => Bounds::Amount,
        ("transactions", "stale_hours") => Bounds::Whole(1, 720),
        ("credit", "initial_limit" | "manual_limit" | "min" | "max") => Bounds::Amount,
        ("credit", "on_time_score" | "late_score" | "default_score") => {
            Bounds::Whole(-1_000, 1_000)
        }
        ("credit", "on_time_factor" | "default_factor") => Bounds::Decimal("0", "10"),
        ("credit", "late_grace_days") => Bounds::Whole(0, 365),
        ("users", "idle_days") => Bounds::Whole(1, 3_650),
        ("tickets", "department_by_category") => Bounds::Departments,
        ("tickets", "auto_close_hours") => Bounds::Whole(1, 8_760),
        ("tickets", "reopen_days") => Bounds::Whole(0, 365),
        ("broadcast", "approval_size") => Bounds::Whole(0, 1_000_000),
        ("broadcast", "sms_segments") => Bounds::Whole(1, 10),
        ("integrations", "call_days") => Bounds::Whole(1, 3_650),
        // What is told again must still be known.
        ("integrations", "callback_days") => Bounds::Whole(30, 3_650),
        _ => like(parameter.default),
    }
}

fn like(default: &str) -> Bounds {
    match default {
        "true" | "false" => Bounds::Flag,
        number if parse_decimal(number).is_some() => Bounds::Number,
        document if serde_json::from_str::<Value>(document).is_ok() => Bounds::Document,
        _ => Bounds::Text,
    }
}

impl Bounds {
    /// How such a value is read.
    pub fn data_type(self) -> ConfigDataType {
        match self {
            Bounds::Flag => ConfigDataType::Boolean,
            Bounds::Whole(..) | Bounds::Decimal(..) | Bounds::Amount | Bounds::Number => {
                ConfigDataType::Number
            }
            Bounds::Networks | Bounds::Departments | Bounds::Document => ConfigDataType::Json,
            Bounds::Text => ConfigDataType::String,
        }
    }

    /// What a value of the right type would have to be; `None` when it is.
    pub fn problem(self, value: &str) -> Option<String> {
        let number = parse_decimal(value);
        let within = |least: &str, most: &str| {
            let (least, most) = (parse_decimal(least), parse_decimal(most));
            number.as_ref().is_some_and(|number| {
                least.is_some_and(|least| *number >= least)
                    && most.is_some_and(|most| *number <= most)
            })
        };
        let document = || serde_json::from_str::<Value>(value).ok();
        let (fits, wanted) = match self {
            Bounds::Flag | Bounds::Number | Bounds::Document | Bounds::Text => return None,
            Bounds::Whole(least, most) => {
                let whole = number.as_ref().is_some_and(BigDecimal::is_integer);
                let fits = whole && within(&least.to_string(), &most.to_string());
                (fits, format!("A whole number from {least} to {most}."))
            }
            Bounds::Decimal(least, most) => {
                let number = number.as_ref().map(BigDecimal::normalized);
                let digits = number.map_or(0, |number| number.fractional_digit_count());
                let wanted = format!(
                    "A number from {least} to {most}, with {RATE_DIGITS} digits behind the point \
                     at most."
                );
                (digits <= RATE_DIGITS && within(least, most), wanted)
            }
            Bounds::Amount => {
                let is_money =
                    number.as_ref().is_some_and(|number| number.fractional_digit_count() <= 2);
                let wanted = format!("An amount from 0.00 to {MOST_AMOUNT}.");
                (is_money && within("0", MOST_AMOUNT), wanted)
            }
            Bounds::Networks => {
                let known = words(Network::WORDS);
                let fits = document().as_ref().and_then(Value::as_array).is_some_and(|names| {
                    let named = |name: &Value| known.iter().any(|known| name == *known);
                    let once = |(place, name): (usize, &Value)| !names[..place].contains(name);
                    names.iter().all(named) && names.iter().enumerate().all(once)
                });
                (fits, format!("A list of networks, each once, of: {}.", known.join(", ")))
            }
            Bounds::Departments => {
                let known = words(TicketCategory::WORDS);
                let fits = document().as_ref().and_then(Value::as_object).is_some_and(|desks| {
                    desks.iter().all(|(category, desk)| {
                        known.contains(&category.as_str()) && desk.is_string()
                    })
                });
                let wanted = "An object with names of departments, by";
                (fits, format!("{wanted}: {}.", known.join(", ")))
            }
        };
        (!fits).then_some(wanted)
    }
}

fn words(all: &'static bizgraph_kernel::entity::metadata::EnumMeta) -> Vec<&'static str> {
    all.values.iter().map(|word| word.stored).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::system_config::keys;

    #[test]
    fn every_default_is_within_its_bounds() {
        for parameter in keys::ALL {
            let (bounds, name) = (of(parameter), parameter.key);
            assert_eq!(bounds.problem(parameter.default), None, "{name}");
        }
    }

    #[test]
    fn values_beyond_their_bounds_are_told() {
        for (parameter, values) in [
            (&keys::LOANS_INTEREST_RATE, &["-1", "100.01", "12.34567", "x", ""][..]),
            (&keys::LOANS_MAX_OPEN, &["0", "101", "1.5"]),
            (&keys::LOANS_AUTO_APPROVE_MAX, &["-0.01", "1.005", "100000000.00"]),
            (&keys::LOANS_ENABLED_NETWORKS, &["[\"Vodafone\"]", "[\"MTN\", \"MTN\"]", "{}", "["]),
            (
                &keys::TICKETS_DEPARTMENT_BY_CATEGORY,
                &["{\"gossip\": \"x\"}", "{\"loan\": 1}", "[]"],
            ),
        ] {
            for value in values {
                assert!(of(parameter).problem(value).is_some(), "{} {value}", parameter.key);
            }
        }
    }
}
