//! Nothing is N+1: as many statements for a page of 100 as for a page of 1.

use bizgraph_kernel::entity::{Meta, RelationKind};
use serde_json::Value;

use crate::world::{Person, World};

/// Lists four levels deep; `FIRST` stands for the size of the page.
const LISTS: &[&str] = &[
    "{ bizhub { locations(first: FIRST) { totalCount nodes { id locationName } } } }",
    "{ bizhub { productModels(first: FIRST) { nodes { modelName assets(first: FIRST) { totalCount nodes { \
       assetTag location { locationName } movements(first: FIRST) { nodes { reason asset { assetTag } } } } } } } } }",
    "{ bizhub { invoices(first: FIRST) { totalCount edges { cursor node { invoiceNumber customer { fullName } \
       lines(first: FIRST) { nodes { asset { productModel { brand } } } } payments(first: FIRST) { nodes { amount } } } } } } }",
];

/// The same of the lender.
const LENDERS_LISTS: &[&str] = &[
    "{ rim { users(first: FIRST) { totalCount nodes { userId loans(first: FIRST) { totalCount nodes { loanId \
       approver { username adminRole { name } } transactions(first: FIRST) { nodes { \
       reconciliationBatch { name creator { username } } loanRepayments(first: FIRST) { nodes { amount loan { \
       loanId user { userId } } } } } } } } } } } }",
    "{ rim { departments(first: FIRST) { nodes { agents(first: FIRST) { nodes { adminUser { username } \
       tickets(first: FIRST) { totalCount nodes { ticketNumber customer { userId } messages(first: FIRST) { nodes { \
       senderUser { userId } attachments(first: FIRST) { nodes { id } } } } histories(first: FIRST) { nodes { \
       action performingUser { userId } } } slaClocks(first: FIRST) { nodes { slaPolicy { priority } } } } } } } } } } }",
    "{ rim { broadcastMessages(first: FIRST) { nodes { creator { username adminRole { name } } \
       recipients(first: FIRST) { nodes { user { userId } notifications(first: FIRST) { nodes { status user { \
       userId } } } } } } } } }",
];

/// Lists that are never a hundred long.
const SHORT: [&str; 3] = ["slaPolicies", "allSecuritySettings", "allBackupSettings"];

/// How many statements a list takes for pages of 1, 10 and 100.
async fn counted(world: &World, person: &Person, list: &str) -> [u64; 3] {
    let mut counts = [0; 3];
    for (count, first) in counts.iter_mut().zip(["1", "10", "100"]) {
        let before = world.kernel.database.statements();
        world.read(person, &list.replace("FIRST", first)).await;
        *count = world.kernel.database.statements() - before;
    }
    counts
}

async fn assert_constant(world: &World, person: &Person, list: &str) {
    let counts = counted(world, person, list).await;
    assert!(counts[0] > 0 && counts.iter().all(|count| *count == counts[0]), "{list}: {counts:?}");
}

#[tokio::test]
async fn statement_counts_do_not_grow_with_the_page() {
    let world = World::new().await;
    world.meddle(include_str!("statements.sql")).await;
    let admin = world.person("admin").await;
    for list in LISTS {
        assert_constant(&world, &admin, list).await;
    }
}

#[tokio::test]
async fn statement_counts_of_the_lender_do_not_grow_with_the_page() {
    let world = World::rim().await;
    world.meddle(include_str!("rim_statements.sql")).await;
    let admin = world.person("admin").await;
    for list in LENDERS_LISTS {
        assert_constant(&world, &admin, list).await;
    }
}

/// A list with every relation that its rows have; `FIRST` stands for the size of every page.
fn with_relations(meta: &Meta, arguments: &str) -> String {
    let mut fields = String::new();
    for relation in meta.relations {
        let rows = match relation.kind {
            RelationKind::BelongsTo { .. } => "{ id }",
            RelationKind::HasMany { .. } => "(first: FIRST) { totalCount nodes { id } }",
        };
        fields.push_str(&format!("{} {rows} ", relation.field));
    }
    let list = meta.plural;
    format!(
        "{{ rim {{ {list}(first: FIRST{arguments}) {{ totalCount nodes {{ id {fields}}} }} }} }}"
    )
}

/// Relations of a page's first row that lead nowhere.
fn empty(meta: &Meta, page: &Value) -> Vec<String> {
    let first = &page["rim"][meta.plural]["nodes"][0];
    let empty = meta.relations.iter().filter(|relation| first[relation.field].is_null());
    empty.map(|relation| format!("{}.{}", meta.plural, relation.field)).collect()
}

/// Relations of which a row has another one instead, and those who were deleted by somebody.
const THE_OTHERS: [&str; 5] = [
    "users.deleter",
    "chatMessages.senderAdmin",
    "ticketHistories.performer",
    "notificationHistories.adminUser",
    "ticketPresences.adminUser",
];

#[tokio::test]
async fn each_list_of_the_lender_takes_as_many_statements_for_100_rows_with_all_their_relations() {
    let world = World::rim().await;
    world.meddle(include_str!("rim_statements.sql")).await;
    let admin = world.person("admin").await;
    let mut others = Vec::new();
    for meta in bizgraph_rim::MODULE.entities {
        let list = with_relations(meta, "");
        assert_constant(&world, &admin, &list).await;
        let page = world.read(&admin, &list.replace("FIRST", "100")).await;
        let nodes = page["rim"][meta.plural]["nodes"].as_array().unwrap().len();
        assert_eq!(nodes == 100, !SHORT.contains(&meta.plural), "{}: {nodes} rows", meta.plural);
        others.extend(empty(meta, &page));
    }
    assert_eq!(others, THE_OTHERS);
}

#[tokio::test]
async fn whichever_of_two_relations_a_row_has_the_count_is_the_same() {
    let world = World::rim().await;
    world.meddle(include_str!("rim_statements.sql")).await;
    world.meddle(TO_THE_OTHERS).await;
    let admin = world.person("admin").await;
    for other in THE_OTHERS {
        let (list, field) = other.split_once('.').unwrap();
        let mut entities = bizgraph_rim::MODULE.entities.iter();
        let meta = entities.find(|meta| meta.plural == list).unwrap();
        let deleted = if list == "users" { ", includeDeleted: true" } else { "" };
        let list = with_relations(meta, deleted);
        assert_constant(&world, &admin, &list).await;
        let page = world.read(&admin, &list.replace("FIRST", "1")).await;
        assert!(!empty(meta, &page).contains(&other.to_owned()), "{field} is empty");
    }
}

/// Rows that point at customers point at people of the staff instead.
const TO_THE_OTHERS: &str = "SET search_path TO rim; \
    UPDATE chat_messages SET sender_type = 'agent', sender_user_id = NULL, sender_admin_id = a.id \
      FROM admin_users a WHERE a.username = 'admin'; \
    UPDATE ticket_histories SET performer_type = 'admin', performed_by_user_id = NULL, \
      performed_by = a.id FROM admin_users a WHERE a.username = 'admin'; \
    UPDATE ticket_presences SET user_id = NULL, admin_user_id = a.id FROM admin_users a \
      WHERE a.username = 'admin'; \
    UPDATE notification_histories SET recipient_type = 'admin', user_id = NULL, \
      admin_user_id = a.id FROM admin_users a WHERE a.username = 'admin'; \
    UPDATE users SET deleted_at = now(), deleted_by = a.id FROM admin_users a \
      WHERE a.username = 'admin';";
