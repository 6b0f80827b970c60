//! What a ticket is about, how soon it has to be answered, where it stands (spec 5.7).

use bizgraph_kernel::Words;

/// What a ticket is about.
#[derive(Words, Clone, Copy, Debug, PartialEq, Eq)]
#[words(name = "RimTicketCategory")]
pub enum TicketCategory {
    /// `technical`: the app does not work.
    #[word("technical")]
    Technical,
    /// `billing`: what was charged.
    #[word("billing")]
    Billing,
    /// `account`: the customer's account.
    #[word("account")]
    Account,
    /// `loan`: a loan.
    #[word("loan")]
    Loan,
    /// `general`: anything else.
    #[word("general")]
    General,
    /// `transaction`: a payment or airtime.
    #[word("transaction")]
    Transaction,
}

/// How soon a ticket has to be answered.
#[derive(Words, Clone, Copy, Debug, PartialEq, Eq)]
#[words(name = "RimTicketPriority")]
pub enum TicketPriority {
    /// `low`.
    #[word("low")]
    Low,
    /// `medium`.
    #[word("medium")]
    Medium,
    /// `high`.
    #[word("high")]
    High,
    /// `urgent`.
    #[word("urgent")]
    Urgent,
}

/// Where a ticket stands.
#[derive(Words, Clone, Copy, Debug, PartialEq, Eq)]
#[words(name = "RimTicketStatus")]
pub enum TicketStatus {
    /// `open`: nobody works on it.
    #[word("open")]
    Open,
    /// `in-progress`: an agent works on it.
    #[word("in-progress")]
    InProgress,
    /// `resolved`: answered; the customer can say no.
    #[word("resolved")]
    Resolved,
    /// `closed`: done.
    #[word("closed")]
    Closed,
    /// `escalated`: waits for an agent of a higher tier.
    #[word("escalated")]
    Escalated,
}
