//! Who repairs (spec 6.2, 6.10, 6.11).

use serde_json::json;

use crate::shop::Shop;
use crate::world::World;

#[tokio::test]
async fn a_technician_works_on_tickets_of_its_own() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let ticket = shop.taken_in(&shop.customer().await).await;
    shop.given(&ticket).await;
    let refused = shop.cannot(&shop.technician2, "StartDiagnosing", &ticket, json!({})).await;
    assert_eq!(refused, ["FORBIDDEN repairTicketId"]);
    shop.on_bench(&ticket).await;
    let add = json!({ "bulkStockId": shop.chargers(5).await });
    let refused = shop.cannot(&shop.technician2, "AddPart", &ticket, add).await;
    assert_eq!(refused, ["FORBIDDEN repairTicketId"]);
    shop.does(&shop.technician2, "AddNote", &ticket, json!({ "note": "Saw that before" })).await;
}

#[tokio::test]
async fn a_technician_takes_a_ticket_that_nobody_has() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let (mine, other) = (shop.user("technician").await, shop.user("technician2").await);
    let ticket = shop.taken_in(&shop.customer().await).await;
    let to = |person: &str| json!({ "assignedToId": person });
    let refused = shop.cannot(&shop.technician, "Assign", &ticket, to(&other)).await;
    assert_eq!(refused, ["FORBIDDEN assignedToId"]);
    shop.works("Assign", &ticket, to(&mine)).await;
    let refused = shop.cannot(&shop.technician2, "Assign", &ticket, to(&other)).await;
    assert_eq!(refused, ["FORBIDDEN assignedToId"]);
    let refused = shop.cannot(&shop.manager, "Assign", &ticket, to(&mine)).await;
    assert_eq!(refused, ["ALREADY_DONE assignedToId"]);
    shop.does(&shop.manager, "Assign", &ticket, to(&other)).await;
}

#[tokio::test]
async fn only_who_repairs_is_given_a_ticket() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let ticket = shop.taken_in(&shop.customer().await).await;
    for person in ["sales", "warehouse"] {
        let to = json!({ "assignedToId": shop.user(person).await });
        let refused = shop.cannot(&shop.manager, "Assign", &ticket, to).await;
        assert_eq!(refused, ["NOT_ELIGIBLE assignedToId"], "{person}");
    }
}

#[tokio::test]
async fn a_technician_who_leaves_hands_the_open_tickets_over() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let admin = world.person("admin").await;
    let ticket = shop.taken_in(&shop.customer().await).await;
    shop.given(&ticket).await;
    let technician = shop.user("technician").await;
    for (successor, expected) in [
        (None, "REQUIRED handOverToId"),
        (Some(shop.user("sales").await), "NOT_ELIGIBLE handOverToId"),
    ] {
        let input = json!({ "userId": technician, "handOverToId": successor });
        let refused = world.refused(&admin, "bizhubUserDeactivate", input).await;
        assert_eq!(refused, [expected]);
    }
    let successor = shop.user("technician2").await;
    let input = json!({ "userId": technician, "handOverToId": successor });
    world.done(&admin, "bizhubUserDeactivate", input, "").await;
    let event = shop.diary(&ticket).await.pop().unwrap();
    assert_eq!(event, "assigned: Open -> Open, technician2 of bizhub by admin");
}
