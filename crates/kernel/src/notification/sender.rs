//! Who takes messages out of the house.

use std::sync::Arc;

use futures_util::future::{BoxFuture, ready};

use crate::notification::Channel;

/// A message as a sender gets it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// The same at every attempt, and no other message's.
    pub id: String,
    /// Name of the tenant.
    pub from_name: String,
    /// Mail address or phone number.
    pub recipient: String,
    pub subject: String,
    pub body: String,
    /// Whether the body is HTML, which only mails can be.
    pub is_html: bool,
}

/// Why a message was not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SendFailure {
    /// It may be taken another time.
    Temporary(String),
    /// It will never be.
    Permanent(String),
}

/// Takes messages out of the house.
pub trait Sender: Send + Sync + 'static {
    /// What a sent message says of who took it.
    fn name(&self) -> &'static str;

    /// Sends one message; done when the next station has taken the responsibility for it.
    fn send<'a>(&'a self, message: &'a Message) -> BoxFuture<'a, Result<(), SendFailure>>;
}

/// The name of the sender that sends nothing.
pub(super) const RECORD: &str = "record";

/// Sends nothing: a message stays where it can be read.
pub struct RecordingSender;

impl Sender for RecordingSender {
    fn name(&self) -> &'static str {
        RECORD
    }

    fn send<'a>(&'a self, _message: &'a Message) -> BoxFuture<'a, Result<(), SendFailure>> {
        Box::pin(ready(Ok(())))
    }
}

/// The sender of each channel.
#[derive(Clone)]
pub struct Senders {
    pub email: Arc<dyn Sender>,
    pub sms: Arc<dyn Sender>,
}

impl Default for Senders {
    fn default() -> Self {
        Senders { email: Arc::new(RecordingSender), sms: Arc::new(RecordingSender) }
    }
}

impl Senders {
    pub(super) fn of(&self, channel: Channel) -> &Arc<dyn Sender> {
        match channel {
            Channel::Email => &self.email,
            Channel::Sms => &self.sms,
        }
    }
}
