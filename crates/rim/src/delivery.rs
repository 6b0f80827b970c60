//! How far a message to one person came.

use bizgraph_kernel::Words;

/// How far a message to one person came.
#[derive(Words, Clone, Copy, Debug, PartialEq, Eq)]
#[words(name = "RimDeliveryStatus")]
pub enum DeliveryStatus {
    /// `pending`: waits to be sent.
    #[word("pending")]
    Pending,
    /// `sent`: taken by the provider.
    #[word("sent")]
    Sent,
    /// `delivered`: arrived.
    #[word("delivered")]
    Delivered,
    /// `failed`: did not arrive.
    #[word("failed")]
    Failed,
}

/// A way of reaching a person.
#[derive(Words, Clone, Copy, Debug, PartialEq, Eq)]
#[words(name = "RimChannel")]
pub enum Channel {
    /// `email`.
    #[word("email")]
    Email,
    /// `sms`.
    #[word("sms")]
    Sms,
    /// `dashboard`: shown in the admin panel.
    #[word("dashboard")]
    Dashboard,
}
