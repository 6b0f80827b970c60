//! What the shop hands out on paper (spec 6.12), one test a sentence.

mod certificates;

use bizgraph_kernel::actor::Origin;
use bizgraph_kernel::document::{Block, Sheet};
use bizgraph_kernel::stored_file::Linked;
use serde_json::{Value, json};

use crate::server::Server;
use crate::shop::{Shop, id_of};
use crate::till::{asset, cash, momo, pieces, service};
use crate::world::{Person, World, key};

/// What stands on the document that a mutation prints.
async fn printed(world: &World, person: &Person, mutation: &str, input: Value) -> Sheet {
    let payload = world.done(person, mutation, input, "url expiresAt").await;
    assert_eq!(payload["expiresAt"], "2026-03-02T09:10:00Z");
    let link = payload["url"].as_str().unwrap().strip_prefix("/files/").unwrap();
    match world.kernel.follow(link, &Origin::default()).await {
        Ok(Linked::Sheet(sheet)) => *sheet,
        _ => panic!("{mutation} leads to no document"),
    }
}

/// A document as text: facts, rows and sums a line each.
fn text(sheet: &Sheet) -> Vec<String> {
    let mut lines = vec![format!("{} {}", sheet.title, sheet.number)];
    lines.extend(sheet.facts.iter().map(|fact| format!("{}: {}", fact.label, fact.value)));
    for block in &sheet.blocks {
        match block {
            Block::Heading(text) => lines.push(format!("## {text}")),
            Block::Text(text) => lines.push(text.clone()),
            Block::Facts(facts) => {
                lines.extend(facts.iter().map(|fact| format!("{}: {}", fact.label, fact.value)));
            }
            Block::Table { rows, .. } => lines.extend(rows.iter().map(|row| row.join(" | "))),
            Block::Sums(sums) => {
                lines.extend(sums.iter().map(|sum| format!("{} = {}", sum.label, sum.amount)));
            }
            Block::Signatures(names) => lines.push(format!("signed: {}", names.join(", "))),
        }
    }
    lines
}

/// A customer's draft of a seller, sent.
async fn sent_to_customer(shop: &Shop<'_>, lines: Value) -> String {
    let customer = shop.customer().await;
    let input = json!({
        "customerId": customer, "customerType": "RETAIL", "lines": lines, "idempotencyKey": key(),
    });
    let made = shop.world.done(&shop.sales, "bizhubInvoiceCreate", input, "invoice { id }").await;
    let invoice = id_of(&made, "invoice");
    shop.send(&invoice).await;
    invoice
}

#[tokio::test]
async fn an_invoice_says_what_was_sold_to_whom_and_what_is_due() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let chargers = shop.chargers(10).await;
    let laptop = shop.ready(&shop.laptop_model().await).await;
    let invoice = sent_to_customer(&shop, json!([asset(&laptop), pieces(&chargers, 3)])).await;
    let input = json!({ "invoiceId": invoice });
    let sheet = printed(&world, &shop.sales, "bizhubInvoicePrint", input).await;
    assert_eq!(sheet.issuer.name, "Shop bizhub");
    assert_eq!(sheet.file_name, "invoice-INV-000001.pdf");
    let addressee = sheet.addressee.clone().unwrap();
    assert_eq!(addressee.name, "Ama Mensah");
    assert!(addressee.lines.contains(&"+233201234567".to_owned()), "{addressee:?}");
    let lines = text(&sheet);
    assert_eq!(lines[0], "Invoice INV-000001");
    for line in [
        "Invoice date: 2 March 2026",
        "Status: Sent",
        "Served by: sales of bizhub",
        "2 | Charger 65 W | 3 | 50.00 | 150.00",
        "Total GHS = 5,150.00",
        "Goods can be brought back within 14 days of payment.",
    ] {
        assert!(lines.contains(&line.to_owned()), "{line} is not among {lines:#?}");
    }
    assert!(lines.iter().any(|line| line.starts_with("1 | HP EliteBook 840 G7")), "{lines:#?}");
}

#[tokio::test]
async fn a_receipt_says_how_it_was_paid_and_what_was_handed_back() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let tenders = json!([momo("40.00", "MM-1"), cash("100.00")]);
    let invoice = shop.sold(json!([service("100.00")]), tenders).await;
    let input = json!({ "invoiceId": invoice });
    let sheet = printed(&world, &shop.sales, "bizhubInvoicePrintReceipt", input).await;
    let lines = text(&sheet);
    assert_eq!(lines[0], "Receipt INV-000001");
    assert_eq!(sheet.addressee.unwrap().name, "Walk-in customer");
    for line in [
        "Paid on: 2 March 2026",
        "1 | Hinge repaired | 1 | 100.00 | 100.00",
        "Total GHS = 100.00",
        "MoMo = 40.00",
        "Cash, handed over = 100.00",
        "Change = 40.00",
        "2 March 2026 | MoMo | MM-1 |  |  | 40.00",
        "2 March 2026 | Cash |  | 100.00 | 40.00 | 60.00",
    ] {
        assert!(lines.contains(&line.to_owned()), "{line} is not among {lines:#?}");
    }
}

#[tokio::test]
async fn the_shop_writes_its_own_letterhead_and_terms() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    shop.set("bizhub.letterhead", json!(["12 Oxford Street, Osu", "TIN C0001234567"])).await;
    shop.set("bizhub.document_terms", json!("No refunds on #let x = 1 $ cables.")).await;
    let invoice = shop.sold(json!([service("100.00")]), json!([cash("100.00")])).await;
    let input = json!({ "invoiceId": invoice });
    let sheet = printed(&world, &shop.sales, "bizhubInvoicePrintReceipt", input).await;
    assert_eq!(sheet.issuer.lines, ["12 Oxford Street, Osu", "TIN C0001234567"]);
    assert!(text(&sheet).contains(&"No refunds on #let x = 1 $ cables.".to_owned()));
}

#[tokio::test]
async fn a_draft_is_no_invoice_and_what_is_not_paid_has_no_receipt() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let draft = shop.draft(json!([service("10.00")])).await;
    let refused = ["PRECONDITION_FAILED invoiceId"];
    let input = json!({ "invoiceId": draft });
    for mutation in ["bizhubInvoicePrint", "bizhubInvoicePrintReceipt"] {
        assert_eq!(world.refused(&shop.sales, mutation, input.clone()).await, refused);
    }
    shop.send(&draft).await;
    assert_eq!(world.refused(&shop.sales, "bizhubInvoicePrintReceipt", input).await, refused);
}

#[tokio::test]
async fn a_document_is_printed_by_whoever_hands_it_out_and_for_own_sales_only() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let invoice = shop.sold(json!([service("100.00")]), json!([cash("100.00")])).await;
    let input = json!({ "invoiceId": invoice });
    for person in [&shop.technician, &shop.warehouse] {
        let refusals = world.refused(person, "bizhubInvoicePrint", input.clone()).await;
        assert_eq!(refusals, ["FORBIDDEN "]);
    }
    let other = world.person("sales2").await;
    let refusals = world.refused(&other, "bizhubInvoicePrint", input.clone()).await;
    assert_eq!(refusals, ["NOT_FOUND invoiceId"]);
    world.done(&shop.manager, "bizhubInvoicePrint", input, "url").await;
}

#[tokio::test]
async fn who_printed_what_is_recorded() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let invoice = shop.sold(json!([service("100.00")]), json!([cash("100.00")])).await;
    let input = json!({ "invoiceId": invoice });
    world.done(&shop.manager, "bizhubInvoicePrint", input, "url").await;
    let sql = "SELECT actor_name, entity, new_values FROM bizhub.audit_entries \
               WHERE action = 'print'";
    let values = json!({ "document": "bizhub.invoice",
                         "fields": ["customer.phone", "customer.address"] });
    assert_eq!(
        world.rows(sql).await,
        [json!({ "actor_name": "manager of bizhub", "entity": "BizhubInvoice",
                 "new_values": values })]
    );
}

#[tokio::test]
async fn a_link_to_a_document_is_a_pdf_for_everybody_who_has_it() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let invoice = shop.sold(json!([service("100.00")]), json!([cash("100.00")])).await;
    let server = Server::start(&world).await;
    let token = server.login("manager").await;
    let input = json!({ "invoiceId": invoice });
    let payload = server.call(&token, "bizhubInvoicePrintReceipt", input, "url").await;
    let answer = server.get(payload["url"].as_str().unwrap()).await;
    assert_eq!(answer.status(), 200);
    assert_eq!(answer.headers()["content-type"], "application/pdf");
    assert_eq!(
        answer.headers()["content-disposition"],
        "attachment; filename=\"receipt-INV-000001.pdf\"; filename*=UTF-8''receipt-INV-000001.pdf"
    );
    let pdf = answer.bytes().await.unwrap();
    assert!(pdf.starts_with(b"%PDF-"));
    assert!(pdf.len() > 5_000);
}
