//! A change to what is known of a customer (spec 6.11). Invoices keep the type that they were
//! made with.

use async_graphql::{InputObject, MaybeUndefined};
use bizgraph_kernel::db::Tx;
use bizgraph_kernel::entity::Id;
use bizgraph_kernel::mutation;
use bizgraph_kernel::refusal::Rule;

use super::create::{CustomerRefused, optional_email, optional_phone};
use super::{Customer, CustomerType};

/// What changes; a field left out stays as it is, null clears it.
#[derive(InputObject)]
#[graphql(name = "BizhubCustomerUpdateInput")]
pub struct Update {
    /// The customer.
    pub customer_id: Id<Customer>,
    /// The version that was read; the change is refused when it is no longer that.
    pub expected_version: Option<i32>,
    /// How the customer buys.
    pub customer_type: Option<CustomerType>,
    /// Name of the person, or of the contact at a business; at most 100 characters.
    pub full_name: Option<String>,
    /// Name of the business; required for wholesale. At most 100 characters.
    pub business_name: MaybeUndefined<String>,
    /// Email address.
    pub email: MaybeUndefined<String>,
    /// Phone number, national or international.
    pub phone: Option<String>,
    /// A second phone number, national or international.
    pub alternate_phone: MaybeUndefined<String>,
    /// Street and house, or how to find the place; at most 500 characters.
    pub address: MaybeUndefined<String>,
    /// Town, at most 50 characters.
    pub city: MaybeUndefined<String>,
    /// Region of the country, at most 50 characters.
    pub region: MaybeUndefined<String>,
    /// Remarks, at most 2,000 characters.
    pub notes: MaybeUndefined<String>,
}

mutation! {
    /// Changes what is known of a customer.
    pub UPDATE = "bizhubCustomerUpdate"(Update) -> Customer,
    permission "bizhub.customer.update" => update
}

/// Changes what is known of a customer (spec 6.11).
pub async fn update(tx: &mut Tx, input: Update) -> Rule<Customer> {
    let customer =
        tx.lock_version(&input.customer_id, "customerId", input.expected_version).await?;
    let customer_type = input.customer_type.unwrap_or(customer.customer_type);
    let business_name = match Option::<Option<String>>::from(input.business_name) {
        Some(name) => tx.optional_text(name, "businessName", 100),
        None => customer.business_name.clone(),
    };
    if customer_type == CustomerType::Wholesale && business_name.is_none() {
        tx.refuse(CustomerRefused::NoBusinessName);
    }
    let mut sets =
        vec![Customer::CUSTOMER_TYPE.to(customer_type), Customer::BUSINESS_NAME.to(business_name)];
    if let Some(name) = input.full_name {
        sets.push(Customer::FULL_NAME.to(tx.text(&name, "fullName", 100)));
    }
    if let Some(phone) = input.phone {
        sets.push(Customer::PHONE.to(tx.phone(&phone, "phone")));
    }
    if let Some(phone) = Option::<Option<String>>::from(input.alternate_phone) {
        let phone = optional_phone(tx, phone, "alternatePhone");
        sets.push(Customer::ALTERNATE_PHONE.to(phone));
    }
    if let Some(email) = Option::<Option<String>>::from(input.email) {
        sets.push(Customer::EMAIL.to(optional_email(tx, email, "email")));
    }
    for (text, column, field, most) in [
        (input.address, Customer::ADDRESS, "address", 500),
        (input.city, Customer::CITY, "city", 50),
        (input.region, Customer::REGION, "region", 50),
        (input.notes, Customer::NOTES, "notes", 2_000),
    ] {
        if let Some(text) = Option::<Option<String>>::from(text) {
            let text = tx.optional_text(text, field, most);
            tx.no_card_number(text.as_deref(), field);
            sets.push(column.to(text));
        }
    }
    tx.settle()?;
    tx.update(&customer, sets).await
}
