//! Warranties and claims under them (spec 6.9), one test a sentence.

mod claims;
mod ending;
mod issue;
mod races;
mod refund;
mod replacement;

use serde_json::{Value, json};

use crate::shop::{Shop, id_of};
use crate::till::{asset, cash, row};
use crate::world::{Person, key};

/// The words of warranties.
impl Shop<'_> {
    /// A laptop that a customer bought for 5,000.00, and its invoice.
    pub async fn sold_to(&self, customer: &str) -> (String, String) {
        let laptop = self.ready(&self.laptop_model().await).await;
        let invoice = self.sold_lines_to(customer, json!([asset(&laptop)])).await;
        (laptop, invoice)
    }

    /// What a customer bought and paid in cash.
    pub async fn sold_lines_to(&self, customer: &str, lines: Value) -> String {
        let input = json!({
            "customerId": customer, "customerType": "RETAIL", "lines": lines,
            "tenders": [cash("5000.00")], "idempotencyKey": key(),
        });
        let made = self.world.done(&self.sales, "bizhubInvoiceCheckout", input, "invoice { id }");
        id_of(&made.await, "invoice")
    }

    /// The id of the newest row of a list, as clients see it.
    pub async fn newest(&self, list: &str) -> String {
        let query = format!(
            "{{ bizhub {{ {list}(first: 1, orderBy: [{{field: CREATED_AT, direction: DESC}}]) \
             {{ nodes {{ id }} }} }} }}"
        );
        let data = self.world.read(&self.manager, &query).await;
        data["bizhub"][list]["nodes"][0]["id"].as_str().unwrap().to_owned()
    }

    /// The id of the live warranty of a laptop.
    pub async fn warranty_of(&self, laptop: &str) -> String {
        let query = format!(
            "{{ bizhub {{ asset(id: \"{laptop}\") {{ warranties(where: {{status: \
             {{in: [ACTIVE, CLAIMED]}}}}) {{ nodes {{ id }} }} }} }} }}"
        );
        let data = self.world.read(&self.manager, &query).await;
        data["bizhub"]["asset"]["warranties"]["nodes"][0]["id"].as_str().unwrap().to_owned()
    }

    /// The warranties in their order, as text.
    pub async fn promises(&self) -> Vec<String> {
        let sql = "SELECT w.warranty_number || ' ' || w.warranty_tier || ' ' || w.status || ' ' || \
                   w.start_date || ' to ' || w.end_date AS line FROM bizhub.warranties w ORDER BY id";
        self.lines(sql).await
    }

    /// The claims in their order, as text.
    pub async fn claims(&self) -> Vec<String> {
        let sql = "SELECT c.claim_number || ' ' || c.status || coalesce(' as ' || c.outcome || ' on ' \
                   || c.outcome_date, '') || coalesce(', ticket ' || t.status || coalesce(' as ' || \
                   t.outcome, ''), '') AS line FROM bizhub.warranty_claims c \
                   LEFT JOIN bizhub.repair_tickets t ON t.id = c.repair_ticket_id ORDER BY c.id";
        self.lines(sql).await
    }

    /// A claim of a customer under a warranty.
    pub async fn claimed(&self, warranty: &str, customer: &str) -> String {
        let input = submission(warranty, customer, json!({}));
        let shown = "warrantyClaim { id }";
        let made = self.world.done(&self.sales, "bizhubWarrantyClaimSubmit", input, shown).await;
        id_of(&made, "warrantyClaim")
    }

    /// Agrees to a claim and chooses a technician; answers its ticket.
    pub async fn agreed(&self, claim: &str) -> String {
        let input = json!({
            "warrantyClaimId": claim, "assignedToId": self.user("technician").await,
        });
        let shown = "warrantyClaim { repairTicket { id } }";
        let made = self.world.done(&self.manager, "bizhubWarrantyClaimApprove", input, shown).await;
        made["warrantyClaim"]["repairTicket"]["id"].as_str().unwrap().to_owned()
    }

    /// A laptop with its invoice, and an approved claim for it with its ticket.
    pub async fn under_claim(&self, customer: &str) -> Claimed {
        let (laptop, invoice) = self.sold_to(customer).await;
        let warranty = self.warranty_of(&laptop).await;
        let claim = self.claimed(&warranty, customer).await;
        let ticket = self.agreed(&claim).await;
        Claimed { laptop, invoice, warranty, claim, ticket }
    }

    /// Ends a claim in this way.
    pub async fn ended(&self, claim: &str, outcome: &str, more: Value) {
        let input = ending(claim, outcome, more);
        self.world.done(&self.manager, "bizhubWarrantyClaimComplete", input, "").await;
    }

    /// Why a claim does not end in this way.
    pub async fn not_ended(
        &self,
        person: &Person,
        claim: &str,
        outcome: &str,
        more: Value,
    ) -> Vec<String> {
        let input = ending(claim, outcome, more);
        self.world.refused(person, "bizhubWarrantyClaimComplete", input).await
    }
}

/// What stands behind an approved claim.
pub struct Claimed {
    pub laptop: String,
    pub invoice: String,
    pub warranty: String,
    pub claim: String,
    pub ticket: String,
}

/// The input that submits a claim, with anything else laid over it.
fn submission(warranty: &str, customer: &str, more: Value) -> Value {
    let input = json!({
        "warrantyId": warranty, "customerId": customer, "issueDescription": "Does not start",
    });
    laid_over(input, more)
}

/// The input that ends a claim, with anything else laid over it.
fn ending(claim: &str, outcome: &str, more: Value) -> Value {
    let input = json!({ "warrantyClaimId": claim, "outcome": outcome, "idempotencyKey": key() });
    laid_over(input, more)
}

fn laid_over(mut input: Value, more: Value) -> Value {
    for (field, value) in more.as_object().unwrap() {
        input[field] = value.clone();
    }
    input
}

/// The condition that picks a row of a table.
fn at(id: &str) -> String {
    format!("id = {}", row(id))
}
