//! A mail server on loopback that speaks enough of SMTP (RFC 5321), and misbehaves when told.

use std::sync::{Arc, Mutex};

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

/// What the server does with a mail.
#[derive(Clone, Copy)]
pub enum Mood {
    Takes,
    /// Says 451 to the recipient.
    IsBusy,
    /// Says 550 to the recipient.
    KnowsNobody,
    /// Says 550 once it has the whole mail.
    DislikesTheText,
    /// Says 535 to the login.
    RefusesTheLogin,
    /// Says nothing once it has the whole mail.
    Stalls,
    /// Hangs up instead of greeting.
    HangsUp,
}

/// A mail as it came in.
#[derive(Clone, Debug)]
pub struct Mail {
    pub from: String,
    pub to: String,
    /// Headers, an empty line and the body.
    pub data: String,
}

struct Inside {
    mood: Mutex<Mood>,
    mails: Mutex<Vec<Mail>>,
}

/// A running server.
pub struct MailServer {
    pub port: u16,
    inside: Arc<Inside>,
}

impl MailServer {
    /// A server on a port of its own.
    pub async fn start() -> MailServer {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let inside = Arc::new(Inside { mood: Mutex::new(Mood::Takes), mails: Mutex::default() });
        let shared = inside.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                // A client that hangs up ends its own conversation only.
                tokio::spawn(converse(stream, shared.clone()));
            }
        });
        MailServer { port, inside }
    }

    /// From now on it behaves so.
    pub fn is(&self, mood: Mood) {
        *self.inside.mood.lock().unwrap() = mood;
    }

    /// Every mail that it has whole.
    pub fn mails(&self) -> Vec<Mail> {
        self.inside.mails.lock().unwrap().clone()
    }
}

async fn converse(stream: TcpStream, inside: Arc<Inside>) -> Option<()> {
    let mood = *inside.mood.lock().unwrap();
    if matches!(mood, Mood::HangsUp) {
        return None;
    }
    let (reader, mut writer) = stream.into_split();
    let mut lines = BufReader::new(reader).lines();
    writer.write_all(b"220 mail.example ready\r\n").await.ok()?;
    let mut mail = Mail { from: String::new(), to: String::new(), data: String::new() };
    while let Some(line) = lines.next_line().await.ok()? {
        let verb = line.split([' ', ':']).next().unwrap_or_default().to_uppercase();
        let answer = match (verb.as_str(), mood) {
            ("EHLO", Mood::RefusesTheLogin) => "250-mail.example\r\n250 AUTH PLAIN",
            ("EHLO", _) => "250-mail.example\r\n250 8BITMIME",
            ("AUTH", _) => "535 5.7.8 wrong password",
            ("MAIL", _) => {
                mail.from.clone_from(&line);
                "250 fine"
            }
            ("RCPT", Mood::IsBusy) => "451 4.3.0 try later",
            ("RCPT", Mood::KnowsNobody) => "550 5.1.1 no such mailbox",
            ("RCPT", _) => {
                mail.to.clone_from(&line);
                "250 fine"
            }
            ("DATA", _) => {
                writer.write_all(b"354 go on\r\n").await.ok()?;
                loop {
                    let line = lines.next_line().await.ok()??;
                    if line == "." {
                        break;
                    }
                    // A leading dot is doubled on the wire.
                    mail.data.push_str(line.strip_prefix('.').unwrap_or(&line));
                    mail.data.push('\n');
                }
                match mood {
                    Mood::DislikesTheText => "550 5.7.1 looks like spam",
                    Mood::Stalls => {
                        inside.mails.lock().unwrap().push(mail.clone());
                        // Ends when the client has waited long enough.
                        while lines.next_line().await.ok()?.is_some() {}
                        return None;
                    }
                    _ => {
                        inside.mails.lock().unwrap().push(mail.clone());
                        "250 taken"
                    }
                }
            }
            ("QUIT", _) => "221 bye",
            _ => "250 fine",
        };
        writer.write_all(format!("{answer}\r\n").as_bytes()).await.ok()?;
        if verb == "QUIT" {
            return None;
        }
    }
    Some(())
}
