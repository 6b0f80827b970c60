//! On what occasions the rules write to customers, and what each gives to its template (spec
//! 5.12). Email and SMS of an occasion are the templates of its name.

use bizgraph_kernel::db::Tx;
use bizgraph_kernel::refusal::{Code, Refusal};

/// Something that customers are told of.
pub struct Occasion {
    /// Name of its templates.
    pub name: &'static str,
    /// What its templates can say.
    pub variables: &'static [&'static str],
}

/// Somebody, or the rules, agreed to a loan.
pub static LOAN_APPROVED: Occasion =
    Occasion { name: "loan_approved", variables: &["name", "loanId", "amount", "amountDue"] };

/// A loan was not agreed to.
pub static LOAN_REJECTED: Occasion =
    Occasion { name: "loan_rejected", variables: &["name", "loanId", "amount", "reason"] };

/// The airtime of a loan arrived.
pub static LOAN_DISBURSED: Occasion = Occasion {
    name: "loan_disbursed",
    variables: &["name", "loanId", "amount", "amountDue", "dueDate"],
};

/// A loan is due soon: three days and one day before the last, and on the last.
pub static LOAN_REMINDER: Occasion =
    Occasion { name: "loan_reminder", variables: &["name", "loanId", "outstanding", "dueDate"] };

/// A loan is late.
pub static LOAN_OVERDUE: Occasion =
    Occasion { name: "loan_overdue", variables: &["name", "loanId", "outstanding", "dueDate"] };

/// An agent answered a ticket.
pub static TICKET_REPLY: Occasion =
    Occasion { name: "ticket_reply", variables: &["name", "ticketNumber", "subject", "message"] };

/// A ticket was resolved.
pub static TICKET_RESOLVED: Occasion = Occasion {
    name: "ticket_resolved",
    variables: &["name", "ticketNumber", "subject", "resolution", "days"],
};

/// A password was made anew.
pub static PASSWORD_RESET: Occasion =
    Occasion { name: "password_reset", variables: &["name", "password"] };

static ALL: [&Occasion; 8] = [
    &LOAN_APPROVED,
    &LOAN_REJECTED,
    &LOAN_DISBURSED,
    &LOAN_REMINDER,
    &LOAN_OVERDUE,
    &TICKET_REPLY,
    &TICKET_RESOLVED,
    &PASSWORD_RESET,
];

/// The occasion that a template belongs to, if the rules write by it.
pub fn named(name: &str) -> Option<&'static Occasion> {
    ALL.into_iter().find(|occasion| occasion.name == name)
}

/// Refuses another name for a template that the rules write by.
pub fn keeps_its_name(tx: &mut Tx, before: &str, now: &str) {
    tx.require(before == now || named(before).is_none(), || {
        let message = format!("The rules know this template as {before}; it keeps its name.");
        Refusal::new(Code::Immutable, "name", message)
    });
}

/// Refuses to remove a template that the rules write by.
pub fn is_free(tx: &mut Tx, name: &str, field: &str) {
    tx.require(named(name).is_none(), || {
        let message = format!("The rules write by {name}; switch it off instead.");
        Refusal::new(Code::ReferencedInUse, field, message)
    });
}
