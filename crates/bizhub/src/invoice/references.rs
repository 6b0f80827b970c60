//! Whom an invoice is for, who sells it, and where the customer heard of the shop (spec
//! 6.5). The rows are held until the transaction ends, so that none of them is deleted or
//! switched off between the check and the write.

use bizgraph_kernel::Refusal;
use bizgraph_kernel::db::Tx;
use bizgraph_kernel::db::tx::not_found;
use bizgraph_kernel::entity::{Bind, Entity, Id, Sql};
use bizgraph_kernel::policy::Scope;
use bizgraph_kernel::refusal::{Rejection, Rule};

use crate::customer::Customer;
use crate::invoice::InvoiceCustomerType;
use crate::lead_source::LeadSource;
use crate::user::User;

/// Why the parties of an invoice are refused.
#[derive(Refusal)]
enum ReferenceRefused {
    #[refusal(
        REQUIRED,
        at = "customerId",
        "A {customer_type} invoice needs its customer. Choose one, or sell it as Walk-in."
    )]
    NoCustomer { customer_type: &'static str },
    #[refusal(
        VALIDATION_FAILED,
        at = "customerType",
        "The customer is {actual}, so the invoice cannot be {customer_type}."
    )]
    OtherType { customer_type: &'static str, actual: &'static str },
    #[refusal(
        NOT_ELIGIBLE,
        at = "leadSourceId",
        "The lead source {lead_source} is no longer in use. Choose another."
    )]
    InactiveLeadSource { lead_source: String },
    #[refusal(
        NOT_ELIGIBLE,
        at = "salesRepId",
        "{name} cannot sell: only active people of the roles Sales, Manager and Admin do."
    )]
    CannotSell { name: String },
    #[refusal(
        FORBIDDEN,
        at = "salesRepId",
        "Your role sells in its own name only. Leave the sales rep out."
    )]
    ForAnother,
    #[refusal(REQUIRED, at = "salesRepId", "Name the person who sells.")]
    NobodySells,
}

/// Notes a refusal of one part of the input, so that the other parts are checked too.
pub async fn noted<T>(tx: &mut Tx, rule: Rule<T>) -> Rule<Option<T>> {
    match rule {
        Ok(value) => Ok(Some(value)),
        Err(Rejection::Refused(refusals)) => {
            for refusal in refusals {
                tx.refuse(refusal);
            }
            Ok(None)
        }
        Err(other) => Err(other),
    }
}

/// The key behind an id; what is no id of this type is noted as a refusal.
pub async fn key<E: Entity>(tx: &mut Tx, id: &Id<E>, field: &str) -> Rule<Option<i32>> {
    let key = tx.key(id, field);
    Ok(match noted(tx, key).await? {
        Some(Bind::Int(key)) => key,
        _ => None,
    })
}

/// Reads a row that another will point to and keeps it from changing meanwhile.
///
/// # Errors
/// `NOT_FOUND` when there is none.
pub async fn hold<E: Entity>(tx: &mut Tx, id: &Id<E>, field: &str) -> Rule<E> {
    let mut condition = Sql::new("t.id = ");
    condition.bind(tx.key(id, field)?);
    if E::META.soft_delete {
        condition.push(" AND t.deleted_at IS NULL");
    }
    condition.push(" FOR SHARE OF t");
    let row = tx.select::<E>(condition).await?.pop();
    row.ok_or_else(|| not_found::<E>(field).into())
}

/// The customer that the caller chose.
pub async fn customer(tx: &mut Tx, id: &Id<Customer>) -> Rule<Option<Customer>> {
    let found = hold(tx, id, "customerId").await;
    noted(tx, found).await
}

/// Refuses a customer that does not fit the type of the invoice.
pub fn check_customer(tx: &mut Tx, wanted: InvoiceCustomerType, customer: Option<&Customer>) {
    if wanted == InvoiceCustomerType::WalkIn {
        return;
    }
    let customer_type = wanted.spelling();
    match customer.map(|customer| customer.customer_type.spelling()) {
        None => tx.refuse(ReferenceRefused::NoCustomer { customer_type }),
        Some(actual) if actual != customer_type => {
            tx.refuse(ReferenceRefused::OtherType { customer_type, actual });
        }
        Some(_) => {}
    }
}

/// The lead source that the caller chose; refused when it is no longer in use.
pub async fn lead_source(tx: &mut Tx, id: &Id<LeadSource>) -> Rule<Option<LeadSource>> {
    let found = hold(tx, id, "leadSourceId").await;
    let source = noted(tx, found).await?;
    if let Some(source) = &source
        && !source.is_active
    {
        let lead_source = source.source_name.clone();
        tx.refuse(ReferenceRefused::InactiveLeadSource { lead_source });
    }
    Ok(source)
}

/// Who sells: the person named, or the caller. Whoever may change its own invoices only can
/// name nobody else.
pub async fn sales_rep(tx: &mut Tx, id: Option<&Id<User>>) -> Rule<Option<i32>> {
    let rep = match (id, tx.actor.user_id()) {
        (Some(id), _) => {
            let found = hold(tx, id, "salesRepId").await;
            noted(tx, found).await?
        }
        (None, Some(caller)) => {
            let mut condition = Sql::new("t.id = ");
            condition.bind(Bind::Int(Some(caller)));
            condition.push(" FOR SHARE OF t");
            tx.select::<User>(condition).await?.pop()
        }
        (None, None) => {
            tx.refuse(ReferenceRefused::NobodySells);
            None
        }
    };
    let Some(rep) = rep else { return Ok(None) };
    let own_only = tx.actor.scope("bizhub.invoice.update") != Some(Scope::All);
    if own_only && tx.actor.user_id() != Some(rep.id) {
        tx.refuse(ReferenceRefused::ForAnother);
    } else if !rep.is_active || !rep.role.sells() {
        tx.refuse(ReferenceRefused::CannotSell { name: rep.full_name });
    }
    Ok(Some(rep.id))
}
