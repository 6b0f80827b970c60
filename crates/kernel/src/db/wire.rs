//! PostgreSQL's wire protocol, as far as reads need it. Statements are queued, and what is queued
//! leaves in one write that the database answers in one: neither side is woken per statement,
//! which is what drivers that end every statement with a Sync cost.

pub mod socket;

use std::collections::{HashMap, VecDeque};
use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker, ready};

use bytes::{Buf, BytesMut};
use postgres_protocol::IsNull as WireNull;
use postgres_protocol::message::backend::Message;
use postgres_protocol::message::frontend;
use tokio::io::{AsyncReadExt, AsyncWrite};
use tokio_postgres::CancelToken;
use tokio_postgres::types::{IsNull, ToSql};

use crate::db::Fault;
use crate::entity::row::Row;
use crate::entity::sql::{Bind, Sql};
use socket::Socket;

/// How much is read at one time, in bytes.
const CHUNK: usize = 32 * 1_024;

/// Statements prepared on one connection at most, so that neither side keeps every selection that
/// a caller ever composed. Those of the tenant that was served longest ago go first; a connection
/// that one tenant fills is not used again.
const PREPARED: usize = 1_000;

/// The number that no tenant has, for statements that name no table.
pub const NOBODY: i32 = 0;

/// A statement whose answer somebody waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ticket(u64);

enum Awaited {
    Statement {
        ticket: Option<Ticket>,
        rows: Vec<Row>,
    },
    /// The end of what left together.
    Sync,
}

/// The statements of one tenant that the database knows.
#[derive(Default)]
struct Prepared {
    /// Names by texts.
    names: HashMap<String, String>,
    /// When the tenant was served last, as a number that grows.
    served: u64,
}

/// One connection: what is to be sent, and what is awaited.
pub struct Wire {
    socket: Socket,
    cancel: CancelToken,
    output: BytesMut,
    input: BytesMut,
    /// Prepared statements, apart for each tenant: PostgreSQL plans a statement anew whenever it
    /// comes under another search path than before.
    prepared: HashMap<i32, Prepared>,
    /// How many they are.
    statements: usize,
    /// How many there ever were, which names the next.
    named: u64,
    /// How often a tenant was served.
    served: u64,
    /// Whose search path holds.
    tenant: i32,
    awaited: VecDeque<Awaited>,
    answered: Vec<(Ticket, Result<Vec<Row>, Fault>)>,
    wakers: Vec<(Ticket, Waker)>,
    tickets: u64,
    /// Whether something was queued behind the last Sync.
    unsynced: bool,
    in_transaction: bool,
    failed: bool,
}

impl Wire {
    /// The wire over a connection that was made and said who it is.
    pub fn over(socket: Socket, cancel: CancelToken) -> Self {
        Wire {
            socket,
            cancel,
            output: BytesMut::with_capacity(4 * 1_024),
            input: BytesMut::new(),
            prepared: HashMap::new(),
            statements: 0,
            named: 0,
            served: 0,
            tenant: NOBODY,
            awaited: VecDeque::new(),
            answered: Vec::new(),
            wakers: Vec::new(),
            tickets: 0,
            unsynced: false,
            in_transaction: false,
            failed: false,
        }
    }

    /// What cancels a statement that runs.
    pub fn cancel_token(&self) -> CancelToken {
        self.cancel.clone()
    }

    /// Whether another request may use it: nothing runs, no transaction is open, nothing ever
    /// failed, and it is not full.
    pub fn is_reusable(&self) -> bool {
        let quiet = self.awaited.is_empty() && self.output.is_empty() && !self.unsynced;
        let own = self.prepared.get(&self.tenant).map_or(0, |prepared| prepared.names.len());
        quiet && !self.in_transaction && !self.failed && own < PREPARED
    }

    /// Says whose search path holds for the statements that come. Answers for which nobody came
    /// are dropped.
    pub fn serve(&mut self, tenant: i32) {
        self.answered.clear();
        self.wakers.clear();
        self.tenant = tenant;
        self.served += 1;
        self.prepared.entry(tenant).or_default().served = self.served;
    }

    /// Whether the other end is still there, as far as it said.
    pub fn is_alive(&mut self) -> bool {
        let mut context = Context::from_waker(Waker::noop());
        !matches!(self.poll_read(&mut context), Poll::Ready(Err(_))) && !self.failed
    }

    /// Queues a statement whose answer nobody waits for.
    ///
    /// # Errors
    /// When it cannot be sent.
    pub fn tell(&mut self, text: &str, binds: &[Bind]) -> Result<(), Fault> {
        self.queue(NOBODY, text, binds, true)?;
        self.awaited.push_back(Awaited::Statement { ticket: None, rows: Vec::new() });
        Ok(())
    }

    /// Queues a statement.
    ///
    /// # Errors
    /// When it cannot be sent.
    pub fn ask(&mut self, sql: &Sql) -> Result<Ticket, Fault> {
        self.queue(self.tenant, &sql.text(), sql.binds(), !sql.is_rare())?;
        self.tickets += 1;
        let ticket = Ticket(self.tickets);
        self.awaited.push_back(Awaited::Statement { ticket: Some(ticket), rows: Vec::new() });
        Ok(ticket)
    }

    /// A text that is kept is told to the database once, any other each time.
    fn queue(
        &mut self,
        whose: i32,
        text: &str,
        binds: &[Bind],
        is_kept: bool,
    ) -> Result<(), Fault> {
        if is_kept && self.statements >= PREPARED {
            self.forget_the_longest_unserved()?;
        }
        let out = &mut self.output;
        let types = binds.iter().map(|bind| bind.type_of().oid());
        let names = &mut self.prepared.entry(whose).or_default().names;
        let name = match names.get(text).filter(|_| is_kept) {
            Some(name) => name.as_str(),
            None if is_kept => {
                let name = format!("s{}", self.named);
                frontend::parse(&name, text, types, out).map_err(unsendable)?;
                self.named += 1;
                self.statements += 1;
                names.entry(text.to_owned()).or_insert(name)
            }
            None => {
                frontend::parse("", text, types, out).map_err(unsendable)?;
                ""
            }
        };
        let formats = binds.iter().map(|bind| bind.encode_format(&bind.type_of()) as i16);
        let write = |bind: &Bind, out: &mut BytesMut| match bind.to_sql(&bind.type_of(), out)? {
            IsNull::No => Ok(WireNull::No),
            IsNull::Yes => Ok(WireNull::Yes),
        };
        frontend::bind("", name, formats, binds, write, Some(1), out).map_err(|error| {
            use frontend::BindError::{Conversion, Serialization};
            match error {
                Conversion(error) => Fault::internal(format!("a value cannot be sent: {error}")),
                Serialization(error) => unsendable(error),
            }
        })?;
        frontend::execute("", 0, out).map_err(unsendable)?;
        self.unsynced = true;
        Ok(())
    }

    /// Makes room, unless one tenant has taken it all.
    fn forget_the_longest_unserved(&mut self) -> Result<(), Fault> {
        let others = self.prepared.iter().filter(|(tenant, prepared)| {
            !matches!(**tenant, NOBODY) && **tenant != self.tenant && !prepared.names.is_empty()
        });
        let longest = others.min_by_key(|(_, prepared)| prepared.served).map(|(tenant, _)| *tenant);
        let Some(prepared) = longest.and_then(|tenant| self.prepared.remove(&tenant)) else {
            return Ok(());
        };
        for name in prepared.names.values() {
            frontend::close(b'S', name, &mut self.output).map_err(unsendable)?;
        }
        self.statements -= prepared.names.len();
        Ok(())
    }

    /// The answer to a statement; sends what is queued.
    pub fn poll_answer(
        &mut self,
        ticket: Ticket,
        context: &mut Context<'_>,
    ) -> Poll<Result<Vec<Row>, Fault>> {
        loop {
            if let Some(place) = self.answered.iter().position(|(other, _)| *other == ticket) {
                self.hand_over(context);
                return Poll::Ready(self.answered.swap_remove(place).1);
            }
            match self.poll_progress(context) {
                Poll::Ready(Ok(())) => {}
                Poll::Ready(Err(fault)) => {
                    self.hand_over(context);
                    return Poll::Ready(Err(fault));
                }
                Poll::Pending => {
                    self.wakers.retain(|(other, _)| *other != ticket);
                    self.wakers.push((ticket, context.waker().clone()));
                    return Poll::Pending;
                }
            }
        }
    }

    /// The socket wakes only who looked last. As that one leaves, the others have to look
    /// themselves, unless they are parts of the same task, which looks at all of them anyway.
    fn hand_over(&self, context: &Context<'_>) {
        let others = self.wakers.iter().filter(|(_, other)| !other.will_wake(context.waker()));
        others.for_each(|(_, other)| other.wake_by_ref());
    }

    /// Sends what is queued, and ends once everything is answered.
    ///
    /// # Errors
    /// When the connection broke.
    pub fn poll_quiet(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Fault>> {
        while self.unsynced || !self.awaited.is_empty() {
            ready!(self.poll_progress(context))?;
        }
        Poll::Ready(Ok(()))
    }

    /// Waits for what is under way, and ends the transaction where one is open.
    ///
    /// # Errors
    /// When the connection broke.
    pub async fn roll_back(&mut self) -> Result<(), Fault> {
        poll_fn(|context| self.poll_quiet(context)).await?;
        if self.in_transaction {
            self.tell("ROLLBACK", &[])?;
            poll_fn(|context| self.poll_quiet(context)).await?;
        }
        Ok(())
    }

    /// Ready when something was answered.
    fn poll_progress(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Fault>> {
        if self.unsynced {
            frontend::sync(&mut self.output);
            self.awaited.push_back(Awaited::Sync);
            self.unsynced = false;
        }
        let outcome = match self.poll_write(context) {
            Poll::Ready(Err(fault)) => Poll::Ready(Err(fault)),
            _ => self.poll_read(context),
        };
        if matches!(outcome, Poll::Ready(Err(_))) {
            self.failed = true;
        }
        outcome
    }

    fn poll_write(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Fault>> {
        while !self.output.is_empty() {
            let sent = Pin::new(&mut self.socket).poll_write(context, &self.output);
            match ready!(sent).map_err(broken)? {
                0 => return Poll::Ready(Err(broken("nothing can be sent"))),
                sent => self.output.advance(sent),
            }
        }
        Poll::Ready(Ok(()))
    }

    fn poll_read(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Fault>> {
        loop {
            let mut came = false;
            while let Some(message) = Message::parse(&mut self.input).map_err(broken)? {
                self.take(message)?;
                came = true;
            }
            if came {
                return Poll::Ready(Ok(()));
            }
            if self.input.capacity() - self.input.len() < CHUNK / 4 {
                self.input.reserve(CHUNK);
            }
            let read = pin!(self.socket.read_buf(&mut self.input)).poll(context);
            if ready!(read).map_err(broken)? == 0 {
                return Poll::Ready(Err(broken("the database closed it")));
            }
        }
    }

    fn take(&mut self, message: Message) -> Result<(), Fault> {
        match (message, self.awaited.front_mut()) {
            (Message::DataRow(body), Some(Awaited::Statement { rows, .. })) => {
                rows.push(Row::read(&body)?);
            }
            (Message::CommandComplete(_) | Message::EmptyQueryResponse, _) => {
                if let Some(Awaited::Statement { ticket, rows }) = self.awaited.pop_front() {
                    self.answer(ticket, Ok(rows));
                }
            }
            (Message::ReadyForQuery(body), _) => {
                self.awaited.pop_front();
                self.in_transaction = body.status() != b'I';
            }
            (Message::ErrorResponse(body), _) => self.fail(Fault::of_answer(&body)),
            (
                Message::ParseComplete
                | Message::BindComplete
                | Message::CloseComplete
                | Message::NoticeResponse(_)
                | Message::NotificationResponse(_)
                | Message::ParameterStatus(_),
                _,
            ) => {}
            _ => return Err(broken("an answer to something else")),
        }
        Ok(())
    }

    fn answer(&mut self, ticket: Option<Ticket>, answer: Result<Vec<Row>, Fault>) {
        let Some(ticket) = ticket else { return };
        self.answered.push((ticket, answer));
        if let Some(place) = self.wakers.iter().position(|(other, _)| *other == ticket) {
            self.wakers.swap_remove(place).1.wake();
        }
    }

    /// The database skips what stands behind a statement that failed, up to the next Sync.
    fn fail(&mut self, fault: Fault) {
        self.failed = true;
        let mut fault = Some(fault);
        while let Some(Awaited::Statement { .. }) = self.awaited.front() {
            if let Some(Awaited::Statement { ticket, .. }) = self.awaited.pop_front() {
                let fault = match (fault.take(), ticket) {
                    (Some(fault), Some(_)) => fault,
                    (Some(fault), None) => {
                        tracing::error!(%fault, "a transaction could not be opened or ended");
                        continue;
                    }
                    (None, _) => Fault::Retry,
                };
                self.answer(ticket, Err(fault));
            }
        }
    }
}

fn unsendable(error: std::io::Error) -> Fault {
    Fault::internal(format!("a statement cannot be sent: {error}"))
}

fn broken(error: impl ToString) -> Fault {
    Fault::Unreachable(error.to_string())
}
