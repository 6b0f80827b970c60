//! The kernel at run time: database, clock, keys, modules with their rights, and tenants.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard};
use std::time::{Duration, Instant};

use crate::actor::{Actor, Origin};
use crate::audit::Cipher;
use crate::auth::{Passwords, TokenCache};
use crate::backup::Backups;
use crate::clock::Clock;
use crate::db::{Database, Fault, Session, Tx};
use crate::entity::decode;
use crate::export::ExportSlots;
use crate::kept_role;
use crate::live::Live;
use crate::module::Module;
use crate::notification::Senders;
use crate::policy::{Rights, rights_of};
use crate::provider::Providers;
use crate::refusal::RefusalCounts;
use crate::report::KeptFigures;
use crate::stored_file::{FileStore, NoScanner, Scanner};
use crate::tenant::Tenant;

/// Roles of tenants whose rights are kept ready at most.
const MOST_KEPT_ROLES: usize = 1_024;

/// Everything that requests share.
pub struct Kernel {
    pub database: Arc<Database>,
    pub clock: Arc<dyn Clock>,
    pub cipher: Arc<Cipher>,
    pub passwords: Passwords,
    pub tokens: TokenCache,
    pub refusals: RefusalCounts,
    pub kept_figures: KeptFigures,
    pub exports: ExportSlots,
    /// Where uploaded files are kept.
    pub files: FileStore,
    /// How copies of the tables are made and kept.
    pub backups: Backups,
    /// Who looks into files for what harms.
    pub scanner: Arc<dyn Scanner>,
    /// Who takes messages out of the house.
    pub senders: Senders,
    /// Whom tenants may call.
    pub providers: Arc<Providers>,
    /// Streams of events to those who listen.
    pub live: Live,
    modules: &'static [&'static Module],
    rights: HashMap<&'static str, BTreeMap<&'static str, Arc<Rights>>>,
    /// Rights of roles that tenants keep as rows, by module and the row's text: what changes
    /// in the row is another entry, so nothing here is ever out of date.
    kept: RwLock<HashMap<(&'static str, String), Arc<Rights>>>,
    registry: RwLock<Registry>,
}

/// The tenants as the database had them.
#[derive(Clone, Default)]
struct Registry {
    tenants: HashMap<String, Arc<Tenant>>,
    /// When it was asked for them; never yet unless said.
    asked: Option<Instant>,
}

impl Kernel {
    /// A kernel over these modules; tenants are read with [`Kernel::refresh_tenants`].
    pub fn new(
        mut database: Database,
        clock: Arc<dyn Clock>,
        cipher: Cipher,
        modules: &'static [&'static Module],
    ) -> Self {
        let cipher = Arc::new(cipher);
        database.cipher = Some(cipher.clone());
        Kernel {
            database: Arc::new(database),
            clock,
            cipher,
            passwords: Passwords::default(),
            tokens: TokenCache::default(),
            refusals: RefusalCounts::default(),
            kept_figures: KeptFigures::default(),
            exports: ExportSlots::default(),
            files: FileStore::in_memory(),
            backups: Backups::none(),
            scanner: Arc::new(NoScanner),
            senders: Senders::default(),
            providers: Arc::default(),
            live: Live::default(),
            modules,
            rights: modules.iter().map(|module| (module.name, rights_of(module))).collect(),
            kept: RwLock::default(),
            registry: RwLock::default(),
        }
    }

    /// The same kernel with its files in this store; without it they end with the process.
    #[must_use]
    pub fn with_files(mut self, files: FileStore) -> Self {
        self.files = files;
        self
    }

    /// The same kernel with these backups; without it none can be made.
    #[must_use]
    pub fn with_backups(mut self, backups: Backups) -> Self {
        self.backups = backups;
        self
    }

    /// The same kernel with this scanner; without it files are taken as they are.
    #[must_use]
    pub fn with_scanner(mut self, scanner: Arc<dyn Scanner>) -> Self {
        self.scanner = scanner;
        self
    }

    /// The same kernel with these senders; without them messages are only recorded.
    #[must_use]
    pub fn with_senders(mut self, senders: Senders) -> Self {
        self.senders = senders;
        self
    }

    /// The same kernel with this way to providers; without it calls are only recorded.
    #[must_use]
    pub fn with_providers(mut self, providers: Providers) -> Self {
        self.providers = Arc::new(providers);
        self
    }

    /// The same kernel by another clock, for work whose days are not today.
    #[must_use]
    pub fn by_clock(&self, clock: Arc<dyn Clock>) -> Self {
        Kernel {
            database: self.database.clone(),
            clock,
            cipher: self.cipher.clone(),
            passwords: self.passwords.clone(),
            tokens: TokenCache::default(),
            refusals: RefusalCounts::default(),
            kept_figures: KeptFigures::default(),
            exports: self.exports.clone(),
            files: self.files.clone(),
            backups: self.backups.clone(),
            scanner: self.scanner.clone(),
            senders: self.senders.clone(),
            providers: self.providers.clone(),
            live: Live::default(),
            modules: self.modules,
            rights: self.rights.clone(),
            kept: RwLock::default(),
            registry: RwLock::new(self.registry().clone()),
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

    /// The rights of a role that the code knows; none for any other.
    pub fn rights(&self, module: &Module, role: &str) -> Arc<Rights> {
        let roles = self.rights.get(module.name);
        roles.and_then(|roles| roles.get(role)).cloned().unwrap_or_default()
    }

    /// The rights of a role of this actor's tenant, wherever it is kept; none for a role that
    /// does not exist.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn role_rights(&self, actor: &Arc<Actor>, role: &str) -> Result<Arc<Rights>, Fault> {
        let Some(sql) = kept_role::query(actor.module, role) else {
            return Ok(self.rights(actor.module, role));
        };
        let session = Session::new(self.database.clone(), actor.clone(), self.clock.now());
        let rows = session.load(sql).await;
        session.finish();
        match rows?.first() {
            Some(row) => self.kept_rights(actor.module, decode(row, 0)?),
            None => Ok(Arc::default()),
        }
    }

    /// The rights behind a role's row.
    pub(crate) fn kept_rights(
        &self,
        module: &'static Module,
        permissions: serde_json::Value,
    ) -> Result<Arc<Rights>, Fault> {
        let key = (module.name, permissions.to_string());
        let known = self.kept.read().unwrap_or_else(PoisonError::into_inner).get(&key).cloned();
        if let Some(rights) = known {
            return Ok(rights);
        }
        let grants = kept_role::grants(permissions)?;
        let rights = Arc::new(kept_role::rights_from(module, &grants));
        let mut kept = self.kept.write().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= MOST_KEPT_ROLES {
            kept.clear();
        }
        kept.insert(key, rights.clone());
        Ok(rights)
    }

    /// A tenant that is in the registry, as it was read last.
    pub fn tenant(&self, slug: &str) -> Option<Arc<Tenant>> {
        self.registry().tenants.get(slug).cloned()
    }

    /// Every tenant, as read last, by slug.
    pub fn tenants(&self) -> Vec<Arc<Tenant>> {
        let mut all: Vec<_> = self.registry().tenants.values().cloned().collect();
        all.sort_by(|a, b| a.slug.cmp(&b.slug));
        all
    }

    /// Reads the registry again.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn refresh_tenants(&self) -> Result<(), Fault> {
        let asked = Some(Instant::now());
        let all = crate::db::provision::registry(&self.database).await?;
        let tenants =
            all.into_iter().map(|tenant| (tenant.slug.clone(), Arc::new(tenant))).collect();
        *self.registry.write().unwrap_or_else(PoisonError::into_inner) =
            Registry { tenants, asked };
        Ok(())
    }

    /// How long ago the tenants were asked for; `None` where they never were.
    pub fn tenants_age(&self) -> Option<Duration> {
        self.registry().asked.map(|asked| asked.elapsed())
    }

    fn registry(&self) -> RwLockReadGuard<'_, Registry> {
        self.registry.read().unwrap_or_else(PoisonError::into_inner)
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
            credential: None,
            must_change_password: false,
            must_enrol_second_factor: false,
            second_factor: None,
            fixed_business_date: None,
        }))
    }

    /// A write transaction for an actor.
    ///
    /// # Errors
    /// See [`Tx::begin`].
    pub async fn begin(&self, actor: Arc<Actor>, origin: Origin) -> Result<Tx, Fault> {
        let (now, cipher) = (self.clock.now(), self.cipher.clone());
        Tx::begin(&self.database, actor, origin, now, cipher, self.providers.clone()).await
    }
}
