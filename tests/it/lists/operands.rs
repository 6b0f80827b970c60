//! Operands that do not fit are refused where they stand, and never reach the database.

use serde_json::{Value, json};

use super::{ask, codes, stocked};

/// Filters over invoices with a value that does not fit its field.
fn misfits() -> Vec<Value> {
    vec![
        json!({ "totalAmount": { "eq": "1e9" } }),
        json!({ "totalAmount": { "eq": "NaN" } }),
        json!({ "totalAmount": { "eq": 5 } }),
        json!({ "totalAmount": { "eq": "" } }),
        json!({ "invoiceDate": { "eq": "2026-02-30" } }),
        json!({ "invoiceDate": { "eq": "-9999-1-01" } }),
        json!({ "invoiceDate": { "eq": "yesterday" } }),
        json!({ "createdAt": { "gt": "2026-02-01" } }),
        json!({ "createdAt": { "gt": "-9999-01-01T00:00:00Z" } }),
        json!({ "createdAt": { "gt": "+262000-01-01T00:00:00Z" } }),
        json!({ "status": { "eq": "Paid" } }),
        json!({ "status": { "in": ["PAID", "NONE"] } }),
        json!({ "customerId": { "eq": "1" } }),
        json!({ "customerId": { "eq": "MTpCaXpodWJDdXN0b21lcjo5OTk5OTk5OTk5OTk5" } }),
        json!({ "invoiceNumber": { "eq": 5 } }),
        json!({ "invoiceNumber": { "contains": ["a"] } }),
        json!({ "invoiceNumber": { "like": "a" } }),
        json!({ "invoiceNumber": "I01" }),
        json!({ "notes": { "eq": "not filterable" } }),
        json!({ "nothing": { "eq": "no such field" } }),
        json!({ "and": "I01" }),
        json!({ "customer": { "some": {} } }),
        json!({ "customer": { "is": { "nothing": {} } } }),
        json!([1]),
        json!("x"),
    ]
}

#[tokio::test]
async fn an_operand_that_does_not_fit_is_the_callers_mistake() {
    let (world, admin) = stocked().await;
    let query = "query($w: BizhubInvoiceWhere) { bizhub { invoices(where: $w) { nodes { id } } \
                 invoiceAggregates(where: $w) { count } } }";
    for filter in misfits() {
        let answer = world.send(&admin, query, json!({ "w": filter })).await;
        let errors = answer["errors"].as_array().cloned().unwrap_or_default();
        let no_row = filter["customerId"]["eq"].as_str().is_some_and(|id| id.len() > 9);
        if no_row && errors.is_empty() {
            assert_eq!(answer["data"]["bizhub"]["invoices"]["nodes"], json!([]), "{filter}");
            continue;
        }
        assert!(!errors.is_empty(), "{filter} was taken: {answer}");
        for error in &errors {
            let code = error["extensions"]["code"].as_str();
            // Without a code it is a validation error, which the door names so.
            let mistake = code.is_none_or(|code| ["BAD_FORMAT", "OUT_OF_RANGE"].contains(&code));
            assert!(mistake && (code.is_some() || error["path"].is_null()), "{filter}: {answer}");
        }
    }
}

#[tokio::test]
async fn a_nul_character_is_refused_by_its_field_alone() {
    let (world, admin) = stocked().await;
    for nul in [
        "a: customers(where: {fullName: {eq: \"a\\u0000b\"}}) { nodes { id } }",
        "a: customers(where: {fullName: {contains: \"\\u0000\"}}) { nodes { id } }",
        "a: customers(where: {fullName: {in: [\"a\", \"\\u0000\"]}}) { nodes { id } }",
        "a: invoices(where: {customer: {is: {fullName: {startsWith: \"\\u0000\"}}}}) { nodes { id } }",
        "a: invoiceByNumber(invoiceNumber: \"\\u0000\") { id }",
        "a: customerAggregates(where: {fullName: {eq: \"\\u0000\"}}) { count }",
    ] {
        let query = format!(
            "{{ bizhub {{ {nul} b: locations(first: 1) {{ nodes {{ locationName }} }} }} }}"
        );
        let answer = ask(&world, &admin, &query).await;
        assert_eq!(codes(&answer), ["BAD_FORMAT"], "{nul}: {answer}");
        assert_eq!(answer["errors"][0]["path"], json!(["bizhub", "a"]), "{nul}");
        assert_eq!(answer["data"]["bizhub"]["b"]["nodes"].as_array().unwrap().len(), 1, "{nul}");
    }
    assert_eq!(world.kernel.database.lent().1, 0);
}

#[tokio::test]
async fn filters_have_bounds() {
    let (world, admin) = stocked().await;
    let words = vec!["x"; 201];
    let wide = json!({ "invoiceNumber": { "in": words } });
    let many = json!({ "or": vec![json!({ "status": { "eq": "PAID" } }); 201] });
    let mut deep = json!({ "status": { "eq": "PAID" } });
    for _ in 0..9 {
        deep = json!({ "not": deep });
    }
    let query = "query($w: BizhubInvoiceWhere) { bizhub { invoices(where: $w) { nodes { id } } } }";
    for filter in [wide, many, deep] {
        let answer = world.send(&admin, query, json!({ "w": filter })).await;
        assert_eq!(codes(&answer), ["LIMIT_EXCEEDED"], "{filter}");
    }
    let exact = json!({ "invoiceNumber": { "in": vec!["I01"; 200] } });
    let answer = world.send(&admin, query, json!({ "w": exact })).await;
    assert_eq!(answer["data"]["bizhub"]["invoices"]["nodes"].as_array().unwrap().len(), 1);
}
