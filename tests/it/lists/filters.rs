//! The `where` argument: every operator, through relations, and never past the caller's eyes.

use serde_json::json;

use super::{ask, codes, expected, stocked};
use crate::world::{Person, World};

/// The values of one field of the rows that a filter leaves, sorted.
async fn left(
    world: &World,
    person: &Person,
    list: &str,
    shown: &str,
    filter: &str,
) -> Vec<String> {
    let query = format!(
        "{{ bizhub {{ it: {list}(first: 100, where: {filter}) {{ totalCount nodes {{ it: {shown} }} }} }} }}"
    );
    let data = world.read(person, &query).await;
    let nodes = data["bizhub"]["it"]["nodes"].as_array().unwrap();
    assert_eq!(data["bizhub"]["it"]["totalCount"], json!(nodes.len()), "{filter}");
    let mut left: Vec<String> =
        nodes.iter().map(|node| node["it"].as_str().unwrap().to_owned()).collect();
    left.sort();
    left
}

/// Filters over assets and the condition that each means.
const ASSETS: &[(&str, &str)] = &[
    ("{}", "TRUE"),
    ("{status: {eq: RECEIVED}}", "status = 'Received'"),
    ("{status: {ne: RECEIVED}}", "status <> 'Received'"),
    ("{status: {in: [RECEIVED, REPAIR_HOLD]}}", "status IN ('Received', 'Repair Hold')"),
    ("{status: {in: []}}", "FALSE"),
    ("{not: {status: {in: []}}}", "TRUE"),
    ("{conditionGrade: {eq: A}}", "condition_grade = 'A'"),
    ("{conditionGrade: {ne: A}}", "condition_grade IS DISTINCT FROM 'A'"),
    ("{conditionGrade: {isNull: true}}", "condition_grade IS NULL"),
    ("{conditionGrade: {isNull: false}}", "condition_grade IS NOT NULL"),
    ("{not: {conditionGrade: {eq: A}}}", "condition_grade IS DISTINCT FROM 'A'"),
    ("{receivedDate: {gt: \"2026-02-02\"}}", "received_date > '2026-02-02'"),
    (
        "{receivedDate: {gte: \"2026-02-02\", lt: \"2026-02-04\"}}",
        "received_date IN ('2026-02-02', '2026-02-03')",
    ),
    ("{receivedDate: {lte: \"2026-02-01\"}}", "received_date = '2026-02-01'"),
    ("{createdAt: {gte: \"2026-02-01T13:00:00+01:00\"}}", "created_at >= '2026-02-01 12:00Z'"),
    ("{assetTag: {startsWith: \"t0\"}}", "asset_tag LIKE 'T0%'"),
    ("{assetTag: {contains: \"1\"}}", "asset_tag LIKE '%1%'"),
    (
        "{or: [{conditionGrade: {eq: A}}, {status: {eq: RECEIVED}}]}",
        "condition_grade = 'A' OR status = 'Received'",
    ),
    (
        "{and: [{conditionGrade: {eq: A}}, {status: {eq: RECEIVED}}]}",
        "condition_grade = 'A' AND status = 'Received'",
    ),
    (
        "{conditionGrade: {eq: A}, or: [{status: {eq: RECEIVED}}, {status: {eq: REPAIR_HOLD}}]}",
        "condition_grade = 'A' AND status IN ('Received', 'Repair Hold')",
    ),
    ("{or: []}", "FALSE"),
    ("{and: []}", "TRUE"),
    ("{or: {conditionGrade: {eq: B}}}", "condition_grade = 'B'"),
    ("{not: {not: {conditionGrade: {eq: A}}}}", "condition_grade = 'A'"),
    ("{status: null, conditionGrade: {eq: null}}", "TRUE"),
    ("{productModel: {is: {brand: {eq: \"HP\"}}}}", "product_model_id = 1"),
    ("{productModel: {isNot: {brand: {eq: \"HP\"}}}}", "product_model_id <> 1"),
    ("{invoiceLines: {some: {}}}", "id <= 18"),
    ("{invoiceLines: {none: {}}}", "id > 18"),
    (
        "{invoiceLines: {some: {invoice: {is: {status: {eq: PAID}}}}}}",
        "id IN (SELECT id FROM bizhub.invoices WHERE status = 'Paid')",
    ),
    (
        "{invoiceLines: {some: {invoice: {isNot: {status: {eq: PAID}}}}}}",
        "id IN (SELECT id FROM bizhub.invoices WHERE status <> 'Paid')",
    ),
    (
        "{invoiceLines: {none: {invoice: {is: {status: {eq: PAID}}}}}}",
        "id NOT IN (SELECT id FROM bizhub.invoices WHERE status = 'Paid')",
    ),
];

#[tokio::test]
async fn a_filter_leaves_the_rows_that_its_words_say() {
    let (world, admin) = stocked().await;
    for (filter, condition) in ASSETS {
        let sql = format!(
            "SELECT asset_tag AS it FROM bizhub.assets WHERE {condition} ORDER BY asset_tag COLLATE \"C\""
        );
        let found = left(&world, &admin, "assets", "assetTag", filter).await;
        assert_eq!(found, expected(&world, &sql).await, "{filter}");
    }
}

#[tokio::test]
async fn a_filter_follows_two_relations_and_no_more() {
    let (world, admin) = stocked().await;
    let two = "{assets: {some: {invoiceLines: {some: {lineKind: {eq: ASSET}}}}}}";
    assert_eq!(left(&world, &admin, "productModels", "brand", two).await, ["Dell", "HP"]);
    let same_table = "{customer: {is: {invoices: {some: {invoiceNumber: {eq: \"I01\"}}}}}}";
    let numbers = left(&world, &admin, "invoices", "invoiceNumber", same_table).await;
    assert_eq!(numbers, ["I01", "I04", "I07", "I10", "I13", "I16"]);
    let three = "{ bizhub { productModels(where: {assets: {some: {invoiceLines: {some: {invoice: {is: {}}}}}}}) { nodes { id } } } }";
    let answer = ask(&world, &admin, three).await;
    assert_eq!(codes(&answer), ["LIMIT_EXCEEDED"]);
    let path = "where.assets.some.invoiceLines.some.invoice";
    assert_eq!(answer["errors"][0]["extensions"]["field"], path);
}

#[tokio::test]
async fn a_row_without_the_other_side_is_none_that_meets_the_condition() {
    let (world, admin) = stocked().await;
    let walk_in = ["I03", "I06", "I09", "I12", "I15", "I18"];
    let nobody = left(&world, &admin, "invoices", "invoiceNumber", "{customer: {isNot: {}}}").await;
    assert_eq!(nobody, walk_in);
    let not_ama = "{customer: {isNot: {fullName: {startsWith: \"ama\"}}}}";
    assert_eq!(left(&world, &admin, "invoices", "invoiceNumber", not_ama).await.len(), 12);
    let null =
        left(&world, &admin, "invoices", "invoiceNumber", "{customerId: {isNull: true}}").await;
    assert_eq!(null, walk_in);
}

#[tokio::test]
async fn signs_of_a_pattern_stand_for_themselves() {
    let (world, admin) = stocked().await;
    for (text, names) in [
        ("100%", &["Kofi 100% Boateng"][..]),
        ("%", &["Kofi 100% Boateng"]),
        ("ESI_", &["Esi_Owusu"]),
        ("_", &["Esi_Owusu"]),
        ("\\", &["Back\\slash"]),
        ("k\\S", &["Back\\slash"]),
        ("\\%", &[]),
        ("\"d '", &["Quote\"d 'Ünï"]),
        ("ünÏ", &["Quote\"d 'Ünï"]),
    ] {
        let filter = format!("{{fullName: {{contains: {}}}}}", json!(text));
        assert_eq!(left(&world, &admin, "customers", "fullName", &filter).await, names, "{text}");
    }
    let starts =
        left(&world, &admin, "customers", "fullName", "{fullName: {startsWith: \"%\"}}").await;
    assert_eq!(starts, [""; 0]);
}

#[tokio::test]
async fn amounts_and_ids_are_compared_exactly() {
    let (world, admin) = stocked().await;
    let all = |filter: &'static str| left(&world, &admin, "invoices", "invoiceNumber", filter);
    assert_eq!(all("{totalAmount: {eq: \"100.25\"}}").await, ["I01", "I06", "I11", "I16"]);
    assert_eq!(all("{totalAmount: {eq: \"100.250000\"}}").await.len(), 4);
    assert_eq!(all("{totalAmount: {eq: \"100.250001\"}}").await.len(), 0);
    assert_eq!(all("{totalAmount: {gt: \"400.24\"}}").await, ["I04", "I09", "I14"]);
    let data = world.read(&admin, "{ bizhub { customers(where: {fullName: {eq: \"Ama Mensah\"}}) { nodes { id } } users(first: 1) { nodes { id } } } }").await;
    let ama = data["bizhub"]["customers"]["nodes"][0]["id"].as_str().unwrap();
    let filter = format!("{{customerId: {{eq: \"{ama}\"}}}}");
    assert_eq!(left(&world, &admin, "invoices", "invoiceNumber", &filter).await.len(), 6);
    // The id of another kind of thing is refused before any statement; another tenant's is
    // the id of no row.
    let user = data["bizhub"]["users"]["nodes"][0]["id"].as_str().unwrap();
    let query = format!(
        "{{ bizhub {{ invoices(where: {{customerId: {{eq: \"{user}\"}}}}) {{ nodes {{ id }} }} }} }}"
    );
    assert_eq!(codes(&ask(&world, &admin, &query).await), ["BAD_FORMAT"]);
    world.meddle("INSERT INTO kumasi.customers (id, customer_type, full_name, phone) VALUES (1, 'Retail', 'Ama', '+233200000001')").await;
    let theirs = world.person_of("kumasi", "admin").await;
    let data = world.read(&theirs, "{ bizhub { customers { nodes { id } } } }").await;
    let foreign = data["bizhub"]["customers"]["nodes"][0]["id"].as_str().unwrap();
    for (operator, count) in [("eq", 0), ("ne", 18)] {
        let filter = format!("{{customerId: {{{operator}: \"{foreign}\"}}}}");
        assert_eq!(left(&world, &admin, "invoices", "invoiceNumber", &filter).await.len(), count);
    }
    let filter = format!("{{customerId: {{in: [\"{foreign}\", \"{ama}\"]}}}}");
    assert_eq!(left(&world, &admin, "invoices", "invoiceNumber", &filter).await.len(), 6);
}

#[tokio::test]
async fn deleted_rows_are_shown_only_to_who_may_delete_them_and_asks() {
    let (world, admin) = stocked().await;
    let sales = world.person("sales").await;
    let names = |arguments: &str| {
        format!(
            "{{ bizhub {{ customers{arguments} {{ totalCount nodes {{ fullName deletedAt }} }} }} }}"
        )
    };
    let hidden = world.read(&admin, &names("")).await;
    assert_eq!(hidden["bizhub"]["customers"]["totalCount"], 7);
    let shown = world.read(&admin, &names("(includeDeleted: true)")).await;
    assert_eq!(shown["bizhub"]["customers"]["totalCount"], 8);
    let refused = ask(&world, &sales, &names("(includeDeleted: true)")).await;
    assert_eq!(codes(&refused), ["FORBIDDEN"]);
    assert_eq!(refused["errors"][0]["extensions"]["field"], "includeDeleted");
    assert_eq!(
        ask(&world, &sales, &names("(includeDeleted: false)")).await,
        ask(&world, &sales, &names("")).await
    );
    // Another row that points to it still shows it.
    world.meddle("UPDATE bizhub.invoices SET customer_id = 8 WHERE invoice_number = 'I01'").await;
    let query = "{ bizhub { invoiceByNumber(invoiceNumber: \"I01\") { customer { fullName } } } }";
    let data = world.read(&admin, query).await;
    assert_eq!(data["bizhub"]["invoiceByNumber"]["customer"]["fullName"], "Gone Before");
}
