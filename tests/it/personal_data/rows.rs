//! Rows: written, read, found, compared, opened again.

use serde_json::json;

use super::{decrypt, encrypt, stored, tables_with};
use crate::world::{CUSTOMERS, Person, World};

const ADA: &str = CUSTOMERS[0].1;
const BOLA: &str = CUSTOMERS[1].1;
const STORED: &str = "SELECT phone FROM rim.users WHERE user_id = 'USR-2026-001'";

async fn found(world: &World, person: &Person, filter: &str) -> Vec<String> {
    let query = format!(
        "{{ rim {{ users(where: {{ {filter} }}, orderBy: [{{ field: USER_ID, direction: ASC }}]) \
         {{ nodes {{ phone }} }} }} }}"
    );
    let data = world.read(person, &query).await;
    let nodes = data["rim"]["users"]["nodes"].as_array().unwrap();
    nodes.iter().map(|node| node["phone"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn who_may_see_it_sees_it_and_the_database_holds_none_of_it() {
    let world = World::rim().await;
    let admin = world.person("admin").await;
    assert!(tables_with(&world, "rim", ADA).await.contains(&"users".to_owned()));
    assert!(encrypt(&world, "rim").await >= 4);
    assert_eq!(tables_with(&world, "rim", &ADA[1..]).await, Vec::<String>::new());
    assert!(stored(&world, STORED).await.starts_with("personal:"));
    assert_eq!(found(&world, &admin, "userId: { eq: \"USR-2026-001\" }").await, [ADA]);
    // The other lender did not ask for it.
    assert!(tables_with(&world, "ikeja", ADA).await.contains(&"users".to_owned()));
    world.verify().await;
}

#[tokio::test]
async fn it_is_found_by_the_whole_value_and_by_no_part_of_it() {
    let world = World::rim().await;
    let admin = world.person("admin").await;
    encrypt(&world, "rim").await;
    assert_eq!(found(&world, &admin, &format!("phone: {{ eq: \"{ADA}\" }}")).await, [ADA]);
    assert_eq!(found(&world, &admin, &format!("phone: {{ ne: \"{ADA}\" }}")).await, [BOLA]);
    let both = format!("phone: {{ in: [\"{BOLA}\", \"{ADA}\", \"+2348039999999\"] }}");
    assert_eq!(found(&world, &admin, &both).await, [ADA, BOLA]);
    let not = format!("not: {{ phone: {{ in: [\"{BOLA}\"] }} }}");
    assert_eq!(found(&world, &admin, &not).await, [ADA]);
    assert_eq!(found(&world, &admin, "phone: { isNull: false }").await, [ADA, BOLA]);
    for operator in ["contains", "startsWith", "gt", "lte"] {
        let query = format!(
            "{{ rim {{ users(where: {{ phone: {{ {operator}: \"+234\" }} }}) {{ nodes {{ id }} }} }} }}"
        );
        let answer = world.send(&admin, &query, json!({})).await;
        let error = &answer["errors"][0];
        assert_eq!(error["extensions"]["code"], "VALIDATION_FAILED", "{answer}");
        assert_eq!(error["extensions"]["field"], format!("where.phone.{operator}"));
    }
}

#[tokio::test]
async fn what_is_written_is_sealed_and_stays_unique() {
    let world = World::rim().await;
    let admin = world.person("admin").await;
    encrypt(&world, "rim").await;
    let customer = |phone: &str| json!({ "phone": phone, "email": "Chi@Example.com" });
    let same = world.refused(&admin, "rimUserCreate", customer("0803 000 0001")).await;
    assert_eq!(same, ["NOT_UNIQUE phone"]);
    let made = world
        .done(&admin, "rimUserCreate", customer("+2348030000003"), "user { id phone email }")
        .await;
    assert_eq!(made["user"]["phone"], "+2348030000003");
    assert_eq!(made["user"]["email"], "Chi@Example.com");
    assert_eq!(tables_with(&world, "rim", "2348030000003").await, Vec::<String>::new());
    assert_eq!(tables_with(&world, "rim", "Chi@").await, Vec::<String>::new());
    let changed = json!({
        "userId": made["user"]["id"], "phone": "+2348030000004", "email": "chi@example.org",
        "expectedVersion": 1,
    });
    world.done(&admin, "rimUserUpdate", changed, "").await;
    assert_eq!(tables_with(&world, "rim", "chi@example.org").await, Vec::<String>::new());
    let by_email = "email: { eq: \"chi@example.org\" }";
    assert_eq!(found(&world, &admin, by_email).await, ["+2348030000004"]);
    // The history tells it to who may know it.
    let query = format!(
        "{{ node(id: {}) {{ ... on RimUser {{ history(first: 1) {{ nodes {{ changes {{ field old new }} }} }} }} }} }}",
        made["user"]["id"]
    );
    let data = world.read(&admin, &query).await;
    let changes = data["node"]["history"]["nodes"][0]["changes"].as_array().unwrap();
    let phone = json!({ "field": "phone", "old": "+2348030000003", "new": "+2348030000004" });
    assert!(changes.contains(&phone), "{data:#}");
    world.verify().await;
}

#[tokio::test]
async fn while_rows_are_sealed_one_after_the_other_all_of_them_are_found() {
    let world = World::rim().await;
    let admin = world.person("admin").await;
    encrypt(&world, "rim").await;
    let open = format!("UPDATE rim.users SET phone = '{ADA}' WHERE user_id = 'USR-2026-001'");
    world.meddle(&open).await;
    for phone in [ADA, BOLA] {
        assert_eq!(found(&world, &admin, &format!("phone: {{ eq: \"{phone}\" }}")).await, [phone]);
    }
    // Begun again, it goes on.
    assert_eq!(encrypt(&world, "rim").await, 1);
    assert!(stored(&world, STORED).await.starts_with("personal:"));
}

#[tokio::test]
async fn it_can_be_opened_again() {
    let world = World::rim().await;
    let admin = world.person("admin").await;
    let sealed = encrypt(&world, "rim").await;
    assert_eq!(decrypt(&world, "rim").await, sealed);
    assert_eq!(stored(&world, STORED).await, ADA);
    assert_eq!(tables_with(&world, "rim", "personal:").await, Vec::<String>::new());
    assert_eq!(world.value("SELECT count(*) FROM rim.personal_data_keys").await, 0);
    assert_eq!(found(&world, &admin, "phone: { contains: \"000001\" }").await, [ADA]);
    world.verify().await;
}

#[tokio::test]
async fn what_one_column_holds_tells_nothing_in_another() {
    let world = World::rim().await;
    let admin = world.person("admin").await;
    encrypt(&world, "rim").await;
    // Somebody who saw the database enters what stands there, to have it read out.
    let sealed = stored(&world, STORED).await;
    let input = json!({
        "phone": "+2348030000005", "email": "x@example.com", "firstName": sealed,
    });
    let refused = world.refused(&admin, "rimUserCreate", input).await;
    assert_eq!(refused, ["BAD_FORMAT firstName"]);
}

#[tokio::test]
async fn a_shop_keeps_its_customers_to_itself() {
    let world = World::new().await;
    let manager = world.person("manager").await;
    let customer = json!({
        "customerType": "RETAIL", "fullName": "Ama Mensah", "phone": "0201234567",
        "alternatePhone": "0201234568", "email": "ama@example.com", "address": "12 Ring Road, Ɔsu",
    });
    let shown = "customer { id phone alternatePhone email address }";
    let before = world.done(&manager, "bizhubCustomerCreate", customer, shown).await;
    assert_eq!(encrypt(&world, "bizhub").await, 4);
    for text in ["201234567", "201234568", "ama@", "Ring Road"] {
        assert_eq!(tables_with(&world, "bizhub", text).await, Vec::<String>::new(), "{text}");
    }
    let query = "{ bizhub { customers(where: { email: { eq: \"ama@example.com\" } }) { nodes { \
                 id phone alternatePhone email address } } } }";
    let data = world.read(&manager, query).await;
    assert_eq!(data["bizhub"]["customers"]["nodes"][0], before["customer"]);
    let input = json!({ "customerId": before["customer"]["id"], "address": "1 Oxford Street" });
    let changed = world.done(&manager, "bizhubCustomerUpdate", input, shown).await;
    assert_eq!(changed["customer"]["address"], "1 Oxford Street");
    assert_eq!(tables_with(&world, "bizhub", "Oxford").await, Vec::<String>::new());
    let told = "{ platform { allSecuritySettings { nodes { personalDataEncrypted } } } }";
    let data = world.read(&world.person("admin").await, told).await;
    assert_eq!(
        data["platform"]["allSecuritySettings"]["nodes"],
        json!([{ "personalDataEncrypted": true }])
    );
    // Who may not see it does not, encrypted or not.
    let technician = world.person("technician").await;
    let data = world.read(&technician, "{ bizhub { customers { nodes { phone email } } } }").await;
    let hidden = json!({ "phone": "+233201234567", "email": null });
    assert_eq!(data["bizhub"]["customers"]["nodes"][0], hidden);
    world.verify().await;
}
