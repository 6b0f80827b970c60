//! Faults of the server or the database, as opposed to refusals of a rule.

use diesel::result::{DatabaseErrorKind, Error};
use fallible_iterator::FallibleIterator;
use postgres_protocol::message::backend::ErrorResponseBody;
use tokio_postgres::error::SqlState;

/// What went wrong below the rules.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// No connection became free in time.
    #[error("no database connection became free in time")]
    Busy,
    /// Too many passwords are being checked at this moment.
    #[error("too many passwords are being checked")]
    TooManyHashes,
    /// The connection to the database, or to a store of files, broke or cannot be made.
    #[error("a connection broke or cannot be made: {0}")]
    Unreachable(String),
    /// A row lock was not granted in time.
    #[error("a lock was not granted in time")]
    LockTimeout,
    /// A deadlock or a serialization failure; the transaction may be run again.
    #[error("the transaction has to be run again")]
    Retry,
    /// The statement ran into its time limit or was cancelled.
    #[error("the statement took too long")]
    StatementTimeout,
    /// A prepared statement no longer fits a migrated table; a fresh connection helps.
    #[error("a cached plan no longer fits")]
    StalePlan,
    /// Text with a character that the database cannot store.
    #[error("text with a character that cannot be stored")]
    BadText,
    /// Any other answer of the database.
    #[error("database: {0}")]
    Database(Error),
    /// A defect of ours.
    #[error("{0}")]
    Internal(String),
}

impl Fault {
    /// A defect, told in a sentence.
    pub fn internal(message: impl Into<String>) -> Self {
        Fault::Internal(message.into())
    }

    /// A value that is not what its column promises.
    pub fn decode(error: Box<dyn std::error::Error + Send + Sync>) -> Self {
        Fault::Internal(format!("decoding a value: {error}"))
    }

    /// The constraint's kind, name and the database's own detail, when one was violated.
    pub fn violated_constraint(&self) -> Option<(DatabaseViolation, String, String)> {
        let Fault::Database(Error::DatabaseError(kind, information)) = self else { return None };
        let violation = match kind {
            DatabaseErrorKind::UniqueViolation => DatabaseViolation::Unique,
            DatabaseErrorKind::ForeignKeyViolation => DatabaseViolation::ForeignKey,
            DatabaseErrorKind::CheckViolation => DatabaseViolation::Check,
            DatabaseErrorKind::NotNullViolation => DatabaseViolation::NotNull,
            _ if information.message().contains("numeric field overflow")
                || information.message().contains("out of range") =>
            {
                DatabaseViolation::Overflow
            }
            _ if information.message().contains("value too long") => DatabaseViolation::TooLong,
            _ => return None,
        };
        let name = information.constraint_name().or(information.column_name()).unwrap_or_default();
        let detail = information.details().unwrap_or_default();
        Some((violation, name.to_owned(), detail.to_owned()))
    }
}

/// The kinds of constraint that inputs can run into.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DatabaseViolation {
    Unique,
    ForeignKey,
    Check,
    NotNull,
    Overflow,
    TooLong,
}

impl Fault {
    /// What the database answered on the wire.
    pub(crate) fn of_answer(body: &ErrorResponseBody) -> Self {
        let (mut code, mut message) = (String::new(), String::new());
        let mut fields = body.fields();
        while let Ok(Some(field)) = fields.next() {
            let text = || String::from_utf8_lossy(field.value_bytes()).into_owned();
            match field.type_() {
                b'C' => code = text(),
                b'M' => message = text(),
                _ => {}
            }
        }
        // One statement's failure ends the transaction of all: theirs is no fault of its own.
        if code == SqlState::IN_FAILED_SQL_TRANSACTION.code() {
            return Fault::Retry;
        }
        let kind = match code == SqlState::T_R_SERIALIZATION_FAILURE.code() {
            true => DatabaseErrorKind::SerializationFailure,
            false => DatabaseErrorKind::Unknown,
        };
        Fault::from(Error::DatabaseError(kind, Box::new(message)))
    }
}

impl From<tokio_postgres::Error> for Fault {
    fn from(error: tokio_postgres::Error) -> Self {
        Fault::Unreachable(error.to_string())
    }
}

impl From<Error> for Fault {
    fn from(error: Error) -> Self {
        match &error {
            Error::DatabaseError(DatabaseErrorKind::SerializationFailure, _) => Fault::Retry,
            Error::DatabaseError(DatabaseErrorKind::ClosedConnection, information) => {
                Fault::Unreachable(information.message().to_owned())
            }
            Error::DatabaseError(_, information) => match information.message() {
                "deadlock detected" => Fault::Retry,
                message if message.starts_with("canceling statement due to lock timeout") => {
                    Fault::LockTimeout
                }
                message if message.starts_with("canceling statement due to") => {
                    Fault::StatementTimeout
                }
                message if message.starts_with("cached plan must not change") => Fault::StalePlan,
                message if message.starts_with("invalid byte sequence for encoding") => {
                    Fault::BadText
                }
                message if message.contains("connection closed") => {
                    Fault::Unreachable(message.to_owned())
                }
                _ => Fault::Database(error),
            },
            _ => Fault::Database(error),
        }
    }
}
