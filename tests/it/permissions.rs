//! Who may do what, as a table that a manager can read: `tests/it/permissions.txt`.
//! With `BLESS=1` the test writes the file anew.

use std::fmt::Write as _;
use std::sync::Arc;

use bizgraph_kernel::module::Module;
use bizgraph_kernel::policy::{Rights, Scope};
use bizgraph_kernel::schema::{PLATFORM_ENTITIES, PLATFORM_MUTATIONS};
use bizgraph_kernel::stored_file::UPLOAD;

use crate::world::World;

fn cell(rights: &Rights, permission: &str) -> &'static str {
    match rights.scope(permission) {
        None => "-",
        Some(Scope::All) => "yes",
        Some(Scope::Only(scope)) => scope,
    }
}

/// The roles of a module with their rights: those that the code knows, and between them the
/// rows that a new tenant has.
async fn roles(world: &World, module: &'static Module) -> Vec<(String, Arc<Rights>)> {
    let mut names: Vec<String> = module.roles.iter().map(|role| (*role).to_owned()).collect();
    if module.kept_roles.is_some() {
        let rows = world.rows("SELECT name FROM rim.admin_roles ORDER BY id").await;
        let kept = rows.iter().map(|row| row["name"].as_str().unwrap().to_owned());
        let kept: Vec<String> = kept.filter(|name| !names.contains(name)).collect();
        names.splice(1..1, kept);
    }
    let tenant = world.kernel.tenant(module.name).unwrap();
    let system = world.kernel.system_actor(tenant).unwrap();
    let mut roles = Vec::new();
    for name in names {
        let rights = world.kernel.role_rights(&system, &name).await.unwrap();
        roles.push((name, rights));
    }
    roles
}

fn grid(module: &'static Module, roles: &[(String, Arc<Rights>)]) -> String {
    let width = |role: &str| (role.len() + 2).max(12);
    let mut text = format!("{:<44}", module.name);
    for (role, _) in roles {
        write!(text, "{role:<0$}", width(role)).unwrap();
    }
    text = text.trim_end().to_owned() + "\n";
    let mut line = |operation: &str, permission: &str| {
        let mut row = format!("{operation:<44}");
        for (role, rights) in roles {
            write!(row, "{:<1$}", cell(rights, permission), width(role)).unwrap();
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
    for report in module.reports {
        line(&format!("report {}", report.name), report.permission);
    }
    for mutation in module.mutations.iter().chain(PLATFORM_MUTATIONS) {
        line(mutation.name, mutation.permission);
        if let Some(permission) = mutation.approval {
            line("  approve it", permission);
        }
    }
    line("upload files", UPLOAD);
    text
}

#[tokio::test]
async fn the_grid_of_roles_and_operations_is_the_checked_in_one() {
    let mut grids = Vec::new();
    for world in [World::new().await, World::rim().await] {
        let module = world.person("admin").await.0.module;
        grids.push(grid(module, &roles(&world, module).await));
    }
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
        known.extend(module.reports.iter().map(|report| report.permission.to_owned()));
        known.push("bizhub.invoice.below_floor".to_owned());
        known.push(UPLOAD.to_owned());
        let granted = module.policy.iter().flat_map(|grants| grants.permissions);
        let unknown: Vec<&str> = granted
            .map(|(name, _)| *name)
            .filter(|name| !known.contains(&(*name).to_owned()))
            .collect();
        assert_eq!(unknown, Vec::<&str>::new(), "{}", module.name);
    }
}
