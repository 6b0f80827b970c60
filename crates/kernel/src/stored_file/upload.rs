//! Taking a file in: streamed to the store under a limit, looked at on the way, and entered only
//! once it is there whole.

use std::sync::Arc;

use bytes::Bytes;
use futures_util::StreamExt;
use futures_util::stream::BoxStream;
use object_store::WriteMultipart;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::content::{HEAD_BYTES, clean_name, fitting_name, is_text, type_of};
use super::store::unreachable;
use super::{Arrival, MOST_BYTES, StoredFile, UPLOAD, Verdict};
use crate::actor::{Actor, Origin};
use crate::auth::door::own_login_first;
use crate::db::Fault;
use crate::hexadecimal::digits;
use crate::kernel::Kernel;
use crate::refusal::{Code, Refusal, Rule};

/// Parts that travel to the store at one time.
const PARTS: usize = 2;

/// What is known of a file once it was read to its end.
struct Arrived {
    content_type: &'static str,
    byte_length: u64,
    sha256: String,
}

impl Kernel {
    /// Takes a file in for a caller. It is the caller's to attach within a day.
    ///
    /// # Errors
    /// `FILE_REJECTED` for what is empty, too long, of no accepted type or harmful; faults of store
    /// and database. Then nothing is kept.
    pub async fn upload(
        &self,
        actor: &Arc<Actor>,
        origin: Origin,
        name: &str,
        pieces: BoxStream<'_, Result<Bytes, std::io::Error>>,
    ) -> Rule<StoredFile> {
        own_login_first(actor)?;
        let allowed = actor.require(UPLOAD, "upload files");
        self.with_denial_recorded(actor, &origin, allowed).await?;
        let Some(_place) = self.files.place() else {
            let message = "As many files arrive as can be taken in at one time. Send it again.";
            return Err(Refusal::new(Code::RetryLater, "", message).into());
        };
        let location = format!("{}/{}", actor.tenant.slug, Uuid::new_v4());
        let mut upload = self.files.begin(&location).await?;
        let arrived = match receive(&mut upload, pieces).await {
            Ok(arrived) => arrived,
            Err(rejection) => {
                if let Err(error) = upload.abort().await {
                    tracing::warn!(%error, "an upload was not taken back");
                }
                return Err(rejection);
            }
        };
        upload.finish().await.map_err(unreachable)?;
        let name = fitting_name(clean_name(name), arrived.content_type);
        let entered = async {
            self.scan(&name, &location, &arrived).await?;
            self.enter(actor, origin, name, &location, arrived).await
        };
        let entered = entered.await;
        if entered.is_err()
            && let Err(fault) = self.files.remove(&location).await
        {
            tracing::warn!(%fault, location, "a file that was not entered was not removed");
        }
        entered
    }

    /// Refuses a file in which the scanner finds what harms.
    async fn scan(&self, name: &str, location: &str, arrived: &Arrived) -> Rule<()> {
        let pieces = self.files.read(location).await?;
        let pieces = pieces.ok_or_else(|| Fault::internal("a file that arrived is missing"))?;
        let (content_type, byte_length) = (arrived.content_type, arrived.byte_length);
        let file = Arrival { name, content_type, byte_length, pieces };
        match self.scanner.scan(file).await? {
            Verdict::Clean => Ok(()),
            Verdict::Harmful(found) => {
                tracing::warn!(found, location, "a harmful file was refused");
                let message = format!("The file holds {found}, which does harm. It was not kept.");
                Err(rejected(&message).into())
            }
        }
    }

    async fn enter(
        &self,
        actor: &Arc<Actor>,
        origin: Origin,
        name: String,
        location: &str,
        arrived: Arrived,
    ) -> Rule<StoredFile> {
        let mut tx = self.begin(actor.clone(), origin).await?;
        let file = tx
            .insert(vec![
                StoredFile::NAME.to(name),
                StoredFile::CONTENT_TYPE.to(arrived.content_type.to_owned()),
                StoredFile::BYTE_LENGTH.to(i64::try_from(arrived.byte_length).unwrap_or(i64::MAX)),
                StoredFile::SHA256.to(arrived.sha256),
                StoredFile::LOCATION.to(location.to_owned()),
                StoredFile::CREATED_BY.to(actor.id.clone()),
            ])
            .await?;
        tx.commit().await?;
        Ok(file)
    }
}

async fn receive(
    upload: &mut WriteMultipart,
    mut pieces: BoxStream<'_, Result<Bytes, std::io::Error>>,
) -> Rule<Arrived> {
    let mut head: Vec<u8> = Vec::with_capacity(HEAD_BYTES);
    let mut text = true;
    let mut byte_length = 0_u64;
    let mut hash = Sha256::new();
    while let Some(piece) = pieces.next().await {
        let piece = piece.map_err(|_| rejected("The file did not arrive whole. Send it again."))?;
        byte_length = byte_length.saturating_add(piece.len() as u64);
        if byte_length > MOST_BYTES {
            let message = "A file may have 10 MiB at most. Send a smaller one.";
            return Err(rejected(message).with("most", MOST_BYTES).into());
        }
        let wanted = HEAD_BYTES.saturating_sub(head.len()).min(piece.len());
        let (beginning, _) = piece.split_at(wanted);
        head.extend_from_slice(beginning);
        text &= is_text(&piece);
        hash.update(&piece);
        upload.wait_for_capacity(PARTS).await.map_err(unreachable)?;
        upload.put(piece);
    }
    if byte_length == 0 {
        return Err(rejected("The file is empty.").into());
    }
    let content_type = type_of(&head).filter(|found| *found != "text/plain" || text);
    let Some(content_type) = content_type else {
        let message = "Files can be pictures (JPEG, PNG, GIF, WebP, HEIF), PDF, Word, Excel or \
                       plain text; this is none of them.";
        return Err(rejected(message).into());
    };
    Ok(Arrived { content_type, byte_length, sha256: digits(hash.finalize()) })
}

fn rejected(message: &str) -> Refusal {
    Refusal::new(Code::FileRejected, "", message)
}
