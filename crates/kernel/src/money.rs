//! Exact amounts. Money never passes through a float: `NUMERIC` in the database, a decimal
//! here, a string on the wire (spec 1.3).

use std::fmt;
use std::iter::Sum;
use std::ops::{Add, Neg, Sub};

use async_graphql::{InputValueError, InputValueResult, Scalar, ScalarType, Value};
use bigdecimal::{BigDecimal, RoundingMode, Signed, Zero};

/// Digits behind the point of the minor unit; every tenant's currency so far has two.
const MINOR_UNIT: i64 = 2;

/// An exact amount in the tenant's currency.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Money(BigDecimal);

impl Money {
    /// Nothing.
    pub fn zero() -> Self {
        Money(BigDecimal::zero())
    }

    /// Whole units of the currency.
    pub fn units(units: i64) -> Self {
        Money(BigDecimal::from(units))
    }

    /// Hundredths of the currency.
    pub fn cents(cents: i64) -> Self {
        Money(BigDecimal::new(cents.into(), MINOR_UNIT))
    }

    /// The exact number.
    pub fn amount(&self) -> &BigDecimal {
        &self.0
    }

    /// Half-up to the minor unit; once, at the line (spec 1.3.4).
    pub fn rounded(&self) -> Self {
        Money(self.0.with_scale_round(MINOR_UNIT, RoundingMode::HalfUp))
    }

    /// This amount as often, not rounded.
    pub fn times(&self, factor: impl Into<BigDecimal>) -> Self {
        Money(&self.0 * factor.into())
    }

    /// This amount divided, not rounded. `None` for a zero divisor.
    pub fn divided_by(&self, divisor: impl Into<BigDecimal>) -> Option<Self> {
        let divisor = divisor.into();
        (!divisor.is_zero()).then(|| Money(&self.0 / divisor))
    }

    /// So many percent of this amount, rounded to the minor unit.
    pub fn percent(&self, percent: &BigDecimal) -> Self {
        Money(&self.0 * percent / BigDecimal::from(100)).rounded()
    }

    /// Whether it is nothing.
    pub fn is_zero(&self) -> bool {
        self.0.is_zero()
    }

    /// Whether it is more than nothing.
    pub fn is_positive(&self) -> bool {
        self.0.is_positive()
    }

    /// Whether it is less than nothing.
    pub fn is_negative(&self) -> bool {
        self.0.is_negative()
    }

    /// Whether it has no digits behind the minor unit.
    pub fn is_whole_in_minor_units(&self) -> bool {
        self.0.with_scale_round(MINOR_UNIT, RoundingMode::Down) == self.0
    }
}

impl From<BigDecimal> for Money {
    fn from(amount: BigDecimal) -> Self {
        Money(amount)
    }
}

impl fmt::Display for Money {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scale = self.0.fractional_digit_count().max(MINOR_UNIT);
        formatter.write_str(&self.0.with_scale(scale).to_plain_string())
    }
}

impl fmt::Debug for Money {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}

impl Add for Money {
    type Output = Money;
    fn add(self, other: Money) -> Money {
        Money(self.0 + other.0)
    }
}

impl Sub for Money {
    type Output = Money;
    fn sub(self, other: Money) -> Money {
        Money(self.0 - other.0)
    }
}

impl<'a> Add<&'a Money> for &'a Money {
    type Output = Money;
    fn add(self, other: &Money) -> Money {
        Money(&self.0 + &other.0)
    }
}

impl<'a> Sub<&'a Money> for &'a Money {
    type Output = Money;
    fn sub(self, other: &Money) -> Money {
        Money(&self.0 - &other.0)
    }
}

impl Neg for Money {
    type Output = Money;
    fn neg(self) -> Money {
        Money(-self.0)
    }
}

impl Sum for Money {
    fn sum<I: Iterator<Item = Money>>(amounts: I) -> Money {
        amounts.fold(Money::zero(), |total, amount| total + amount)
    }
}

impl<'a> Sum<&'a Money> for Money {
    fn sum<I: Iterator<Item = &'a Money>>(amounts: I) -> Money {
        amounts.fold(Money::zero(), |total, amount| &total + amount)
    }
}

/// Reads a plain decimal number: a sign, up to 16 digits, a point and up to 6 more. No
/// exponent, so that no short text becomes a huge number.
pub fn parse_decimal(text: &str) -> Option<BigDecimal> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
    let plain = |part: &str, most: usize| {
        (1..=most).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit())
    };
    (plain(whole, 16) && plain(fraction, 6)).then(|| text.parse().ok()).flatten()
}

/// An exact amount of money as a string, such as "1250.00", in the tenant's currency (see the
/// `currency` field beside it). A JSON number is refused, because floats lose cents.
#[Scalar(name = "Money")]
impl ScalarType for Money {
    fn parse(value: Value) -> InputValueResult<Self> {
        match &value {
            Value::String(text) => parse_decimal(text).map(Money).ok_or_else(|| {
                InputValueError::custom(format!("{text:?} is no amount; write it like \"1250.00\""))
            }),
            Value::Number(_) => Err(InputValueError::custom(
                "money is a string such as \"1250.00\", never a number",
            )),
            _ => Err(InputValueError::expected_type(value)),
        }
    }

    fn is_valid(value: &Value) -> bool {
        matches!(value, Value::String(text) if parse_decimal(text).is_some())
    }

    fn to_value(&self) -> Value {
        Value::String(self.to_string())
    }
}

/// An exact number that is no amount of money, such as a percentage.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Decimal(pub BigDecimal);

/// An exact number as a string, such as "12.5". A JSON number is refused.
#[Scalar(name = "Decimal")]
impl ScalarType for Decimal {
    fn parse(value: Value) -> InputValueResult<Self> {
        match &value {
            Value::String(text) => parse_decimal(text).map(Decimal).ok_or_else(|| {
                InputValueError::custom(format!("{text:?} is no number; write it like \"12.5\""))
            }),
            _ => Err(InputValueError::expected_type(value)),
        }
    }

    fn is_valid(value: &Value) -> bool {
        matches!(value, Value::String(text) if parse_decimal(text).is_some())
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.to_plain_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_round_up_at_the_minor_unit() {
        let amount = Money::from(parse_decimal("10.005").unwrap());
        assert_eq!(amount.rounded(), Money::cents(1001));
        assert_eq!(amount.rounded().to_string(), "10.01");
    }

    #[test]
    fn only_plain_decimals_are_amounts() {
        for text in
            ["", ".", "1.", ".5", "1e9", "+1", "1,5", " 1", "99999999999999999", "1.1234567"]
        {
            assert!(parse_decimal(text).is_none(), "{text:?}");
        }
        assert!(parse_decimal("-12.50").is_some());
    }

    #[test]
    fn an_amount_is_written_with_its_cents() {
        assert_eq!(Money::units(5000).to_string(), "5000.00");
        assert_eq!(Money::cents(-5).to_string(), "-0.05");
    }
}
