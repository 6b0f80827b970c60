//! Figures over a list: counts, sums, averages and extremes, whole and by group.

use serde_json::{Value, json};

use super::{ask, codes, stocked};
use crate::world::{Person, World};

async fn figures(world: &World, person: &Person, query: &str) -> Value {
    world.read(person, &format!("{{ bizhub {{ it: {query} }} }}")).await["bizhub"]["it"].clone()
}

/// Group value and count of each group.
fn groups(figures: &Value) -> Vec<(Value, i64)> {
    let groups = figures.as_array().unwrap().iter();
    groups.map(|one| (one["group"][0]["value"].clone(), one["count"].as_i64().unwrap())).collect()
}

#[tokio::test]
async fn whole_figures_are_exact() {
    let (world, admin) = stocked().await;
    let query = "invoiceAggregates { count sum { totalAmount } avg { totalAmount } \
                 min { totalAmount dueDate createdAt } max { totalAmount invoiceDate } }";
    let sql = "SELECT count(*), sum(total_amount)::text AS total, round(avg(total_amount), 2)::text AS mean \
               FROM bizhub.invoices";
    let row = world.rows(sql).await.remove(0);
    let shown = figures(&world, &admin, query).await;
    assert_eq!(
        shown,
        json!([{
            "count": row["count"], "sum": { "totalAmount": row["total"] }, "avg": { "totalAmount": row["mean"] },
            "min": { "totalAmount": "0.25", "dueDate": "2026-04-01", "createdAt": "2026-01-29T23:30:00Z" },
            "max": { "totalAmount": "400.25", "invoiceDate": "2026-03-21" },
        }])
    );
    let empty =
        "invoiceAggregates(where: {invoiceNumber: {eq: \"none\"}}) { count sum { totalAmount } }";
    assert_eq!(
        figures(&world, &admin, empty).await,
        json!([{ "count": 0, "sum": { "totalAmount": null } }])
    );
    let grouped = "invoiceAggregates(where: {invoiceNumber: {eq: \"none\"}}, groupBy: {field: STATUS}) { count }";
    assert_eq!(figures(&world, &admin, grouped).await, json!([]));
}

#[tokio::test]
async fn figures_are_grouped_by_word_reference_and_missing_value() {
    let (world, admin) = stocked().await;
    let query = "invoiceAggregates(groupBy: {field: STATUS}) { count group { field value } }";
    let by_status = figures(&world, &admin, query).await;
    assert_eq!(by_status[0]["group"][0]["field"], "status");
    let expected: Vec<(Value, i64)> = [("CANCELLED", 4), ("DRAFT", 4), ("PAID", 5), ("SENT", 5)]
        .map(|(word, count)| (json!(word), count))
        .into();
    assert_eq!(groups(&by_status), expected);
    let query =
        "invoiceAggregates(groupBy: [{field: CUSTOMER_ID}]) { count group { field value } }";
    let by_customer = groups(&figures(&world, &admin, query).await);
    let ids = "{ bizhub { customers(first: 2, where: {phone: {in: [\"+233200000001\", \"+233200000002\"]}}, \
               orderBy: {field: FULL_NAME}) { nodes { id } } } }";
    let nodes = world.read(&admin, ids).await["bizhub"]["customers"]["nodes"].clone();
    let expected = vec![(nodes[0]["id"].clone(), 6), (nodes[1]["id"].clone(), 6), (Value::Null, 6)];
    assert_eq!(by_customer, expected);
    let query = "assetAggregates(groupBy: {field: CONDITION_GRADE}) { count group { value } }";
    let grades = groups(&figures(&world, &admin, query).await);
    assert_eq!(grades, [(json!("A"), 7), (json!("B"), 8), (json!("C"), 7), (Value::Null, 7)]);
}

#[tokio::test]
async fn dates_are_grouped_by_day_week_and_month_of_the_tenant() {
    let (world, admin) = stocked().await;
    // A zone in which half past eleven at night is the next day.
    world
        .meddle("UPDATE platform.tenants SET time_zone = 'Africa/Kigali' WHERE slug = 'bizhub'")
        .await;
    world.kernel.refresh_tenants().await.unwrap();
    let admin_there = world.person("admin").await;
    for (span, truncated) in
        [("", "day"), ("by: DAY", "day"), ("by: WEEK", "week"), ("by: MONTH", "month")]
    {
        for (field, value) in [
            ("INVOICE_DATE", "invoice_date"),
            ("CREATED_AT", "created_at AT TIME ZONE 'Africa/Kigali'"),
        ] {
            let sql = format!(
                "SELECT date_trunc('{truncated}', {value})::date::text AS day, count(*) \
                 FROM bizhub.invoices GROUP BY 1 ORDER BY 1"
            );
            let expected: Vec<(Value, i64)> = world
                .rows(&sql)
                .await
                .into_iter()
                .map(|row| (row["day"].clone(), row["count"].as_i64().unwrap()))
                .collect();
            let query = format!(
                "invoiceAggregates(groupBy: {{field: {field} {span}}}) {{ count group {{ value }} }}"
            );
            let found = groups(&figures(&world, &admin_there, &query).await);
            assert_eq!(found, expected, "{field} {span}");
        }
    }
    let utc = "invoiceAggregates(groupBy: {field: CREATED_AT}) { count group { value } }";
    assert_eq!(groups(&figures(&world, &admin, utc).await)[0].0, "2026-01-29");
    assert_eq!(groups(&figures(&world, &admin_there, utc).await)[0].0, "2026-01-30");
}

#[tokio::test]
async fn figures_are_grouped_by_at_most_three_fields() {
    let (world, admin) = stocked().await;
    let three = "[{field: STATUS}, {field: CUSTOMER_TYPE}, {field: INVOICE_DATE, by: MONTH}]";
    let query = format!(
        "invoiceAggregates(groupBy: {three}) {{ count sum {{ totalAmount }} group {{ field value }} }}"
    );
    let found = figures(&world, &admin, &query).await;
    let sql = "SELECT status, count(*), sum(total_amount)::text AS total FROM bizhub.invoices \
               GROUP BY status, customer_type, date_trunc('month', invoice_date) \
               ORDER BY status, customer_type, date_trunc('month', invoice_date)";
    let rows = world.rows(sql).await;
    assert_eq!(found.as_array().unwrap().len(), rows.len());
    for (one, row) in found.as_array().unwrap().iter().zip(&rows) {
        assert_eq!((&one["count"], &one["sum"]["totalAmount"]), (&row["count"], &row["total"]));
    }
    let four = "{ bizhub { invoiceAggregates(groupBy: [{field: STATUS}, {field: STATUS}, {field: STATUS}, {field: STATUS}]) { count } } }";
    assert_eq!(codes(&ask(&world, &admin, four).await), ["LIMIT_EXCEEDED"]);
}

#[tokio::test]
async fn figures_hide_what_the_caller_may_not_see() {
    let (world, _) = stocked().await;
    let (sales, technician) = (world.person("sales").await, world.person("technician").await);
    let own = figures(&world, &sales, "invoiceAggregates { count }").await;
    assert_eq!(own, json!([{ "count": 9 }]));
    let query = "{ bizhub { assetAggregates { count sum { cost: landedCost } max { landedCost receivedDate } } } }";
    let answer = ask(&world, &technician, query).await;
    let shown = &answer["data"]["bizhub"]["assetAggregates"][0];
    assert_eq!(shown["sum"], json!({ "cost": null }));
    assert_eq!(shown["max"], json!({ "landedCost": null, "receivedDate": "2026-02-04" }));
    let hidden = ["bizhub.assetAggregates.sum.cost", "bizhub.assetAggregates.max.landedCost"];
    assert_eq!(answer["extensions"]["redactions"], json!(hidden));
    let refused = ask(&world, &technician, "{ bizhub { paymentAggregates { count } } }").await;
    assert_eq!(codes(&refused), ["FORBIDDEN"]);
}
