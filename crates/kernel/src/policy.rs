//! Who may do what: one table per module as data. Deny by default (spec 1.7).

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use crate::module::Module;

/// Every row, or those that a named predicate of the entity selects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    All,
    /// The name of one of the entity's scopes, such as `own`.
    Only(&'static str),
}

/// The rows of a scope, for the person to whom it says "only to".
pub fn rows_of(scope: &str) -> String {
    match scope {
        "own" => "what is your own".to_owned(),
        "assigned" => "what is assigned to you".to_owned(),
        "target" => "what was passed on to you".to_owned(),
        other => format!("the rows of its scope {other}"),
    }
}

/// Permissions that one role holds, with their scopes.
pub struct Grants {
    pub role: &'static str,
    /// `bizhub.invoice.read` and the like.
    pub permissions: &'static [(&'static str, Scope)],
}

/// The rights of one role, ready to be asked.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Rights {
    everything: bool,
    permissions: HashMap<String, Scope>,
}

impl Rights {
    /// Exactly these permissions.
    pub fn of(permissions: HashMap<String, Scope>) -> Self {
        Rights { everything: false, permissions }
    }

    /// The scope in which this permission is held; `None` when it is not.
    pub fn scope(&self, permission: &str) -> Option<Scope> {
        if self.everything {
            return Some(Scope::All);
        }
        self.permissions.get(permission).copied()
    }

    /// Whether the permission is held in any scope.
    pub fn may(&self, permission: &str) -> bool {
        self.scope(permission).is_some()
    }

    /// Whether these rights include all of those (spec 1.7.4).
    pub fn include(&self, others: &Rights) -> bool {
        self.everything
            || (!others.everything
                && others.permissions.iter().all(|(permission, scope)| {
                    matches!(self.scope(permission), Some(held) if held == Scope::All || held == *scope)
                }))
    }

    /// Every permission held by name; for the administrator, the single word `*`.
    pub fn names(&self) -> Vec<String> {
        if self.everything {
            return vec!["*".to_owned()];
        }
        let mut names: Vec<String> = self.permissions.keys().cloned().collect();
        names.sort();
        names
    }
}

/// The rights of every role of a module, from its policy table and its machines.
pub fn rights_of(module: &Module) -> BTreeMap<&'static str, Arc<Rights>> {
    let mut roles: BTreeMap<&'static str, Rights> = BTreeMap::new();
    for role in module.roles {
        let everything = *role == module.administrator;
        roles.insert(role, Rights { everything, permissions: HashMap::new() });
    }
    for grants in module.policy {
        if let Some(rights) = roles.get_mut(grants.role) {
            for (permission, scope) in grants.permissions {
                rights.permissions.insert((*permission).to_owned(), *scope);
            }
        }
    }
    for meta in module.entities {
        let Some(machine) = meta.machine.map(|machine| machine()) else { continue };
        for step in machine.moves.iter().filter(|step| !step.automatic) {
            for (role, scope) in step.by {
                if let Some(rights) = roles.get_mut(role) {
                    let permission = format!("{}.transition:{}", meta.permission, step.verb);
                    rights.permissions.insert(permission, *scope);
                }
            }
        }
    }
    roles.into_iter().map(|(role, rights)| (role, Arc::new(rights))).collect()
}
