//! The trail: who changed what, and who was shown what only some may see (spec 1.8).

use serde_json::json;

use crate::shop::Shop;
use crate::world::World;

#[tokio::test]
async fn a_change_records_old_and_new_values_of_changed_fields_only() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let customer = shop.customer().await;
    let input = json!({ "customerId": customer, "fullName": "Ama Owusu" });
    world.done(&shop.sales, "bizhubCustomerUpdate", input, "").await;
    let entry = "SELECT actor_name, actor_role, action, entity, old_values, new_values, operation, \
                 business_date FROM bizhub.audit_entries ORDER BY id DESC LIMIT 1";
    assert_eq!(
        world.rows(entry).await,
        vec![json!({
            "actor_name": "sales of bizhub", "actor_role": "Sales", "action": "update",
            "entity": "BizhubCustomer", "old_values": { "fullName": "Ama Mensah" },
            "new_values": { "fullName": "Ama Owusu" }, "operation": "bizhubCustomerUpdate",
            "business_date": "2026-03-02",
        })]
    );
}

#[tokio::test]
async fn sensitive_values_are_sealed_in_the_trail() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    shop.customer().await;
    let sql =
        "SELECT new_values->>'phone' FROM bizhub.audit_entries WHERE entity = 'BizhubCustomer'";
    let phone = world.value(sql).await;
    let phone = phone.as_str().unwrap();
    assert!(phone.starts_with("sealed:"), "{phone}");
    let opened = world.kernel.cipher.open(&json!(phone));
    assert_eq!(opened, Some(json!("+233201234567")));
}

#[tokio::test]
async fn showing_sensitive_fields_is_recorded_once_a_request_before_the_answer_leaves() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    shop.customer().await;
    let count = "SELECT count(*) FROM bizhub.audit_entries WHERE action = 'read_sensitive'";
    world
        .read(&shop.sales, "{ bizhub { customers { nodes { fullName city region notes } } } }")
        .await;
    assert_eq!(world.value(count).await, 0);
    let query =
        "{ bizhub { a: customers { nodes { phone } } b: customers { nodes { email phone } } } }";
    world.read(&shop.sales, query).await;
    let shown = "SELECT entity, actor_name, new_values FROM bizhub.audit_entries \
                 WHERE action = 'read_sensitive'";
    assert_eq!(
        world.rows(shown).await,
        vec![json!({
            "entity": "BizhubCustomer", "actor_name": "sales of bizhub",
            "new_values": { "fields": ["phone", "email"], "ids": ["1"] },
        })]
    );
}

#[tokio::test]
async fn what_the_caller_may_not_see_is_hidden_and_not_recorded_as_shown() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    shop.customer().await;
    let query = "{ bizhub { customers { nodes { fullName email address } } } }";
    let answer = world.send(&shop.technician, query, json!({})).await;
    assert_eq!(answer["data"]["bizhub"]["customers"]["nodes"][0]["email"], json!(null));
    assert_eq!(
        answer["extensions"]["redactions"],
        json!(["bizhub.customers.nodes.email", "bizhub.customers.nodes.address"])
    );
    let count = "SELECT count(*) FROM bizhub.audit_entries WHERE action = 'read_sensitive'";
    assert_eq!(world.value(count).await, 0);
}

#[tokio::test]
async fn the_application_cannot_change_or_delete_the_trail() {
    let world = World::new().await;
    let rights = "SELECT has_table_privilege('bizgraph_template_bizhub', 'bizhub.audit_entries', 'UPDATE') \
                  OR has_table_privilege('bizgraph_template_bizhub', 'bizhub.audit_entries', 'DELETE')";
    assert_eq!(world.value(rights).await, false);
}

#[tokio::test]
async fn the_application_adds_to_histories_and_never_changes_or_deletes_what_was_done() {
    for (world, slug) in [(World::new().await, "bizhub"), (World::rim().await, "rim")] {
        let role = world.kernel.tenant(slug).unwrap().role.clone();
        for table in world.kernel.module(slug).unwrap().append_only {
            let may =
                |right: &str| format!("has_table_privilege('{role}', '{slug}.{table}', '{right}')");
            let rights = ["SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE"].map(may);
            let rights = format!("SELECT jsonb_build_array({})", rights.join(", "));
            let rights = world.value(&rights).await;
            assert_eq!(rights, json!([true, true, false, false, false]), "{table}");
        }
    }
}
