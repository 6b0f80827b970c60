//! The same move twice is one move: by its key where it has one, else by where it starts from.

use serde_json::json;

use super::{House, codes, print, words};

pub async fn a_move_that_is_sent_twice_with_one_key_is_made_once(house: &'static House) {
    let world = (house.world)().await;
    let username = house.roles[0].1;
    let person = world.person(username).await;
    for subject in house.subjects {
        let shown = format!("{} {{ id status version }}", subject.singular());
        for row in subject.steps().filter(|row| subject.is_keyed(row.0)) {
            let (from, to) = (words(row.1).next().unwrap(), words(row.2).next().unwrap());
            let it = subject.put(&world, from, to, username).await;
            let mutation = subject.mutation(row.0);
            let mut input = subject.input(&person, &it, row.0, (from, to));
            let first = world.done(&person, &mutation, input.clone(), &shown).await;
            assert_eq!(first["replayed"], json!(false), "{mutation}");
            let after_first = print(&world, house).await;
            let mut again = world.done(&person, &mutation, input.clone(), &shown).await;
            assert_eq!(again["replayed"].take(), json!(true), "{mutation}");
            again["replayed"] = json!(false);
            assert_eq!(again, first, "{mutation}");
            assert_eq!(print(&world, house).await, after_first, "{mutation} wrote twice");
            input["expectedVersion"] = json!(1);
            let refused = world.refused(&person, &mutation, input).await;
            assert_eq!(refused, ["IDEMPOTENCY_KEY_REUSED idempotencyKey"], "{mutation}");
        }
    }
}

pub async fn a_move_that_was_made_is_not_made_again(house: &'static House) {
    let world = (house.world)().await;
    let username = house.roles[0].1;
    let person = world.person(username).await;
    let mut moves = 0;
    for subject in house.subjects {
        for row in subject.steps() {
            let ends = words(row.2).filter(|to| !subject.possible_from(to).contains(&row.0));
            for to in ends {
                let from = words(row.1).next().unwrap();
                let it = subject.put(&world, from, to, username).await;
                let first = subject.call(&world, &person, &it, row.0, (from, to)).await;
                assert_eq!(codes(&first), Vec::<String>::new(), "{}", row.0);
                let after_first = print(&world, house).await;
                let again = subject.call(&world, &person, &it, row.0, (from, to)).await;
                assert_eq!(codes(&again), ["INVALID_TRANSITION"], "{}", row.0);
                assert_eq!(print(&world, house).await, after_first, "{}", row.0);
                moves += 1;
            }
        }
    }
    assert!(moves > house.subjects.len(), "only {moves} moves");
}
