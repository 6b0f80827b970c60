//! A new customer: a phone number always, the name of the business for wholesale (spec 6.11).

use async_graphql::InputObject;
use bizgraph_kernel::db::Tx;
use bizgraph_kernel::refusal::Rule;
use bizgraph_kernel::{Refusal, mutation};

use super::{Customer, CustomerType};

/// Who the customer is.
#[derive(InputObject)]
#[graphql(name = "BizhubCustomerCreateInput")]
pub struct Create {
    /// How the customer buys.
    pub customer_type: CustomerType,
    /// Name of the person, or of the contact at a business; at most 100 characters.
    pub full_name: String,
    /// Name of the business; required for wholesale. At most 100 characters.
    pub business_name: Option<String>,
    /// Email address.
    pub email: Option<String>,
    /// Phone number, national or international.
    pub phone: String,
    /// A second phone number, national or international.
    pub alternate_phone: Option<String>,
    /// Street and house, or how to find the place; at most 500 characters.
    pub address: Option<String>,
    /// Town, at most 50 characters; Accra unless said.
    pub city: Option<String>,
    /// Region of the country, at most 50 characters.
    pub region: Option<String>,
    /// Remarks, at most 2,000 characters.
    pub notes: Option<String>,
}

/// Why the facts about a customer are refused.
#[derive(Refusal)]
pub(super) enum CustomerRefused {
    #[refusal(
        REQUIRED,
        at = "businessName",
        "A wholesale customer needs the name of its business."
    )]
    NoBusinessName,
}

mutation! {
    /// Adds a customer.
    pub CREATE = "bizhubCustomerCreate"(Create) -> Customer,
    permission "bizhub.customer.create" => create
}

/// Adds a customer (spec 6.11).
pub async fn create(tx: &mut Tx, input: Create) -> Rule<Customer> {
    let full_name = tx.text(&input.full_name, "fullName", 100);
    let business_name = tx.optional_text(input.business_name, "businessName", 100);
    let notes = tx.optional_text(input.notes, "notes", 2_000);
    tx.no_card_number(notes.as_deref(), "notes");
    if input.customer_type == CustomerType::Wholesale && business_name.is_none() {
        tx.refuse(CustomerRefused::NoBusinessName);
    }
    let mut sets = vec![
        Customer::CUSTOMER_TYPE.to(input.customer_type),
        Customer::FULL_NAME.to(full_name),
        Customer::BUSINESS_NAME.to(business_name),
        Customer::EMAIL.to(optional_email(tx, input.email, "email")),
        Customer::PHONE.to(tx.phone(&input.phone, "phone")),
        Customer::ALTERNATE_PHONE.to(optional_phone(tx, input.alternate_phone, "alternatePhone")),
        Customer::ADDRESS.to(tx.optional_text(input.address, "address", 500)),
        Customer::REGION.to(tx.optional_text(input.region, "region", 50)),
        Customer::NOTES.to(notes),
    ];
    // Without a town the database's default stands.
    if let Some(city) = tx.optional_text(input.city, "city", 50) {
        sets.push(Customer::CITY.to(Some(city)));
    }
    tx.settle()?;
    tx.insert(sets).await
}

/// An email address that may be left out.
pub(super) fn optional_email(tx: &mut Tx, email: Option<String>, field: &str) -> Option<String> {
    bizgraph_kernel::input::trimmed(email).map(|email| tx.email(&email, field))
}

/// A phone number that may be left out.
pub(super) fn optional_phone(tx: &mut Tx, phone: Option<String>, field: &str) -> Option<String> {
    bizgraph_kernel::input::trimmed(phone).map(|phone| tx.phone(&phone, field))
}
