//! The price, discount, quantity, words or warranty of a draft's line change (spec 6.5).

use async_graphql::InputObject;
use bizgraph_kernel::Refusal;
use bizgraph_kernel::db::Tx;
use bizgraph_kernel::entity::Id;
use bizgraph_kernel::money::Money;
use bizgraph_kernel::mutation;
use bizgraph_kernel::refusal::Rule;

use crate::asset::product::price_of;
use crate::bulk_stock;
use crate::invoice::Invoice;
use crate::invoice::draft::{keep_totals, line_of, lines_of, lock_draft};
use crate::invoice::pricing::{LineAmounts, Pricing, Worth};
use crate::invoice::shelf::Shelf;
use crate::invoice_line::{InvoiceLine, LineKind};
use crate::repair_ticket::RepairTicket;
use crate::warranty::WarrantyTier;

/// What to change in a line; what is left out stays.
#[derive(InputObject)]
#[graphql(name = "BizhubInvoiceRepriceInput")]
pub struct Reprice {
    /// The draft.
    pub invoice_id: Id<Invoice>,
    /// The version of the draft that the change is based on.
    pub expected_version: i32,
    /// The line.
    pub invoice_line_id: Id<InvoiceLine>,
    /// Price of one.
    pub unit_price: Option<Money>,
    /// Taken off the whole line.
    pub discount: Option<Money>,
    /// How many, from 1; an asset is sold by itself.
    pub quantity: Option<i32>,
    /// What is printed, at most 255 characters.
    pub item_description: Option<String>,
    /// The warranty that comes with it; for an asset.
    pub warranty_tier: Option<WarrantyTier>,
    /// The same key answers with the first outcome.
    pub idempotency_key: String,
}

/// Why a line stays as it is.
#[derive(Refusal)]
enum RepriceRefused {
    #[refusal(
        OUT_OF_RANGE,
        at = "quantity",
        "The quantity must be at least 1, and 1 for an asset."
    )]
    Quantity,
    #[refusal(
        IMMUTABLE,
        at = "quantity",
        "The line bills what a repair used, so its quantity stays. Change the price instead."
    )]
    UsedInRepair,
    #[refusal(
        VALIDATION_FAILED,
        at = "warrantyTier",
        "Only an asset comes with a warranty. Leave the tier out."
    )]
    NoWarranty,
}

mutation! {
    /// Changes the price, discount, quantity, words or warranty of a draft's line.
    pub REPRICE = "bizhubInvoiceReprice"(Reprice) -> Invoice,
    permission "bizhub.invoice.update", keyed => reprice
}

/// Changes a draft's line (spec 6.5).
pub async fn reprice(tx: &mut Tx, input: Reprice) -> Rule<Invoice> {
    let invoice = lock_draft(tx, &input.invoice_id, Some(input.expected_version)).await?;
    let lines = lines_of(tx, invoice.id).await?;
    let line = line_of(tx, &lines, &input.invoice_line_id)?;
    let mut shelf = Shelf::of_lines(tx, std::slice::from_ref(line)).await?;
    let pricing = Pricing::read(tx).await?;

    let quantity = input.quantity.unwrap_or(line.quantity);
    if quantity < 1 || line.line_kind == LineKind::Asset && quantity != 1 {
        return Err(RepriceRefused::Quantity.into());
    }
    let of_repair = line.repair_part_id.is_some() || line.repair_ticket_id.is_some();
    if of_repair && quantity != line.quantity {
        return Err(RepriceRefused::UsedInRepair.into());
    }
    if input.warranty_tier.is_some() && line.line_kind != LineKind::Asset {
        tx.refuse(RepriceRefused::NoWarranty);
    }
    let warranty_tier = input.warranty_tier.or(line.warranty_tier);
    let more = quantity - line.quantity;
    if let Some(id) = line.bulk_stock_id {
        let stock = shelf.bulk_stock(id)?;
        if more > stock.quantity - stock.reserved {
            tx.refuse(bulk_stock::shortage(&stock, more, "quantity"));
        }
    }
    let amounts = LineAmounts {
        quantity,
        unit_price: input.unit_price.unwrap_or_else(|| line.unit_price.clone()),
        discount: input.discount.unwrap_or_else(|| line.discount.clone()),
    };
    let changes_price = (&amounts.unit_price, &amounts.discount, quantity)
        != (&line.unit_price, &line.discount, line.quantity);
    if changes_price {
        let worth = worth_of(tx, line, &shelf).await?;
        pricing.check(tx, "", &amounts, &worth);
    }
    let words = match input.item_description {
        Some(words) => tx.text(&words, "itemDescription", 255),
        None => line.item_description.clone(),
    };
    tx.no_card_number(Some(&words), "itemDescription");
    tx.settle()?;

    if let Some(id) = line.bulk_stock_id {
        let stock = shelf.bulk_stock(id)?;
        let stock = match more {
            0 => stock,
            1.. => bulk_stock::reserve(tx, &stock, more).await?,
            _ => bulk_stock::release(tx, &stock, -more).await?,
        };
        shelf.keep_bulk_stock(stock);
    }
    let tax = pricing.tax_of(&amounts.total());
    let sets = vec![
        InvoiceLine::QUANTITY.to(quantity),
        InvoiceLine::UNIT_PRICE.to(amounts.unit_price),
        InvoiceLine::DISCOUNT.to(amounts.discount),
        InvoiceLine::TAX_AMOUNT.to(tax),
        InvoiceLine::ITEM_DESCRIPTION.to(words),
        InvoiceLine::WARRANTY_TIER.to(warranty_tier),
    ];
    tx.amend(line, sets).await?;
    keep_totals(tx, &invoice, &pricing, "reprice").await
}

/// The shop's own price today, and the cost when the line was written.
async fn worth_of(tx: &mut Tx, line: &InvoiceLine, shelf: &Shelf) -> Rule<Worth> {
    let mut list_price = None;
    if let Some(asset) = line.asset_id.and_then(|id| shelf.find_asset(id))
        && let Some(grade) = asset.condition_grade
    {
        list_price = price_of(tx, asset, grade).await?;
    }
    if let Some(stock) = line.bulk_stock_id.and_then(|id| shelf.find_bulk_stock(id)) {
        list_price = stock.unit_price.clone();
    }
    // What the work is worth stays as it is while it is billed.
    if let Some(ticket) = line.repair_ticket_id {
        list_price = Some(tx.get::<RepairTicket>(ticket).await?.labor_cost);
    }
    Ok(Worth { list_price, unit_cost: line.unit_cost.clone() })
}
