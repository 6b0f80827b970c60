//! Roles that a tenant keeps as rows: each a list of resources with what may be done to them
//! (rim 5.2). A resource is an entity, by the name of its table, or one that the module names
//! for what the three actions cannot say.

use std::collections::{BTreeSet, HashMap};

use serde::{Deserialize, Serialize};

use crate::db::{Fault, Tx};
use crate::entity::metadata::Meta;
use crate::entity::sql::{Bind, Sql};
use crate::module::Module;
use crate::policy::{Rights, Scope, rights_of};
use crate::refusal::{Code, Refusal, Rule};
use crate::schema::{PLATFORM_ENTITIES, PLATFORM_MUTATIONS};

/// Where a module's roles are, and what their resources mean beyond its entities.
pub struct KeptRoles {
    /// A query for every role: name and permissions, as JSON.
    pub query: &'static str,
    pub resources: &'static [Resource],
}

/// A resource beside the entities' own; permissions that it carries, no entity's `write` does.
pub struct Resource {
    /// `users.credit`
    pub name: &'static str,
    pub doc: &'static str,
    /// What `write` on it allows, besides the moves that machines give to it.
    pub permissions: &'static [&'static str],
}

/// One entry of a role: a resource and what may be done to it.
#[derive(Clone, Debug, Deserialize)]
pub struct Grant {
    pub resource: String,
    pub actions: Vec<Action>,
    /// The name of one of the entity's scopes; every row unless said.
    #[serde(default)]
    pub scope: Option<String>,
}

/// What may be done to a resource.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum Action {
    Read,
    Write,
    Delete,
}

/// The suffixes of resources that every entity has besides its own, with the permission; that of
/// reports only where the module has some under it.
const READINGS: [(&str, &str); 3] =
    [("export", "export"), ("sensitive", "read_sensitive"), ("reports", "report")];

fn has_reports(module: &Module, meta: &Meta) -> bool {
    let permission = meta.permission_to("report");
    module.reports.iter().any(|report| report.permission == permission)
}

fn entities(module: &Module) -> impl Iterator<Item = &'static Meta> {
    module.entities.iter().chain(PLATFORM_ENTITIES).copied()
}

/// What `write` on a resource that is no entity's own allows.
fn carried_by(module: &Module, resource: &str) -> BTreeSet<String> {
    let named = module.kept_roles.iter().flat_map(|kept| kept.resources);
    let named = named.filter(|named| named.name == resource).flat_map(|named| named.permissions);
    let mut carried: BTreeSet<String> = named.map(|name| (*name).to_owned()).collect();
    for meta in entities(module) {
        let Some(machine) = meta.machine.map(|machine| machine()) else { continue };
        let moves = machine.moves.iter().filter(|step| !step.automatic);
        for step in moves.filter(|step| step.by.iter().any(|(by, _)| *by == resource)) {
            carried.insert(format!("{}.transition:{}", meta.permission, step.verb));
        }
    }
    carried
}

/// Permissions that need a resource of their own.
fn carried_elsewhere(module: &Module, meta: &Meta) -> BTreeSet<String> {
    let named = module.kept_roles.iter().flat_map(|kept| kept.resources);
    let mut elsewhere: BTreeSet<String> =
        named.flat_map(|named| named.permissions).map(|name| (*name).to_owned()).collect();
    let machine = meta.machine.map(|machine| machine());
    for step in machine.iter().flat_map(|machine| machine.moves) {
        let is_own = step.by.is_empty() || step.by.iter().any(|(by, _)| *by == meta.table);
        if step.automatic || !is_own {
            elsewhere.insert(format!("{}.transition:{}", meta.permission, step.verb));
        }
    }
    elsewhere
}

/// What `write` on an entity allows: creating, updating, and every mutation of it that needs no
/// other resource.
fn written(module: &Module, meta: &Meta) -> BTreeSet<String> {
    let elsewhere = carried_elsewhere(module, meta);
    let own = format!("{}.", meta.permission);
    let mutations = module.mutations.iter().chain(PLATFORM_MUTATIONS);
    let asked = mutations.flat_map(|mutation| [Some(mutation.permission), mutation.approval]);
    let machine = meta.machine.map(|machine| machine());
    let moves = machine.iter().flat_map(|machine| machine.moves);
    let moves = moves.map(|step| format!("{own}transition:{}", step.verb));
    let always = ["create", "update"].map(|action| meta.permission_to(action));
    asked
        .flatten()
        .map(str::to_owned)
        .chain(moves)
        .chain(always)
        .filter(|permission| {
            let action = permission.strip_prefix(&own);
            action.is_some_and(|action| !matches!(action, "delete" | "read" | "export"))
                && !elsewhere.contains(permission)
        })
        .collect()
}

/// The permissions that an action on a resource stands for; `None` for an unknown resource.
pub fn permissions_of(module: &Module, resource: &str, action: Action) -> Option<Vec<String>> {
    if let Some(meta) = entities(module).find(|meta| meta.table == resource) {
        return Some(match action {
            Action::Read => vec![meta.read.to_owned()],
            Action::Write => written(module, meta).into_iter().collect(),
            Action::Delete => vec![meta.permission_to("delete")],
        });
    }
    for (suffix, permission) in READINGS {
        let table = resource.strip_suffix(suffix).and_then(|table| table.strip_suffix('.'));
        let meta = table.and_then(|table| entities(module).find(|meta| meta.table == table));
        if let Some(meta) = meta.filter(|meta| suffix != "reports" || has_reports(module, meta)) {
            let reads = action == Action::Read;
            return Some(reads.then(|| meta.permission_to(permission)).into_iter().collect());
        }
    }
    let carried = carried_by(module, resource);
    if carried.is_empty() {
        return None;
    }
    Some(if action == Action::Write { carried.into_iter().collect() } else { Vec::new() })
}

/// The scope in which a machine gives a move to a resource; every row unless it says.
fn scope_of_move(module: &Module, resource: &str, permission: &str) -> Scope {
    let found = entities(module).find_map(|meta| {
        let verb = permission.strip_prefix(meta.permission)?.strip_prefix(".transition:")?;
        let machine = meta.machine.map(|machine| machine())?;
        let step = machine.moves.iter().find(|step| step.verb == verb)?;
        step.by.iter().find(|(by, _)| *by == resource).map(|(_, scope)| *scope)
    });
    found.unwrap_or(Scope::All)
}

/// Every resource that a role of this module can name, with what it is.
pub fn resources(module: &Module) -> Vec<(String, String)> {
    let mut all = Vec::new();
    for meta in entities(module) {
        let noun = crate::scalars::words_of(meta.plural);
        all.push((meta.table.to_owned(), meta.doc.to_owned()));
        all.push((format!("{}.export", meta.table), format!("Large pages and files of {noun}.")));
        let sensitive = meta.permission_to("read_sensitive");
        if meta.columns.iter().any(|column| column.sensitive == Some(sensitive.as_str())) {
            let name = format!("{}.sensitive", meta.table);
            all.push((name, format!("The sensitive fields of {noun}.")));
        }
        if has_reports(module, meta) {
            all.push((format!("{}.reports", meta.table), format!("The reports on {noun}.")));
        }
    }
    let named = module.kept_roles.iter().flat_map(|kept| kept.resources);
    all.extend(named.map(|named| (named.name.to_owned(), named.doc.to_owned())));
    all
}

/// The scopes in which a resource can be given: those of the entity whose table its name begins
/// with.
pub fn scopes_of(module: &Module, resource: &str) -> Vec<&'static str> {
    let table = resource.split('.').next().unwrap_or_default();
    let of_table = entities(module).filter(|meta| meta.table == table);
    of_table.flat_map(|meta| meta.scopes).map(|(scope, _)| *scope).collect()
}

/// A scope that some entity of the module has, by its name.
pub fn scope_named(module: &Module, name: &str) -> Option<Scope> {
    let scopes = entities(module).flat_map(|meta| meta.scopes);
    let found = scopes.map(|(scope, _)| *scope).find(|scope| *scope == name);
    found.map(Scope::Only)
}

/// The rights that these grants make. What is not known, or not in a known scope, grants
/// nothing; a move that the machine gives to some rows only is held for these; of two grants the
/// wider one counts.
pub fn rights_from(module: &Module, grants: &[Grant]) -> Rights {
    let mut permissions: HashMap<String, Scope> = HashMap::new();
    for grant in grants {
        let scope = match &grant.scope {
            None => Some(Scope::All),
            Some(name) => scope_named(module, name),
        };
        let Some(scope) = scope else { continue };
        for action in &grant.actions {
            for permission in permissions_of(module, &grant.resource, *action).into_iter().flatten()
            {
                let scope = match scope_of_move(module, &grant.resource, &permission) {
                    Scope::All => scope,
                    narrower => narrower,
                };
                let held = permissions.entry(permission).or_insert(scope);
                if scope == Scope::All {
                    *held = scope;
                }
            }
        }
    }
    Rights::of(permissions)
}

/// The statement that reads the permissions of one role; `None` where the code knows it.
pub(crate) fn query(module: &Module, role: &str) -> Option<Sql> {
    let kept = module.kept_roles.filter(|_| !module.roles.contains(&role))?;
    let mut sql = Sql::new("SELECT r.permissions FROM (");
    sql.push(kept.query).push(") r WHERE r.name = ");
    sql.bind(Bind::Text(Some(role.to_owned())));
    Some(sql)
}

/// The grants in a role's row.
pub(crate) fn grants(permissions: serde_json::Value) -> Result<Vec<Grant>, Fault> {
    serde_json::from_value(permissions).map_err(|error| Fault::decode(error.into()))
}

impl Tx {
    /// The rights of a role of this tenant; `None` when there is no such role.
    pub async fn role_rights(&mut self, role: &str) -> Rule<Option<Rights>> {
        let module = self.actor.module;
        let Some(sql) = query(module, role) else {
            return Ok(rights_of(module).get(role).map(|rights| Rights::clone(rights)));
        };
        let rows = self.load(sql).await?;
        let Some(row) = rows.first() else { return Ok(None) };
        Ok(Some(rights_from(module, &grants(crate::entity::decode(row, 0)?)?)))
    }

    /// Refuses a role that may do more than the caller: nobody gives it, changes it, or touches
    /// the access of who has it (spec 1.7.4).
    pub async fn require_all_rights_of(&mut self, role: &str, field: &str) -> Rule<()> {
        let rights = self.role_rights(role).await?.unwrap_or_default();
        let held = self.actor.rights.include(&rights);
        self.require(held, || {
            let message = format!("The role {role} may do more than yours.");
            Refusal::new(Code::Forbidden, field, message)
        });
        Ok(())
    }
}
