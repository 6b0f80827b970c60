//! The bounds of what a product may say (spec 5.5): amounts are multiples of 50, the rate is
//! from 0 to 100 percent, the period from 1 to 90 days.

use bigdecimal::{BigDecimal, Signed};
use bizgraph_kernel::db::Tx;
use bizgraph_kernel::money::{Decimal, Money};
use bizgraph_kernel::refusal::{Code, Refusal};

/// Amounts that are lent are multiples of this many minor units.
const STEP_CENTS: i64 = 5_000;

/// The smallest and the largest amount, in order.
pub fn amounts(tx: &mut Tx, least: &Money, most: &Money) {
    for (amount, field) in [(least, "minAmount"), (most, "maxAmount")] {
        tx.positive(amount, field);
        tx.require(is_step(amount), || {
            let message = "Amounts that are lent are multiples of 50.";
            Refusal::new(Code::OutOfRange, field, message).with("step", "50.00")
        });
    }
    tx.require(least <= most, || {
        let message = "The largest amount is not below the smallest.";
        Refusal::new(Code::OutOfRange, "maxAmount", message).with("least", least.to_string())
    });
}

/// Digits behind the point of a rate, as rows keep it.
pub const RATE_DIGITS: i64 = 4;

/// Whether an amount can be lent: a multiple of 50.
pub fn is_step(amount: &Money) -> bool {
    let step = Money::cents(STEP_CENTS);
    amount.amount() % step.amount() == 0
}

/// Percent of the amount.
pub fn rate(tx: &mut Tx, rate: Decimal, field: &str) -> BigDecimal {
    let Decimal(rate) = rate;
    let fits = !rate.is_negative() && rate <= 100;
    tx.require(fits, || {
        let refusal = Refusal::new(Code::OutOfRange, field, "A percentage from 0 to 100.");
        refusal.with("least", "0").with("most", "100")
    });
    tx.require(rate.normalized().fractional_digit_count() <= RATE_DIGITS, || {
        let message = format!("At most {RATE_DIGITS} digits behind the point.");
        Refusal::new(Code::OutOfRange, field, message).with("digits", RATE_DIGITS)
    });
    rate
}

/// Days to pay back.
pub fn period(tx: &mut Tx, days: i32, field: &str) -> i32 {
    tx.require((1..=90).contains(&days), || {
        let refusal = Refusal::new(Code::OutOfRange, field, "From 1 to 90 days.");
        refusal.with("least", 1).with("most", 90)
    });
    days
}
