//! The shop as it stands at the top and the foot of what it hands out.

use bizgraph_kernel::db::{Fault, Session};
use bizgraph_kernel::document::Party;
use bizgraph_kernel::setting::{Setting, is_text};
use serde_json::Value;

use crate::customer::Customer;

/// What stands below the shop's name.
pub static LETTERHEAD: Setting = Setting {
    key: "bizhub.letterhead",
    doc: "What stands below the shop's name on documents: address, phone, email, tax number, \
          each a line of its own.",
    default: "[]",
    check: is_list_of_lines,
};

/// What a customer agrees to.
pub static DOCUMENT_TERMS: Setting = Setting {
    key: "bizhub.document_terms",
    doc: "Terms that are printed on invoices and receipts, below the sentence on returns.",
    default: r#""Please keep this document. It is asked for when goods are brought back or a warranty is claimed.""#,
    check: is_text,
};

/// The least a business has to say: some lines of limited length.
fn is_list_of_lines(value: &Value) -> Option<&'static str> {
    let is_line = |line: &Value| {
        line.as_str().is_some_and(|line| (1..=80).contains(&line.trim().chars().count()))
    };
    let fits = value.as_array().is_some_and(|lines| lines.len() <= 6 && lines.iter().all(is_line));
    (!fits).then_some("a list of at most 6 lines of 1 to 80 characters")
}

/// The shop.
pub(super) async fn issuer(session: &Session) -> Result<Party, Fault> {
    Ok(Party {
        heading: String::new(),
        name: session.actor.tenant.name.clone(),
        lines: session.setting(&LETTERHEAD).await?,
    })
}

/// The foot of every page.
pub(super) fn footer(session: &Session, number: &str) -> String {
    format!("{}  ·  {number}", session.actor.tenant.name)
}

/// A customer as somebody to whom a document is made out.
pub(super) fn addressee(heading: &str, customer: Option<&Customer>) -> Party {
    let Some(customer) = customer else {
        let name = "Walk-in customer".to_owned();
        return Party { heading: heading.to_owned(), name, lines: Vec::new() };
    };
    let mut lines = Vec::new();
    let name = match customer.business_name.as_ref().filter(|name| !name.is_empty()) {
        Some(business) => {
            lines.push(customer.full_name.clone());
            business.clone()
        }
        None => customer.full_name.clone(),
    };
    lines.extend(customer.address.clone());
    lines.extend(customer.city.clone());
    lines.push(customer.phone.clone());
    lines.retain(|line| !line.is_empty());
    Party { heading: heading.to_owned(), name, lines }
}
