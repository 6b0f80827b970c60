//! Who buys: retail and wholesale customers (spec 6.11). A deleted customer stays, for the
//! invoices that name it.

pub mod create;
pub mod delete;
pub mod erase;
pub mod restore;
pub mod update;

use bizgraph_kernel::{Entity, Words};
use chrono::{DateTime, Utc};

/// How a customer buys.
#[derive(Words, Clone, Copy, Debug, PartialEq, Eq)]
#[words(name = "BizhubCustomerType")]
pub enum CustomerType {
    /// Buys for itself.
    #[word("Retail")]
    Retail,
    /// A business that buys to sell on.
    #[word("Wholesale")]
    Wholesale,
}

/// A person or business that buys.
#[derive(Entity, Clone, Debug)]
#[entity(module = "bizhub", table = customers, permission = "bizhub.customer",
    default_order = full_name)]
#[has_many(
    invoices: crate::invoice::Invoice by customer_id "What the customer bought.",
    preorders: crate::preorder::Preorder by customer_id "What the customer asked for.",
    credits: crate::customer_credit::CustomerCredit by customer_id "Store credit of the customer.",
    warranties: crate::warranty::Warranty by customer_id "What the customer was promised.",
    warranty_claims: crate::warranty_claim::WarrantyClaim by customer_id
        "What the customer claimed under a warranty.",
    repair_tickets: crate::repair_ticket::RepairTicket by customer_id "Repairs for the customer."
)]
pub struct Customer {
    pub id: i32,
    /// How the customer buys; its invoices have the same type.
    #[entity(filter, order)]
    pub customer_type: CustomerType,
    /// Name of the person, or of the contact at a business.
    #[entity(filter, order)]
    pub full_name: String,
    /// Name of the business; always there for wholesale.
    pub business_name: Option<String>,
    /// Email address as it was typed.
    #[entity(filter, sensitive = "bizhub.customer.read_sensitive", personal)]
    pub email: Option<String>,
    /// Phone number in international form, such as +233201234567.
    #[entity(filter, sensitive = "bizhub.customer.read_phone", personal)]
    pub phone: String,
    /// A second phone number in international form.
    #[entity(sensitive = "bizhub.customer.read_sensitive", personal)]
    pub alternate_phone: Option<String>,
    /// Street and house, or how to find the place.
    #[entity(sensitive = "bizhub.customer.read_sensitive", personal)]
    pub address: Option<String>,
    /// Town; Accra unless said.
    #[entity(sensitive = "bizhub.customer.read_sensitive", untraced)]
    pub city: Option<String>,
    /// Region of the country.
    #[entity(sensitive = "bizhub.customer.read_sensitive", untraced)]
    pub region: Option<String>,
    /// Remarks of the shop.
    #[entity(sensitive = "bizhub.customer.read_sensitive", untraced)]
    pub notes: Option<String>,
    /// When the customer was deleted; empty while it is live.
    #[entity(filter)]
    pub deleted_at: Option<DateTime<Utc>>,
    /// Who deleted the customer.
    #[entity(belongs_to = deleted_by_user: crate::user::User, filter)]
    pub deleted_by: Option<i32>,
    /// Why the customer was deleted.
    pub delete_reason: Option<String>,
    /// Moves on with every change.
    pub version: i32,
    /// When the customer was added.
    #[entity(filter, order)]
    pub created_at: DateTime<Utc>,
    /// When something about the customer changed last.
    pub updated_at: DateTime<Utc>,
}
