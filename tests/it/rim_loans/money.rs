//! How a repayment is spread over loans, against a simple model (spec 5.6), and limits by hand.

use bizgraph_kernel::money::Money;
use bizgraph_rim::loan::allocation::split;
use proptest::prelude::{prop_assert_eq, proptest};
use serde_json::json;

use super::{ADA, figures};
use crate::rim::customer;
use crate::world::{World, key};

proptest! {
    #[test]
    fn a_repayment_pays_one_cent_after_the_other(
        amount in 0_i64..2_000, debts in proptest::collection::vec(0_i64..600, 0..6)
    ) {
        let mut model = vec![0; debts.len()];
        for _ in 0..amount {
            if let Some(place) = (0..debts.len()).find(|place| model[*place] < debts[*place]) {
                model[place] += 1;
            }
        }
        let debts: Vec<Money> = debts.into_iter().map(Money::cents).collect();
        let model: Vec<Money> = model.into_iter().map(Money::cents).collect();
        prop_assert_eq!(split(&Money::cents(amount), &debts), model);
    }
}

#[tokio::test]
async fn a_limit_far_above_takes_two_people() {
    let world = World::rim().await;
    let operations = world.person("operations").await;
    let input = json!({
        "userId": customer(&world, ADA).await, "creditLimit": "60000.00", "reason": "Good payer",
    });
    let shown = "approvalRequest { id }";
    let asked = world.call(&operations, "rimUserSetCredit", input, shown).await;
    assert_eq!(figures(&world).await["limit"], "10000.00");
    let second = world.person("operations2").await;
    let request = asked["approvalRequest"]["id"].clone();
    let input = json!({ "approvalRequestId": request, "idempotencyKey": key() });
    world.done(&second, "approvalApprove", input, "").await;
    assert_eq!(figures(&world).await["limit"], "60000.00");
    world.verify().await;
}
