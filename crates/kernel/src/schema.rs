//! The roots of a GraphQL schema, assembled from modules as data. Each module has a schema of
//! its own beside the platform's part, so that other modules' types do not exist for a caller
//! (spec 1.2.6).

mod answer;
mod direct;
mod event_plan;
mod listened_row;
mod mutation_root;
mod nodes;
mod query_root;
mod reports;
mod request;
mod stream;
mod subscription_root;
mod type_info;
mod verification;

pub use answer::{fault_error, refusal_error};
pub use direct::{plain_query, run_direct};
pub use mutation_root::MutationRoot;
pub use query_root::QueryRoot;
pub use request::RequestContext;
pub use subscription_root::SubscriptionRoot;
pub(crate) use type_info::pascal_case;

use crate::approval::{self, ApprovalRequest};
use crate::audit::RecordedEntry;
use crate::auth::{self, ApiKey, SecuritySettings, TenantSetting};
use crate::business_calendar::{self, BusinessCalendar};
use crate::calendar_holiday::{self, CalendarHoliday};
use crate::entity::metadata::{Entity, Meta};
use crate::job::{self, JobRun};
use crate::module::Module;
use crate::mutation::Mutation;
use crate::notification::Notification;
use crate::period_lock::{self, PeriodLock};
use crate::stored_file::{self, StoredFile};

/// Which modules a schema shows; a type, because async-graphql asks types for their fields.
pub trait Face: Send + Sync + 'static {
    /// The modules, none for a caller without a login.
    fn modules() -> &'static [&'static Module];
}

/// Entities that every tenant has.
pub static PLATFORM_ENTITIES: &[&Meta] = &[
    ApprovalRequest::META,
    ApiKey::META,
    TenantSetting::META,
    SecuritySettings::META,
    StoredFile::META,
    RecordedEntry::META,
    JobRun::META,
    Notification::META,
    BusinessCalendar::META,
    CalendarHoliday::META,
    PeriodLock::META,
];

/// Mutations that every tenant has.
pub static PLATFORM_MUTATIONS: &[&Mutation] = &[
    &approval::APPROVE,
    &approval::REJECT,
    &auth::API_KEY_CREATE,
    &auth::API_KEY_REVOKE,
    &auth::TENANT_SETTING_SET,
    &auth::SECURITY_SETTINGS_UPDATE,
    &auth::SECURITY_SETTINGS_UNLOCK_ADDRESS,
    &stored_file::STORED_FILE_LINK,
    &job::JOB_RUN,
    &business_calendar::BUSINESS_CALENDAR_UPDATE,
    &calendar_holiday::CALENDAR_HOLIDAY_ADD,
    &calendar_holiday::CALENDAR_HOLIDAY_REMOVE,
    &period_lock::PERIOD_LOCK_MOVE_FORWARD,
    &period_lock::PERIOD_LOCK_MOVE_BACK,
];

/// The mutation with this name, of the module or of the platform.
pub fn mutation_by_name(module: &Module, name: &str) -> Option<&'static Mutation> {
    let mut all = module.mutations.iter().chain(PLATFORM_MUTATIONS);
    all.find(|mutation| mutation.name == name).copied()
}
