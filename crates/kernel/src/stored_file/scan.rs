//! Looking for what harms: every file is shown to a scanner before anybody can attach it. None
//! ships; whoever has one says so where the kernel is made.

use bytes::Bytes;
use futures_util::future::{BoxFuture, FutureExt, ready};
use futures_util::stream::BoxStream;

use crate::db::Fault;

/// A file that arrived whole and belongs to nobody yet.
pub struct Arrival<'a> {
    pub name: &'a str,
    /// What it is, found in its content.
    pub content_type: &'a str,
    /// In bytes.
    pub byte_length: u64,
    pub pieces: BoxStream<'static, Result<Bytes, Fault>>,
}

/// What a scanner found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    Clean,
    /// It harms; by the name that the scanner gives to what it found.
    Harmful(String),
}

/// Looks into files for what harms.
pub trait Scanner: Send + Sync {
    /// Looks into one file; outside any transaction, so it may take its time.
    fn scan<'a>(&'a self, file: Arrival<'a>) -> BoxFuture<'a, Result<Verdict, Fault>>;
}

/// Takes every file as it is.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoScanner;

impl Scanner for NoScanner {
    fn scan<'a>(&'a self, _file: Arrival<'a>) -> BoxFuture<'a, Result<Verdict, Fault>> {
        ready(Ok(Verdict::Clean)).boxed()
    }
}
