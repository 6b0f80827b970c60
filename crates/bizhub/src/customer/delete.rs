//! A customer is deleted softly (spec 1.9, 6.11), unless a sale with it is still open.

use async_graphql::InputObject;
use bizgraph_kernel::db::{Dependants, Tx};
use bizgraph_kernel::entity::{Entity, Id};
use bizgraph_kernel::mutation;
use bizgraph_kernel::mutation::Outcome;
use bizgraph_kernel::refusal::Rule;

use super::Customer;
use crate::invoice::Invoice;

/// Which customer to delete, and why.
#[derive(InputObject)]
#[graphql(name = "BizhubCustomerDeleteInput")]
pub struct Delete {
    /// The customer.
    pub customer_id: Id<Customer>,
    /// The version that was read; the deletion is refused when it is no longer that.
    pub expected_version: Option<i32>,
    /// Why it is deleted; at most 500 characters.
    pub reason: String,
}

mutation! {
    /// Deletes a customer; its past invoices keep it, and it can be restored.
    pub DELETE = "bizhubCustomerDelete"(Delete),
    permission "bizhub.customer.delete"
    also [("deletedId", "The customer that was deleted.", "ID")] => delete
}

/// Deletes a customer that no draft and no unpaid invoice needs (spec 1.9).
pub async fn delete(tx: &mut Tx, input: Delete) -> Rule<Outcome> {
    let customer =
        tx.lock_version(&input.customer_id, "customerId", input.expected_version).await?;
    let reason = tx.text(&input.reason, "reason", 500);
    let open_sales = Dependants {
        meta: Invoice::META,
        column: "customer_id",
        name: "invoice_number",
        only: "t.status IN ('Draft', 'Sent')",
    };
    tx.refuse_dependants(&customer, "customerId", &[open_sales]).await?;
    tx.settle()?;
    let sets = vec![
        Customer::DELETED_AT.to(Some(tx.now)),
        Customer::DELETED_BY.to(tx.actor.user_id()),
        Customer::DELETE_REASON.to(Some(reason)),
    ];
    let customer = tx.amend(&customer, sets).await?;
    tx.announce(Customer::META, "delete", &customer.key());
    Ok(Outcome::default().with("deletedId", input.customer_id.as_str()))
}
