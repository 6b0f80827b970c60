//! The words of the till, for tests: what is sold, how it is paid, and what the books say.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use crate::shop::{Shop, id_of};
use crate::world::{Person, key};

/// A line for work at this price.
pub fn service(price: &str) -> Value {
    json!({ "itemDescription": "Hinge repaired", "unitPrice": price })
}

/// A line for an asset at its own price.
pub fn asset(id: &str) -> Value {
    json!({ "assetId": id })
}

/// A line for so many of a bulk item at its own price.
pub fn pieces(id: &str, quantity: i32) -> Value {
    json!({ "bulkStockId": id, "quantity": quantity })
}

/// Notes and coins.
pub fn cash(amount: &str) -> Value {
    json!({ "paymentMethod": "CASH", "amount": amount })
}

/// Mobile money with the reference of its transaction.
pub fn momo(amount: &str, reference: &str) -> Value {
    json!({ "paymentMethod": "MOMO", "amount": amount, "reference": reference })
}

/// Any tender, with a reference of its own.
pub fn tender(method: &str, amount: &str) -> Value {
    json!({ "paymentMethod": method, "amount": amount, "reference": key() })
}

/// The key of the row behind a global id.
pub fn row(id: &str) -> String {
    let plain = String::from_utf8(URL_SAFE_NO_PAD.decode(id).unwrap()).unwrap();
    plain.rsplit_once(':').unwrap().1.to_owned()
}

impl Shop<'_> {
    /// The id of a person, as clients see it.
    pub async fn user(&self, username: &str) -> String {
        let query = format!(
            "{{ bizhub {{ users(where: {{username: {{eq: \"{username}\"}}}}) {{ nodes {{ id }} }} }} }}"
        );
        let data = self.world.read(&self.manager, &query).await;
        data["bizhub"]["users"]["nodes"][0]["id"].as_str().unwrap().to_owned()
    }

    /// So many chargers at 50.00, bought for 30.00 each.
    pub async fn chargers(&self, quantity: i32) -> String {
        self.goods("Charger 65 W", "50.00", "30.00", quantity).await
    }

    /// So many pieces of a bulk item at this price and cost.
    pub async fn goods(&self, name: &str, price: &str, cost: &str, quantity: i32) -> String {
        let input = json!({
            "sku": key(), "itemName": name, "category": "Charger", "unitPrice": price,
            "reorderThreshold": 0,
        });
        let made =
            self.world.done(&self.warehouse, "bizhubBulkStockCreate", input, "bulkStock { id }");
        let id = id_of(&made.await, "bulkStock");
        let input = json!({
            "bulkStockId": id, "quantity": quantity, "unitCost": cost, "idempotencyKey": key(),
        });
        self.world.done(&self.warehouse, "bizhubBulkStockReceive", input, "").await;
        id
    }

    /// A draft of a seller for somebody who walked in.
    pub async fn draft(&self, lines: Value) -> String {
        self.draft_of(&self.sales, lines).await
    }

    /// A draft of any person for somebody who walked in.
    pub async fn draft_of(&self, person: &Person, lines: Value) -> String {
        let input = json!({ "customerType": "WALK_IN", "lines": lines, "idempotencyKey": key() });
        let made = self.world.done(person, "bizhubInvoiceCreate", input, "invoice { id }").await;
        id_of(&made, "invoice")
    }

    /// A sent invoice of a seller for somebody who walked in.
    pub async fn sent(&self, lines: Value) -> String {
        let invoice = self.draft(lines).await;
        self.send(&invoice).await;
        invoice
    }

    /// Sends a draft.
    pub async fn send(&self, invoice: &str) {
        let input = json!({ "invoiceId": invoice, "idempotencyKey": key() });
        self.world.done(&self.sales, "bizhubInvoiceSend", input, "").await;
    }

    /// An invoice of a seller that was paid over the counter.
    pub async fn sold(&self, lines: Value, tenders: Value) -> String {
        let input = json!({ "lines": lines, "tenders": tenders, "idempotencyKey": key() });
        let made =
            self.world.done(&self.sales, "bizhubInvoiceCheckout", input, "invoice { id }").await;
        id_of(&made, "invoice")
    }

    /// Takes tenders for a sent invoice.
    pub async fn pay(&self, invoice: &str, tenders: Value) {
        let input = json!({ "invoiceId": invoice, "tenders": tenders, "idempotencyKey": key() });
        self.world.done(&self.sales, "bizhubInvoicePay", input, "").await;
    }

    /// Why tenders for an invoice are refused.
    pub async fn pay_refused(&self, invoice: &str, tenders: Value) -> Vec<String> {
        let input = json!({ "invoiceId": invoice, "tenders": tenders, "idempotencyKey": key() });
        self.world.refused(&self.sales, "bizhubInvoicePay", input).await
    }

    /// A seller asks for a refund of these lines.
    pub async fn asked(&self, invoice: &str, lines: Value) -> String {
        let input = json!({
            "invoiceId": invoice, "lines": lines, "reason": "Did not fit", "idempotencyKey": key(),
        });
        let made =
            self.world.done(&self.sales, "bizhubRefundRequest", input, "refund { id }").await;
        id_of(&made, "refund")
    }

    /// A second manager agrees to a refund and pays it out.
    pub async fn pay_out(&self, refund: &str, tenders: Value) {
        let second = self.world.person("manager2").await;
        let input = json!({ "refundId": refund });
        self.world.done(&second, "bizhubRefundApprove", input, "").await;
        let input = json!({ "refundId": refund, "tenders": tenders, "idempotencyKey": key() });
        self.world.done(&second, "bizhubRefundComplete", input, "").await;
    }

    /// A refund of these lines from the asking to the payout.
    pub async fn refunded(&self, invoice: &str, lines: Value, tenders: Value) -> String {
        let refund = self.asked(invoice, lines).await;
        self.pay_out(&refund, tenders).await;
        refund
    }

    /// Changes one of the shop's settings.
    pub async fn set(&self, setting: &str, value: Value) {
        let admin = self.world.person("admin").await;
        let input = json!({ "key": setting, "value": value });
        self.world.done(&admin, "tenantSettingSet", input, "").await;
    }

    /// Where an invoice stands and what was paid of it.
    pub async fn books(&self, invoice: &str) -> String {
        let sql = format!(
            "SELECT status || ': ' || amount_paid || ' of ' || total_amount || ', ' || \
             refunded_amount || ' back' FROM bizhub.invoices WHERE id = {}",
            row(invoice)
        );
        self.world.value(&sql).await.as_str().unwrap().to_owned()
    }

    /// The payment rows of an invoice in their order, as text.
    pub async fn tenders(&self, invoice: &str) -> Vec<String> {
        let sql = format!(
            "SELECT payment_method || ' ' || amount || coalesce(' of ' || tendered || ', change ' || \
             change_given, '') || CASE WHEN voided_at IS NULL THEN '' ELSE ' void' END AS line \
             FROM bizhub.payments WHERE invoice_id = {} ORDER BY id",
            row(invoice)
        );
        self.lines(&sql).await
    }

    /// The only column of a query, as text.
    pub async fn lines(&self, sql: &str) -> Vec<String> {
        let rows = self.world.rows(sql).await;
        rows.iter().map(|row| row["line"].as_str().unwrap().to_owned()).collect()
    }

    /// The ids of an invoice's payments or lines in their order, as clients see them.
    pub async fn ids_of(&self, list: &str, invoice: &str) -> Vec<String> {
        let query = format!(
            "{{ bizhub {{ invoice(id: \"{invoice}\") {{ {list} {{ nodes {{ id }} }} }} }} }}"
        );
        let data = self.world.read(&self.manager, &query).await;
        let nodes = data["bizhub"]["invoice"][list]["nodes"].as_array().unwrap().clone();
        let mut ids: Vec<String> =
            nodes.iter().map(|node| node["id"].as_str().unwrap().to_owned()).collect();
        ids.sort_by_key(|id| row(id).parse::<i64>().unwrap());
        ids
    }

    /// Status and place of an asset, and what a sale wrote on it.
    pub async fn shelf(&self, asset: &str) -> String {
        let sql = format!(
            "SELECT a.status || ' at ' || o.location_name || coalesce(', ' || a.sale_price || ' on ' \
             || a.sale_date || ' by ' || i.invoice_number, '') \
             FROM bizhub.assets a JOIN bizhub.locations o ON o.id = a.location_id \
             LEFT JOIN bizhub.invoices i ON i.id = a.invoice_id WHERE a.id = {}",
            row(asset)
        );
        self.world.value(&sql).await.as_str().unwrap().to_owned()
    }

    /// How many pieces of a bulk item are there, and how many of them are held.
    pub async fn pile(&self, stock: &str) -> String {
        let sql = format!(
            "SELECT quantity || ' there, ' || reserved || ' held' FROM bizhub.bulk_stock WHERE id = {}",
            row(stock)
        );
        self.world.value(&sql).await.as_str().unwrap().to_owned()
    }
}
