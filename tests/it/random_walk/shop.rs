//! A walk through the shop.

use serde_json::{Value, json};

use super::ground::Ground;
use super::inputs::Asked;
use crate::shop::{LAPTOP_CHECKS, Shop, checklist};
use crate::till::{asset, cash, pieces};
use crate::world::{World, key};

pub static SHOP: Ground = Ground {
    module: &bizgraph_bizhub::MODULE,
    rare: &[
        "bizhubUser",
        "bizhubLocation",
        "bizhubLeadSource",
        "bizhubCustomerDelete",
        "bizhubCustomerErase",
        "bizhubAssetPhoto",
        "bizhubPreorderClose",
        "bizhubWarrantyVoid",
    ],
    wishes: &[
        ("bizhubInvoicePay", "BizhubInvoice", &["Sent"]),
        ("bizhubInvoicePrint", "BizhubInvoice", &["Paid"]),
        ("bizhubInvoice", "BizhubInvoice", &["Draft"]),
        ("bizhubInvoice", "BizhubAsset", &["Ready for Sale"]),
        ("bizhubRefundRequest", "BizhubInvoice", &["Paid"]),
        ("bizhubPreorderArrive", "BizhubAsset", &["Ready for Sale"]),
        ("bizhubWarrantyClaimComplete", "BizhubAsset", &["Ready for Sale"]),
        ("bizhubWarrantyClaimSubmit", "BizhubWarranty", &["Active"]),
        ("bizhubRepairTicketAddPart", "BizhubRepairTicket", &["Diagnosing", "In Repair"]),
        ("bizhubRepairTicket", "BizhubUser", &["Technician"]),
        ("bizhubWarrantyClaimApprove", "BizhubUser", &["Technician"]),
        ("bizhubAssetCost", "BizhubAsset", &["Received", "Repair Hold", "Ready for Sale"]),
        ("bizhubPreorderSettle", "BizhubPreorder", &["Resold"]),
        ("approval", "ApprovalRequest", &["pending"]),
    ],
    customers: "BizhubCustomer",
    types: &[
        ("assignedToId", "BizhubUser"),
        ("replacementAssetId", "BizhubAsset"),
        ("approvalRequestId", "ApprovalRequest"),
    ],
    no_key: "999999",
    amounts: &[
        "50.00", "500.00", "5000.00", "10000.00", "10000.00", "10000.00", "80.00", "0.00", "-1.00",
    ],
    wanted: |field| match field {
        "tenders" | "lines" | "assignedToId" => 90,
        field if field.starts_with("battery") => 90,
        "customerId" => 85,
        "requestedCategory" | "agreedPrice" => 60,
        "preorderId" | "customerCreditId" | "customerType" | "discount" => 8,
        _ => 25,
    },
    special,
    facts: |table| {
        let whole = match table {
            "invoice_lines" => "to_jsonb(t) ->> 'invoice_id'",
            "repair_parts" => "to_jsonb(t) ->> 'repair_ticket_id'",
            _ => "''",
        };
        let due = "coalesce(((to_jsonb(t) ->> 'total_amount')::numeric \
                   - coalesce((to_jsonb(t) ->> 'amount_paid')::numeric, 0))::text, \
                   to_jsonb(t) ->> 'deposit_amount')";
        [whole, "to_jsonb(t) ->> 'customer_id'", due]
    },
    // Nothing is uploaded, and nobody has a second factor.
    never: &[
        "bizhubAssetPhotoAttach",
        "bizhubAssetPhotoLink",
        "bizhubAssetPhotoRemove",
        "bizhubUserResetSecondFactor",
    ],
};

fn special(asked: &mut Asked<'_>, of: &str, field: &str) -> Option<Value> {
    let dice = &mut *asked.dice;
    let word = match (of, field) {
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
    let shop = Shop::open(world).await;
    let model = shop.laptop_model().await;
    let chargers = shop.chargers(500).await;
    for step in 0..12 {
        let laptop = shop.ready(&model).await;
        if step < 4 {
            let input = json!({
                "customerId": shop.customer().await, "lines": [asset(&laptop), pieces(&chargers, 2)],
                "tenders": [cash("5100.00")], "customerType": "RETAIL",
                "idempotencyKey": format!("beginning {step}"),
            });
            world.done(&shop.sales, "bizhubInvoiceCheckout", input, "").await;
        }
    }
    let customer = shop.customer().await;
    for _ in 0..3 {
        shop.arrived(&customer).await;
        shop.resold(&customer, "4800.00").await;
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
