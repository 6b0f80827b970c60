//! What every start and every `migrate` brings up to date: the server's own parts and all
//! tenants.

use bizgraph_kernel::db::provision::{
    NewTenant, Owner, Provisioned, add_tenant, set_up_server, tenants,
};
use bizgraph_kernel::module::Module;

use super::shipped_tenants::shipped_tenants;
use crate::config::Environment;
use crate::schema::MODULES;

/// The module with this name, if the program carries it.
pub fn module(name: &str) -> Option<&'static Module> {
    MODULES.iter().copied().find(|module| module.name == name)
}

/// The shipped tenants and those that were added, each once.
pub async fn all_tenants(owner: &mut Owner) -> anyhow::Result<Vec<NewTenant>> {
    let mut all: Vec<NewTenant> = tenants(owner).await?.iter().map(NewTenant::from).collect();
    for shipped in shipped_tenants() {
        if !all.iter().any(|tenant| tenant.slug == shipped.slug) {
            all.push(shipped);
        }
    }
    Ok(all)
}

/// Sets up the server and every tenant; `migrated` hears each migration with its schema.
pub async fn set_up(
    owner: &mut Owner,
    app_password: Option<&str>,
    environment: Environment,
    migrated: impl Fn(&str, &str) + Clone + Send + 'static,
) -> anyhow::Result<Vec<Provisioned>> {
    set_up_server(owner, app_password).await?;
    let mut provisioned = Vec::new();
    for tenant in all_tenants(owner).await? {
        let (migrated, schema) = (migrated.clone(), tenant.slug.clone());
        let tell = move |name: &str| migrated(&schema, name);
        let with_administrator = environment == Environment::Development;
        let module = module(&tenant.module);
        provisioned.push(add_tenant(owner, &tenant, module, with_administrator, tell).await?);
    }
    Ok(provisioned)
}

#[cfg(test)]
mod tests;
