//! The kernel at run time: database, clock, keys, modules with their rights, and tenants.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, PoisonError, RwLock};

use crate::actor::{Actor, Origin};
use crate::audit::Cipher;
use crate::auth::{Passwords, TokenCache};
use crate::clock::Clock;
use crate::db::{Database, Fault, Tx};
use crate::module::Module;
use crate::policy::{Rights, rights_of};
use crate::refusal::RefusalCounts;
use crate::tenant::Tenant;

/// Everything that requests share.
pub struct Kernel {
    pub database: Arc<Database>,
    pub clock: Arc<dyn Clock>,
    pub cipher: Arc<Cipher>,
    pub passwords: Passwords,
    pub tokens: TokenCache,
    pub refusals: RefusalCounts,
    modules: &'static [&'static Module],
    rights: HashMap<&'static str, BTreeMap<&'static str, Arc<Rights>>>,
    tenants: RwLock<HashMap<String, Arc<Tenant>>>,
}

impl Kernel {
    /// A kernel over these modules; tenants are read with [`Kernel::refresh_tenants`].
    pub fn new(
        database: Database,
        clock: Arc<dyn Clock>,
        cipher: Cipher,
        modules: &'static [&'static Module],
    ) -> Self {
        Kernel {
            database: Arc::new(database),
            clock,
            cipher: Arc::new(cipher),
            passwords: Passwords::default(),
            tokens: TokenCache::default(),
            refusals: RefusalCounts::default(),
            modules,
            rights: modules.iter().map(|module| (module.name, rights_of(module))).collect(),
            tenants: RwLock::default(),
        }
    }

    /// The same kernel by another clock, for work whose days are not today.
    #[must_use]
    pub fn by_clock(&self, clock: Arc<dyn Clock>) -> Self {
        let tenants = self.tenants.read().unwrap_or_else(PoisonError::into_inner).clone();
        Kernel {
            database: self.database.clone(),
            clock,
            cipher: self.cipher.clone(),
            passwords: self.passwords.clone(),
            tokens: TokenCache::default(),
            refusals: RefusalCounts::default(),
            modules: self.modules,
            rights: self.rights.clone(),
            tenants: RwLock::new(tenants),
        }
    }

    /// The modules that this server carries.
    pub fn modules(&self) -> &'static [&'static Module] {
        self.modules
    }

    /// The module with this name.
    pub fn module(&self, name: &str) -> Option<&'static Module> {
        self.modules.iter().copied().find(|module| module.name == name)
    }

    /// The rights of a role; none for a role that does not exist.
    pub fn rights(&self, module: &Module, role: &str) -> Arc<Rights> {
        let roles = self.rights.get(module.name);
        roles.and_then(|roles| roles.get(role)).cloned().unwrap_or_default()
    }

    /// A tenant that is in the registry, as it was read last.
    pub fn tenant(&self, slug: &str) -> Option<Arc<Tenant>> {
        self.tenants.read().unwrap_or_else(PoisonError::into_inner).get(slug).cloned()
    }

    /// Every tenant, as read last, by slug.
    pub fn tenants(&self) -> Vec<Arc<Tenant>> {
        let tenants = self.tenants.read().unwrap_or_else(PoisonError::into_inner);
        let mut all: Vec<_> = tenants.values().cloned().collect();
        all.sort_by(|a, b| a.slug.cmp(&b.slug));
        all
    }

    /// Reads the registry again.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn refresh_tenants(&self) -> Result<(), Fault> {
        let all = crate::db::provision::registry(&self.database).await?;
        let fresh = all.into_iter().map(|tenant| (tenant.slug.clone(), Arc::new(tenant))).collect();
        *self.tenants.write().unwrap_or_else(PoisonError::into_inner) = fresh;
        Ok(())
    }

    /// The server itself as an actor of a tenant: jobs, login, demo data.
    pub fn system_actor(&self, tenant: Arc<Tenant>) -> Option<Arc<Actor>> {
        let module = self.module(&tenant.module)?;
        Some(Arc::new(Actor {
            tenant,
            module,
            id: "system".to_owned(),
            username: "system".to_owned(),
            name: "System".to_owned(),
            role: "system".to_owned(),
            rights: self.rights(module, module.administrator),
            session: None,
            must_change_password: false,
            fixed_business_date: None,
        }))
    }

    /// A write transaction for an actor.
    ///
    /// # Errors
    /// See [`Tx::begin`].
    pub async fn begin(&self, actor: Arc<Actor>, origin: Origin) -> Result<Tx, Fault> {
        Tx::begin(&self.database, actor, origin, self.clock.now(), self.cipher.clone()).await
    }
}
