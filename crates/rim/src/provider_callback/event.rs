//! What can be told: a JSON object with `kind`, `reference` and `status`, and for a payment who
//! paid how much and how. Amounts are strings. Fields that nobody here knows are left alone.

use bizgraph_kernel::db::Tx;
use bizgraph_kernel::money::{Money, parse_decimal};
use bizgraph_kernel::refusal::{Code, Refusal, Rule};
use serde_json::{Value, json};

use crate::telecom::airtime::{reference, words};
use crate::transaction::PaymentMethod;
use crate::transaction::refund::Proof;

/// What it is about.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Airtime,
    Repayment,
    Message,
}

impl Kind {
    pub fn word(self) -> &'static str {
        match self {
            Kind::Airtime => "airtime",
            Kind::Repayment => "repayment",
            Kind::Message => "message",
        }
    }
}

/// How the provider says that it stands.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Status {
    Pending,
    Completed,
    Failed,
    /// It had arrived, or might have, and the provider took it back.
    Reversed,
}

impl Status {
    pub fn word(self) -> &'static str {
        match self {
            Status::Pending => "pending",
            Status::Completed => "completed",
            Status::Failed => "failed",
            Status::Reversed => "reversed",
        }
    }
}

/// What was told.
pub struct Event {
    pub kind: Kind,
    /// Ours for airtime and messages, the gateway's for a payment.
    pub reference: String,
    pub status: Status,
    /// The provider's own reference, of a reversal where it is one.
    pub provider_reference: Option<String>,
    /// Why it failed or went back.
    pub reason: Option<String>,
    pub payment: Option<Payment>,
}

/// A payment that a gateway took.
pub struct Payment {
    /// The customer's phone number or business number.
    pub customer: String,
    pub amount: Money,
    pub method: PaymentMethod,
    /// Business number of the loan to pay first.
    pub loan: Option<String>,
    pub original_amount: Option<Money>,
    pub fee: Option<Money>,
}

impl Event {
    /// Why it failed or went back: in the provider's words, else in these.
    pub fn reason_or(&self, words: &str) -> String {
        self.reason.clone().unwrap_or_else(|| words.to_owned())
    }

    /// What proves that a provider took something back.
    pub fn proof(&self) -> Proof {
        let reference = self.provider_reference.as_ref().unwrap_or(&self.reference).clone();
        Proof { reference, reason: self.reason_or("The provider took it back") }
    }

    /// What counts of it: the same again is the same, however it is written.
    pub fn told(&self) -> Value {
        let payment = self.payment.as_ref().map(|payment| {
            json!({
                "customer": payment.customer,
                "amount": payment.amount.to_string(),
                "method": payment.method.spelling(),
                "loan": payment.loan,
                "originalAmount": payment.original_amount.as_ref().map(ToString::to_string),
                "fee": payment.fee.as_ref().map(ToString::to_string),
            })
        });
        json!({
            "providerReference": self.provider_reference,
            "reason": self.reason,
            "payment": payment,
        })
    }
}

/// Reads what was told, and tells everything that is wrong with it.
pub fn read(tx: &mut Tx, body: &Value) -> Rule<Event> {
    let kinds = [Kind::Airtime, Kind::Repayment, Kind::Message];
    let kind = word(tx, body, "kind", kinds.iter().map(|kind| (kind.word(), *kind)));
    let statuses = [Status::Pending, Status::Completed, Status::Failed, Status::Reversed];
    let status = word(tx, body, "status", statuses.iter().map(|it| (it.word(), *it)));
    let told = optional(tx, body, "reference");
    let is_missing = told.is_none();
    let reference_told = told.as_deref().and_then(reference);
    tx.require(!is_missing, || {
        Refusal::new(Code::Required, "reference", "The reference is missing.")
    });
    tx.require(is_missing || reference_told.is_some(), || {
        let message = "A reference has from 1 to 100 characters, none of control.";
        Refusal::new(Code::BadFormat, "reference", message)
    });
    tx.no_card_number(reference_told.as_deref(), "reference");
    let payment = match kind {
        Some(Kind::Repayment) => payment(tx, body),
        _ => None,
    };
    let provider_reference = optional(tx, body, "providerReference");
    let reason = optional(tx, body, "reason");
    tx.settle()?;
    let missing = || Refusal::new(Code::Required, "", "Something is missing.");
    Ok(Event {
        kind: kind.ok_or_else(missing)?,
        reference: reference_told.ok_or_else(missing)?,
        status: status.ok_or_else(missing)?,
        provider_reference: provider_reference.as_deref().and_then(reference),
        reason: reason.map(|reason| words(&reason)),
        payment,
    })
}

fn payment(tx: &mut Tx, body: &Value) -> Option<Payment> {
    let customer = optional(tx, body, "customer");
    tx.require(customer.is_some(), || {
        let message = "The customer is missing: a phone number, or such as USR-2026-001.";
        Refusal::new(Code::Required, "customer", message)
    });
    let methods = [
        PaymentMethod::BankTransfer,
        PaymentMethod::Card,
        PaymentMethod::Wallet,
        PaymentMethod::Cash,
    ];
    let method = word(tx, body, "method", methods.iter().map(|it| (it.spelling(), *it)));
    let amount = amount(tx, body, "amount");
    if let Some(amount) = &amount {
        tx.positive(amount, "amount");
    }
    tx.require(amount.is_some() || !body["amount"].is_null(), || {
        Refusal::new(Code::Required, "amount", "The amount is missing.")
    });
    let (original_amount, fee) =
        (self::amount(tx, body, "originalAmount"), self::amount(tx, body, "fee"));
    let loan = optional(tx, body, "loan");
    Some(Payment {
        customer: customer?,
        amount: amount?,
        method: method?,
        loan,
        original_amount,
        fee,
    })
}

/// One of these words.
fn word<T: Copy>(
    tx: &mut Tx,
    body: &Value,
    field: &str,
    words: impl Iterator<Item = (&'static str, T)>,
) -> Option<T> {
    let known: Vec<(&str, T)> = words.collect();
    let told = optional(tx, body, field);
    let found = known.iter().find(|(word, _)| Some(*word) == told.as_deref());
    let found = found.map(|(_, value)| *value);
    tx.require(found.is_some(), || {
        let names: Vec<&str> = known.iter().map(|(word, _)| *word).collect();
        let code = if told.is_none() { Code::Required } else { Code::BadFormat };
        Refusal::new(code, field, format!("One of {}.", names.join(", ")))
    });
    found
}

/// Text, where there is some.
fn optional(tx: &mut Tx, body: &Value, field: &str) -> Option<String> {
    match &body[field] {
        Value::Null => None,
        Value::String(text) if text.contains('\0') => {
            let message = "The character U+0000 cannot be stored.";
            tx.refuse(Refusal::new(Code::BadFormat, field, message));
            None
        }
        Value::String(text) => Some(text.trim().to_owned()).filter(|text| !text.is_empty()),
        _ => {
            tx.refuse(Refusal::new(Code::BadFormat, field, "This is a text."));
            None
        }
    }
}

/// An amount as text; a JSON number has lost its exactness on the way.
fn amount(tx: &mut Tx, body: &Value, field: &str) -> Option<Money> {
    if body[field].is_null() {
        return None;
    }
    let amount = body[field].as_str().and_then(parse_decimal).map(Money::from);
    tx.require(amount.is_some(), || {
        Refusal::new(Code::BadFormat, field, "An amount as text, such as \"1150.00\".")
    });
    amount
}
