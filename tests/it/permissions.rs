//! Who may do what, as a table that a manager can read: `tests/it/permissions.txt`.
//! With `BLESS=1` the test writes the file anew.

use std::fmt::Write as _;

use bizgraph_kernel::module::Module;
use bizgraph_kernel::policy::{Rights, Scope, rights_of};
use bizgraph_kernel::schema::{PLATFORM_ENTITIES, PLATFORM_MUTATIONS};

fn cell(rights: &Rights, permission: &str) -> &'static str {
    match rights.scope(permission) {
        None => "-",
        Some(Scope::All) => "yes",
        Some(Scope::Only(scope)) => scope,
    }
}

fn grid(module: &'static Module) -> String {
    let roles = rights_of(module);
    let mut text = format!("{:<44}", module.name);
    for role in module.roles {
        write!(text, "{role:<12}").unwrap();
    }
    text = text.trim_end().to_owned() + "\n";
    let mut line = |operation: &str, permission: &str| {
        let mut row = format!("{operation:<44}");
        for role in module.roles {
            write!(row, "{:<12}", cell(&roles[role], permission)).unwrap();
        }
        writeln!(text, "{}", row.trim_end()).unwrap();
    };
    for meta in module.entities.iter().chain(PLATFORM_ENTITIES) {
        line(&format!("read {}", meta.plural), &meta.permission_to("read"));
        line(&format!("export {}", meta.plural), &meta.permission_to("export"));
        let mut hidden: Vec<&str> =
            meta.columns.iter().filter_map(|column| column.sensitive).collect();
        hidden.sort_unstable();
        hidden.dedup();
        for permission in hidden {
            line(&format!("  see {permission}"), permission);
        }
    }
    for mutation in module.mutations.iter().chain(PLATFORM_MUTATIONS) {
        line(mutation.name, mutation.permission);
        if let Some(permission) = mutation.approval {
            line("  approve it", permission);
        }
    }
    text
}

#[test]
fn the_grid_of_roles_and_operations_is_the_checked_in_one() {
    let grids: Vec<String> = bizgraph::schema::MODULES.iter().map(|module| grid(module)).collect();
    let now = grids.join("\n");
    let path = "tests/it/permissions.txt";
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(path, &now).unwrap();
    }
    let file = std::fs::read_to_string(path).unwrap_or_default();
    assert!(
        file == now,
        "the rights changed; look at the difference, then run with BLESS=1\n{now}"
    );
}

/// A permission that no mutation and no entity asks for is a typing error.
#[test]
fn every_granted_permission_means_something() {
    for module in bizgraph::schema::MODULES {
        let mut known: Vec<String> = Vec::new();
        for meta in module.entities.iter().chain(PLATFORM_ENTITIES) {
            known.extend(["read", "export", "delete"].map(|action| meta.permission_to(action)));
            known.extend(
                meta.columns.iter().filter_map(|column| column.sensitive).map(str::to_owned),
            );
        }
        for mutation in module.mutations.iter().chain(PLATFORM_MUTATIONS) {
            known.push(mutation.permission.to_owned());
            known.extend(mutation.approval.map(str::to_owned));
        }
        known.push("bizhub.invoice.below_floor".to_owned());
        let granted = module.policy.iter().flat_map(|grants| grants.permissions);
        let unknown: Vec<&str> = granted
            .map(|(name, _)| *name)
            .filter(|name| !known.contains(&(*name).to_owned()))
            .collect();
        assert_eq!(unknown, Vec::<&str>::new(), "{}", module.name);
    }
}
