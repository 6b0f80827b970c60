//! A walk through the shop.

use serde_json::{Value, json};

use super::ground::{Facts, Ground};
use super::inputs::Asked;
use crate::shop::{LAPTOP_CHECKS, Shop, checklist, id_of};
use crate::till::{asset, cash, pieces};
use crate::world::{World, key};

pub static SHOP: Ground = Ground {
    module: &bizgraph_bizhub::MODULE,
    rare: &[
        "bizhubAssetBlock",
        "bizhubAssetHold",
        "bizhubAssetScrap",
        "bizhubUser",
        "bizhubLocation",
        "bizhubLeadSource",
        "bizhubCustomerDelete",
        "bizhubCustomerErase",
        "bizhubPreorderClose",
        "bizhubPreorderReject",
        "bizhubWarrantyVoid",
    ],
    wishes: &[
        ("bizhubInvoicePay", "BizhubInvoice", &["Sent"]),
        ("bizhubInvoicePrint", "BizhubInvoice", &["Paid"]),
        ("bizhubInvoice", "BizhubInvoice", &["Draft"]),
        ("bizhubInvoice", "BizhubAsset", &["Ready for Sale"]),
        ("bizhubRefundRequest", "BizhubInvoice", &["Paid"]),
        ("bizhubPaymentVoid", "BizhubPayment", &["of today"]),
        ("bizhubPreorderOrder", "BizhubPreorder", &["can be ordered"]),
        ("bizhubPreorderArrive", "BizhubPreorder", &["for a laptop"]),
        ("bizhubPreorderArrive", "BizhubAsset", &["laptop for sale"]),
        ("bizhubWarrantyClaimComplete", "BizhubAsset", &["Ready for Sale"]),
        ("bizhubWarrantyClaimSubmit", "BizhubWarranty", &["Active"]),
        ("bizhubRepairTicketAddPart", "BizhubRepairTicket", &["Diagnosing", "In Repair"]),
        ("bizhubRepairTicket", "BizhubUser", &["Technician"]),
        ("bizhubWarrantyClaimApprove", "BizhubUser", &["Technician"]),
        ("bizhubAssetCost", "BizhubAsset", &["Received", "Repair Hold", "Ready for Sale"]),
        ("bizhubPreorderSettle", "BizhubPreorder", &["Resold"]),
        ("bizhubUserResetSecondFactor", "BizhubUser", &["proves twice"]),
        ("approval", "ApprovalRequest", &["pending"]),
    ],
    own: &[("bizhubAssetPhotoAttach", "StoredFile")],
    customers: "BizhubCustomer",
    types: &[
        ("assignedToId", "BizhubUser"),
        ("salesRepId", "BizhubUser"),
        ("handOverToId", "BizhubUser"),
        ("replacementAssetId", "BizhubAsset"),
        ("approvalRequestId", "ApprovalRequest"),
        ("storedFileId", "StoredFile"),
    ],
    no_key: "999999",
    amounts: &[
        "50.00", "500.00", "5000.00", "10000.00", "10000.00", "10000.00", "80.00", "0.00", "-1.00",
    ],
    astray: 10,
    wanted: |field| match field {
        "tenders" | "lines" | "assignedToId" => 90,
        field if field.starts_with("battery") => 90,
        "customerId" => 85,
        "requestedCategory" | "agreedPrice" => 60,
        "preorderId" | "customerCreditId" | "customerType" | "discount" => 8,
        "replacementAssetId" => 3,
        _ => 25,
    },
    special,
    facts: |table| {
        let part_of = match table {
            "invoice_lines" => "t.whole ->> 'invoice_id'",
            "repair_parts" => "t.whole ->> 'repair_ticket_id'",
            _ => "NULL",
        };
        let due = "coalesce(((t.whole ->> 'total_amount')::numeric \
                   - coalesce((t.whole ->> 'amount_paid')::numeric, 0))::text, \
                   t.whole ->> 'deposit_amount')";
        let also = match table {
            "assets" => {
                "CASE WHEN t.status = 'Ready for Sale' AND EXISTS (SELECT FROM bizhub.product_models m \
                   WHERE m.id = t.product_model_id AND m.category = 'Laptop') \
                 THEN 'laptop for sale' END"
            }
            "preorders" => {
                "CASE WHEN t.status IN ('Ordered', 'In Transit') \
                   AND coalesce(t.requested_category, 'Laptop') = 'Laptop' THEN 'for a laptop' \
                 WHEN t.status = 'Deposit Pending' AND t.deposit_paid THEN 'can be ordered' END"
            }
            "payments" => {
                "CASE WHEN t.voided_at IS NULL AND t.payment_date = ({now})::date THEN 'of today' END"
            }
            "users" => {
                "(SELECT 'proves twice' FROM bizhub.mfa_factors m WHERE m.user_id = t.id::text)"
            }
            _ => "NULL",
        };
        Facts { part_of, customer: "t.whole ->> 'customer_id'", due, also, ..Facts::NONE }
    },
};

fn special(asked: &mut Asked<'_>, of: &str, field: &str) -> Option<Value> {
    let dice = &mut *asked.dice;
    let word = match (of, field) {
        // What the shop has most of.
        (_, "requestedCategory") if dice.chance(70) => "LAPTOP",
        (_, "counts") => {
            let methods = ["CASH", "MOMO", "BANK_TRANSFER", "CARD", "OTHER"];
            let count = |method: &&str| json!({ "paymentMethod": method, "amount": "100.00" });
            return Some(methods.iter().map(count).collect());
        }
        ("Int", field) if field.starts_with("battery") => return Some(json!(dice.below(100))),
        ("JSON", _) => {
            let result = dice.word(&["pass", "pass", "fail"]);
            return Some(checklist(LAPTOP_CHECKS, result));
        }
        ("String", "wipeMethod") => "NIST 800-88",
        ("String", "conditionGrade") => dice.word(&["A", "B", "C"]),
        (_, "outcome") if asked.mutation.name == "bizhubWarrantyClaimComplete" => "REPAIRED",
        (_, "depositAmount") => "500.00",
        (_, "agreedPrice" | "unitPrice") => dice.word(&["5000.00", "4800.00", "50.00"]),
        (_, "discount" | "restockingFee") => dice.word(&["0.00", "5.00"]),
        _ => return None,
    };
    Some(json!(word))
}

/// Something of everything, so that the first steps lead somewhere.
pub async fn beginning(world: &World) {
    world
        .meddle(
            "INSERT INTO bizhub.mfa_factors (user_id, method, secret, confirmed_at) \
             SELECT id::text, 'app', '\\x00', '2026-03-01' FROM bizhub.users",
        )
        .await;
    let shop = Shop::open(world).await;
    let model = shop.laptop_model().await;
    let chargers = shop.chargers(500).await;
    for step in 0..15 {
        let laptop = shop.ready(&model).await;
        if step < 7 {
            let input = json!({
                "customerId": shop.customer().await, "lines": [asset(&laptop), pieces(&chargers, 2)],
                "tenders": [cash("5100.00")], "customerType": "RETAIL",
                "idempotencyKey": format!("beginning {step}"),
            });
            let made =
                world.done(&shop.sales, "bizhubInvoiceCheckout", input, "invoice { id }").await;
            if step < 2 {
                let invoice = id_of(&made, "invoice");
                let lines = shop.ids_of("lines", &invoice).await;
                let lines = lines.iter().map(|line| json!({ "invoiceLineId": line })).collect();
                shop.refunded(&invoice, lines, json!([cash("5100.00")])).await;
            }
        }
    }
    let customer = shop.customer().await;
    for _ in 0..3 {
        shop.arrived(&customer).await;
        shop.resold(&customer, "4800.00").await;
        shop.ordered(&customer).await;
    }
    for _ in 0..5 {
        let claimed = shop.under_claim(&customer).await;
        for (verb, more) in [
            ("StartDiagnosing", json!({})),
            ("StartRepair", json!({})),
            ("FinishRepair", json!({ "resolutionNotes": "New panel", "idempotencyKey": key() })),
        ] {
            let mut input = json!({ "repairTicketId": claimed.ticket });
            input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            world.done(&shop.manager, &format!("bizhubRepairTicket{verb}"), input, "").await;
        }
    }
}
