//! Preorders, their deposits, and store credit (spec 6.6, 6.7, 6.8), one test a sentence.

mod arrival;
mod clock;
mod credits;
mod deposit;
mod races;
mod rejection;
mod sale;
mod settlement;

use serde_json::{Value, json};

use crate::shop::{Shop, id_of};
use crate::till::{asset, row};
use crate::world::{Person, key};

/// The words of preorders.
impl Shop<'_> {
    /// A preorder of a customer for a laptop at 5,000.00 with a deposit of 500.00.
    pub async fn preorder(&self, customer: &str) -> String {
        self.preorder_with(customer, json!({})).await
    }

    /// The same with anything else laid over its input.
    pub async fn preorder_with(&self, customer: &str, more: Value) -> String {
        let mut input = json!({
            "customerId": customer, "requestedSpecs": "EliteBook, 16 GB", "agreedPrice": "5000.00",
            "requestedCategory": "LAPTOP", "idempotencyKey": key(),
        });
        for (field, value) in more.as_object().unwrap() {
            input[field] = value.clone();
        }
        let shown = "preorder { id }";
        id_of(&self.world.done(&self.sales, "bizhubPreorderCreate", input, shown).await, "preorder")
    }

    /// Makes a move of a preorder with this input beside its id.
    pub async fn move_on(&self, person: &Person, verb: &str, preorder: &str, more: Value) {
        let (mutation, input) = call(verb, preorder, more);
        self.world.done(person, &mutation, input, "").await;
    }

    /// Why a move of a preorder is refused.
    pub async fn stays(
        &self,
        person: &Person,
        verb: &str,
        preorder: &str,
        more: Value,
    ) -> Vec<String> {
        let (mutation, input) = call(verb, preorder, more);
        self.world.refused(person, &mutation, input).await
    }

    /// A preorder whose deposit came in as cash.
    pub async fn with_deposit(&self, customer: &str) -> String {
        let preorder = self.preorder(customer).await;
        self.move_on(&self.sales, "PayDeposit", &preorder, in_cash("500.00")).await;
        preorder
    }

    /// A preorder that was ordered for 5,000.00 with a deposit of 500.00.
    pub async fn ordered(&self, customer: &str) -> String {
        let preorder = self.with_deposit(customer).await;
        self.move_on(&self.sales, "Order", &preorder, json!({})).await;
        preorder
    }

    /// A preorder whose laptop came in, and the laptop.
    pub async fn arrived(&self, customer: &str) -> (String, String) {
        let preorder = self.ordered(customer).await;
        let laptop = self.ready(&self.laptop_model().await).await;
        self.move_on(&self.warehouse, "Arrive", &preorder, json!({ "assetId": laptop })).await;
        (preorder, laptop)
    }

    /// A preorder that its customer rejected, and the laptop that is on sale again.
    pub async fn rejected(&self, customer: &str) -> (String, String) {
        let (preorder, laptop) = self.arrived(customer).await;
        let reason = json!({ "reason": "Too heavy" });
        self.move_on(&self.sales, "Reject", &preorder, reason).await;
        (preorder, laptop)
    }

    /// A preorder whose laptop a manager sold to somebody else at a price, and that sale.
    pub async fn resold(&self, customer: &str, price: &str) -> (String, String) {
        let (preorder, laptop) = self.rejected(customer).await;
        let mut line = asset(&laptop);
        line["unitPrice"] = json!(price);
        let input = json!({
            "lines": [line], "idempotencyKey": key(),
            "tenders": [{ "paymentMethod": "CASH", "amount": price }],
        });
        let shown = "invoice { id }";
        let sale = self.world.done(&self.manager, "bizhubInvoiceCheckout", input, shown).await;
        (preorder, id_of(&sale, "invoice"))
    }

    /// Where a preorder stands, and what became of its deposit and its resale.
    pub async fn stand(&self, preorder: &str) -> String {
        let sql = format!(
            "SELECT p.status || CASE WHEN deposit_paid THEN ', paid' ELSE '' END \
             || CASE WHEN deposit_refunded THEN ', back' ELSE '' END \
             || coalesce(', recovered ' || resale_recovery_amount, '') \
             || coalesce(', short ' || shortfall || ', due ' || refund_due, '') \
             || coalesce(', on ' || i.invoice_number, '') \
             FROM bizhub.preorders p LEFT JOIN bizhub.invoices i \
             ON i.id = coalesce(p.pickup_invoice_id, p.resale_invoice_id) WHERE p.id = {}",
            row(preorder)
        );
        self.world.value(&sql).await.as_str().unwrap().to_owned()
    }

    /// What happened to a preorder, in order.
    pub async fn preorder_story(&self, preorder: &str) -> Vec<String> {
        let sql = format!(
            "SELECT e.event_type || ' by ' || coalesce(u.username, 'the clock') || ': ' \
             || coalesce(e.from_status, 'nothing') || ' -> ' || e.to_status AS line \
             FROM bizhub.preorder_events e LEFT JOIN bizhub.users u ON u.id = e.created_by \
             WHERE e.preorder_id = {} ORDER BY e.id",
            row(preorder)
        );
        self.lines(&sql).await
    }

    /// Money of a preorder that is on no invoice, in order.
    pub async fn purse(&self, preorder: &str) -> Vec<String> {
        let sql = format!(
            "SELECT payment_kind || ' ' || amount || ' by ' || payment_method \
             || coalesce(' ' || reference, '') \
             || CASE WHEN customer_credit_id IS NULL THEN '' ELSE ' as credit' END AS line \
             FROM bizhub.preorder_payments WHERE preorder_id = {} ORDER BY id",
            row(preorder)
        );
        self.lines(&sql).await
    }

    /// Store credit of everybody, in order.
    pub async fn store_credit(&self) -> Vec<String> {
        let sql = "SELECT source_kind || ' ' || used || ' of ' || amount \
                   || CASE WHEN voided_at IS NULL THEN '' ELSE ' void' END AS line \
                   FROM bizhub.customer_credits ORDER BY id";
        self.lines(sql).await
    }

    /// The id of the newest store credit, as clients see it.
    pub async fn newest_credit(&self) -> String {
        let query = "{ bizhub { customerCredits(first: 1) { nodes { id } } } }";
        let data = self.world.read(&self.sales, query).await;
        data["bizhub"]["customerCredits"]["nodes"][0]["id"].as_str().unwrap().to_owned()
    }
}

/// Name and input of a move of a preorder.
pub fn call(verb: &str, preorder: &str, more: Value) -> (String, Value) {
    let mut input = more;
    input["preorderId"] = json!(preorder);
    let keyed = ["PayDeposit", "RefundDeposit", "Arrive", "Reject", "FailToSource", "Settle"]
        .contains(&verb);
    if keyed && input.get("idempotencyKey").is_none() {
        input["idempotencyKey"] = Value::from(key());
    }
    (format!("bizhubPreorder{verb}"), input)
}

/// A deposit in notes and coins.
pub fn in_cash(amount: &str) -> Value {
    json!({ "paymentMethod": "CASH", "amount": amount })
}

/// A tender of a preorder's own.
pub fn by_cash() -> Value {
    json!({ "tender": { "paymentMethod": "CASH" } })
}

/// The deposit of a preorder as a tender of a sale.
pub fn deposit(preorder: &str, amount: &str) -> Value {
    json!({ "paymentMethod": "OTHER", "amount": amount, "preorderId": preorder })
}

/// Store credit as a tender of a sale.
pub fn credit(id: &str, amount: &str) -> Value {
    json!({ "paymentMethod": "OTHER", "amount": amount, "customerCreditId": id })
}

/// A sale over the counter to a named customer.
pub fn sale_to(customer: &str, lines: Value, tenders: Value) -> Value {
    json!({
        "customerId": customer, "customerType": "RETAIL", "lines": lines, "tenders": tenders,
        "idempotencyKey": key(),
    })
}
