//! Setting up a server and its tenants, as the owner of the database: schemas, roles, rights,
//! starting rows (spec 1.1, 1.2, 1.11). Everything here may be run again without harm.

mod administrator;
mod owner;
mod provision_fault;
mod register;
mod server;
mod tenant_schema;

pub use administrator::{DEFAULT_ADMINISTRATOR, add_administrator};
pub use owner::Owner;
pub use provision_fault::ProvisionFault;
pub use register::{NewTenant, registry, set_active, tenants};
pub use server::set_up_server;
pub(crate) use tenant_schema::adopt;
pub use tenant_schema::{Provisioned, add_tenant};
