//! Values that rules use, and those that the tenant adds (spec 5.10).

use serde_json::{Value, json};

use crate::rim::id_of;
use crate::rim_loans::asked;
use crate::world::World;

async fn config(world: &World, category: &str, key: &str) -> String {
    let both = format!("category: {{ eq: \"{category}\" }}, key: {{ eq: \"{key}\" }}");
    id_of(world, "systemConfigs", &both).await
}

fn own(value: &str, data_type: &str) -> Value {
    json!({
        "category": "shop", "key": "hours", "value": value, "dataType": data_type,
        "description": "When somebody is there",
    })
}

#[tokio::test]
async fn a_change_holds_for_the_next_rule_on_every_server_and_says_who_made_it() {
    let world = World::rim().await;
    let operations = world.person("operations").await;
    world.meddle("UPDATE rim.users SET credit_score = 650").await;
    let other = super::server(&world, &Default::default()).await;
    let id = config(&world, "loans", "auto_approve_score").await;
    let input = json!({ "systemConfigId": id, "value": " 600 ", "expectedVersion": 1 });
    let shown = "systemConfig { value dataType updater { username } version }";
    let done = world.done(&operations, "rimSystemConfigUpdate", input.clone(), shown).await;
    let expected = json!({
        "value": "600", "dataType": "NUMBER", "updater": { "username": "operations" }, "version": 2,
    });
    assert_eq!(done["systemConfig"], expected);
    drop(other);
    asked(&world, "1000.00").await;
    assert_eq!(world.value("SELECT status FROM rim.loans").await, "approved");
    let refused = world.refused(&operations, "rimSystemConfigUpdate", input).await;
    assert_eq!(refused, ["STALE_VERSION expectedVersion"]);
}

#[tokio::test]
async fn what_the_rules_read_keeps_its_type_and_its_bounds() {
    let world = World::rim().await;
    let operations = world.person("operations").await;
    for (category, key, value, refusal) in [
        ("loans", "interest_rate", "150", "OUT_OF_RANGE value"),
        ("loans", "interest_rate", "much", "BAD_FORMAT value"),
        ("loans", "interest_rate", "12.34567", "OUT_OF_RANGE value"),
        ("loans", "repayment_period", "91", "OUT_OF_RANGE value"),
        ("loans", "max_open", "1.5", "OUT_OF_RANGE value"),
        ("loans", "auto_approve_max", "-1", "OUT_OF_RANGE value"),
        ("loans", "suspend_on_default", "maybe", "BAD_FORMAT value"),
        ("loans", "enabled_networks", "[\"Vodafone\"]", "OUT_OF_RANGE value"),
        ("loans", "enabled_networks", "[", "BAD_FORMAT value"),
        ("credit", "min", "200000", "OUT_OF_RANGE value"),
        ("credit", "max", "999999999", "OUT_OF_RANGE value"),
        (
            "tickets",
            "department_by_category",
            "{\"loan\": \"Nowhere\"}",
            "REFERENCE_NOT_FOUND value",
        ),
        ("broadcast", "sms_segments", "0", "OUT_OF_RANGE value"),
    ] {
        let id = config(&world, category, key).await;
        let input = json!({ "systemConfigId": id, "value": value });
        let refused = world.refused(&operations, "rimSystemConfigUpdate", input).await;
        assert_eq!(refused, [refusal], "{category}.{key} {value}");
    }
    let id = config(&world, "loans", "max_open").await;
    let input = json!({ "systemConfigId": id, "dataType": "STRING" });
    let refused = world.refused(&operations, "rimSystemConfigUpdate", input).await;
    assert_eq!(refused, ["IMMUTABLE dataType"]);
    let id = config(&world, "tickets", "department_by_category").await;
    let input = json!({ "systemConfigId": id, "value": "{\"loan\": \"Loans Desk\"}" });
    world.done(&operations, "rimSystemConfigUpdate", input, "").await;
}

/// What is charged is what the loan says: its rate is kept with four digits behind the point.
#[tokio::test]
async fn the_finest_rate_is_kept_as_it_is() {
    let world = World::rim().await;
    let operations = world.person("operations").await;
    world.meddle("UPDATE rim.users SET credit_limit = 100000").await;
    let id = config(&world, "loans", "interest_rate").await;
    let input = json!({ "systemConfigId": id, "value": "12.345600" });
    world.done(&operations, "rimSystemConfigUpdate", input, "").await;
    asked(&world, "50000.00").await;
    let loan = "SELECT interest_rate::text AS rate, amount_due::text AS due FROM rim.loans";
    let expected = json!({ "rate": "12.3456", "due": "56172.80" });
    assert_eq!(world.rows(loan).await, [expected]);
    world.verify().await;
    let product = json!({
        "name": "Fine", "network": "MTN", "minAmount": "50.00", "maxAmount": "500.00",
        "interestRate": "12.34567", "repaymentPeriod": 14,
    });
    let refused = world.refused(&operations, "rimLoanProductCreate", product).await;
    assert_eq!(refused, ["OUT_OF_RANGE interestRate"]);
}

#[tokio::test]
async fn what_the_rules_read_cannot_be_deleted_and_ones_own_can() {
    let world = World::rim().await;
    let admin = world.person("admin").await;
    let known = json!({ "systemConfigId": config(&world, "loans", "max_open").await });
    let refused = world.refused(&admin, "rimSystemConfigDelete", known).await;
    assert_eq!(refused, ["IMMUTABLE systemConfigId"]);
    world.done(&admin, "rimSystemConfigCreate", own("9 to 5", "STRING"), "").await;
    let refused = world.refused(&admin, "rimSystemConfigCreate", own("x", "STRING")).await;
    assert_eq!(refused, ["NOT_UNIQUE key"]);
    let mine = json!({ "systemConfigId": config(&world, "shop", "hours").await });
    world.done(&admin, "rimSystemConfigDelete", mine, "deletedId").await;
    let left = "SELECT count(*)::integer FROM rim.system_configs WHERE category = 'shop'";
    assert_eq!(world.value(left).await, 0);
}

#[tokio::test]
async fn a_value_is_of_its_type() {
    let world = World::rim().await;
    let admin = world.person("admin").await;
    let deep = format!("{}1{}", "[".repeat(9), "]".repeat(9));
    let large = format!("\"{}\"", "x".repeat(16 * 1_024));
    for (value, data_type) in [
        ("x", "NUMBER"),
        ("1e3", "NUMBER"),
        ("yes", "BOOLEAN"),
        ("{", "JSON"),
        (&deep, "JSON"),
        (&large, "JSON"),
        (" ", "STRING"),
        (&"x".repeat(4_001), "STRING"),
    ] {
        let refused = world.refused(&admin, "rimSystemConfigCreate", own(value, data_type)).await;
        assert_eq!(refused, ["BAD_FORMAT value"], "{value:.20} {data_type}");
    }
    for (field, value, refusal) in [
        ("category", "two words", "BAD_FORMAT category"),
        ("key", "", "REQUIRED key"),
        ("description", " ", "REQUIRED description"),
    ] {
        let mut input = own("1", "NUMBER");
        input[field] = json!(value);
        let refused = world.refused(&admin, "rimSystemConfigCreate", input).await;
        assert_eq!(refused, [refusal]);
    }
    for (key, value, data_type) in
        [("a", "-1.5", "NUMBER"), ("b", "true", "BOOLEAN"), ("c", "{\"a\": [1]}", "JSON")]
    {
        let mut input = own(value, data_type);
        input["key"] = json!(key);
        world.done(&admin, "rimSystemConfigCreate", input, "").await;
    }
}

#[tokio::test]
async fn operations_set_values_and_others_do_not() {
    let world = World::rim().await;
    let id = config(&world, "loans", "max_open").await;
    for (username, may) in [("operations", true), ("officer", false), ("auditor", false)] {
        let person = world.person(username).await;
        let input = json!({ "systemConfigId": id, "value": "2" });
        let payload = world.call(&person, "rimSystemConfigUpdate", input, "").await;
        assert_eq!(payload["userErrors"] == json!([]), may, "{username}");
    }
}

/// Spec 1.11: settings of the platform and values of the lender are not in two places.
#[tokio::test]
async fn no_setting_is_both_the_platforms_and_the_lenders() {
    let world = World::rim().await;
    let admin = world.person("admin").await;
    for known in bizgraph_rim::system_config::keys::ALL {
        let input = json!({ "key": format!("{}.{}", known.category, known.key), "value": "1" });
        let refused = world.refused(&admin, "tenantSettingSet", input).await;
        assert_eq!(refused, ["REFERENCE_NOT_FOUND key"], "{}", known.key);
    }
}
