//! When alerts went off (spec 5.9, added); only ever added to.

use bizgraph_kernel::Entity;
use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::system_alert::SystemAlert;

/// An alert that went off.
#[derive(Entity, Clone, Debug)]
#[entity(module = "rim", table = alert_firings, permission = "rim.alert_firing",
    default_order = created_at desc)]
pub struct AlertFiring {
    pub id: Uuid,
    /// The alert.
    #[entity(belongs_to = system_alert: SystemAlert, filter)]
    pub system_alert_id: Uuid,
    /// What was counted.
    pub value: i32,
    /// The threshold at that moment.
    pub threshold: i32,
    /// Messages that were written for it.
    pub notified: i32,
    /// When it went off.
    #[entity(filter, order)]
    pub created_at: DateTime<Utc>,
    /// When it was written down: what was done is never changed.
    #[entity(sql = "{t}.created_at")]
    pub updated_at: DateTime<Utc>,
}
