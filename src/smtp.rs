//! Mails by a mail server (SMTP).

use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use bizgraph_kernel::notification::{Message, SendFailure, Sender, Senders};
use futures_util::future::BoxFuture;
use lettre::message::Mailbox;
use lettre::message::header::ContentType;
use lettre::transport::smtp::Error;
use lettre::{AsyncSmtpTransport, AsyncTransport, Tokio1Executor};
use tokio::time::timeout;

use crate::config::Mail;

/// How long the mail server may take for a mail.
const PATIENCE: Duration = Duration::from_secs(20);

/// Answers that name our own rights, not the mail: they pass when somebody mends the settings
/// (RFC 4954).
const OUR_OWN_FAULT: [&str; 4] = ["530", "534", "535", "538"];

/// The senders of a server that has a mail server; text messages are only recorded.
///
/// # Errors
/// When the address of the mail server, or the one that mails come from, cannot be read.
pub fn senders(mail: &Mail) -> anyhow::Result<Senders> {
    Ok(Senders { email: Arc::new(SmtpSender::new(mail, PATIENCE)?), ..Senders::default() })
}

/// Hands mails to a mail server, each by a connection of its own.
pub struct SmtpSender {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
    patience: Duration,
}

impl SmtpSender {
    /// A sender by this mail server, which may take so long for a mail.
    ///
    /// # Errors
    /// When the address of the mail server, or the one that mails come from, cannot be read.
    pub fn new(mail: &Mail, patience: Duration) -> anyhow::Result<Self> {
        let transport = AsyncSmtpTransport::<Tokio1Executor>::from_url(&mail.url)
            .context("--smtp-url (BIZGRAPH_SMTP_URL) is no address of a mail server")?
            .build();
        let from = mail.from.parse().context(
            "--mail-from (BIZGRAPH_MAIL_FROM) is no mail address, such as Shop <shop@example.com>",
        )?;
        Ok(SmtpSender { transport, from, patience })
    }

    fn mail(&self, message: &Message) -> anyhow::Result<lettre::Message> {
        let name = self.from.name.clone().unwrap_or_else(|| message.from_name.clone());
        let from = Mailbox::new(Some(name), self.from.email.clone());
        let id = format!("<{}@{}>", message.id, self.from.email.domain());
        let to = Mailbox::new(None, message.recipient.parse()?);
        let builder = lettre::Message::builder().message_id(Some(id)).from(from).to(to);
        let html = message.is_html;
        let content = if html { ContentType::TEXT_HTML } else { ContentType::TEXT_PLAIN };
        let builder = builder.subject(&message.subject).header(content);
        Ok(builder.body(message.body.clone())?)
    }
}

impl Sender for SmtpSender {
    fn name(&self) -> &'static str {
        "smtp"
    }

    fn send<'a>(&'a self, message: &'a Message) -> BoxFuture<'a, Result<(), SendFailure>> {
        Box::pin(async move {
            let mail = self.mail(message).map_err(|error| {
                SendFailure::Permanent(format!("no mail can be made of it: {error}"))
            })?;
            match timeout(self.patience, self.transport.send(mail)).await {
                Ok(sent) => sent.map(drop).map_err(|error| failure(&error)),
                Err(_) => Err(SendFailure::Temporary("the mail server takes too long".to_owned())),
            }
        })
    }
}

fn failure(error: &Error) -> SendFailure {
    let text = error.to_string();
    let code = error.status().map(|code| code.to_string()).unwrap_or_default();
    if error.is_permanent() && !OUR_OWN_FAULT.contains(&code.as_str()) {
        SendFailure::Permanent(text)
    } else {
        SendFailure::Temporary(text)
    }
}
