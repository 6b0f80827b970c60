//! Erasure for privacy: personal fields give way to a tombstone, ids and money stay (spec 1.9).

use async_graphql::InputObject;
use bizgraph_kernel::db::Tx;
use bizgraph_kernel::entity::{Entity, Id};
use bizgraph_kernel::mutation;
use bizgraph_kernel::refusal::Rule;

use super::{Customer, CustomerType};
use crate::preorder::message;

/// What stands where a name, a business or a phone number stood.
const TOMBSTONE: &str = "Erased";

/// Whose personal fields to erase, and why.
#[derive(InputObject)]
#[graphql(name = "BizhubCustomerEraseInput")]
pub struct Erase {
    /// The customer; a deleted one is restored first.
    pub customer_id: Id<Customer>,
    /// Why, such as the customer's request and its date.
    pub reason: String,
}

mutation! {
    /// Replaces the personal fields of a customer by a tombstone, for good; its invoices stay.
    pub ERASE = "bizhubCustomerErase"(Erase) -> Customer,
    permission "bizhub.customer.erase" => erase
}

/// Replaces the personal fields of a customer by a tombstone (spec 1.9).
pub async fn erase(tx: &mut Tx, input: Erase) -> Rule<Customer> {
    let customer = tx.lock(&input.customer_id, "customerId").await?;
    tx.text(&input.reason, "reason", 500);
    tx.settle()?;

    let business =
        (customer.customer_type == CustomerType::Wholesale).then(|| TOMBSTONE.to_owned());
    let sets = vec![
        Customer::FULL_NAME.to(TOMBSTONE.to_owned()),
        Customer::BUSINESS_NAME.to(business),
        Customer::EMAIL.to(None),
        Customer::PHONE.to(TOMBSTONE.to_owned()),
        Customer::ALTERNATE_PHONE.to(None),
        Customer::ADDRESS.to(None),
        Customer::CITY.to(None),
        Customer::REGION.to(None),
        Customer::NOTES.to(None),
    ];
    let erased = tx.amend(&customer, sets).await?;
    message::forget(tx, &erased).await?;
    let addresses = [&customer.email, &Some(customer.phone), &customer.alternate_phone];
    let addresses: Vec<&str> = addresses.into_iter().filter_map(Option::as_deref).collect();
    tx.forget_recipients(&addresses).await?;
    tx.announce(Customer::META, "erase", &erased.key());
    Ok(erased)
}
