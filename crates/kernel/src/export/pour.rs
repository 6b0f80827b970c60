//! Reading by a cursor and handing on piece by piece: one piece is made while the one before it
//! travels, and a caller who hangs up stops the reading.

use std::time::Duration;

use bytes::Bytes;
use futures_util::stream::{BoxStream, StreamExt, unfold};
use tokio::sync::{OwnedSemaphorePermit, mpsc};
use tokio::time::timeout;

use crate::db::{Fault, Session};
use crate::entity::row::Row;
use crate::entity::sql::Sql;
use crate::export::Format;
use crate::export::request::Plan;
use crate::export::row::Writer;

/// Rows that are read at once, and so are in memory.
const ROWS: usize = 500;
/// Pieces that wait to be sent.
const PIECES: usize = 2;
/// How long a caller may take for a piece before it is given up.
const PATIENCE: Duration = Duration::from_secs(30);
/// Exports may take longer than a page (spec 1.16); between two readings the transaction may wait
/// for a slow caller a little longer than that caller's patience lasts.
const LIMITS: &str = "SELECT set_config('statement_timeout', '30s', TRUE), \
                      set_config('idle_in_transaction_session_timeout', '40s', TRUE)";

enum Piece {
    Bytes(Bytes),
    Failed(Fault),
    /// Everything was sent. A channel that ends without it broke.
    End,
}

/// Reads the first rows, so that what cannot be read is refused before an answer begins, and
/// goes on reading while the pieces are taken.
///
/// # Errors
/// Faults of the first reading.
pub(super) async fn start(
    session: Session,
    plan: Plan,
    format: Format,
    slot: OwnedSemaphorePermit,
) -> Result<BoxStream<'static, Result<Bytes, Fault>>, Fault> {
    session.load(Sql::new(LIMITS)).await?;
    // A name of its own: connections keep prepared statements by their text, and the same text
    // must not stand for rows of another shape.
    let cursor = format!("export_{}", uuid::Uuid::new_v4().simple());
    let mut declare = Sql::new(&format!("DECLARE {cursor} NO SCROLL CURSOR FOR "));
    declare.append(plan.select.clone());
    session.load(declare).await?;
    let fetch = Sql::new(&format!("FETCH FORWARD {ROWS} FROM {cursor}"));
    let first = session.load(fetch.clone()).await?;

    let (sender, receiver) = mpsc::channel(PIECES);
    tokio::spawn(async move {
        // The connection is not lent again: its statements are of no use to anybody else.
        let _slot = slot;
        let ended = tokio::select! {
            ended = pour(&session, &plan, format, fetch, first, &sender) => ended,
            () = sender.closed() => return,
        };
        let last = match ended {
            Ok(()) => Piece::End,
            Err(fault) => Piece::Failed(fault),
        };
        // Whoever hung up meanwhile does not wait for it.
        drop(timeout(PATIENCE, sender.send(last)).await);
    });
    Ok(pieces(receiver))
}

async fn pour(
    session: &Session,
    plan: &Plan,
    format: Format,
    fetch: Sql,
    first: Vec<Row>,
    sender: &mpsc::Sender<Piece>,
) -> Result<(), Fault> {
    let mut writer = Writer::new(plan, &session.actor.tenant, format);
    let mut rows = first;
    let mut out = Vec::new();
    writer.head(&mut out);
    loop {
        for row in &rows {
            writer.row(&mut out, row)?;
        }
        let more = rows.len() == ROWS;
        if !out.is_empty() {
            let piece = Piece::Bytes(std::mem::take(&mut out).into());
            let sent = timeout(PATIENCE, sender.send(piece)).await;
            if !matches!(sent, Ok(Ok(()))) {
                return Err(Fault::internal("nobody takes what is exported"));
            }
        }
        if !more {
            return Ok(());
        }
        rows = session.load(fetch.clone()).await?;
    }
}

fn pieces(receiver: mpsc::Receiver<Piece>) -> BoxStream<'static, Result<Bytes, Fault>> {
    unfold(Some(receiver), async |receiver| {
        let mut receiver = receiver?;
        match receiver.recv().await {
            Some(Piece::Bytes(bytes)) => Some((Ok(bytes), Some(receiver))),
            Some(Piece::Failed(fault)) => Some((Err(fault), None)),
            Some(Piece::End) => None,
            None => Some((Err(Fault::internal("an export broke off")), None)),
        }
    })
    .boxed()
}
