//! The header of a draft can be corrected until it is sent (spec 6.5).

use async_graphql::{InputObject, MaybeUndefined};
use bizgraph_kernel::db::Tx;
use bizgraph_kernel::entity::{Bind, Id, Sql};
use bizgraph_kernel::refusal::Rule;
use bizgraph_kernel::{Refusal, mutation};

use crate::customer::Customer;
use crate::invoice::draft::lock_draft;
use crate::invoice::{Invoice, InvoiceCustomerType, references};
use crate::lead_source::LeadSource;
use crate::preorder::Preorder;
use crate::user::User;

/// What to change in a draft's header; what is left out stays.
#[derive(InputObject)]
#[graphql(name = "BizhubInvoiceUpdateInput")]
pub struct Update {
    /// The draft.
    pub invoice_id: Id<Invoice>,
    /// The version that the change is based on.
    pub expected_version: i32,
    /// Who buys; null for nobody on record.
    pub customer_id: MaybeUndefined<Id<Customer>>,
    /// Retail, Wholesale or Walk-in.
    pub customer_type: Option<InvoiceCustomerType>,
    /// How the customer heard of the shop; null for unknown.
    pub lead_source_id: MaybeUndefined<Id<LeadSource>>,
    /// Who sells.
    pub sales_rep_id: Option<Id<User>>,
    /// Remarks, at most 2000 characters; null for none.
    pub notes: MaybeUndefined<String>,
}

/// Why a draft keeps its customer.
#[derive(Refusal)]
enum UpdateRefused {
    #[refusal(
        PRECONDITION_FAILED,
        at = "customerId",
        "The draft carries a device that is held for the preorder {preorder_number}. Take it off \
         first."
    )]
    Preordered { preorder_number: String },
}

mutation! {
    /// Corrects the header of a draft.
    pub UPDATE = "bizhubInvoiceUpdate"(Update) -> Invoice,
    permission "bizhub.invoice.update" => update
}

/// Corrects the header of a draft (spec 6.5). The parties are held before the invoice is
/// locked: parents come first.
pub async fn update(tx: &mut Tx, input: Update) -> Rule<Invoice> {
    let chosen = match &input.customer_id {
        MaybeUndefined::Value(id) => references::customer(tx, id).await?,
        _ => None,
    };
    let mut sets = Vec::new();
    match &input.lead_source_id {
        MaybeUndefined::Value(id) => {
            let source = references::lead_source(tx, id).await?;
            sets.push(Invoice::LEAD_SOURCE_ID.to(source.as_ref().map(|source| source.id)));
            sets.push(Invoice::LEAD_SOURCE.to(source.map(|source| source.source_name)));
        }
        MaybeUndefined::Null => {
            sets.push(Invoice::LEAD_SOURCE_ID.to(None));
            sets.push(Invoice::LEAD_SOURCE.to(None));
        }
        MaybeUndefined::Undefined => {}
    }
    if let Some(id) = &input.sales_rep_id {
        sets.push(Invoice::SALES_REP_ID.to(references::sales_rep(tx, Some(id)).await?));
    }
    let invoice = lock_draft(tx, &input.invoice_id, Some(input.expected_version)).await?;
    let customer = match &input.customer_id {
        MaybeUndefined::Undefined => match invoice.customer_id {
            Some(id) => Some(tx.get::<Customer>(id).await?),
            None => None,
        },
        _ => chosen,
    };
    let customer_type = input.customer_type.unwrap_or(invoice.customer_type);
    if customer.is_some() || !input.customer_id.is_value() {
        references::check_customer(tx, customer_type, customer.as_ref());
    }
    let buyer = customer.as_ref().map(|customer| customer.id);
    if buyer != invoice.customer_id {
        refuse_preordered(tx, &invoice, buyer).await?;
    }
    if !input.notes.is_undefined() {
        let notes = tx.optional_text(input.notes.take(), "notes", 2000);
        tx.no_card_number(notes.as_deref(), "notes");
        sets.push(Invoice::NOTES.to(notes));
    }
    tx.settle()?;
    sets.push(Invoice::CUSTOMER_ID.to(buyer));
    sets.push(Invoice::CUSTOMER_TYPE.to(customer_type));
    tx.update(&invoice, sets).await
}

/// Refuses another buyer for a device that is held for a customer's preorder.
async fn refuse_preordered(tx: &mut Tx, invoice: &Invoice, buyer: Option<i32>) -> Rule<()> {
    let mut held = Sql::new(
        "t.id IN (SELECT a.preorder_id FROM invoice_lines l JOIN assets a ON a.id = l.asset_id \
         WHERE l.released_at IS NULL AND l.invoice_id = ",
    );
    held.bind(Bind::Int(Some(invoice.id))).push(") AND t.customer_id IS DISTINCT FROM ");
    held.bind(Bind::Int(buyer)).push(" ORDER BY t.id");
    for preorder in tx.select::<Preorder>(held).await? {
        tx.refuse(UpdateRefused::Preordered { preorder_number: preorder.preorder_number });
    }
    Ok(())
}
