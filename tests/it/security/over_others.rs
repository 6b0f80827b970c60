//! Nobody touches the access of a person who may do more (spec 1.7.4), in the shop: somebody who may
//! change people, and else what a manager may.

use std::collections::HashMap;
use std::sync::Arc;

use bizgraph_kernel::actor::Actor;
use bizgraph_kernel::policy::{Rights, Scope};
use serde_json::{Value, json};

use crate::client::PASSWORD;
use crate::server::give_passwords;
use crate::world::{Person, World};

/// A manager who may change people too.
async fn personnel(world: &World) -> Person {
    let manager = world.person("manager").await.0;
    let mut held: HashMap<String, Scope> = HashMap::new();
    for permission in manager.rights.names() {
        let scope = manager.scope(&permission).unwrap();
        held.insert(permission, scope);
    }
    held.insert("bizhub.user.update".to_owned(), Scope::All);
    Person(Arc::new(Actor { rights: Arc::new(Rights::of(held)), ..Actor::clone(&manager) }))
}

async fn id_of(world: &World, username: &str) -> String {
    let admin = world.person("admin").await;
    let query = format!("{{ bizhub {{ userByUsername(username: \"{username}\") {{ id }} }} }}");
    let data = world.read(&admin, &query).await;
    data["bizhub"]["userByUsername"]["id"].as_str().unwrap().to_owned()
}

/// What is known of people and of their means to come in.
async fn people(world: &World) -> Vec<Value> {
    let sql = "SELECT to_jsonb(u) AS person, to_jsonb(c) AS credential FROM bizhub.users u \
               LEFT JOIN bizhub.credentials c ON c.user_id = u.id::text ORDER BY u.id";
    world.rows(sql).await
}

#[tokio::test]
async fn nobody_touches_a_person_of_the_shop_who_may_do_more() {
    let world = World::new().await;
    give_passwords(&world).await;
    let (personnel, admin) = (personnel(&world).await, id_of(&world, "admin").await);
    let before = people(&world).await;
    for (mutation, more) in [
        ("bizhubUserUpdate", json!({ "email": "mine@elsewhere.example" })),
        ("bizhubUserDeactivate", json!({})),
        ("bizhubUserSetPassword", json!({ "newPassword": "Another-pass-77" })),
        ("bizhubUserUnlock", json!({})),
        ("bizhubUserResetSecondFactor", json!({ "reason": "Lost" })),
        ("bizhubUserSetRole", json!({ "role": "MANAGER" })),
        ("bizhubUserActivate", json!({})),
    ] {
        let mut input = json!({ "userId": admin });
        input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let refused = world.refused(&personnel, mutation, input).await;
        assert!(refused.contains(&"FORBIDDEN userId".to_owned()), "{mutation} {refused:?}");
        assert_eq!(people(&world).await, before, "{mutation}");
    }
}

#[tokio::test]
async fn whoever_may_change_people_changes_those_who_may_no_more() {
    let world = World::new().await;
    give_passwords(&world).await;
    let personnel = personnel(&world).await;
    let peer = id_of(&world, "manager2").await;
    for (mutation, more) in [
        ("bizhubUserUpdate", json!({ "email": "second@shop.example" })),
        ("bizhubUserUnlock", json!({})),
        ("bizhubUserSetPassword", json!({ "newPassword": format!("{PASSWORD}-2") })),
        ("bizhubUserDeactivate", json!({})),
        ("bizhubUserActivate", json!({})),
    ] {
        let mut input = json!({ "userId": peer });
        input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        world.done(&personnel, mutation, input, "").await;
    }
    let email = "SELECT email FROM bizhub.users WHERE username = 'manager2'";
    assert_eq!(world.value(email).await, json!("second@shop.example"));
}
