//! Every bad row is named with its file, line and reason; with `--skip-bad` it is left out with
//! what depends on it.

use bizgraph_kernel::import::{BadRow, ImportFault};

use super::exports::Exports;
use super::{imported, refused};
use crate::world::World;

/// Bad rows as `file:line: reason`, cut to the length of what is wanted.
fn told(rows: &[BadRow]) -> Vec<String> {
    let line = |row: &BadRow| row.line.map_or(String::new(), |line| format!(":{line}"));
    rows.iter().map(|row| format!("{}{}: {}", row.file, line(row), row.reason)).collect()
}

/// One bad row keeps everything out, and is told so.
async fn bad(spoil: impl FnOnce(&Exports), wanted: &str) {
    let world = World::new().await;
    let exports = Exports::good();
    spoil(&exports);
    let rows = told(&refused(&world, &exports).await);
    assert_eq!(rows.len(), 1, "{rows:#?}");
    assert!(rows[0].starts_with(wanted), "{} is not {wanted}", rows[0]);
}

#[tokio::test]
async fn a_value_of_the_wrong_type_is_bad() {
    for (table, from, to, wanted) in [
        ("payments", "40.00", "forty", "payments.csv:4: amount: \"forty\" is not a number"),
        ("payments", "40.00", "40.005", "payments.csv:4: amount: 40.005 has more than 2 decimals"),
        ("invoices", "2026-02-20,Sent", "20.02.2026,Sent", "invoices.csv:3: invoice_date:"),
        (
            "wipe_certificates",
            "2026-02-11 09:00:00+00",
            "2026-02-11 09:00:00",
            "wipe_certificates.csv:2: created_at:",
        ),
        ("users", "esi@shop.example", "esi", "users.csv:4: email: \"esi\" is not an email address"),
        (
            "customers",
            "0201234567",
            "none",
            "customers.csv:2: phone: \"none\" is not a phone number",
        ),
    ] {
        bad(|exports| exports.replace(table, from, to), wanted).await;
    }
}

#[tokio::test]
async fn a_word_that_the_document_does_not_know_is_bad() {
    bad(
        |exports| exports.replace("users", ",Technician,", ",Plumber,"),
        "users.csv:3: role: \"Plumber\" is none of Admin, Manager, Sales, Technician, Warehouse",
    )
    .await;
}

#[tokio::test]
async fn what_a_check_does_not_allow_is_told_in_words() {
    let world = World::new().await;
    let exports = Exports::good();
    exports.replace("bulk_stock", ",40,10,", ",-40,-10,");
    exports.add("payments", "798,102,2026-02-03,Cheque,1.00,,,7,2026-02-03 11:55:00+00");
    exports.add("payments", "797,102,2026-02-03,Cash,0.00,,,7,2026-02-03 11:55:00+00");
    let rows = told(&refused(&world, &exports).await);
    for wanted in [
        "bulk_stock.csv:2: quantity: \"-40\" is not within its bounds: at least 0",
        "bulk_stock.csv:2: reorder_threshold: \"-10\" is not within its bounds: at least 0",
        "bulk_stock.csv:2: quantity and reserved do not fit together (check_bulk_stock_reserved)",
        "payments.csv:7: payment_method: \"Cheque\" is none of Cash, MoMo, Bank Transfer, Card, \
         Other",
        "payments.csv:8: amount: \"0.00\" is not within its bounds: more than 0",
    ] {
        assert!(rows.iter().any(|row| row == wanted), "{wanted} {rows:#?}");
    }
    let of_sql = ["::", " = ANY", "ARRAY", "IS NULL", ">="];
    assert!(!rows.iter().any(|row| of_sql.iter().any(|it| row.contains(it))), "{rows:#?}");
}

#[tokio::test]
async fn a_missing_value_is_bad() {
    bad(
        |exports| exports.replace("customers", "Ama Mensah", ""),
        "customers.csv:2: full_name is missing",
    )
    .await;
}

#[tokio::test]
async fn the_same_number_twice_is_bad_at_its_second_place() {
    bad(
        |exports| exports.replace("assets", "SN-52", "sn-51"),
        "assets.csv:4: the same serial_number as line 3",
    )
    .await;
}

#[tokio::test]
async fn a_reference_to_nothing_is_bad() {
    bad(
        |exports| {
            exports.add("payments", "799,199,2026-02-03,Cash,1.00,,,7,2026-02-03 11:55:00+00");
        },
        "payments.csv:7: invoice_id 199: there is no such row in invoices",
    )
    .await;
}

#[tokio::test]
async fn what_stands_on_a_bad_row_is_told_by_the_bad_row_alone() {
    bad(
        |exports| exports.replace("product_models", "20,Laptop", "20,Tablet"),
        "product_models.csv:2: category: \"Tablet\" is none of Laptop, ",
    )
    .await;
}

#[tokio::test]
async fn a_row_of_another_width_is_bad() {
    bad(
        |exports| {
            exports.add("lead_sources", "9,Radio,On air");
        },
        "lead_sources.csv:4: 3 values where the header has 5",
    )
    .await;
}

#[tokio::test]
async fn text_that_is_not_utf_8_is_bad() {
    bad(
        |exports| {
            let mut text = exports.text("lead_sources").into_bytes();
            text.extend_from_slice(b"9,Caf\xe9,,t,2026-01-02 08:00:00+00\n");
            exports.write("lead_sources", text);
        },
        "lead_sources.csv:4: source_name: not UTF-8",
    )
    .await;
}

#[tokio::test]
async fn what_only_an_invariant_knows_is_bad() {
    bad(
        |exports| exports.replace("payments", "160.00", "150.00"),
        "invoices.csv:5: B2: expected payments that fit Paid 160.00, found 150.00 paid",
    )
    .await;
}

#[tokio::test]
async fn a_card_number_is_bad() {
    bad(
        |exports| exports.replace("payments", "TX-1", "4111 1111 1111 1111"),
        "payments.csv:3: reference: it holds what looks like a card number",
    )
    .await;
}

#[tokio::test]
async fn lines_count_as_an_editor_counts_them() {
    bad(
        |exports| {
            exports.add(
                "customers",
                "14,Retail,Akosua,,,nothing,,,,,,2026-01-05 09:00:00+00,2026-01-05 09:00:00+00",
            );
        },
        "customers.csv:6: phone:",
    )
    .await;
}

#[tokio::test]
async fn every_bad_row_is_told() {
    let world = World::new().await;
    let exports = Exports::good();
    exports.replace("users", "esi@shop.example", "esi");
    exports.replace("bulk_stock", ",40,10,", ",-40,10,");
    exports.replace("payments", "TX-1", "");
    exports.add("payments", "798,102,2026-02-03,Cheque,1.00,,,7,2026-02-03 11:55:00+00");
    exports.add("payments", "798,102,2026-02-03,Cash,0.00,,,7,2026-02-03 11:55:00+00");
    let rows = told(&refused(&world, &exports).await);
    let places: Vec<String> =
        rows.iter().map(|row| row.split(": ").next().unwrap().to_owned()).collect();
    assert_eq!(
        places,
        [
            "users.csv:4",
            "bulk_stock.csv:2",
            "bulk_stock.csv:2",
            "payments.csv:7",
            "payments.csv:7",
            "payments.csv:8",
            "payments.csv:8",
        ],
        "{rows:#?}"
    );
}

#[tokio::test]
async fn files_that_fit_no_table_are_refused_as_a_whole() {
    let world = World::new().await;
    let exports = Exports::good();
    exports.write("orders", "id\n1\n");
    let told = imported(&world, &exports, true).await.unwrap_err().to_string();
    assert!(told.starts_with("orders.csv: there is no such table; there are users, "), "{told}");
    exports.remove("orders");
    exports.replace("customers", "alternate_phone", "fax");
    let told = imported(&world, &exports, true).await.unwrap_err().to_string();
    assert_eq!(told, "customers.csv: the table has no column \"fax\"");
}

#[tokio::test]
async fn without_an_administrator_nothing_is_taken_in() {
    let world = World::new().await;
    let exports = Exports::good();
    exports.replace("users", ",Admin,", ",Manager,");
    let fault = imported(&world, &exports, true).await.unwrap_err();
    assert!(
        matches!(&fault, ImportFault::Files(told) if told.contains("no active Admin")),
        "{fault}"
    );
}

#[tokio::test]
async fn bad_rows_are_left_out_with_what_depends_on_them() {
    let world = World::new().await;
    let exports = Exports::good();
    exports.replace("customers", "+233 24 400 0011", "none");
    let imported = imported(&world, &exports, true).await.unwrap();
    let rows = told(&imported.left_out);
    let places: Vec<&str> = rows.iter().map(|row| row.split(": ").next().unwrap()).collect();
    assert_eq!(
        places,
        [
            "customers.csv:3",
            "invoices.csv:3",
            "assets.csv:6",
            "preorders.csv:2",
            "invoice_lines.csv:3",
            "payments.csv:4",
            "preorder_events.csv:2",
        ],
        "{rows:#?}"
    );
    assert!(rows[1].ends_with("customer_id 11: that row of customers is left out"), "{}", rows[1]);
    assert_eq!(world.value("SELECT count(*) FROM bizhub.customers").await, 2);
    world.verify().await;
}

#[tokio::test]
async fn rows_that_break_an_invariant_are_left_out() {
    let world = World::new().await;
    let exports = Exports::good();
    exports.replace("payments", "160.00", "150.00");
    let imported = imported(&world, &exports, true).await.unwrap();
    assert_eq!(imported.left_out.len(), 4, "{:#?}", imported.left_out);
    let left = "SELECT count(*) FROM bizhub.invoices WHERE id = 104";
    assert_eq!(world.value(left).await, 0);
    world.verify().await;
}

#[tokio::test]
async fn the_line_is_that_of_the_file_whichever_way_its_lines_end() {
    let spoil = |exports: &Exports| {
        exports.replace("payments", "40.00", "forty");
        exports.write("payments", exports.text("payments").replace('\n', "\r\n"));
    };
    bad(spoil, "payments.csv:4: amount: \"forty\" is not a number").await;
}
