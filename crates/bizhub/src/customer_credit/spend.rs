//! Store credit is spent as a tender of its own customer's invoice, and comes back when that
//! tender is voided (spec 6.6).

use bizgraph_kernel::Refusal;
use bizgraph_kernel::db::Tx;
use bizgraph_kernel::money::Money;
use bizgraph_kernel::refusal::Rule;

use super::CustomerCredit;

/// Why store credit is not spent.
#[derive(Refusal)]
enum SpendRefused {
    #[refusal(
        NOT_ELIGIBLE,
        at = "{field}.customerCreditId",
        "The store credit belongs to another customer. Only its own customer's invoice takes it."
    )]
    AnotherCustomer { field: String },
    #[refusal(
        NOT_ELIGIBLE,
        at = "{field}.customerCreditId",
        "The store credit was taken back. Pay another way."
    )]
    TakenBack { field: String },
    #[refusal(
        INSUFFICIENT_FUNDS,
        at = "{field}.amount",
        "Only {balance} is left of the store credit, not {offered}. Lower this tender."
    )]
    TooLittle { field: String, balance: Money, offered: Money },
}

/// Refuses what a locked credit does not allow; every sentence is noted.
pub fn check(
    tx: &mut Tx,
    credit: &CustomerCredit,
    customer: Option<i32>,
    offered: &Money,
    field: &str,
) {
    let field = field.to_owned();
    if customer != Some(credit.customer_id) {
        tx.refuse(SpendRefused::AnotherCustomer { field });
    } else if credit.voided_at.is_some() {
        tx.refuse(SpendRefused::TakenBack { field });
    } else if *offered > credit.balance {
        let (balance, offered) = (credit.balance.clone(), offered.clone());
        tx.refuse(SpendRefused::TooLittle { field, balance, offered });
    }
}

/// Spends a part of a locked credit that was checked.
///
/// # Errors
/// Any fault of the database.
pub async fn spend(tx: &mut Tx, credit: &CustomerCredit, amount: &Money) -> Rule<()> {
    let used = &credit.used + amount;
    tx.update(credit, vec![CustomerCredit::USED.to(used)]).await?;
    Ok(())
}

/// Gives back what a voided tender had spent.
///
/// # Errors
/// Any fault of the database.
pub async fn give_back(tx: &mut Tx, credit: i32, amount: &Money) -> Rule<()> {
    let credit: CustomerCredit = tx.get_locked(credit).await?;
    let used = &credit.used - amount;
    tx.update(&credit, vec![CustomerCredit::USED.to(used)]).await?;
    Ok(())
}
