//! Printing (spec 6.12): who may hand a document out gets a link to it. What is not settled yet
//! is not handed out: no draft as an invoice, no receipt before the last tender, no certificate of
//! a warranty that is void.

use async_graphql::InputObject;
use bizgraph_kernel::db::Tx;
use bizgraph_kernel::entity::Id;
use bizgraph_kernel::mutation;
use bizgraph_kernel::mutation::Outcome;
use bizgraph_kernel::refusal::{Code, Refusal, Rule};
use bizgraph_kernel::signed_link::LINK_FIELDS;

use crate::invoice::{Invoice, InvoiceStatus};
use crate::warranty::{Warranty, WarrantyStatus};
use crate::wipe_certificate::WipeCertificate;

/// The invoice to print.
#[derive(InputObject)]
#[graphql(name = "BizhubInvoicePrintInput")]
pub struct PrintInvoice {
    /// The invoice; sent at least.
    pub invoice_id: Id<Invoice>,
}

/// The invoice whose receipt is printed.
#[derive(InputObject)]
#[graphql(name = "BizhubInvoicePrintReceiptInput")]
pub struct PrintReceipt {
    /// The invoice; paid.
    pub invoice_id: Id<Invoice>,
}

/// The warranty whose certificate is printed.
#[derive(InputObject)]
#[graphql(name = "BizhubWarrantyPrintInput")]
pub struct PrintWarranty {
    /// The warranty; not void.
    pub warranty_id: Id<Warranty>,
}

/// The wipe certificate to print.
#[derive(InputObject)]
#[graphql(name = "BizhubWipeCertificatePrintInput")]
pub struct PrintWipeCertificate {
    /// The certificate.
    pub wipe_certificate_id: Id<WipeCertificate>,
}

mutation! {
    /// Answers a link to an invoice as PDF, for ten minutes, and records who printed it.
    pub INVOICE_PRINT = "bizhubInvoicePrint"(PrintInvoice) -> Invoice,
    permission "bizhub.invoice.print" also LINK_FIELDS => print_invoice
}

mutation! {
    /// Answers a link to the receipt of a paid invoice as PDF, for ten minutes, and records who
    /// printed it.
    pub RECEIPT_PRINT = "bizhubInvoicePrintReceipt"(PrintReceipt) -> Invoice,
    permission "bizhub.invoice.print" also LINK_FIELDS => print_receipt
}

mutation! {
    /// Answers a link to the certificate of a warranty as PDF, for ten minutes, and records who
    /// printed it.
    pub WARRANTY_PRINT = "bizhubWarrantyPrint"(PrintWarranty) -> Warranty,
    permission "bizhub.warranty.print" also LINK_FIELDS => print_warranty
}

mutation! {
    /// Answers a link to a wipe certificate as PDF, for ten minutes, and records who printed it.
    pub WIPE_CERTIFICATE_PRINT =
        "bizhubWipeCertificatePrint"(PrintWipeCertificate) -> WipeCertificate,
    permission "bizhub.wipe_certificate.print" also LINK_FIELDS => print_wipe
}

async fn print_invoice(tx: &mut Tx, input: PrintInvoice) -> Rule<Outcome> {
    let invoice = tx.read(&input.invoice_id, "invoiceId").await?;
    tx.require(invoice.sent_at.is_some(), || {
        let message = "This invoice has no number yet. Send it first.";
        Refusal::new(Code::PreconditionFailed, "invoiceId", message)
    });
    tx.settle()?;
    Ok(tx.print(&super::INVOICE, &invoice))
}

async fn print_receipt(tx: &mut Tx, input: PrintReceipt) -> Rule<Outcome> {
    let invoice = tx.read(&input.invoice_id, "invoiceId").await?;
    let paid = matches!(invoice.status, InvoiceStatus::Paid | InvoiceStatus::Refunded);
    tx.require(paid, || {
        let message = "This invoice is not paid. Take the rest of the payment first.";
        Refusal::new(Code::PreconditionFailed, "invoiceId", message)
    });
    tx.settle()?;
    Ok(tx.print(&super::RECEIPT, &invoice))
}

async fn print_warranty(tx: &mut Tx, input: PrintWarranty) -> Rule<Outcome> {
    let warranty = tx.read(&input.warranty_id, "warrantyId").await?;
    tx.require(warranty.status != WarrantyStatus::Void, || {
        let message = "This warranty is void, so nothing is promised any more.";
        Refusal::new(Code::PreconditionFailed, "warrantyId", message)
    });
    tx.settle()?;
    Ok(tx.print(&super::WARRANTY, &warranty))
}

async fn print_wipe(tx: &mut Tx, input: PrintWipeCertificate) -> Rule<Outcome> {
    let wipe = tx.read(&input.wipe_certificate_id, "wipeCertificateId").await?;
    Ok(tx.print(&super::WIPE_CERTIFICATE, &wipe))
}
