//! How a repayment is spread over loans (spec 5.6): each debt is paid in full before the next.

use bizgraph_kernel::money::Money;

/// What of an amount goes to each debt, in the order given; what is left goes nowhere.
pub fn split(amount: &Money, debts: &[Money]) -> Vec<Money> {
    let mut left = amount.clone();
    let parts = debts.iter().map(|debt| {
        let part = debt.min(&left).clone();
        left = &left - &part;
        part
    });
    parts.collect()
}
