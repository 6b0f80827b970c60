//! One entry of a role: a resource and what may be done to it (spec 5.2).

use async_graphql::InputObject;
use bizgraph_kernel::Words;
use bizgraph_kernel::db::Tx;
use bizgraph_kernel::kept_role::{Action, Grant, permissions_of, rights_from, scopes_of};
use bizgraph_kernel::refusal::{Code, Refusal};
use serde_json::{Value, json};

/// What may be done to a resource.
#[derive(Words, Clone, Copy, Debug, PartialEq, Eq)]
#[words(name = "RimPermissionAction")]
pub enum PermissionAction {
    /// `read`: seeing it.
    #[word("read")]
    Read,
    /// `write`: adding and changing it, and its everyday moves.
    #[word("write")]
    Write,
    /// `delete`: removing it.
    #[word("delete")]
    Delete,
}

/// A resource and what may be done to it.
#[derive(InputObject)]
#[graphql(name = "RimPermissionInput")]
pub struct Permission {
    /// Name of a table, such as `loans`, or of a further resource, such as `loans.approve`.
    pub resource: String,
    /// What may be done to it.
    pub actions: Vec<PermissionAction>,
    /// Fewer rows than all, such as `own`, where the resource knows it.
    pub scope: Option<String>,
}

/// Checks the entries of a role and answers them as its row holds them. Nobody gives a role
/// more than they hold themselves (spec 1.7.4).
pub fn checked(tx: &mut Tx, permissions: Vec<Permission>, field: &str) -> Value {
    let module = tx.actor.module;
    let mut grants: Vec<Grant> = Vec::new();
    for (index, entry) in permissions.into_iter().enumerate() {
        let resource = entry.resource.trim().to_owned();
        let at = |part: &str| format!("{field}.{index}.{part}");
        if permissions_of(module, &resource, Action::Read).is_none() {
            let message = format!("There is no resource {resource:?}.");
            tx.refuse(Refusal::new(Code::ReferenceNotFound, at("resource"), message));
        }
        if grants.iter().any(|grant| grant.resource == resource) {
            let message = format!("{resource} stands in the list before.");
            tx.refuse(Refusal::new(Code::NotUnique, at("resource"), message));
        }
        if entry.actions.is_empty() {
            let message = "Say what may be done: READ, WRITE or DELETE.";
            tx.refuse(Refusal::new(Code::Required, at("actions"), message));
        }
        if let Some(scope) = &entry.scope
            && !scopes_of(module, &resource).contains(&scope.as_str())
        {
            let message = format!("{resource} has no scope {scope:?}.");
            tx.refuse(Refusal::new(Code::ReferenceNotFound, at("scope"), message));
        }
        let mut actions: Vec<Action> = entry.actions.iter().map(|action| action.kept()).collect();
        actions.sort_by_key(|action| *action as u8);
        actions.dedup();
        grants.push(Grant { resource, actions, scope: entry.scope });
    }
    let held = tx.actor.rights.include(&rights_from(module, &grants));
    tx.require(held, || {
        let message = "You cannot give a role more than you may yourself.";
        Refusal::new(Code::Forbidden, field, message)
    });
    grants.iter().map(row).collect()
}

fn row(grant: &Grant) -> Value {
    let mut row = json!({ "resource": grant.resource, "actions": grant.actions });
    if let Some(scope) = &grant.scope {
        row["scope"] = json!(scope);
    }
    row
}

impl PermissionAction {
    fn kept(self) -> Action {
        match self {
            PermissionAction::Read => Action::Read,
            PermissionAction::Write => Action::Write,
            PermissionAction::Delete => Action::Delete,
        }
    }
}
