//! Pages by keyset: read from either end in pages of any size, a list is the same list.

use serde_json::{Value, json};

use super::{ask, codes, expected, stocked};
use crate::world::{Person, World};

/// A list: its field, what it is ordered by, the field shown, and the same list in SQL.
struct List {
    field: &'static str,
    order: &'static str,
    shown: &'static str,
    sql: &'static str,
}

const LISTS: &[List] = &[
    List {
        field: "assets",
        order: "",
        shown: "assetTag",
        sql: "SELECT asset_tag AS it FROM bizhub.assets ORDER BY created_at DESC, id DESC",
    },
    List {
        field: "assets",
        order: "orderBy: {field: CONDITION_GRADE}",
        shown: "assetTag",
        sql: "SELECT asset_tag AS it FROM bizhub.assets ORDER BY condition_grade, id",
    },
    List {
        field: "assets",
        order: "orderBy: [{field: CONDITION_GRADE, direction: DESC}]",
        shown: "assetTag",
        sql: "SELECT asset_tag AS it FROM bizhub.assets ORDER BY condition_grade DESC, id DESC",
    },
    List {
        field: "assets",
        order: "orderBy: [{field: CONDITION_GRADE}, {field: RECEIVED_DATE, direction: DESC}]",
        shown: "assetTag",
        sql: "SELECT asset_tag AS it FROM bizhub.assets \
              ORDER BY condition_grade, received_date DESC, id DESC",
    },
    List {
        field: "assets",
        order: "orderBy: [{field: STATUS, direction: DESC}, {field: CONDITION_GRADE, direction: DESC}, \
                {field: RECEIVED_DATE, direction: ASC}]",
        shown: "assetTag",
        sql: "SELECT asset_tag AS it FROM bizhub.assets \
              ORDER BY status DESC, condition_grade DESC, received_date, id",
    },
    List {
        field: "invoices",
        order: "orderBy: [{field: DUE_DATE, direction: DESC}, {field: TOTAL_AMOUNT}]",
        shown: "invoiceNumber",
        sql: "SELECT invoice_number AS it FROM bizhub.invoices ORDER BY due_date DESC, total_amount, id",
    },
    List {
        field: "customers",
        order: "orderBy: {field: CREATED_AT, direction: DESC}",
        shown: "fullName",
        sql: "SELECT full_name AS it FROM bizhub.customers WHERE deleted_at IS NULL \
              ORDER BY created_at DESC, id DESC",
    },
    List {
        field: "customers",
        order: "",
        shown: "fullName",
        sql: "SELECT full_name AS it FROM bizhub.customers WHERE deleted_at IS NULL ORDER BY full_name, id",
    },
    List {
        field: "agingAssets",
        order: "orderBy: {field: CONDITION_GRADE, direction: DESC}",
        shown: "assetTag",
        sql: "SELECT asset_tag AS it FROM bizhub.view_aging_inventory \
              ORDER BY condition_grade DESC, asset_id DESC",
    },
    List {
        field: "salesDays",
        order: "",
        shown: "invoiceDate",
        sql: "SELECT invoice_date::text AS it FROM bizhub.view_sales_daily ORDER BY invoice_date DESC",
    },
];

/// The pages of a list, read to the end from one side.
async fn pages(
    world: &World,
    person: &Person,
    list: &List,
    size: usize,
    forward: bool,
) -> Vec<Vec<String>> {
    let (count, beyond) = if forward { ("first", "after") } else { ("last", "before") };
    let mut cursor: Option<String> = None;
    let mut pages = Vec::new();
    loop {
        let from =
            cursor.as_ref().map(|cursor| format!(", {beyond}: \"{cursor}\"")).unwrap_or_default();
        let query = format!(
            "{{ bizhub {{ it: {}({} {count}: {size}{from}) {{ edges {{ cursor node {{ it: {} }} }} \
             pageInfo {{ hasNextPage hasPreviousPage startCursor endCursor }} }} }} }}",
            list.field, list.order, list.shown
        );
        let data = world.read(person, &query).await;
        let (edges, info) = (&data["bizhub"]["it"]["edges"], &data["bizhub"]["it"]["pageInfo"]);
        let edges = edges.as_array().unwrap();
        let shown = |edge: &Value| edge["node"]["it"].as_str().unwrap().to_owned();
        pages.push(edges.iter().map(shown).collect());
        let (first, last) = (&edges[0]["cursor"], &edges[edges.len() - 1]["cursor"]);
        assert_eq!((&info["startCursor"], &info["endCursor"]), (first, last));
        let (ahead, behind, next) = match forward {
            true => ("hasNextPage", "hasPreviousPage", last),
            false => ("hasPreviousPage", "hasNextPage", first),
        };
        assert_eq!(info[behind], json!(cursor.is_some()), "{query}");
        if info[ahead] == json!(false) {
            return pages;
        }
        assert!(pages.len() < 100, "{query} never ends");
        cursor = Some(next.as_str().unwrap().to_owned());
    }
}

#[tokio::test]
async fn pages_of_any_size_from_either_end_make_the_same_list() {
    let (world, admin) = stocked().await;
    for list in LISTS {
        let whole = expected(&world, list.sql).await;
        assert!(whole.len() > 4, "{}: {whole:?}", list.sql);
        for size in [1, 3, 7, 100] {
            let forward = pages(&world, &admin, list, size, true).await;
            assert_eq!(forward.concat(), whole, "{} {} by {size}", list.field, list.order);
            let full = forward.iter().rev().skip(1).all(|page| page.len() == size);
            assert!(full, "a page before the last is not full: {forward:?}");
            let mut backward = pages(&world, &admin, list, size, false).await;
            backward.reverse();
            assert_eq!(backward.concat(), whole, "{} {} back by {size}", list.field, list.order);
        }
    }
}

#[tokio::test]
async fn a_page_of_nothing_is_empty_and_tells_whether_there_is_more() {
    let (world, admin) = stocked().await;
    let shown = "{ edges { cursor } nodes { id } totalCount pageInfo { hasNextPage startCursor endCursor } }";
    let query = format!(
        "{{ bizhub {{ none: assets(first: 0) {shown} \
         empty: assets(where: {{assetTag: {{eq: \"NONE\"}}}}) {shown} }} }}"
    );
    let data = world.read(&admin, &query).await;
    let page = |more: bool, count: i32| {
        json!({ "edges": [], "nodes": [], "totalCount": count,
                "pageInfo": { "hasNextPage": more, "startCursor": null, "endCursor": null } })
    };
    assert_eq!(data["bizhub"], json!({ "none": page(true, 29), "empty": page(false, 0) }));
}

#[tokio::test]
async fn forward_and_backward_do_not_mix_and_sizes_have_bounds() {
    let (world, admin) = stocked().await;
    let sales = world.person("sales").await;
    let page = async |person: &Person, arguments: &str| {
        let query = format!(
            "{{ bizhub {{ assets({arguments}) {{ nodes {{ id }} pageInfo {{ endCursor }} }} }} }}"
        );
        ask(&world, person, &query).await
    };
    let first = page(&admin, "first: 1").await;
    let cursor = first["data"]["bizhub"]["assets"]["pageInfo"]["endCursor"].as_str().unwrap();
    for mixed in [
        "first: 1, last: 1".to_owned(),
        format!("first: 1, before: \"{cursor}\""),
        format!("last: 1, after: \"{cursor}\""),
        format!("after: \"{cursor}\", before: \"{cursor}\""),
    ] {
        assert_eq!(codes(&page(&admin, &mixed).await), ["VALIDATION_FAILED"], "{mixed}");
    }
    for wrong in ["first: -1", "last: -1", "first: 1001", "first: 2147483647"] {
        assert_eq!(codes(&page(&admin, wrong).await), ["OUT_OF_RANGE"], "{wrong}");
    }
    // A role without the right to export reads pages of a hundred.
    assert_eq!(codes(&page(&sales, "first: 101").await), ["OUT_OF_RANGE"]);
    assert_eq!(codes(&page(&sales, "first: 100").await), [""; 0]);
    assert_eq!(codes(&page(&admin, "first: 1000").await), [""; 0]);
    let five = "orderBy: [{field: STATUS}, {field: ASSET_TAG}, {field: CREATED_AT}, {field: RECEIVED_DATE}]";
    assert_eq!(codes(&page(&admin, five).await), ["LIMIT_EXCEEDED"]);
}

#[tokio::test]
async fn a_cursor_that_was_made_up_or_belongs_elsewhere_is_refused() {
    use base64::Engine;
    let engine = base64::engine::general_purpose::URL_SAFE_NO_PAD;
    let (world, admin) = stocked().await;
    let query = "{ bizhub { invoices(first: 1) { pageInfo { endCursor } } \
                 other: customers(first: 1, orderBy: {field: CREATED_AT}) { pageInfo { endCursor } } } }";
    let data = world.read(&admin, query).await;
    let end =
        |list: &str| data["bizhub"][list]["pageInfo"]["endCursor"].as_str().unwrap().to_owned();
    let good = end("invoices");
    let plain = String::from_utf8(engine.decode(&good).unwrap()).unwrap();
    let mut tampered = vec![
        String::new(),
        "x".to_owned(),
        "\u{0}".to_owned(),
        "ü".to_owned(),
        good[1..].to_owned(),
        good[..good.len() - 3].to_owned(),
        end("other"),
        engine.encode([0xff, 0xfe]),
        engine.encode("[".repeat(10_000)),
    ];
    // Every single byte of its plain text changed.
    for place in 0..plain.len() {
        let mut bytes = plain.clone().into_bytes();
        bytes[place] = b'~';
        tampered.push(engine.encode(bytes));
    }
    for value in ["null", "{}", "\"1; DROP TABLE\"", "99999999999", "1.5", "\"\\u0000\"", "[1]"] {
        tampered.push(engine.encode(plain.replace("\"18\"", value)));
    }
    for cursor in &tampered {
        let query =
            "query($c: String) { bizhub { invoices(first: 1, after: $c) { nodes { id } } } }";
        let answer = world.send(&admin, query, json!({ "c": cursor })).await;
        let text = String::from_utf8_lossy(&engine.decode(cursor).unwrap_or_default()).into_owned();
        assert_eq!(codes(&answer), ["BAD_FORMAT"], "{text}");
    }
    let other_order = format!(
        "{{ bizhub {{ invoices(first: 1, after: \"{good}\", orderBy: {{field: DUE_DATE}}) {{ nodes {{ id }} }} }} }}"
    );
    assert_eq!(codes(&ask(&world, &admin, &other_order).await), ["BAD_FORMAT"]);
}

#[tokio::test]
async fn each_parent_has_a_page_of_its_own() {
    let (world, admin) = stocked().await;
    let shown = "totalCount nodes { assetTag } edges { cursor } pageInfo { hasNextPage hasPreviousPage endCursor }";
    let order = "orderBy: [{field: CONDITION_GRADE, direction: DESC}, {field: ASSET_TAG}]";
    let query = format!(
        "{{ bizhub {{ productModels(orderBy: {{field: BRAND}}) {{ nodes {{ id brand \
         front: assets(first: 4, {order}) {{ {shown} }} back: assets(last: 4, {order}) {{ {shown} }} }} }} }} }}"
    );
    let data = world.read(&admin, &query).await;
    let models = data["bizhub"]["productModels"]["nodes"].as_array().unwrap();
    assert_eq!(models.len(), 3);
    for model in models {
        let brand = model["brand"].as_str().unwrap();
        let sql = format!(
            "SELECT asset_tag AS it FROM bizhub.assets a JOIN bizhub.product_models m \
             ON m.id = a.product_model_id WHERE brand = '{brand}' \
             ORDER BY condition_grade DESC, asset_tag, a.id"
        );
        let whole = expected(&world, &sql).await;
        let tags = |side: &str| -> Vec<String> {
            let nodes = model[side]["nodes"].as_array().unwrap();
            nodes.iter().map(|node| node["assetTag"].as_str().unwrap().to_owned()).collect()
        };
        assert_eq!(tags("front"), whole[..whole.len().min(4)], "{brand}");
        assert_eq!(tags("back"), whole[whole.len().saturating_sub(4)..], "{brand}");
        for side in ["front", "back"] {
            assert_eq!(model[side]["totalCount"], json!(whole.len()), "{brand}");
        }
        assert_eq!(model["front"]["pageInfo"]["hasNextPage"], json!(whole.len() > 4));
        assert_eq!(model["front"]["pageInfo"]["hasPreviousPage"], json!(false));
        assert_eq!(model["back"]["pageInfo"]["hasPreviousPage"], json!(whole.len() > 4));
        if whole.is_empty() {
            continue;
        }
        let cursor = model["front"]["pageInfo"]["endCursor"].as_str().unwrap();
        let id = model["id"].as_str().unwrap();
        let query = format!(
            "{{ bizhub {{ productModel(id: \"{id}\") {{ assets(first: 100, after: \"{cursor}\", {order}) \
             {{ {shown} }} }} }} }}"
        );
        let rest = world.read(&admin, &query).await;
        let nodes = rest["bizhub"]["productModel"]["assets"]["nodes"].as_array().unwrap().clone();
        let rest: Vec<&str> = nodes.iter().map(|node| node["assetTag"].as_str().unwrap()).collect();
        assert_eq!(rest, whole[4..], "{brand}");
    }
}

#[tokio::test]
async fn total_count_is_exact_to_ten_thousand_and_then_told_as_capped() {
    let (world, admin) = stocked().await;
    let query = "{ bizhub { customers(first: 1) { totalCount totalCountCapped } } }";
    let insert = "INSERT INTO bizhub.customers (customer_type, full_name, phone) \
                  SELECT 'Retail', 'N' || n, '+2332' || n FROM generate_series(1, ";
    world.meddle("SELECT setval('bizhub.customers_id_seq', 100)").await;
    for (more, count, capped) in [("9993)", 10_000, false), ("1)", 10_000, true)] {
        world.meddle(&format!("{insert}{more} n")).await;
        let data = world.read(&admin, query).await;
        let told = json!({ "totalCount": count, "totalCountCapped": capped });
        assert_eq!(data["bizhub"]["customers"], told);
    }
}
