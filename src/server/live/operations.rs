//! The operations that run on one socket.

use std::{
    pin::Pin,
    task::{Context, Poll},
};

use futures_util::Stream;

use super::operation::{Answer, Answers};

/// Operations by the ids that the client gave them. As a stream it answers whatever comes next
/// of any of them, each in its turn.
#[derive(Default)]
pub struct Operations {
    running: Vec<(String, Answers)>,
    turn: usize,
}

/// What came of an operation.
pub enum Came {
    /// An answer; a refusal ended it.
    Answer(String, Answer),
    /// It has nothing more to say.
    End(String),
}

impl Operations {
    /// How many run.
    pub fn len(&self) -> usize {
        self.running.len()
    }

    /// Whether none runs.
    pub fn is_empty(&self) -> bool {
        self.running.is_empty()
    }

    /// Whether an operation with this id runs.
    pub fn has(&self, id: &str) -> bool {
        self.running.iter().any(|(known, _)| known == id)
    }

    /// Adds an operation.
    pub fn add(&mut self, id: String, answers: Answers) {
        self.running.push((id, answers));
    }

    /// Ends an operation; one that does not run has ended already.
    pub fn end(&mut self, id: &str) {
        self.running.retain(|(known, _)| known != id);
    }
}

impl Stream for Operations {
    type Item = Came;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Came>> {
        let this = &mut *self;
        for step in 0..this.running.len() {
            let place = (this.turn + step) % this.running.len();
            let Some((id, answers)) = this.running.get_mut(place) else { continue };
            match answers.as_mut().poll_next(context) {
                Poll::Pending => {}
                Poll::Ready(Some(answer)) if !answer.is_refusal => {
                    let came = Came::Answer(id.clone(), answer);
                    this.turn = place + 1;
                    return Poll::Ready(Some(came));
                }
                Poll::Ready(last) => {
                    let (id, _) = this.running.swap_remove(place);
                    return Poll::Ready(Some(match last {
                        Some(refusal) => Came::Answer(id, refusal),
                        None => Came::End(id),
                    }));
                }
            }
        }
        // Somebody who waits for this waits for other things too.
        Poll::Pending
    }
}
