//! A draft is begun: the parties are checked, the goods of its lines held (spec 6.5).

use async_graphql::InputObject;
use bizgraph_kernel::db::{Fault, Tx};
use bizgraph_kernel::entity::{Id, Sql, decode};
use bizgraph_kernel::money::Money;
use bizgraph_kernel::mutation;
use bizgraph_kernel::refusal::Rule;

use crate::customer::{Customer, CustomerType};
use crate::invoice::draft::{DraftRefused, MOST_LINES, header};
use crate::invoice::draft_line::{self, DraftLine, LineInput};
use crate::invoice::pricing::{Pricing, Totals};
use crate::invoice::shelf::Shelf;
use crate::invoice::{Invoice, InvoiceCustomerType, references};
use crate::lead_source::LeadSource;
use crate::user::User;

/// Whom to sell to, and what.
#[derive(InputObject)]
#[graphql(name = "BizhubInvoiceCreateInput")]
pub struct Create {
    /// Who buys; required for Retail and Wholesale.
    pub customer_id: Option<Id<Customer>>,
    /// Retail and Wholesale as the customer is; Walk-in for somebody without a record.
    pub customer_type: InvoiceCustomerType,
    /// How the customer heard of the shop.
    pub lead_source_id: Option<Id<LeadSource>>,
    /// Who sells; the caller unless said. The role Sales sells in its own name only.
    pub sales_rep_id: Option<Id<User>>,
    /// Remarks, at most 2000 characters.
    pub notes: Option<String>,
    /// What to sell, at most 200 lines; more can be added later.
    #[graphql(default)]
    pub lines: Vec<LineInput>,
    /// The same key answers with the first outcome.
    pub idempotency_key: String,
}

mutation! {
    /// Begins a draft and holds the goods of its lines.
    pub CREATE = "bizhubInvoiceCreate"(Create) -> Invoice,
    permission "bizhub.invoice.create", keyed => create
}

/// Begins a draft (spec 6.5).
pub async fn create(tx: &mut Tx, input: Create) -> Rule<Invoice> {
    let pricing = Pricing::read(tx).await?;
    let parties = Parties {
        customer_id: input.customer_id,
        customer_type: input.customer_type,
        lead_source_id: input.lead_source_id,
        sales_rep_id: input.sales_rep_id,
        notes: input.notes,
    };
    let draft = prepare(tx, parties, input.lines, &pricing).await?;
    tx.settle()?;
    write(tx, draft).await
}

/// Who takes part in a new invoice, as the caller named them.
pub struct Parties {
    pub customer_id: Option<Id<Customer>>,
    pub customer_type: InvoiceCustomerType,
    pub lead_source_id: Option<Id<LeadSource>>,
    pub sales_rep_id: Option<Id<User>>,
    pub notes: Option<String>,
}

/// A draft that may be written once nothing is refused.
pub struct Draft {
    /// Who buys.
    pub customer_id: Option<i32>,
    customer_type: InvoiceCustomerType,
    lead_source: Option<LeadSource>,
    sales_rep_id: Option<i32>,
    notes: Option<String>,
    /// The goods of the lines, locked.
    pub shelf: Shelf,
    lines: Vec<Option<DraftLine>>,
    /// Amounts of the header; `None` while a line is refused.
    pub totals: Option<Totals>,
}

impl Draft {
    /// A draft that a rule makes, not a caller, for a customer or for somebody without a record.
    pub fn made(
        customer: Option<&Customer>,
        sales_rep_id: Option<i32>,
        notes: Option<String>,
        shelf: Shelf,
        lines: Vec<DraftLine>,
        pricing: &Pricing,
    ) -> Self {
        let customer_type = match customer.map(|customer| customer.customer_type) {
            Some(CustomerType::Retail) => InvoiceCustomerType::Retail,
            Some(CustomerType::Wholesale) => InvoiceCustomerType::Wholesale,
            None => InvoiceCustomerType::WalkIn,
        };
        let totals = pricing.totals(lines.iter().map(|line| (&line.line_total, &line.tax)));
        Draft {
            customer_id: customer.map(|customer| customer.id),
            customer_type,
            lead_source: None,
            sales_rep_id,
            notes,
            shelf,
            lines: lines.into_iter().map(Some).collect(),
            totals: Some(totals),
        }
    }

    /// The assets that its lines sell.
    pub fn assets(&self) -> impl Iterator<Item = i32> {
        self.lines.iter().flatten().filter_map(DraftLine::asset)
    }
}

/// Checks the parties and the lines; every refusal is noted, none settled.
pub async fn prepare(
    tx: &mut Tx,
    parties: Parties,
    lines: Vec<LineInput>,
    pricing: &Pricing,
) -> Rule<Draft> {
    let customer = match &parties.customer_id {
        Some(id) => references::customer(tx, id).await?,
        None => None,
    };
    if customer.is_some() || parties.customer_id.is_none() {
        references::check_customer(tx, parties.customer_type, customer.as_ref());
    }
    let lead_source = match &parties.lead_source_id {
        Some(id) => references::lead_source(tx, id).await?,
        None => None,
    };
    let sales_rep_id = references::sales_rep(tx, parties.sales_rep_id.as_ref()).await?;
    let notes = tx.optional_text(parties.notes, "notes", 2000);
    tx.no_card_number(notes.as_deref(), "notes");
    if lines.len() > MOST_LINES {
        let refused = DraftRefused::TooManyLines { field: "lines", most: MOST_LINES };
        return Err(refused.into());
    }
    let inputs: Vec<(String, LineInput)> = lines
        .into_iter()
        .enumerate()
        .map(|(place, line)| (format!("lines.{place}"), line))
        .collect();
    let buyer = customer.as_ref().map(|customer| customer.id);
    let (shelf, lines) = draft_line::prepare(tx, buyer, &inputs, pricing).await?;
    let amounts: Option<Vec<(&Money, &Money)>> =
        lines.iter().map(|line| line.as_ref().map(|line| (&line.line_total, &line.tax))).collect();
    let totals = amounts.map(|amounts| pricing.totals(amounts));
    Ok(Draft {
        customer_id: customer.map(|customer| customer.id),
        customer_type: parties.customer_type,
        lead_source,
        sales_rep_id,
        notes,
        shelf,
        lines,
        totals,
    })
}

/// Writes a draft that was checked and settled.
pub async fn write(tx: &mut Tx, draft: Draft) -> Rule<Invoice> {
    let Draft { mut shelf, lines, totals, .. } = draft;
    let lines: Option<Vec<DraftLine>> = lines.into_iter().collect();
    let (Some(lines), Some(totals)) = (lines, totals) else {
        return Err(Fault::internal("a refused line was to be written").into());
    };
    let mut sets = header(&totals)?;
    sets.extend([
        Invoice::INVOICE_NUMBER.to(passing_number(tx).await?),
        Invoice::CUSTOMER_ID.to(draft.customer_id),
        Invoice::CUSTOMER_TYPE.to(draft.customer_type),
        Invoice::LEAD_SOURCE_ID.to(draft.lead_source.as_ref().map(|source| source.id)),
        Invoice::LEAD_SOURCE.to(draft.lead_source.map(|source| source.source_name)),
        Invoice::SALES_REP_ID.to(draft.sales_rep_id),
        Invoice::NOTES.to(draft.notes),
    ]);
    let invoice = tx.insert::<Invoice>(sets).await?;
    draft_line::write(tx, invoice.id, 1, lines, &mut shelf).await?;
    let number = format!("DRAFT-{}", invoice.id);
    tx.amend(&invoice, vec![Invoice::INVOICE_NUMBER.to(number)]).await
}

/// A number for the moment until the row's id is known: the column takes no NULL and is
/// unique.
async fn passing_number(tx: &mut Tx) -> Rule<String> {
    let rows = tx.load(Sql::new("SELECT 'DRAFT-' || gen_random_uuid()")).await?;
    let row = rows.first().ok_or_else(|| Fault::internal("no row from a plain SELECT"))?;
    Ok(decode(row, 0)?)
}
