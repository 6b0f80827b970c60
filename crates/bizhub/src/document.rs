//! What the shop hands out on paper (spec 6.12): invoice, receipt, warranty certificate and wipe
//! certificate. Printing one answers a link to it that works for minutes.

mod amount;
mod device;
mod invoice;
pub mod letterhead;
mod print;
mod warranty;
mod wipe_certificate;

use bizgraph_kernel::document::Document;
use bizgraph_kernel::entity::Entity;

use crate::invoice::Invoice;
use crate::warranty::Warranty;
use crate::wipe_certificate::WipeCertificate;

pub use print::{INVOICE_PRINT, RECEIPT_PRINT, WARRANTY_PRINT, WIPE_CERTIFICATE_PRINT};

/// How a customer can be reached stands on what is made out to them.
const CONTACT: &[&str] = &["customer.phone", "customer.address"];

/// What was sold, what it costs and what is still due.
pub static INVOICE: Document = Document {
    name: "bizhub.invoice",
    entity: || Invoice::META,
    shows: CONTACT,
    sheet: |session, key| Box::pin(invoice::invoice(session, key)),
};

/// What was sold and how it was paid.
pub static RECEIPT: Document = Document {
    name: "bizhub.receipt",
    entity: || Invoice::META,
    shows: CONTACT,
    sheet: |session, key| Box::pin(invoice::receipt(session, key)),
};

/// What is promised for a device, and until when.
pub static WARRANTY: Document = Document {
    name: "bizhub.warranty",
    entity: || Warranty::META,
    shows: CONTACT,
    sheet: |session, key| Box::pin(warranty::certificate(session, key)),
};

/// That the data of a device were wiped, how and by whom.
pub static WIPE_CERTIFICATE: Document = Document {
    name: "bizhub.wipe_certificate",
    entity: || WipeCertificate::META,
    shows: &[],
    sheet: |session, key| Box::pin(wipe_certificate::certificate(session, key)),
};

/// Every document of the module.
pub static DOCUMENTS: &[&Document] = &[&INVOICE, &RECEIPT, &WARRANTY, &WIPE_CERTIFICATE];
