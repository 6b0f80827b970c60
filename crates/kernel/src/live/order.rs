//! Reading the outbox in an order that nobody can come before any more.
//!
//! A writer draws the place of an event while it holds the locks of the row it speaks of, and
//! shows it when it commits; so a higher place can be seen before a lower one. Places that
//! follow each other without a hole are settled. At a hole somebody may still be writing: then
//! the reader notes which transactions hold the table for writing, which each of them did before
//! it drew a place. Once all of those have ended, what is still missing was undone and is passed
//! over. Only writers of this tenant's table can hold its readers up, and PostgreSQL itself
//! tells when they are gone, crashed ones included.

use std::collections::HashSet;
use std::sync::Arc;

use crate::actor::Actor;
use crate::db::{Fault, Session, writers};
use crate::entity::decode;
use crate::entity::sql::{Bind, Sql};
use crate::kernel::Kernel;
use crate::live::event::{LiveEvent, behind};

/// Events read by one statement.
const BATCH: i64 = 500;

/// Places that were passed over without being seen.
struct Hole {
    /// The place behind it that was seen.
    until: i64,
    /// Who may have drawn one of its places and not have ended yet.
    writers: HashSet<String>,
}

/// A reader of one tenant's outbox.
pub(super) struct Reader {
    /// Everything up to here was read.
    pub place: i64,
    hole: Option<Hole>,
}

impl Reader {
    /// A reader that begins behind everything that is settled now.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn at_the_end(kernel: &Kernel, actor: &Arc<Actor>) -> Result<Self, Fault> {
        let sql = Sql::new("SELECT COALESCE(max(id), 0) FROM outbox_events");
        let rows = load(kernel, actor, sql).await?;
        let end: i64 = rows.first().map(|row| decode(row, 0)).transpose()?.unwrap_or_default();
        // What was drawn before and is not seen yet has ended before anybody listens.
        let writing = writers_now(kernel, actor).await?;
        let mut still = writing.clone();
        while !still.is_disjoint(&writing) {
            tokio::time::sleep(super::HOLE_PAUSE).await;
            still = writers_now(kernel, actor).await?;
        }
        Ok(Reader { place: end, hole: None })
    }

    /// Whether a hole has to be looked at again soon.
    pub fn is_waiting(&self) -> bool {
        self.hole.is_some()
    }

    /// Appends what is settled and was not read yet.
    ///
    /// # Errors
    /// When the database cannot be read; nothing is passed over then.
    pub async fn read(
        &mut self,
        kernel: &Kernel,
        actor: &Arc<Actor>,
        events: &mut Vec<LiveEvent>,
    ) -> Result<(), Fault> {
        loop {
            // Asked before the rows are read: who has ended by now is seen by then.
            let closed = match &self.hole {
                Some(hole) if writers_now(kernel, actor).await?.is_disjoint(&hole.writers) => {
                    hole.until
                }
                _ => self.place,
            };
            let rows = load(kernel, actor, behind("outbox_events", self.place, BATCH)).await?;
            let full = rows.len() as i64 == BATCH;
            let mut seen = None;
            for row in &rows {
                let place: i64 = decode(row, 0)?;
                if place != self.place + 1 && place > closed {
                    seen = Some(place);
                    break;
                }
                events.push(LiveEvent::decode(row)?);
                self.place = place;
            }
            let Some(until) = seen else {
                self.hole = None;
                if full {
                    continue;
                }
                return Ok(());
            };
            if let Some(hole) = &self.hole
                && hole.until > self.place
            {
                return Ok(());
            }
            let writers = writers_now(kernel, actor).await?;
            self.hole = Some(Hole { until, writers });
        }
    }
}

/// The transactions that write announcements of this tenant now.
async fn writers_now(kernel: &Kernel, actor: &Arc<Actor>) -> Result<HashSet<String>, Fault> {
    writers::named(&load(kernel, actor, writers::of("outbox_events")).await?)
}

/// Runs one statement in a snapshot of its own, made at this moment.
pub(super) async fn load(
    kernel: &Kernel,
    actor: &Arc<Actor>,
    sql: Sql,
) -> Result<Vec<crate::entity::Row>, Fault> {
    let session = Session::new(kernel.database.clone(), actor.clone(), kernel.clock.now());
    let rows = session.load(sql).await;
    session.finish();
    rows
}

/// Settled events between two places, for somebody who comes back.
///
/// # Errors
/// When the database cannot be read.
pub(crate) async fn between(
    kernel: &Kernel,
    actor: &Arc<Actor>,
    after: i64,
    through: i64,
    most: i64,
) -> Result<Vec<LiveEvent>, Fault> {
    let rows = load(kernel, actor, behind("outbox_events", after, most)).await?;
    let events: Result<Vec<LiveEvent>, Fault> = rows.iter().map(LiveEvent::decode).collect();
    Ok(events?.into_iter().filter(|event| event.place <= Some(through)).collect())
}

/// Which announcements there are.
pub(crate) struct Kept {
    /// Up to here they were removed.
    pub pruned_through: i64,
    /// The last one that there is, or was.
    pub newest: i64,
}

/// Which announcements there are.
///
/// # Errors
/// When the database cannot be read.
pub(crate) async fn kept(kernel: &Kernel, actor: &Arc<Actor>) -> Result<Kept, Fault> {
    let sql = "SELECT pruned_through, greatest(pruned_through, (SELECT max(id) \
               FROM outbox_events)) FROM outbox_horizon";
    let rows = load(kernel, actor, Sql::new(sql)).await?;
    let row = rows.first().ok_or_else(|| Fault::internal("no horizon of announcements"))?;
    Ok(Kept { pruned_through: decode(row, 0)?, newest: decode(row, 1)? })
}

/// Signals behind a place, and the new place.
pub(super) async fn signals(
    kernel: &Kernel,
    actor: &Arc<Actor>,
    place: &mut i64,
) -> Result<Vec<LiveEvent>, Fault> {
    let rows = load(kernel, actor, behind("live_signals", *place, BATCH)).await?;
    if let Some(last) = rows.last() {
        *place = decode(last, 0)?;
    }
    rows.iter().map(LiveEvent::decode_signal).collect()
}

/// The place behind all signals that can be seen now.
pub(super) async fn last_signal(kernel: &Kernel, actor: &Arc<Actor>) -> Result<i64, Fault> {
    let sql = Sql::new("SELECT COALESCE(max(id), 0) FROM live_signals");
    let rows = load(kernel, actor, sql).await?;
    Ok(rows.first().map(|row| decode(row, 0)).transpose()?.unwrap_or_default())
}

/// Removes so many announcements older than an instant, and remembers up to where.
pub fn prune(before: chrono::DateTime<chrono::Utc>, most: i64) -> Sql {
    let mut sql = Sql::new(
        "WITH gone AS (DELETE FROM outbox_events WHERE id = ANY(ARRAY(SELECT id \
         FROM outbox_events WHERE created_at < ",
    );
    sql.bind(Bind::Instant(Some(before))).push(" ORDER BY id LIMIT ");
    sql.bind(Bind::Big(Some(most))).push(
        ")) RETURNING id) UPDATE outbox_horizon SET pruned_through = \
         greatest(pruned_through, (SELECT COALESCE(max(id), 0) FROM gone))",
    );
    sql
}
