//! What voiding a tender takes back beside the tender itself: a deposit that paid the same sale
//! is held again, its rest is store credit no more, a preorder is where it stood before the
//! sale, and store credit can be spent again (spec 6.6, 6.8).

use bizgraph_kernel::Refusal;
use bizgraph_kernel::db::Tx;
use bizgraph_kernel::entity::{Bind, Sql};
use bizgraph_kernel::money::Money;
use bizgraph_kernel::refusal::Rule;

use crate::customer_credit::{self, CustomerCredit};
use crate::invoice::{Invoice, InvoiceStatus};
use crate::payment::Payment;
use crate::preorder::{Preorder, PreorderStatus, sale};

/// What is taken back, locked: store credit, then preorders.
#[derive(Default)]
pub struct Undone {
    /// Deposits on the same invoice, which are voided along.
    pub deposits: Vec<Payment>,
    rests: Vec<CustomerCredit>,
    preorders: Vec<Preorder>,
}

/// Why a tender cannot be taken back.
#[derive(Refusal)]
enum UndoneRefused {
    #[refusal(
        PRECONDITION_FAILED,
        at = "paymentId",
        "The preorder {number} was settled on this sale, so its payments stay. Refund it instead."
    )]
    Settled { number: String },
    #[refusal(
        PRECONDITION_FAILED,
        at = "paymentId",
        "What this sale left of a deposit was spent as store credit. Void that payment first."
    )]
    RestSpent,
}

/// Loads and locks what voiding a tender takes back, and refuses what cannot be; every
/// sentence is noted.
///
/// # Errors
/// Any fault of the database.
pub async fn load(tx: &mut Tx, invoice: &Invoice, payment: &Payment) -> Rule<Undone> {
    if invoice.status != InvoiceStatus::Paid {
        return Ok(Undone::default());
    }
    let mut deposits = Sql::new("t.voided_at IS NULL AND t.preorder_id IS NOT NULL AND t.id <> ");
    deposits.bind(Bind::Int(Some(payment.id))).push(" AND t.invoice_id = ");
    deposits.bind(Bind::Int(Some(invoice.id))).push(" ORDER BY t.id FOR NO KEY UPDATE OF t");
    let deposits = tx.select::<Payment>(deposits).await?;
    if let Some(spent) = payment.customer_credit_id {
        tx.get_locked::<CustomerCredit>(spent).await?;
    }
    let mut rests = Sql::new(
        "t.voided_at IS NULL AND t.preorder_id IN \
         (SELECT p.id FROM preorders p WHERE p.pickup_invoice_id = ",
    );
    rests.bind(Bind::Int(Some(invoice.id))).push(") ORDER BY t.id FOR NO KEY UPDATE OF t");
    let rests = tx.select::<CustomerCredit>(rests).await?;
    let preorders = sale::lock_sold_on(tx, invoice).await?;
    if rests.iter().any(|rest| rest.used.is_positive()) {
        tx.refuse(UndoneRefused::RestSpent);
    }
    for preorder in preorders.iter().filter(|it| it.status == PreorderStatus::Closed) {
        tx.refuse(UndoneRefused::Settled { number: preorder.preorder_number.clone() });
    }
    Ok(Undone { deposits, rests, preorders })
}

impl Undone {
    /// What the deposits had paid.
    pub fn deposited(&self) -> Money {
        self.deposits.iter().map(|deposit| &deposit.amount).sum()
    }

    /// Takes everything back but the tenders, before the goods are held again.
    ///
    /// # Errors
    /// Any fault of the database.
    pub async fn take_back(&self, tx: &mut Tx, invoice: &Invoice, payment: &Payment) -> Rule<()> {
        let why = format!("A payment of {} was voided", invoice.invoice_number);
        if let Some(credit) = payment.customer_credit_id {
            customer_credit::give_back(tx, credit, &payment.amount).await?;
        }
        for rest in &self.rests {
            customer_credit::take_back(tx, rest, &why).await?;
        }
        for preorder in &self.preorders {
            sale::undo(tx, preorder, &why).await?;
        }
        Ok(())
    }
}
