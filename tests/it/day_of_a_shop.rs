//! The day of a shop, from the delivery in the morning to the report of the next one, told
//! through the public API by the people who work there (issue 4).

mod staff;

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::personal_data::encrypt;
use crate::server::Server;
use crate::shop::{LAPTOP_CHECKS, checklist};
use crate::world::World;
use staff::Staff;

#[tokio::test]
async fn the_day_of_a_shop() {
    the_day_in(&World::new().await).await;
}

#[tokio::test]
async fn the_day_of_a_shop_that_keeps_personal_data_encrypted() {
    let world = World::new().await;
    encrypt(&world, "bizhub").await;
    the_day_in(&world).await;
    let open = "SELECT count(*) FROM bizhub.customers WHERE NOT starts_with(phone, 'personal:')";
    assert_eq!(world.value(open).await, 0);
}

async fn the_day_in(world: &World) {
    let server = Server::start(world).await;
    let known = the_day_before(&Staff::come(world, &server).await).await;
    world.verify().await;

    world.clock.advance(TimeDelta::days(1));
    let staff = Staff::come(world, &server).await;
    let drawers = the_drawers_are_opened(&staff).await;
    let laptop = a_laptop_is_taken_in(&staff, &known.model).await;
    the_preorder_arrives_and_is_picked_up_in_three_tenders(&staff, &known, &laptop).await;
    a_warranty_claim_is_repaired_at_no_charge(&staff, &known).await;
    a_repair_is_billed_and_paid(&staff, &known).await;
    a_charger_comes_back(&staff, &known).await;
    // Nobody touched a screen for nine hours: everybody logs in again.
    world.clock.advance(TimeDelta::hours(9));
    the_drawers_are_counted(&Staff::come(world, &server).await, &drawers).await;
    world.verify().await;

    world.clock.advance(TimeDelta::hours(15));
    world.run_jobs("2026-03-04").await;
    yesterday_is_looked_at(&Staff::come(world, &server).await).await;
    world.verify().await;
}

/// What the shop knows when the day begins.
struct Known {
    model: Value,
    chargers: Value,
    /// Bought a laptop the day before.
    kojo: Value,
    sold_laptop: Value,
    /// Ordered one.
    ama: Value,
    preorder: Value,
}

/// The drawers of the day.
struct Drawers {
    sales: Value,
    manager: Value,
}

/// A shop with a model, chargers, two customers, one sale and one preorder.
async fn the_day_before(staff: &Staff<'_>) -> Known {
    let input = json!({
        "category": "LAPTOP", "brand": "HP", "modelName": "EliteBook 840 G7",
        "defaultPriceGradeA": "5000.00", "defaultPriceGradeB": "4500.00",
        "defaultPriceGradeC": "4000.00",
    });
    let shown = "productModel { id }";
    let made = staff.does("manager", "bizhubProductModelCreate", input, shown).await;
    let model = made["productModel"]["id"].clone();
    let input = json!({
        "sku": "CHG-65", "itemName": "Charger 65 W", "category": "Charger", "unitPrice": "50.00",
        "reorderThreshold": 2,
    });
    let made = staff.does("warehouse", "bizhubBulkStockCreate", input, "bulkStock { id }").await;
    let chargers = made["bulkStock"]["id"].clone();
    let input = json!({ "bulkStockId": chargers, "quantity": 10, "unitCost": "30.00" });
    staff.moves("warehouse", "bizhubBulkStockReceive", input, "").await;
    let kojo = customer(staff, "Kojo Appiah", "0201112223").await;
    let ama = customer(staff, "Ama Mensah", "0204445556").await;

    let sold_laptop = a_laptop_is_taken_in(staff, &model).await;
    let input = json!({
        "customerId": kojo, "customerType": "RETAIL", "lines": [{ "assetId": sold_laptop }],
        "tenders": [{ "paymentMethod": "CASH", "amount": "5000.00" }],
    });
    staff.moves("sales", "bizhubInvoiceCheckout", input, "").await;

    let input = json!({
        "customerId": ama, "requestedSpecs": "EliteBook with 16 GB", "agreedPrice": "5000.00",
        "requestedCategory": "LAPTOP",
    });
    let made = staff.moves("sales", "bizhubPreorderCreate", input, "preorder { id }").await;
    let preorder = made["preorder"]["id"].clone();
    let input = json!({ "preorderId": preorder });
    let early = staff.fails("sales", "bizhubPreorderOrder", input.clone()).await;
    assert_eq!(early, ["PRECONDITION_FAILED"], "the deposit is not there yet");
    let deposit = json!({ "preorderId": preorder, "paymentMethod": "CASH", "amount": "500.00" });
    staff.moves("sales", "bizhubPreorderPayDeposit", deposit, "").await;
    staff.does("sales", "bizhubPreorderOrder", input, "").await;
    Known { model, chargers, kojo, sold_laptop, ama, preorder }
}

async fn customer(staff: &Staff<'_>, name: &str, phone: &str) -> Value {
    let input = json!({ "customerType": "RETAIL", "fullName": name, "phone": phone });
    let made = staff.does("sales", "bizhubCustomerCreate", input, "customer { id }").await;
    made["customer"]["id"].clone()
}

async fn the_drawers_are_opened(staff: &Staff<'_>) -> Drawers {
    let name = "bizhubCashDrawerSessionOpen";
    let shown = "cashDrawerSession { id status }";
    let open = async |who: &str, float: &str| {
        let made = staff.moves(who, name, json!({ "openingFloat": float }), shown).await;
        assert_eq!(made["cashDrawerSession"]["status"], "OPEN");
        made["cashDrawerSession"]["id"].clone()
    };
    Drawers { sales: open("sales", "200.00").await, manager: open("manager", "300.00").await }
}

/// A laptop from the delivery to the shelf: nobody passes what they tested.
async fn a_laptop_is_taken_in(staff: &Staff<'_>, model: &Value) -> Value {
    let place = staff.first("locations", "locationName: {eq: \"Warehouse\"}").await;
    let input = json!({
        "productModelId": model, "serialNumber": crate::world::key(), "locationId": place,
        "landedCost": "3200.00",
    });
    let shown = "asset { id status }";
    let made = staff.moves("warehouse", "bizhubAssetReceive", input, shown).await;
    assert_eq!(made["asset"]["status"], "RECEIVED");
    let laptop = made["asset"]["id"].clone();
    let input = json!({ "assetId": laptop });
    staff.moves("technician", "bizhubAssetStartIntake", input.clone(), "").await;
    let input = json!({
        "assetId": laptop, "checklistData": checklist(LAPTOP_CHECKS, "pass"),
        "overallResult": "PASS", "batteryHealthPercent": 92, "batteryCycleCount": 120,
    });
    staff.moves("technician", "bizhubAssetRecordDiagnostics", input, "").await;
    let input = json!({ "assetId": laptop, "wipeMethod": "NIST 800-88" });
    staff.moves("technician", "bizhubAssetRecordWipe", input, "").await;
    let input = json!({ "assetId": laptop, "conditionGrade": "A" });
    let made = staff.moves("technician2", "bizhubAssetPassQc", input, shown).await;
    assert_eq!(made["asset"]["status"], "READY_FOR_SALE");
    laptop
}

async fn the_preorder_arrives_and_is_picked_up_in_three_tenders(
    staff: &Staff<'_>,
    known: &Known,
    laptop: &Value,
) {
    let input = json!({ "preorderId": known.preorder, "assetId": laptop });
    let shown = "preorder { status asset { id status } }";
    let made = staff.moves("warehouse", "bizhubPreorderArrive", input, shown).await;
    let expected = json!({ "status": "ARRIVED", "asset": { "id": laptop, "status": "RESERVED" } });
    assert_eq!(made["preorder"], expected);
    let sale = |customer: &Value| {
        json!({
            "customerId": customer, "customerType": "RETAIL", "lines": [{ "assetId": laptop }],
            "tenders": [
                { "paymentMethod": "OTHER", "amount": "500.00", "preorderId": known.preorder },
                { "paymentMethod": "MOMO", "amount": "2000.00", "reference": "MP-1" },
                { "paymentMethod": "CASH", "amount": "2600.00" },
            ],
            "idempotencyKey": "Ama takes her laptop",
        })
    };
    let refused = staff.fails("sales", "bizhubInvoiceCheckout", sale(&known.kojo)).await;
    assert!(!refused.is_empty(), "it is held for somebody else");
    let input = json!({ "preorderId": known.preorder });
    staff.does("sales", "bizhubPreorderNotify", input, "").await;
    let shown = "invoice { invoiceNumber status amountPaid }";
    let made = staff.does("sales", "bizhubInvoiceCheckout", sale(&known.ama), shown).await;
    let paid = json!({ "invoiceNumber": "INV-000002", "status": "PAID", "amountPaid": "5000.00" });
    assert_eq!(made["invoice"], paid);
    // The answer was lost on its way and the till asks again: the same sale.
    let again = staff.does("sales", "bizhubInvoiceCheckout", sale(&known.ama), shown).await;
    assert_eq!(again["invoice"], paid);
    let tenders = "SELECT p.payment_method || ' ' || p.amount || \
                   coalesce(' of ' || p.tendered || ', change ' || p.change_given, '') AS line \
                   FROM bizhub.payments p JOIN bizhub.invoices i ON i.id = p.invoice_id \
                   WHERE i.invoice_number = 'INV-000002' ORDER BY p.id";
    let expected = ["Other 500.00", "MoMo 2000.00", "Cash 2500.00 of 2600.00, change 100.00"];
    assert_eq!(staff.books(tenders).await, expected);
    let stand = "SELECT p.status || ', ' || a.status AS line FROM bizhub.preorders p \
                 JOIN bizhub.assets a ON a.id = p.asset_id";
    assert_eq!(staff.books(stand).await, ["Picked Up, Sold"]);
}

async fn a_warranty_claim_is_repaired_at_no_charge(staff: &Staff<'_>, known: &Known) {
    let condition = format!("assetId: {{eq: {}}}", known.sold_laptop);
    let warranty = staff.first("warranties", &condition).await;
    let input = json!({
        "warrantyId": warranty, "customerId": known.kojo, "issueDescription": "Two keys stick",
    });
    let shown = "warrantyClaim { id }";
    let made = staff.does("sales", "bizhubWarrantyClaimSubmit", input, shown).await;
    let claim = made["warrantyClaim"]["id"].clone();
    let technician = staff.first("users", "username: {eq: \"technician\"}").await;
    let input = json!({ "warrantyClaimId": claim, "assignedToId": technician });
    let shown = "warrantyClaim { repairTicket { id } }";
    let made = staff.does("manager", "bizhubWarrantyClaimApprove", input, shown).await;
    let ticket = made["warrantyClaim"]["repairTicket"]["id"].clone();
    for step in ["StartDiagnosing", "StartRepair"] {
        let input = json!({ "repairTicketId": ticket });
        staff.does("technician", &format!("bizhubRepairTicket{step}"), input, "").await;
    }
    let input = json!({ "repairTicketId": ticket, "resolutionNotes": "Keyboard cleaned" });
    staff.moves("technician", "bizhubRepairTicketFinishRepair", input, "").await;
    let input = json!({ "warrantyClaimId": claim, "outcome": "REPAIRED" });
    staff.moves("manager", "bizhubWarrantyClaimComplete", input, "").await;
    let stand = "SELECT c.status || ' as ' || c.outcome || ', warranty ' || w.status || ', ticket ' \
                 || t.status AS line FROM bizhub.warranty_claims c \
                 JOIN bizhub.warranties w ON w.id = c.warranty_id \
                 JOIN bizhub.repair_tickets t ON t.id = c.repair_ticket_id";
    assert_eq!(staff.books(stand).await, ["Completed as Repaired, warranty Active, ticket Closed"]);
}

async fn a_repair_is_billed_and_paid(staff: &Staff<'_>, known: &Known) {
    let technician = staff.first("users", "username: {eq: \"technician\"}").await;
    let input = json!({
        "customerId": known.kojo, "issueType": "Power", "issueDescription": "Does not charge",
        "assignedToId": technician,
    });
    let shown = "repairTicket { id }";
    let made = staff.moves("sales", "bizhubRepairTicketOpen", input, shown).await;
    let ticket = made["repairTicket"]["id"].clone();
    let about = json!({ "repairTicketId": ticket });
    staff.does("technician", "bizhubRepairTicketStartDiagnosing", about.clone(), "").await;
    staff.does("technician", "bizhubRepairTicketStartRepair", about.clone(), "").await;
    let input = json!({ "repairTicketId": ticket, "bulkStockId": known.chargers, "quantity": 1 });
    let shown = "repairTicket { version }";
    let made = staff.moves("technician", "bizhubRepairTicketAddPart", input, shown).await;
    let input = json!({
        "repairTicketId": ticket, "laborCost": "80.00",
        "expectedVersion": made["repairTicket"]["version"],
    });
    staff.does("technician", "bizhubRepairTicketSetLabor", input, "").await;
    let input = json!({ "repairTicketId": ticket, "resolutionNotes": "New charger" });
    staff.moves("technician", "bizhubRepairTicketFinishRepair", input, "").await;
    let shown = "repairTicket { invoice { id totalAmount } }";
    let made = staff.moves("sales", "bizhubRepairTicketBill", about, shown).await;
    let invoice = &made["repairTicket"]["invoice"];
    assert_eq!(invoice["totalAmount"], "130.00");
    let bill = json!({ "invoiceId": invoice["id"] });
    staff.moves("sales", "bizhubInvoiceSend", bill.clone(), "").await;
    let mut input = bill;
    input["tenders"] = json!([{ "paymentMethod": "CASH", "amount": "150.00" }]);
    let shown = "invoice { status payments { nodes { changeGiven } } }";
    let made = staff.moves("sales", "bizhubInvoicePay", input, shown).await;
    let change = json!({ "nodes": [{ "changeGiven": "20.00" }] });
    assert_eq!(made["invoice"], json!({ "status": "PAID", "payments": change }));
    let input = json!({ "repairTicketId": ticket, "outcome": "REPAIRED" });
    staff.does("sales", "bizhubRepairTicketClose", input, "").await;
}

/// Two chargers go out, one comes back, and the manager agrees and pays.
async fn a_charger_comes_back(staff: &Staff<'_>, known: &Known) {
    let input = json!({
        "lines": [{ "bulkStockId": known.chargers, "quantity": 2 }],
        "tenders": [{ "paymentMethod": "CASH", "amount": "100.00" }],
    });
    let shown = "invoice { id lines { nodes { id } } }";
    let made = staff.moves("sales", "bizhubInvoiceCheckout", input, shown).await;
    let line = made["invoice"]["lines"]["nodes"][0]["id"].clone();
    let input = json!({
        "invoiceId": made["invoice"]["id"], "reason": "One too many",
        "lines": [{ "invoiceLineId": line, "quantity": 1 }],
    });
    let made = staff.moves("sales", "bizhubRefundRequest", input, "refund { id }").await;
    let refund = made["refund"]["id"].clone();
    let input = json!({ "refundId": refund });
    let alone = staff.fails("sales", "bizhubRefundApprove", input.clone()).await;
    assert_eq!(alone, ["FORBIDDEN"], "whoever asks does not agree");
    staff.does("manager", "bizhubRefundApprove", input, "").await;
    let tenders = json!([{ "paymentMethod": "CASH", "amount": "50.00" }]);
    let input = json!({ "refundId": refund, "tenders": tenders });
    staff.moves("manager", "bizhubRefundComplete", input, "").await;
    let pile =
        "SELECT quantity || ' there, ' || reserved || ' held' AS line FROM bizhub.bulk_stock";
    assert_eq!(staff.books(pile).await, ["8 there, 0 held"]);
}

async fn the_drawers_are_counted(staff: &Staff<'_>, drawers: &Drawers) {
    let name = "bizhubCashDrawerSessionClose";
    let shown = "cashDrawerSession { status expectedCash countedCash cashDifference }";
    let counts = json!([
        { "paymentMethod": "CASH", "amount": "2930.00" },
        { "paymentMethod": "MOMO", "amount": "2000.00" },
    ]);
    let input = json!({ "cashDrawerSessionId": drawers.sales, "counts": counts });
    let made = staff.moves("sales", name, input, shown).await;
    let even = json!({
        "status": "CLOSED", "expectedCash": "2930.00", "countedCash": "2930.00",
        "cashDifference": "0.00",
    });
    assert_eq!(made["cashDrawerSession"], even);
    let counts = json!([{ "paymentMethod": "CASH", "amount": "249.50" }]);
    let input = json!({
        "cashDrawerSessionId": drawers.manager, "counts": counts, "closingNotes": "Fifty pesewas",
    });
    let made = staff.moves("manager", name, input, shown).await;
    let short = json!({
        "status": "CLOSED", "expectedCash": "250.00", "countedCash": "249.50",
        "cashDifference": "-0.50",
    });
    assert_eq!(made["cashDrawerSession"], short);
}

async fn yesterday_is_looked_at(staff: &Staff<'_>) {
    let day = "from: \"2026-03-03\", to: \"2026-03-03\"";
    let query = format!(
        "reports {{ sales({day}) {{ totals {{ invoices grossSales refunds netSales }} }} \
         payments({day}) {{ rows {{ group received applied changeGiven refunded net }} }} \
         repairTurnaround({day}) {{ totals {{ repairs laborCost partsCost }} }} \
         cashDrawer(where: {{openedDate: {{eq: \"2026-03-03\"}}}}) \
         {{ rows {{ userName paymentMethod expected counted difference }} }} }}"
    );
    let reports = staff.sees("manager", &query).await["reports"].clone();
    let sales = json!({
        "invoices": 3, "grossSales": "5230.00", "refunds": "50.00", "netSales": "5180.00",
    });
    assert_eq!(reports["sales"]["totals"], sales);
    let payments = json!([
        { "group": "Cash", "received": "2730.00", "applied": "0.00", "changeGiven": "120.00",
          "refunded": "50.00", "net": "2680.00" },
        { "group": "MoMo", "received": "2000.00", "applied": "0.00", "changeGiven": "0.00",
          "refunded": "0.00", "net": "2000.00" },
        { "group": "Other", "received": "500.00", "applied": "500.00", "changeGiven": "0.00",
          "refunded": "0.00", "net": "0.00" },
    ]);
    assert_eq!(reports["payments"]["rows"], payments);
    let repairs = json!({ "repairs": 2, "laborCost": "80.00", "partsCost": "30.00" });
    assert_eq!(reports["repairTurnaround"]["totals"], repairs);
    let row = |person: &str, method: &str, expected: &str, counted: &str, difference: &str| {
        json!({
            "userName": format!("{person} of bizhub"), "paymentMethod": method,
            "expected": expected, "counted": counted, "difference": difference,
        })
    };
    // The deposit that paid a part is no money in the drawer, so nobody counted it.
    let applied = json!({
        "userName": "sales of bizhub", "paymentMethod": "OTHER", "expected": "0.00",
        "counted": null, "difference": null,
    });
    let drawers = json!([
        row("manager", "CASH", "250.00", "249.50", "-0.50"),
        row("sales", "CASH", "2930.00", "2930.00", "0.00"),
        row("sales", "MOMO", "2000.00", "2000.00", "0.00"),
        applied,
    ]);
    assert_eq!(reports["cashDrawer"]["rows"], drawers);
    // Nothing of it is for the eyes of a technician but the repairs of their own.
    let own = "reports { repairTurnaround { rows { group repairs } } }";
    let seen = staff.sees("technician", own).await["reports"]["repairTurnaround"].clone();
    assert_eq!(seen["rows"], json!([{ "group": "technician of bizhub", "repairs": 2 }]));
}
