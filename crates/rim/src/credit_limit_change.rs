//! How limits and scores came to be (spec 5.3, added); only ever added to.

use bizgraph_kernel::Entity;
use bizgraph_kernel::money::Money;
use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::admin_user::AdminUser;
use crate::loan::Loan;
use crate::user::User;

/// A change of a customer's limit or score.
#[derive(Entity, Clone, Debug)]
#[entity(module = "rim", table = credit_limit_changes, permission = "rim.credit_limit_change",
    default_order = created_at desc, money)]
pub struct CreditLimitChange {
    pub id: Uuid,
    /// Whose limit.
    #[entity(belongs_to = user: User, filter)]
    pub user_id: Uuid,
    /// Who changed it; empty for the rules.
    #[entity(belongs_to = changer: AdminUser, filter)]
    pub changed_by: Option<Uuid>,
    /// The loan whose end the rules answered.
    #[entity(belongs_to = loan: Loan, filter)]
    pub loan_id: Option<Uuid>,
    /// Why.
    pub reason: String,
    /// The limit before.
    pub old_limit: Money,
    /// The limit from then on.
    pub new_limit: Money,
    /// The score before.
    #[entity(sensitive = "rim.user.read_sensitive")]
    pub old_score: i32,
    /// The score from then on.
    #[entity(sensitive = "rim.user.read_sensitive")]
    pub new_score: i32,
    /// When.
    #[entity(filter, order)]
    pub created_at: DateTime<Utc>,
    /// When it was written down: what was done is never changed.
    #[entity(sql = "{t}.created_at")]
    pub updated_at: DateTime<Utc>,
}
