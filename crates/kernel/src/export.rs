//! A list taken out of the server whole, as CSV or as one JSON object a line (spec 1.7.1, 1.8.3,
//! 1.16): with the list's own filters, order, row scope and redaction, out of one snapshot, and
//! in the memory of a few hundred rows however long it is.

mod pour;
mod request;
mod row;
mod slots;

use std::sync::Arc;

use bytes::Bytes;
use futures_util::stream::BoxStream;

pub use request::ExportRequest;
pub use slots::ExportSlots;

use crate::actor::{Actor, Origin};
use crate::audit::AuditEntry;
use crate::auth::door::own_login_first;
use crate::db::{Fault, Session};
use crate::entity::metadata::Meta;
use crate::kernel::Kernel;
use crate::refusal::{Code, Refusal, Rule};
use crate::scalars::words_of;
use crate::schema::PLATFORM_ENTITIES;
use request::Plan;

/// How the rows are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// RFC 4180, with a line of names first; what a spreadsheet would take for a formula is not
    /// one any more.
    Csv,
    /// One JSON object a line.
    JsonLines,
}

impl Format {
    /// The format that an ending names, `csv` or `jsonl`.
    pub fn of(ending: &str) -> Option<Format> {
        match ending {
            "csv" => Some(Format::Csv),
            "jsonl" => Some(Format::JsonLines),
            _ => None,
        }
    }

    /// The ending of a file's name.
    pub fn ending(self) -> &'static str {
        match self {
            Format::Csv => "csv",
            Format::JsonLines => "jsonl",
        }
    }

    /// The media type.
    pub fn content_type(self) -> &'static str {
        match self {
            Format::Csv => "text/csv; charset=utf-8; header=present",
            Format::JsonLines => "application/jsonl; charset=utf-8",
        }
    }
}

/// A file on its way out.
pub struct Export {
    /// `invoices-2026-03-02.csv`
    pub file_name: String,
    pub content_type: &'static str,
    /// The file in pieces. A failure ends it with an error, so that nobody takes half of a list
    /// for the whole.
    pub pieces: BoxStream<'static, Result<Bytes, Fault>>,
}

impl Kernel {
    /// Takes a list out for a caller: checks rights, records it, and starts to read. Dropping the
    /// pieces stops the reading.
    ///
    /// # Errors
    /// Refusals of the request, `RETRY_LATER` while the tenant has as many exports running as it
    /// may, and faults.
    pub async fn export(
        &self,
        actor: &Arc<Actor>,
        origin: Origin,
        list: &str,
        format: Format,
        request: ExportRequest,
    ) -> Rule<Export> {
        own_login_first(actor)?;
        let plan = entity_of(actor, list).and_then(|meta| Plan::new(meta, actor, &request));
        let plan = self.with_denial_recorded(actor, &origin, plan).await?;
        let Some(slot) = self.exports.take(&actor.tenant.slug) else {
            let message = "As many exports of your business run as may run at one time. Wait for \
                           one to end.";
            return Err(Refusal::new(Code::RetryLater, "", message).into());
        };
        self.record_export(actor, origin, &plan, &request, format).await?;
        let session = Session::new(self.database.clone(), actor.clone(), self.clock.now());
        let file_name =
            format!("{}-{}.{}", plan.meta.plural, session.business_date, format.ending());
        let pieces = pour::start(session, plan, format, slot).await?;
        Ok(Export { file_name, content_type: format.content_type(), pieces })
    }

    /// An export that cannot be recorded does not begin.
    async fn record_export(
        &self,
        actor: &Arc<Actor>,
        origin: Origin,
        plan: &Plan,
        request: &ExportRequest,
        format: Format,
    ) -> Result<(), Fault> {
        let mut tx = self.begin(actor.clone(), origin).await?;
        let mut entry = AuditEntry::new("export", plan.meta.type_name, String::new());
        // What is searched for may itself be what only some may read.
        let filter = tx.cipher.seal(&request.filter);
        for (field, value) in [
            ("format", format.ending().into()),
            ("fields", plan.shown_fields().into()),
            ("where", filter),
            ("orderBy", request.order_by.clone()),
            ("includeDeleted", request.include_deleted.into()),
        ] {
            entry.new_values.insert(field.to_owned(), value);
        }
        tx.audit.push(entry);
        tx.commit().await
    }
}

/// The entity behind a list's name, if the caller may take it out.
fn entity_of(actor: &Actor, list: &str) -> Rule<&'static Meta> {
    let mut all = actor.module.entities.iter().chain(PLATFORM_ENTITIES);
    let Some(meta) = all.find(|meta| meta.plural == list) else {
        let message = "There is no such list. Lists are called as in the API, such as invoices.";
        return Err(Refusal::new(Code::NotFound, "", message).into());
    };
    for permission in [meta.read.to_owned(), meta.permission_to("export")] {
        actor.require(&permission, &format!("export {}", words_of(meta.plural)))?;
    }
    Ok(meta)
}
