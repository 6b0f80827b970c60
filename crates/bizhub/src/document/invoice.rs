//! Invoice and receipt: what was sold, what it comes to, how it was paid and what is still due.

use bizgraph_kernel::db::{Fault, Session};
use bizgraph_kernel::document::{Block, Column, Fact, Sheet, Sum};
use bizgraph_kernel::entity::{Bind, Sql};
use bizgraph_kernel::money::Money;

use super::amount::{amount, day};
use super::letterhead::{DOCUMENT_TERMS, addressee, footer, issuer};
use crate::customer::Customer;
use crate::invoice::{Invoice, InvoiceStatus};
use crate::invoice_line::InvoiceLine;
use crate::payment::Payment;
use crate::settings::REFUND_DAYS;

/// An invoice with all that stands on it.
struct Sale {
    invoice: Invoice,
    customer: Option<Customer>,
    lines: Vec<InvoiceLine>,
    payments: Vec<Payment>,
}

/// What stands on the invoice with this key.
pub(super) async fn invoice(session: &Session, key: &str) -> Result<Option<Sheet>, Fault> {
    let Some(sale) = sale(session, key).await? else { return Ok(None) };
    let title = match sale.invoice.status {
        InvoiceStatus::Cancelled => "Cancelled invoice",
        _ => "Invoice",
    };
    let invoice = &sale.invoice;
    let mut facts = vec![Fact::new("Invoice date", day(invoice.invoice_date))];
    if let Some(due) = invoice.due_date.filter(|_| invoice.status == InvoiceStatus::Sent) {
        facts.push(Fact::new("Due date", day(due)));
    }
    facts.push(Fact::new("Status", invoice.status.spelling()));
    facts.extend(invoice.sales_rep_name.clone().map(|name| Fact::new("Served by", name)));
    let mut blocks = vec![lines(&sale.lines)];
    let mut sums = sums(session, invoice);
    if sale.payments.is_empty() {
        blocks.push(Block::Sums(sums));
    } else {
        sums.push(sum("Paid", &invoice.amount_paid));
        sums.extend(refunded(invoice));
        if invoice.amount_due.is_positive() {
            sums.push(Sum { strong: true, ..sum("Still due", &invoice.amount_due) });
        }
        blocks.push(Block::Sums(sums));
        blocks.push(Block::Heading("Payments".to_owned()));
        blocks.push(tenders(&sale.payments));
    }
    blocks.extend(invoice.notes.clone().map(Block::Text));
    blocks.extend(terms(session).await?);
    sheet(session, title, facts, blocks, &sale).await.map(Some)
}

/// What stands on the receipt of the invoice with this key.
pub(super) async fn receipt(session: &Session, key: &str) -> Result<Option<Sheet>, Fault> {
    let Some(sale) = sale(session, key).await? else { return Ok(None) };
    let invoice = &sale.invoice;
    let mut facts = Vec::new();
    facts.extend(invoice.paid_date.map(|date| Fact::new("Paid on", day(date))));
    facts.push(Fact::new("Invoice", invoice.invoice_number.clone()));
    facts.extend(invoice.sales_rep_name.clone().map(|name| Fact::new("Served by", name)));
    let mut sums = sums(session, invoice);
    for payment in &sale.payments {
        let label = payment.payment_method.spelling();
        match (&payment.tendered, &payment.change_given) {
            (Some(tendered), Some(change)) if change.is_positive() => {
                sums.push(sum(&format!("{label}, handed over"), tendered));
                sums.push(sum("Change", change));
            }
            _ => sums.push(sum(label, &payment.amount)),
        }
    }
    sums.extend(refunded(invoice));
    let mut blocks = vec![lines(&sale.lines), Block::Sums(sums)];
    blocks.push(Block::Heading("Paid with".to_owned()));
    blocks.push(tenders(&sale.payments));
    blocks.extend(terms(session).await?);
    sheet(session, "Receipt", facts, blocks, &sale).await.map(Some)
}

async fn sale(session: &Session, key: &str) -> Result<Option<Sale>, Fault> {
    let Ok(key) = key.parse::<i32>() else { return Ok(None) };
    let Some(invoice) = session.find::<Invoice>(Bind::Int(Some(key))).await? else {
        return Ok(None);
    };
    let of_invoice = |rest: &str| {
        let mut condition = Sql::new("t.invoice_id = ");
        condition.bind(Bind::Int(Some(key))).push(rest);
        condition
    };
    let lines = session.select(of_invoice(" ORDER BY t.line_number, t.id")).await?;
    let payments = session.select(of_invoice(" AND t.voided_at IS NULL ORDER BY t.id")).await?;
    let customer = match invoice.customer_id {
        Some(customer) => session.find(Bind::Int(Some(customer))).await?,
        None => None,
    };
    Ok(Some(Sale { invoice, customer, lines, payments }))
}

async fn sheet(
    session: &Session,
    title: &str,
    facts: Vec<Fact>,
    blocks: Vec<Block>,
    sale: &Sale,
) -> Result<Sheet, Fault> {
    let number = sale.invoice.invoice_number.clone();
    let file_title = title.to_lowercase().replace(' ', "-");
    Ok(Sheet {
        file_name: format!("{file_title}-{number}.pdf"),
        title: title.to_owned(),
        issuer: issuer(session).await?,
        addressee: Some(addressee("Sold to", sale.customer.as_ref())),
        facts,
        blocks,
        footer: footer(session, &number),
        number,
    })
}

fn lines(lines: &[InvoiceLine]) -> Block {
    // A column of nothing but zeros tells nobody anything.
    let discounted = lines.iter().any(|line| line.discount.is_positive());
    let mut columns = vec![
        Column::right("#", 3),
        Column::left("Item", if discounted { 38 } else { 47 }),
        Column::right("Qty", 5),
        Column::right("Unit price", 12),
    ];
    if discounted {
        columns.push(Column::right("Discount", 10));
    }
    columns.push(Column::right("Amount", 13));
    let rows = lines.iter().map(|line| {
        let mut cells = vec![
            line.line_number.to_string(),
            line.item_description.clone(),
            line.quantity.to_string(),
            amount(&line.unit_price),
        ];
        if discounted {
            cells.push(amount(&line.discount));
        }
        cells.push(amount(&line.line_total));
        cells
    });
    Block::Table { rows: rows.collect(), columns }
}

fn sums(session: &Session, invoice: &Invoice) -> Vec<Sum> {
    let total = format!("Total {}", session.actor.tenant.currency);
    let mut sums = Vec::new();
    if invoice.tax_amount.is_positive() {
        sums.push(sum("Without tax", &invoice.subtotal));
        sums.push(sum("Tax", &invoice.tax_amount));
    }
    sums.push(Sum { strong: true, ..sum(&total, &invoice.total_amount) });
    sums
}

fn refunded(invoice: &Invoice) -> Option<Sum> {
    let refunded = &invoice.refunded_amount;
    refunded.is_positive().then(|| sum("Paid back", refunded))
}

fn sum(label: &str, money: &Money) -> Sum {
    Sum { label: label.to_owned(), amount: amount(money), strong: false }
}

fn tenders(payments: &[Payment]) -> Block {
    let columns = vec![
        Column::left("Date", 21),
        Column::left("Method", 16),
        Column::left("Reference", 25),
        Column::right("Handed over", 13),
        Column::right("Change", 10),
        Column::right("Amount", 13),
    ];
    let optional = |money: &Option<Money>| money.as_ref().map(amount).unwrap_or_default();
    let rows = payments.iter().map(|payment| {
        vec![
            day(payment.payment_date),
            payment.payment_method.spelling().to_owned(),
            payment.reference.clone().unwrap_or_default(),
            optional(&payment.tendered),
            optional(&payment.change_given),
            amount(&payment.amount),
        ]
    });
    Block::Table { rows: rows.collect(), columns }
}

async fn terms(session: &Session) -> Result<Vec<Block>, Fault> {
    let days: u32 = session.setting(&REFUND_DAYS).await?;
    let terms: String = session.setting(&DOCUMENT_TERMS).await?;
    let mut blocks = vec![Block::Heading("Terms".to_owned())];
    if days > 0 {
        let text = format!("Goods can be brought back within {days} days of payment.");
        blocks.push(Block::Text(text));
    }
    if !terms.trim().is_empty() {
        blocks.push(Block::Text(terms));
    }
    // A heading with nothing below it says nothing.
    Ok(if blocks.len() > 1 { blocks } else { Vec::new() })
}
