//! Lists and files between the doors and the kernel.

use std::io;

use axum::body::Bytes;
use bizgraph_kernel::actor::{Actor, Origin};
use bizgraph_kernel::db::Fault;
use bizgraph_kernel::document::Sheet;
use bizgraph_kernel::entity::{Entity, GlobalId};
use bizgraph_kernel::export::{ExportRequest, Format};
use bizgraph_kernel::kernel::Kernel;
use bizgraph_kernel::refusal::{Code, Refusal, Rejection};
use bizgraph_kernel::stored_file::{Linked, StoredFile};
use futures_util::{StreamExt, stream};
use serde_json::json;
use std::sync::Arc;

use crate::server::{Incoming, Outgoing, Rejected};

/// Takes a list out.
pub(super) async fn export(
    kernel: &Kernel,
    actor: &Arc<Actor>,
    origin: Origin,
    list: &str,
    ending: &str,
    request: &[u8],
) -> Result<Outgoing, Rejected> {
    let format = Format::of(ending).ok_or_else(|| {
        let message = "Lists are exported as .csv or .jsonl.";
        refused(&Refusal::new(Code::NotFound, "", message))
    })?;
    let request = match request {
        [] => ExportRequest::default(),
        bytes => serde_json::from_slice(bytes).map_err(|error| {
            let message = format!(
                "The request is a JSON object with where, orderBy, columns and includeDeleted, \
                 each of which may be left out: {error}."
            );
            refused(&Refusal::new(Code::BadFormat, "", message))
        })?,
    };
    let export = kernel.export(actor, origin, list, format, request).await.map_err(rejected)?;
    Ok(Outgoing {
        file_name: export.file_name,
        content_type: export.content_type.to_owned(),
        byte_length: None,
        pieces: export.pieces.map(|piece| piece.map_err(broken)).boxed(),
    })
}

/// Takes a file in and answers what is known of it.
pub(super) async fn upload(
    kernel: &Kernel,
    actor: &Arc<Actor>,
    origin: Origin,
    name: &str,
    pieces: Incoming<'_>,
) -> Result<Vec<u8>, Rejected> {
    let file = kernel.upload(actor, origin, name, pieces).await.map_err(rejected)?;
    let id = GlobalId::encode(actor.tenant.id, StoredFile::META.type_name, &file.id.to_string());
    let json = json!({
        "id": id,
        "name": file.name,
        "contentType": file.content_type,
        "byteLength": file.byte_length.to_string(),
        "sha256": file.sha256,
    });
    Ok(json.to_string().into_bytes())
}

/// Follows a signed link.
pub(super) async fn follow(
    kernel: &Kernel,
    origin: &Origin,
    link: &str,
) -> Result<Outgoing, Rejected> {
    match kernel.follow(link, origin).await.map_err(rejected)? {
        Linked::File(file) => Ok(Outgoing {
            file_name: file.name,
            content_type: file.content_type,
            byte_length: Some(file.byte_length),
            pieces: file.pieces.map(|piece| piece.map_err(broken)).boxed(),
        }),
        Linked::Sheet(sheet) => typeset(*sheet).await.map_err(|message| {
            tracing::error!(message, "a document could not be set in type");
            rejected(Rejection::Fault(Fault::internal(message)))
        }),
    }
}

/// Setting type is work for a thread of its own: a long invoice must not hold up requests.
async fn typeset(sheet: Sheet) -> Result<Outgoing, String> {
    let file_name = sheet.file_name.clone();
    let pdf = tokio::task::spawn_blocking(move || bizgraph_paper::pdf(&sheet)).await;
    let pdf = pdf.map_err(|error| error.to_string())?.map_err(|fault| fault.to_string())?;
    Ok(Outgoing {
        file_name,
        content_type: "application/pdf".to_owned(),
        byte_length: Some(pdf.len() as u64),
        pieces: stream::iter([Ok(Bytes::from(pdf))]).boxed(),
    })
}

/// The rest of a file cannot be sent: the answer breaks off, and the caller sees that it did.
fn broken(fault: Fault) -> io::Error {
    tracing::warn!(%fault, "a file broke off");
    io::Error::other("the file broke off")
}

fn rejected(rejection: Rejection) -> Rejected {
    match rejection {
        Rejection::Refused(refusals) => match refusals.first() {
            Some(refusal) => refused(refusal),
            None => super::rejected(&Fault::internal("a refusal without a sentence")),
        },
        Rejection::AwaitsApproval(_) => {
            super::rejected(&Fault::internal("an approval asked for by a file"))
        }
        Rejection::Fault(Fault::BadText) => {
            let message = "The character U+0000 cannot be searched for.";
            refused(&Refusal::new(Code::BadFormat, "", message))
        }
        Rejection::Fault(Fault::StatementTimeout) => {
            let message = "Reading the list took too long. Narrow it down with where.";
            refused(&Refusal::new(Code::LimitExceeded, "", message))
        }
        Rejection::Fault(fault) => super::rejected(&fault),
    }
}

fn refused(refusal: &Refusal) -> Rejected {
    let status = match refusal.code {
        Code::Forbidden | Code::TwoFactorRequired | Code::AddressNotAllowed => 403,
        Code::NotFound => 404,
        Code::Expired => 410,
        Code::FileRejected => 422,
        Code::RetryLater => 503,
        _ => 400,
    };
    let message = match refusal.field.as_str() {
        "" => refusal.message.clone(),
        field => format!("{field}: {}", refusal.message),
    };
    let retry_after_seconds = (status == 503).then_some(5);
    Rejected { status, code: refusal.code.as_str(), message, retry_after_seconds }
}
