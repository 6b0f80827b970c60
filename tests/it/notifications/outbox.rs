//! Queueing: with the change that it tells of, once for its key, readable by those who may.

use bizgraph_kernel::actor::Origin;
use serde_json::json;

use crate::notifications::{HELLO, deliver, greet, messages};
use crate::shop::{Shop, id_of};
use crate::till::{asset, cash};
use crate::world::{World, key};

#[tokio::test]
async fn a_message_is_queued_once_for_its_key() {
    let world = World::new().await;
    assert!(greet(&world, "ama@example.com", "one").await);
    assert!(!greet(&world, "other@example.com", "one").await);
    assert!(greet(&world, "ama@example.com", "two").await);
    let rows = messages(&world, "recipient, subject, body, status").await;
    let hello = json!({"recipient": "ama@example.com", "subject": "Hello Ama",
        "body": "Dear Ama,\nit is Monday.", "status": "pending"});
    assert_eq!(rows, [hello.clone(), hello]);
}

#[tokio::test]
async fn a_change_that_is_undone_tells_nobody() {
    let world = World::new().await;
    let actor = world.kernel.system_actor(world.kernel.tenant("bizhub").unwrap()).unwrap();
    let mut tx = world.kernel.begin(actor, Origin::default()).await.unwrap();
    let variables = json!({"name": "Ama", "day": "Monday"});
    assert!(tx.notify(&HELLO, "ama@example.com", "one", variables).await.unwrap());
    tx.rollback().await;
    assert_eq!(messages(&world, "id").await.len(), 0);
    assert!(greet(&world, "ama@example.com", "one").await);
}

#[tokio::test]
async fn a_variable_that_is_missing_is_a_fault_and_a_subject_stays_one_line() {
    let world = World::new().await;
    let actor = world.kernel.system_actor(world.kernel.tenant("bizhub").unwrap()).unwrap();
    let mut tx = world.kernel.begin(actor, Origin::default()).await.unwrap();
    let faulty = tx.notify(&HELLO, "a@example.com", "one", json!({"name": "Ama"})).await;
    assert!(format!("{faulty:?}").contains("test.hello"), "{faulty:?}");
    let variables = json!({"name": "Ama\r\nBcc: all@example.com", "day": ""});
    tx.notify(&HELLO, "a@example.com", "one", variables).await.unwrap();
    tx.commit().await.unwrap();
    let subject = json!({"subject": "Hello Ama  Bcc: all@example.com"});
    assert_eq!(messages(&world, "subject").await, [subject]);
}

#[tokio::test]
async fn a_paid_invoice_sends_its_customer_a_receipt_that_a_manager_can_read() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let laptop = shop.ready(&shop.laptop_model().await).await;
    let input = json!({"customerType": "RETAIL", "fullName": "Esi Owusu", "phone": "0241112223",
        "email": "esi@example.com"});
    let made = world.done(&shop.sales, "bizhubCustomerCreate", input, "customer { id }").await;
    let input = json!({"customerId": id_of(&made, "customer"), "customerType": "RETAIL",
        "lines": [asset(&laptop)], "tenders": [cash("5000.00")], "idempotencyKey": key()});
    world.done(&shop.sales, "bizhubInvoiceCheckout", input.clone(), "").await;
    world.done(&shop.sales, "bizhubInvoiceCheckout", input, "").await;
    deliver(&world).await;

    let query = "{ platform { notifications { nodes { template channel recipient subject body \
                 status attempts sentBy sentAt } } } }";
    let data = world.read(&shop.manager, query).await;
    let nodes = data["platform"]["notifications"]["nodes"].as_array().unwrap();
    assert_eq!(nodes.len(), 1, "{nodes:#?}");
    assert_eq!(nodes[0]["template"], "bizhub.sale_receipt");
    assert_eq!(nodes[0]["recipient"], "esi@example.com");
    assert_eq!(nodes[0]["subject"], "Your receipt for INV-000001");
    assert_eq!((&nodes[0]["status"], &nodes[0]["sentBy"]), (&json!("SENT"), &json!("record")));
    let body = nodes[0]["body"].as_str().unwrap();
    assert!(
        body.contains("1 x HP EliteBook 840 G7") && body.contains("Paid: GHS 5000.00"),
        "{body}"
    );

    let answer = world.send(&shop.sales, query, json!({})).await;
    assert_eq!(answer["errors"][0]["extensions"]["code"], "FORBIDDEN");
}

#[tokio::test]
async fn of_an_erased_customer_no_message_says_anything_and_none_is_sent() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let input = json!({"customerType": "RETAIL", "fullName": "Esi Owusu", "phone": "0241112223",
        "email": "esi@example.com"});
    let made = world.done(&shop.sales, "bizhubCustomerCreate", input, "customer { id }").await;
    greet(&world, "esi@example.com", "one").await;
    deliver(&world).await;
    greet(&world, "+233241112223", "two").await;
    greet(&world, "other@example.com", "three").await;
    let admin = world.person("admin").await;
    let input = json!({"customerId": id_of(&made, "customer"), "reason": "Asked for it"});
    world.done(&admin, "bizhubCustomerErase", input, "").await;
    let erased = |status: &str| json!({"recipient": "erased", "body": "erased", "variables": {}, "status": status});
    let rows = messages(&world, "recipient, body, variables, status").await;
    assert_eq!(rows[..2], [erased("sent"), erased("failed")]);
    assert_eq!(rows[2]["recipient"], "other@example.com");
}

#[tokio::test]
async fn a_customer_without_an_address_gets_no_receipt() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let laptop = shop.ready(&shop.laptop_model().await).await;
    shop.sold(json!([asset(&laptop)]), json!([cash("5000.00")])).await;
    assert_eq!(messages(&world, "id").await.len(), 0);
}

#[tokio::test]
async fn every_template_has_a_name_of_its_own_and_a_sentence() {
    for module in bizgraph::schema::MODULES {
        let mut names = std::collections::HashSet::new();
        for template in module.templates {
            assert!(names.insert(template.name), "{} twice", template.name);
            assert!(template.name.starts_with(module.name), "{}", template.name);
            assert!(template.doc.ends_with('.'), "{}", template.name);
        }
    }
}
