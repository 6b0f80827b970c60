//! A customer is deleted softly (spec 1.9, 6.11), unless a sale, a preorder, a warranty or a
//! repair with it is still open, or store credit of it is left.

use async_graphql::InputObject;
use bizgraph_kernel::db::{Dependants, Tx};
use bizgraph_kernel::entity::{Entity, Id};
use bizgraph_kernel::mutation;
use bizgraph_kernel::mutation::Outcome;
use bizgraph_kernel::refusal::Rule;

use super::Customer;
use crate::customer_credit::CustomerCredit;
use crate::invoice::Invoice;
use crate::preorder::Preorder;
use crate::repair_ticket::RepairTicket;
use crate::warranty::Warranty;

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

/// Deletes a customer that no draft, no unpaid invoice, no open preorder or repair, no running
/// warranty and no store credit needs (spec 1.9).
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
    let open_preorders = Dependants {
        meta: Preorder::META,
        column: "customer_id",
        name: "preorder_number",
        only: "t.status <> 'Closed'",
    };
    let credits = Dependants {
        meta: CustomerCredit::META,
        column: "customer_id",
        name: "issued_date",
        only: "t.voided_at IS NULL AND t.used < t.amount",
    };
    let warranties = Dependants {
        meta: Warranty::META,
        column: "customer_id",
        name: "warranty_number",
        only: "t.status IN ('Active', 'Claimed')",
    };
    let tickets = Dependants {
        meta: RepairTicket::META,
        column: "customer_id",
        name: "ticket_number",
        only: "t.status <> 'Closed'",
    };
    let kinds = [open_sales, open_preorders, credits, warranties, tickets];
    tx.refuse_dependants(&customer, "customerId", &kinds).await?;
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
