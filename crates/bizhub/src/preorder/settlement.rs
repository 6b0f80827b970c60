//! The arithmetic after a resale (spec 6.8). With the agreed price P, the deposit D and what
//! the resale recovered R: shortfall = max(0, P - R), refund due = max(0, D - shortfall),
//! owed by the customer = max(0, shortfall - D). All in the tenant's currency.

use bizgraph_kernel::money::Money;

/// What a resale leaves open between shop and customer; at most one of the last two is above
/// zero.
#[derive(Clone, Debug, PartialEq)]
pub struct Settlement {
    pub shortfall: Money,
    pub refund_due: Money,
    pub customer_owes: Money,
}

/// Works the settlement out.
pub fn settlement(agreed: &Money, deposit: &Money, recovered: &Money) -> Settlement {
    let shortfall = above_zero(agreed - recovered);
    let refund_due = above_zero(deposit - &shortfall);
    let customer_owes = above_zero(&shortfall - deposit);
    Settlement { shortfall, refund_due, customer_owes }
}

fn above_zero(amount: Money) -> Money {
    amount.max(Money::zero())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(agreed: i64, deposit: i64, recovered: i64) -> [Money; 3] {
        let all = [agreed, deposit, recovered].map(Money::units);
        let found = settlement(&all[0], &all[1], &all[2]);
        [found.shortfall, found.refund_due, found.customer_owes]
    }

    #[test]
    fn the_deposit_carries_the_shortfall_first() {
        assert_eq!(of(5000, 500, 5000), [0, 500, 0].map(Money::units));
        assert_eq!(of(5000, 500, 5600), [0, 500, 0].map(Money::units));
        assert_eq!(of(5000, 500, 4800), [200, 300, 0].map(Money::units));
        assert_eq!(of(5000, 500, 4500), [500, 0, 0].map(Money::units));
        assert_eq!(of(5000, 500, 4200), [800, 0, 300].map(Money::units));
        assert_eq!(of(5000, 0, 4900), [100, 0, 100].map(Money::units));
    }
}
