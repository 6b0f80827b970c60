//! The roots of a GraphQL schema, assembled from modules as data. Each module has a schema of
//! its own beside the platform's part, so that other modules' types do not exist for a caller
//! (spec 1.2.6).

mod answer;
mod mutation_root;
mod nodes;
mod query_root;
mod request;
mod type_info;

pub use answer::{fault_error, refusal_error};
pub use mutation_root::MutationRoot;
pub use query_root::QueryRoot;
pub use request::RequestContext;

use crate::approval::{self, ApprovalRequest};
use crate::auth::{self, ApiKey, SecuritySettings, TenantSetting};
use crate::entity::metadata::{Entity, Meta};
use crate::module::Module;
use crate::mutation::Mutation;

/// Which modules a schema shows; a type, because async-graphql asks types for their fields.
pub trait Face: Send + Sync + 'static {
    /// The modules, none for a caller without a login.
    fn modules() -> &'static [&'static Module];
}

/// Entities that every tenant has.
pub static PLATFORM_ENTITIES: &[&Meta] =
    &[ApprovalRequest::META, ApiKey::META, TenantSetting::META, SecuritySettings::META];

/// Mutations that every tenant has.
pub static PLATFORM_MUTATIONS: &[&Mutation] = &[
    &approval::APPROVE,
    &approval::REJECT,
    &auth::API_KEY_CREATE,
    &auth::API_KEY_REVOKE,
    &auth::TENANT_SETTING_SET,
    &auth::SECURITY_SETTINGS_UPDATE,
];

/// The mutation with this name, of the module or of the platform.
pub fn mutation_by_name(module: &Module, name: &str) -> Option<&'static Mutation> {
    let mut all = module.mutations.iter().chain(PLATFORM_MUTATIONS);
    all.find(|mutation| mutation.name == name).copied()
}
