//! Subscriptions as data: which events a stream tells, to whom, and what it shows of them.
//!
//! A mutation announces (`tx.announce`, `tx.announce_with`, `tx.signal`); a subscription names
//! the entity whose announcements it tells. Each event is shown with the row as the listener may
//! see it now; who may not see the row, or a row that the event speaks of, does not hear of it.

use crate::entity::metadata::Meta;

/// One subscription field.
pub struct Subscription {
    /// `rimTicketEvents`
    pub name: &'static str,
    pub doc: &'static str,
    /// Needed to listen.
    pub permission: &'static str,
    /// The entity whose events are told; a field of the event shows its row.
    pub entity: fn() -> &'static Meta,
    /// Name of the event's type in GraphQL.
    pub event_type: &'static str,
    /// The argument that picks one row, and whether it must be there.
    pub row: Option<(&'static str, bool)>,
    /// Whether rows can be picked by the entity's own filter, in the argument `filter`.
    pub filtered: bool,
    /// Whether it can be come back to: the argument `after` and the event's cursor.
    pub resumes: bool,
    /// Whether signals are told too: who looks, who types.
    pub signals: bool,
    /// The name of one of the entity's scopes that a row has to be in, whatever the listener may
    /// see beyond it.
    pub scope: Option<&'static str>,
    /// Rows that an event may speak of beside its own.
    pub related: &'static [RelatedRow],
}

/// A row that an event may speak of beside its own.
pub struct RelatedRow {
    /// The field that shows it, and the key of the event's payload that names it.
    pub field: &'static str,
    pub doc: &'static str,
    pub entity: fn() -> &'static Meta,
}

impl Subscription {
    /// The union of what a stream tells.
    pub fn union_type(&self) -> String {
        format!("{}Payload", crate::schema::pascal_case(self.name))
    }
}
