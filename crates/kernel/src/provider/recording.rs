//! A provider that calls nobody.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use futures_util::future::{BoxFuture, ready};
use serde_json::json;

use crate::provider::{Call, Provider, Reply};

/// Calls that are remembered at most.
const MOST: usize = 100;

/// Keeps what would have been asked and says that it was taken, no more: people confirm the rest.
#[derive(Default)]
pub struct RecordingProvider {
    calls: Mutex<VecDeque<Call>>,
}

impl RecordingProvider {
    /// The last hundred calls, the oldest first.
    pub fn calls(&self) -> Vec<Call> {
        self.calls.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned().collect()
    }
}

impl Provider for RecordingProvider {
    fn call<'a>(&'a self, call: &'a Call) -> BoxFuture<'a, Reply> {
        let mut calls = self.calls.lock().unwrap_or_else(PoisonError::into_inner);
        if calls.len() == MOST {
            calls.pop_front();
        }
        calls.push_back(call.clone());
        let body = Some(json!({ "status": "pending" }));
        Box::pin(ready(Reply::Answered { status: 202, body }))
    }
}
