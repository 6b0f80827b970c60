//! Repair tickets, their parts and their bills (spec 6.10), one test a sentence.

mod billing;
mod devices;
mod lifetime;
mod opening;
mod parts;
mod people;

use serde_json::{Value, json};

use crate::shop::{Shop, id_of};
use crate::till::row;
use crate::world::{Person, key};

/// The words of the bench.
impl Shop<'_> {
    /// A repair of something that a customer brings.
    pub async fn taken_in(&self, customer: &str) -> String {
        self.opened(json!({ "customerId": customer })).await
    }

    /// A repair with this input.
    pub async fn opened(&self, more: Value) -> String {
        let shown = "repairTicket { id }";
        let made =
            self.world.done(&self.sales, "bizhubRepairTicketOpen", opening(more), shown).await;
        id_of(&made, "repairTicket")
    }

    /// Gives a repair to the technician, unless it is theirs already.
    pub async fn given(&self, ticket: &str) {
        let sql = format!(
            "SELECT count(assigned_to) FROM bizhub.repair_tickets WHERE id = {}",
            row(ticket)
        );
        if self.world.value(&sql).await == json!(0) {
            let technician = self.user("technician").await;
            let input = json!({ "repairTicketId": ticket, "assignedToId": technician });
            self.world.done(&self.manager, "bizhubRepairTicketAssign", input, "").await;
        }
    }

    /// Lets the technician look for the fault.
    pub async fn diagnosing(&self, ticket: &str) {
        self.given(ticket).await;
        self.works("StartDiagnosing", ticket, json!({})).await;
    }

    /// Brings a repair to the bench.
    pub async fn on_bench(&self, ticket: &str) {
        self.diagnosing(ticket).await;
        self.works("StartRepair", ticket, json!({})).await;
    }

    /// Puts parts on a ticket.
    pub async fn with_part(&self, ticket: &str, item: &str, quantity: i32) {
        let more = json!({ "bulkStockId": item, "quantity": quantity });
        self.works("AddPart", ticket, more).await;
    }

    /// Values the work on a ticket.
    pub async fn with_labor(&self, ticket: &str, amount: &str) {
        let version = self.version(ticket).await;
        let more = json!({ "laborCost": amount, "expectedVersion": version });
        self.works("SetLabor", ticket, more).await;
    }

    /// Ends the work on a ticket.
    pub async fn finished(&self, ticket: &str) {
        let more = json!({ "resolutionNotes": "New panel", "idempotencyKey": key() });
        self.works("FinishRepair", ticket, more).await;
    }

    /// A repair of a customer with labour of 80.00 and so many chargers that is ready.
    pub async fn ready_to_bill(&self, customer: &str, chargers: &str, pieces: i32) -> String {
        let ticket = self.taken_in(customer).await;
        self.on_bench(&ticket).await;
        self.with_part(&ticket, chargers, pieces).await;
        self.with_labor(&ticket, "80.00").await;
        self.finished(&ticket).await;
        ticket
    }

    /// Bills a repair and answers its invoice.
    pub async fn billed(&self, ticket: &str) -> String {
        let input = json!({ "repairTicketId": ticket, "idempotencyKey": key() });
        let shown = "repairTicket { invoice { id } }";
        let made = self.world.done(&self.sales, "bizhubRepairTicketBill", input, shown).await;
        made["repairTicket"]["invoice"]["id"].as_str().unwrap().to_owned()
    }

    /// Something that the technician does about a ticket.
    pub async fn works(&self, verb: &str, ticket: &str, more: Value) {
        self.does(&self.technician, verb, ticket, more).await;
    }

    /// Something that a person does about a ticket.
    pub async fn does(&self, person: &Person, verb: &str, ticket: &str, more: Value) {
        let (mutation, input) = about(verb, ticket, more);
        self.world.done(person, &mutation, input, "").await;
    }

    /// Why a person cannot do something about a ticket.
    pub async fn cannot(
        &self,
        person: &Person,
        verb: &str,
        ticket: &str,
        more: Value,
    ) -> Vec<String> {
        let (mutation, input) = about(verb, ticket, more);
        self.world.refused(person, &mutation, input).await
    }

    /// Where a ticket stands, and what it cost.
    pub async fn bench(&self, ticket: &str) -> String {
        let sql = format!(
            "SELECT status || coalesce(' as ' || outcome, '') || ': ' || labor_cost || ' + ' || \
             parts_cost || ' = ' || total_cost FROM bizhub.repair_tickets WHERE id = {}",
            row(ticket)
        );
        self.world.value(&sql).await.as_str().unwrap().to_owned()
    }

    /// The events of a ticket in their order, as text.
    pub async fn diary(&self, ticket: &str) -> Vec<String> {
        let sql = format!(
            "SELECT e.event_type || ': ' || coalesce(e.from_status, '-') || ' -> ' || e.to_status || \
             coalesce(', ' || e.notes, '') || ' by ' || u.username AS line \
             FROM bizhub.repair_events e JOIN bizhub.users u ON u.id = e.created_by \
             WHERE e.repair_ticket_id = {} ORDER BY e.id",
            row(ticket)
        );
        self.lines(&sql).await
    }

    /// The version of a ticket.
    pub async fn version(&self, ticket: &str) -> i64 {
        let sql = format!("SELECT version FROM bizhub.repair_tickets WHERE id = {}", row(ticket));
        self.world.value(&sql).await.as_i64().unwrap()
    }
}

/// The input that opens a ticket, with anything else laid over it.
fn opening(more: Value) -> Value {
    let mut input = json!({
        "issueType": "Screen Repair", "issueDescription": "Dark", "idempotencyKey": key(),
    });
    for (field, value) in more.as_object().unwrap() {
        input[field] = value.clone();
    }
    input
}

/// The mutation behind a verb, and its input.
fn about(verb: &str, ticket: &str, more: Value) -> (String, Value) {
    let mut input = json!({ "repairTicketId": ticket });
    for (field, value) in more.as_object().unwrap() {
        input[field] = value.clone();
    }
    if verb == "AddPart" && input.get("idempotencyKey").is_none() {
        input["idempotencyKey"] = Value::from(key());
    }
    (format!("bizhubRepairTicket{verb}"), input)
}

/// An outcome and nothing else.
fn as_outcome(outcome: &str) -> Value {
    json!({ "outcome": outcome })
}

/// A reason behind a key of its own.
fn because() -> Value {
    json!({ "reason": "Dark again", "idempotencyKey": key() })
}
