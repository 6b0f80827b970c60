//! The deposit comes in, as a whole (spec 6.8).

use async_graphql::InputObject;
use bizgraph_kernel::db::Tx;
use bizgraph_kernel::entity::Id;
use bizgraph_kernel::money::Money;
use bizgraph_kernel::refusal::Rule;
use bizgraph_kernel::{Refusal, mutation};

use crate::payment::PaymentMethod;
use crate::preorder::{Preorder, PreorderStatus, change, machine, message, tender};
use crate::preorder_payment::PreorderPaymentKind;

/// Whose deposit is paid, and how.
#[derive(InputObject)]
#[graphql(name = "BizhubPreorderPayDepositInput")]
pub struct PayDeposit {
    /// The preorder.
    pub preorder_id: Id<Preorder>,
    /// How it is paid.
    pub payment_method: PaymentMethod,
    /// What came in: exactly the deposit.
    pub amount: Money,
    /// The transaction's reference, at most 100 characters: required for MoMo, bank transfers
    /// and cards, and unique per method.
    pub reference: Option<String>,
    /// The version that the caller read, if it matters.
    pub expected_version: Option<i32>,
    /// The same key answers with the first outcome.
    pub idempotency_key: String,
}

/// Why no deposit is taken.
#[derive(Refusal)]
enum DepositRefused {
    #[refusal(ALREADY_DONE, at = "preorderId", "The deposit of {number} was paid already.")]
    Paid { number: String },
    #[refusal(
        AMOUNT_MISMATCH,
        at = "amount",
        "The deposit of {number} is {deposit}, not {offered}. It is paid as a whole."
    )]
    NotWhole { number: String, deposit: Money, offered: Money },
}

mutation! {
    /// Takes the deposit of a preorder.
    pub PAY_DEPOSIT = "bizhubPreorderPayDeposit"(PayDeposit) -> Preorder,
    permission "bizhub.preorder.transition:payDeposit", keyed => pay_deposit
}

/// Takes the deposit (spec 6.8).
pub async fn pay_deposit(tx: &mut Tx, input: PayDeposit) -> Rule<Preorder> {
    let preorder =
        tx.lock_version(&input.preorder_id, "preorderId", input.expected_version).await?;
    tx.check_move(&preorder, &machine::PAY_DEPOSIT, None, "preorderId")?;
    let number = preorder.preorder_number.clone();
    if preorder.deposit_paid {
        return Err(DepositRefused::Paid { number }.into());
    }
    let deposit = preorder.deposit_amount.clone();
    if input.amount != deposit {
        let offered = input.amount;
        tx.refuse(DepositRefused::NotWhole { number, deposit: deposit.clone(), offered });
    }
    let method = input.payment_method;
    let tender = tender::taken(tx, method, input.reference, "reference").await?;
    tx.settle()?;

    let kind = PreorderPaymentKind::Deposit;
    tender::enter(tx, &preorder, kind, tender, &deposit, "reference").await?;
    let sets = vec![
        Preorder::DEPOSIT_PAID.to(true),
        Preorder::DEPOSIT_DATE.to(Some(tx.business_date)),
        Preorder::DEPOSIT_PAYMENT_METHOD.to(Some(method)),
    ];
    let words = ("deposit_received", Some(format!("{deposit} by {}", method.spelling())));
    let to = PreorderStatus::DepositPending;
    let preorder = change::advance(tx, &preorder, &machine::PAY_DEPOSIT, to, sets, words).await?;
    message::deposit_received(tx, &preorder).await?;
    Ok(preorder)
}

impl Preorder {
    /// What the shop holds of the customer's money: the deposit between its payment and its
    /// way back.
    pub fn deposit_held(&self) -> Money {
        if self.deposit_paid && !self.deposit_refunded {
            self.deposit_amount.clone()
        } else {
            Money::zero()
        }
    }
}
