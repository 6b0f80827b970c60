//! Sending what is queued: claimed in one transaction, sent in none, confirmed in another, so
//! that no lock waits for a mail server.
//!
//! A server that stops between sending and confirming leaves an attempt whose end nobody knows.
//! Such a message is tried once more, so that it may arrive twice; after a second such attempt
//! it counts as failed. Its id stays the same, by which a receiver can tell.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use futures_util::future::BoxFuture;
use tokio::sync::watch;
use tokio::time::timeout;

use crate::actor::{Actor, Origin};
use crate::db::{Fault, Session, Tx};
use crate::entity::decode;
use crate::entity::sql::{Bind, Sql};
use crate::kernel::Kernel;
use crate::notification::sender::RECORD;
use crate::notification::{Message, Notification, SendFailure, Sender};
use crate::refusal::{Rejection, Rule};

/// How long a sender may take.
const SENDING: Duration = Duration::from_secs(30);

/// How long a claimed message is left to whoever claimed it: well beyond the time for sending.
const CLAIMED: TimeDelta = TimeDelta::minutes(3);

/// Pauses after each attempt that failed for now, in minutes; after as many it is given up.
const PAUSES: [i64; 7] = [1, 5, 30, 120, 360, 720, 1440];

/// Attempts at letting the module know while others work on the same rows.
const ATTEMPTS: usize = 4;

/// How a message ended.
#[derive(Clone, Copy, Debug)]
pub struct Ending<'a> {
    pub dedupe_key: &'a str,
    /// Why it was given up; `None` when a sender took it.
    pub failure: Option<&'a str>,
}

/// What a module does when a message ended, in the transaction that says so. It is not called
/// for a message that a crash left open, so a module that counts looks again by a job.
pub type MessageEnded = for<'a> fn(&'a mut Tx, Ending<'a>) -> BoxFuture<'a, Rule<()>>;

/// What is left of a message with a code or a password, once a sender took it or it was given up.
const SECRET_LEFT: &str = "It held a code or a password, which is not kept.";

/// A message that is ours to send, or to give up where nobody has a use for it any more.
struct Claimed {
    row: Notification,
    attempt: i32,
    useless: Option<&'static str>,
}

/// Whether a message of the tenant is to be sent now.
///
/// # Errors
/// When the database cannot be read.
pub(crate) async fn are_waiting(session: &Session) -> Result<bool, Fault> {
    let mut sql = Sql::new(
        "SELECT EXISTS (SELECT FROM notifications WHERE status = 'pending' AND next_attempt_at <= ",
    );
    sql.bind(Bind::Instant(Some(session.now))).push(")");
    let rows = session.load(sql).await?;
    Ok(rows.first().map(|row| decode(row, 0)).transpose()?.unwrap_or_default())
}

/// Sends the messages of a tenant that are to be sent now, one after the other.
///
/// # Errors
/// When the database cannot be read or written; a message that was not sent stays.
pub(crate) async fn deliver(
    kernel: &Arc<Kernel>,
    actor: &Arc<Actor>,
    stop: &watch::Receiver<bool>,
) -> Result<(), Fault> {
    while !*stop.borrow() {
        let Some(claimed) = claim(kernel, actor).await? else { return Ok(()) };
        let sender = kernel.senders.of(claimed.row.channel);
        let sent = match claimed.useless {
            Some(why) => Err(SendFailure::Permanent(why.to_owned())),
            None => send(sender.as_ref(), actor, &claimed.row).await,
        };
        confirm(kernel, actor, &claimed, sender.name(), sent).await?;
    }
    Ok(())
}

async fn send(sender: &dyn Sender, actor: &Actor, row: &Notification) -> Result<(), SendFailure> {
    let message = Message {
        id: format!("{}.{}", actor.tenant.slug, row.id),
        from_name: actor.tenant.name.clone(),
        recipient: row.recipient.clone(),
        subject: row.subject.clone(),
        body: row.body.clone(),
        is_html: row.is_html,
    };
    timeout(SENDING, sender.send(&message)).await.unwrap_or_else(|_| {
        let seconds = SENDING.as_secs();
        Err(SendFailure::Temporary(format!("no answer within {seconds} seconds")))
    })
}

/// Takes the next message, skipping those that others are taking.
async fn claim(kernel: &Arc<Kernel>, actor: &Arc<Actor>) -> Result<Option<Claimed>, Fault> {
    loop {
        let mut tx = kernel.begin(actor.clone(), Origin::default()).await?;
        let now = tx.now;
        let mut next = Sql::new("t.status = 'pending' AND t.next_attempt_at <= ");
        next.bind(Bind::Instant(Some(now)));
        next.push(" ORDER BY t.next_attempt_at, t.id LIMIT 1 FOR NO KEY UPDATE OF t SKIP LOCKED");
        let found = tx.select::<Notification>(next).await.map_err(fault)?.pop();
        let Some(row) = found else {
            tx.rollback().await;
            return Ok(None);
        };
        let lost = row.unconfirmed > 1;
        let useless = useless(&mut tx, &row).await?;
        // Giving up is no attempt.
        let more = i32::from(useless.is_none());
        let attempt = row.attempts + more;
        let mut sql = Sql::new("UPDATE notifications SET version = version + 1, updated_at = ");
        sql.bind(Bind::Instant(Some(now)));
        if lost {
            sql.push(", status = 'failed', next_attempt_at = NULL, last_error = ");
            let why = "The server stopped twice while it sent; it may have arrived.";
            sql.bind(Bind::Text(Some(why.to_owned())));
        } else {
            sql.push(", attempts = ").bind(attempt.into());
            sql.push(", unconfirmed = unconfirmed + ").bind(more.into());
            sql.push(", next_attempt_at = ");
            sql.bind(Bind::Instant(Some(now + CLAIMED)));
        }
        sql.push(" WHERE id = ").bind(row.id.into());
        tx.execute(sql).await?;
        tx.commit().await?;
        if !lost {
            return Ok(Some(Claimed { row, attempt, useless }));
        }
    }
}

/// Why nobody has a use for a message any more; `None` while somebody has.
async fn useless(tx: &mut Tx, row: &Notification) -> Result<Option<&'static str>, Fault> {
    if row.useful_until.is_some_and(|until| until <= tx.now) {
        return Ok(Some("The code that it held does not work any more."));
    }
    let Some(person) = &row.password_of else { return Ok(None) };
    let mut same = Sql::new("SELECT 1 FROM credentials WHERE user_id = ");
    same.bind(Bind::Text(Some(person.clone()))).push(" AND password_changed_at = ");
    same.bind(Bind::Instant(Some(row.created_at)));
    let is_replaced = tx.load(same).await?.is_empty();
    Ok(is_replaced.then_some("The person has another password since."))
}

/// Writes how an attempt went, and lets the module know in the same transaction. What the module
/// does must never lose what is known of the message, or it would be sent again: where it cannot
/// be done, the message ends without it.
async fn confirm(
    kernel: &Arc<Kernel>,
    actor: &Arc<Actor>,
    claimed: &Claimed,
    sender: &str,
    sent: Result<(), SendFailure>,
) -> Result<(), Fault> {
    let step = Step::after(claimed, kernel.clock.now(), sent);
    if let (Some(module), true) = (actor.module.message_ended, step.is_end()) {
        for _ in 0..ATTEMPTS {
            match write(kernel, actor, claimed, sender, &step, Some(module)).await {
                Ok(()) => return Ok(()),
                Err(Rejection::Fault(Fault::Retry | Fault::StalePlan | Fault::LockTimeout)) => {}
                Err(why) => {
                    let (tenant, message) = (&actor.tenant.slug, claimed.row.id);
                    tracing::error!(tenant, message, ?why, "a module was not told of a message");
                    break;
                }
            }
        }
    }
    write(kernel, actor, claimed, sender, &step, None).await.map_err(fault)
}

/// What follows from an attempt.
enum Step {
    Sent,
    Again { why: String, minutes: i64 },
    GivenUp { why: String },
}

impl Step {
    fn after(claimed: &Claimed, now: DateTime<Utc>, sent: Result<(), SendFailure>) -> Step {
        let past = usize::try_from(claimed.attempt - 1).ok();
        let pause = past.and_then(|past| PAUSES.get(past));
        let until = claimed.row.useful_until;
        let pause = pause.filter(|minutes| {
            until.is_none_or(|until| now + TimeDelta::minutes(**minutes) < until)
        });
        match (sent, pause) {
            (Ok(()), _) => Step::Sent,
            (Err(SendFailure::Temporary(why)), Some(&minutes)) => Step::Again { why, minutes },
            (Err(SendFailure::Temporary(why) | SendFailure::Permanent(why)), _) => {
                Step::GivenUp { why }
            }
        }
    }

    fn is_end(&self) -> bool {
        !matches!(self, Step::Again { .. })
    }

    fn failure(&self) -> Option<&str> {
        match self {
            Step::Sent => None,
            Step::Again { why, .. } | Step::GivenUp { why } => Some(why),
        }
    }
}

async fn write(
    kernel: &Arc<Kernel>,
    actor: &Arc<Actor>,
    claimed: &Claimed,
    sender: &str,
    step: &Step,
    module: Option<MessageEnded>,
) -> Rule<()> {
    let operation = "deliverNotifications".to_owned();
    let origin = Origin { request_id: operation.clone(), operation, ..Origin::default() };
    let mut tx = kernel.begin(actor.clone(), origin).await?;
    let told = tell(&mut tx, claimed, sender, step, module).await;
    match told {
        Ok(()) => Ok(tx.commit().await?),
        Err(rejection) => {
            tx.rollback().await;
            Err(rejection)
        }
    }
}

async fn tell(
    tx: &mut Tx,
    claimed: &Claimed,
    sender: &str,
    step: &Step,
    module: Option<MessageEnded>,
) -> Rule<()> {
    let now = tx.now;
    let mut sql = Sql::new("UPDATE notifications SET version = version + 1, unconfirmed = 0, ");
    sql.push("updated_at = ").bind(Bind::Instant(Some(now)));
    if claimed.row.secret && step.is_end() && sender != RECORD {
        sql.push(", body = ").bind(Bind::Text(Some(SECRET_LEFT.to_owned())));
    }
    let text = |text: &str| Bind::Text(Some(text.to_owned()));
    match step {
        Step::Sent => {
            sql.push(", status = 'sent', next_attempt_at = NULL, last_error = NULL, sent_by = ");
            sql.bind(text(sender)).push(", sent_at = ").bind(Bind::Instant(Some(now)));
        }
        Step::Again { why, minutes } => {
            let next = now + TimeDelta::minutes(*minutes);
            sql.push(", last_error = ").bind(text(why));
            sql.push(", next_attempt_at = ").bind(Bind::Instant(Some(next)));
        }
        Step::GivenUp { why } => {
            sql.push(", status = 'failed', next_attempt_at = NULL, last_error = ").bind(text(why));
        }
    }
    // Whoever took so long that another claimed it has nothing to say any more.
    sql.push(" WHERE status = 'pending' AND id = ").bind(claimed.row.id.into());
    sql.push(" AND attempts = ").bind(claimed.attempt.into());
    let is_ours = tx.execute(sql).await? == 1;
    if let (Some(module), true) = (module, is_ours) {
        let dedupe_key = claimed.row.dedupe_key.as_str();
        module(tx, Ending { dedupe_key, failure: step.failure() }).await?;
        tx.settle()?;
    }
    Ok(())
}

fn fault(rejection: Rejection) -> Fault {
    match rejection {
        Rejection::Fault(fault) => fault,
        _ => Fault::internal("a message cannot be read"),
    }
}

impl Kernel {
    /// Sends the messages of a tenant that are to be sent now.
    ///
    /// # Errors
    /// When the database cannot be read or written.
    pub async fn deliver_notifications(
        self: &Arc<Self>,
        tenant: &Arc<crate::tenant::Tenant>,
    ) -> Result<(), Fault> {
        let Some(actor) = self.system_on(tenant, None).await? else { return Ok(()) };
        let (_going_on, stop) = watch::channel(false);
        deliver(self, &actor, &stop).await
    }
}
