//! What few requests come to, set aside from what all of them do.

use std::pin::Pin;

/// Puts work on the heap. A request holds room for all that it may come to wait for, from its
/// first moment and wherever it is moved; set aside, what is rare or large takes room only when
/// it is come to.
pub fn aside<F: Future>(work: F) -> Pin<Box<F>> {
    Box::pin(work)
}
