//! What providers tell by themselves, over HTTP: signed, once, by the rules of the mutations
//! (spec 1.6.5, 5.6).

use bizgraph::server::ServerSettings;
use bizgraph_kernel::callback::sign;
use reqwest::StatusCode;
use serde_json::{Value, json};

use super::provider_server::{Mood, ProviderServer};
use super::{SECRET, lender, lent, standing, telecom, telecom_id};
use crate::rim_loans::{agreed, figures, loans, set};
use crate::server::Server;
use crate::world::{World, key};

/// A lender with a telecom and a gateway, and a door that both knock at.
pub struct Desk {
    pub world: World,
    telecom: ProviderServer,
    server: Server,
    pub gateway: String,
}

impl Desk {
    pub async fn open() -> Desk {
        let (world, telecom_server) = lender().await;
        let admin = world.person("admin").await;
        let mut input = telecom("https://pay.example");
        input["name"] = json!("Paystack");
        input["type"] = json!("PAYMENT_GATEWAY");
        input["provider"] = json!("Paystack");
        input["network"] = json!(null);
        let shown = "apiIntegration { id }";
        let payload = world.done(&admin, "rimApiIntegrationCreate", input, shown).await;
        let gateway = payload["apiIntegration"]["id"].as_str().unwrap().to_owned();
        world
            .meddle("UPDATE rim.api_integrations SET status = 'active' WHERE name = 'Paystack'")
            .await;
        let server = Server::over(world.kernel.clone(), ServerSettings::default()).await;
        Desk { world, telecom: telecom_server, server, gateway }
    }

    /// Tells something with a signature of this secret and time.
    async fn knock(
        &self,
        path: &str,
        body: &str,
        secret: &str,
        seconds: i64,
    ) -> (StatusCode, Value) {
        let timestamp = (self.world.kernel.clock.now().timestamp() + seconds).to_string();
        let signature = sign(secret, &timestamp, body.as_bytes()).unwrap();
        let url = format!("http://{}{path}", self.server.address);
        let request = reqwest::Client::new()
            .post(url)
            .header("content-type", "application/json")
            .header("x-bizgraph-timestamp", timestamp)
            .header("x-bizgraph-signature", signature)
            .body(body.to_owned());
        let answer = self.server.answer(request).await;
        (answer.status, answer.body)
    }

    pub async fn tells(&self, sender: &str, body: &Value) -> (StatusCode, Value) {
        self.knock(&format!("/callbacks/rim/{sender}"), &body.to_string(), SECRET, 0).await
    }

    pub async fn done(&self, sender: &str, body: Value) -> Value {
        let (status, answer) = self.tells(sender, &body).await;
        assert_eq!(status, StatusCode::OK, "{body} {answer}");
        answer
    }

    pub async fn refused(&self, sender: &str, body: Value) -> (u16, String) {
        let (status, answer) = self.tells(sender, &body).await;
        let code = answer["errors"][0]["extensions"]["code"].as_str();
        (status.as_u16(), code.unwrap_or_else(|| panic!("{body} {answer}")).to_owned())
    }
}

pub fn paid(reference: &str, amount: &str, status: &str) -> Value {
    json!({
        "kind": "repayment", "reference": reference, "status": status, "amount": amount,
        "customer": "+2348030000001", "method": "wallet",
    })
}

pub fn airtime(status: &str) -> Value {
    json!({
        "kind": "airtime", "reference": "TRX-2026-000001", "status": status,
        "providerReference": "MTN-77", "reason": "no credit",
    })
}

/// Airtime on its way whose end the telecom has not told.
pub async fn on_its_way(desk: &Desk) -> String {
    desk.telecom.is(Mood::TakesItsTime);
    let loan = agreed(&desk.world, "1000.00").await;
    let finance = desk.world.person("finance").await;
    let input = json!({ "loanId": loan, "idempotencyKey": key() });
    desk.world.done(&finance, "rimLoanDisburse", input, "").await;
    telecom_id(&desk.world).await
}

#[tokio::test]
async fn a_payment_that_is_told_twice_counts_once_and_is_answered_the_same() {
    let desk = Desk::open().await;
    lent(&desk.world, "1000.00").await;
    let told = paid("PSK-1", "150.00", "completed");
    let first = desk.done(&desk.gateway, told.clone()).await;
    assert_eq!(first["status"], "completed");
    assert_eq!(desk.done(&desk.gateway, told).await, first);
    let paid_back = json!({ "status": "repaying", "paid": "150.00", "due": "1000.00" });
    assert_eq!(loans(&desk.world).await, [paid_back]);
    let row = "SELECT provider, reference, created_by, payment_method FROM rim.transactions \
               WHERE type = 'repayment'";
    assert_eq!(
        desk.world.rows(row).await,
        [json!({
            "provider": "Paystack", "reference": "PSK-1", "created_by": null,
            "payment_method": "wallet",
        })]
    );
    let actor =
        "SELECT DISTINCT actor_name FROM rim.audit_entries WHERE entity = 'RimLoanRepayment'";
    assert_eq!(desk.world.value(actor).await, "Paystack");
    desk.world.verify().await;
}

#[tokio::test]
async fn a_payment_that_is_told_ten_times_at_once_counts_once() {
    let desk = Desk::open().await;
    lent(&desk.world, "1000.00").await;
    let told = paid("PSK-1", "150.00", "completed");
    let answers = futures_util::future::join_all((0..10).map(|_| desk.tells(&desk.gateway, &told)));
    let answers = answers.await;
    for (status, answer) in &answers {
        assert_eq!((*status, answer), (StatusCode::OK, &answers[0].1));
    }
    assert_eq!(loans(&desk.world).await[0]["paid"], "150.00");
    let rows = "SELECT count(*) FROM rim.transactions WHERE type = 'repayment'";
    assert_eq!(desk.world.value(rows).await, 1);
    desk.world.verify().await;
}

#[tokio::test]
async fn a_payment_is_told_as_pending_and_then_as_completed_or_failed() {
    let desk = Desk::open().await;
    lent(&desk.world, "1000.00").await;
    for (reference, end) in [("PSK-1", "completed"), ("PSK-2", "failed")] {
        let pending = desk.done(&desk.gateway, paid(reference, "150.00", "pending")).await;
        assert_eq!(pending["status"], "pending");
        let ended = desk.done(&desk.gateway, paid(reference, "150.00", end)).await;
        assert_eq!(ended["transactionId"], pending["transactionId"]);
        assert_eq!(ended["status"], end);
    }
    assert_eq!(loans(&desk.world).await[0]["paid"], "150.00");
    let late = desk.refused(&desk.gateway, paid("PSK-2", "150.00", "completed")).await;
    assert_eq!(late, (422, "INVALID_TRANSITION".to_owned()));
    desk.world.verify().await;
}

#[tokio::test]
async fn a_payment_that_the_customer_announced_is_confirmed_by_its_gateway() {
    let desk = Desk::open().await;
    lent(&desk.world, "1000.00").await;
    let ada = desk.world.customer("ada").await;
    let mut input = crate::rim_loans::repayment(&desk.world, "150.00").await;
    input["arrived"] = json!(false);
    input["provider"] = json!("Paystack");
    input["reference"] = json!("PSK-9");
    let shown = "transaction { transactionId }";
    let announced = desk.world.done(&ada, "rimTransactionCreate", input, shown).await;
    let refused = desk.refused(&desk.gateway, paid("PSK-9", "151.00", "completed")).await;
    assert_eq!(refused, (422, "AMOUNT_MISMATCH".to_owned()));
    let told = desk.done(&desk.gateway, paid("PSK-9", "150.00", "completed")).await;
    assert_eq!(told["transactionId"], announced["transaction"]["transactionId"]);
    assert_eq!(loans(&desk.world).await[0]["paid"], "150.00");
}

#[tokio::test]
async fn a_payment_goes_through_the_rules_of_the_mutations() {
    let desk = Desk::open().await;
    lent(&desk.world, "1000.00").await;
    let with = |field: &str, value: Value| {
        let mut told = paid("PSK-1", "150.00", "completed");
        told[field] = value;
        told
    };
    for (told, refusal) in [
        (with("amount", json!("1150.01")), (422, "OVERPAYMENT")),
        (with("amount", json!("0.00")), (422, "OUT_OF_RANGE")),
        (with("amount", json!("0.001")), (422, "OUT_OF_RANGE")),
        (with("amount", json!(150.0)), (400, "BAD_FORMAT")),
        (with("amount", json!(null)), (400, "REQUIRED")),
        (with("customer", json!("+2348039999999")), (422, "REFERENCE_NOT_FOUND")),
        (with("customer", json!("\u{0}")), (400, "BAD_FORMAT")),
        (with("loan", json!("LOAN-1999-001")), (422, "REFERENCE_NOT_FOUND")),
        (with("method", json!("shells")), (400, "BAD_FORMAT")),
        (with("status", json!("maybe")), (400, "BAD_FORMAT")),
        (with("kind", json!("gift")), (400, "BAD_FORMAT")),
        (with("kind", json!("airtime")), (422, "VALIDATION_FAILED")),
        (with("reference", json!("x".repeat(101))), (400, "BAD_FORMAT")),
        (with("reference", json!("4111 1111 1111 1111")), (422, "VALIDATION_FAILED")),
        (with("fee", json!("10.00")), (200, "")),
    ] {
        let (status, answer) = desk.tells(&desk.gateway, &told).await;
        let code = answer["errors"][0]["extensions"]["code"].as_str().unwrap_or_default();
        assert_eq!((status.as_u16(), code), refusal, "{told} {answer}");
    }
    set(&desk.world, "repayments", "allow_credit", "true").await;
    desk.done(&desk.gateway, paid("PSK-3", "1100.00", "completed")).await;
    assert_eq!(figures(&desk.world).await["credit"], "100.00");
    desk.world.verify().await;
}

#[tokio::test]
async fn something_else_under_the_same_reference_is_refused() {
    let desk = Desk::open().await;
    lent(&desk.world, "1000.00").await;
    desk.done(&desk.gateway, paid("PSK-1", "150.00", "completed")).await;
    let refused = desk.refused(&desk.gateway, paid("PSK-1", "160.00", "completed")).await;
    assert_eq!(refused, (409, "IDEMPOTENCY_KEY_REUSED".to_owned()));
}

#[tokio::test]
async fn airtime_that_its_telecom_tells_of_starts_the_loan_once() {
    let desk = Desk::open().await;
    let telecom = on_its_way(&desk).await;
    let first = desk.done(&telecom, airtime("completed")).await;
    assert_eq!(first, json!({ "transactionId": "TRX-2026-000001", "status": "completed" }));
    assert_eq!(desk.done(&telecom, airtime("completed")).await, first);
    let row = "SELECT status, telco_reference FROM rim.loans";
    let started = json!({ "status": "disbursed", "telco_reference": "MTN-77" });
    assert_eq!(desk.world.rows(row).await, [started]);
    let refused = desk.refused(&telecom, airtime("failed")).await;
    assert_eq!(refused, (422, "INVALID_TRANSITION".to_owned()));
    desk.world.verify().await;
}

#[tokio::test]
async fn airtime_that_its_telecom_fails_leaves_the_loan_agreed_to() {
    let desk = Desk::open().await;
    let telecom = on_its_way(&desk).await;
    desk.done(&telecom, airtime("failed")).await;
    let stands = standing(&desk.world).await;
    assert_eq!((&stands["airtime"], &stands["loan"]), (&json!("failed"), &json!("approved")));
    assert_eq!(stands["attempts"], 1);
    desk.world.verify().await;
}

#[tokio::test]
async fn airtime_is_told_of_by_its_own_telecom_only() {
    let desk = Desk::open().await;
    on_its_way(&desk).await;
    let refused = desk.refused(&desk.gateway, airtime("completed")).await;
    assert_eq!(refused, (422, "VALIDATION_FAILED".to_owned()));
    let admin = desk.world.person("admin").await;
    let mut input = telecom("https://telecom.example");
    input["name"] = json!("Other");
    input["provider"] = json!("Other");
    let payload =
        desk.world.done(&admin, "rimApiIntegrationCreate", input, "apiIntegration { id }").await;
    let other = payload["apiIntegration"]["id"].as_str().unwrap();
    assert_eq!(desk.refused(other, airtime("completed")).await, (404, "NOT_FOUND".to_owned()));
}

#[tokio::test]
async fn whoever_is_not_known_hears_one_and_the_same() {
    let desk = Desk::open().await;
    lent(&desk.world, "1000.00").await;
    let body = paid("PSK-1", "150.00", "completed").to_string();
    let right = format!("/callbacks/rim/{}", desk.gateway);
    let of_another = format!("/callbacks/ikeja/{}", desk.gateway);
    let mut heard = Vec::new();
    for (path, secret, seconds) in [
        (right.as_str(), "another-secret", 0),
        (&right, SECRET, -301),
        (&right, SECRET, 301),
        (&right, "", 0),
        (&of_another, SECRET, 0),
        ("/callbacks/rim/nobody", SECRET, 0),
        ("/callbacks/rim/MTpSaW1BcGlJbnRlZ3JhdGlvbjox", SECRET, 0),
        ("/callbacks/nobody/nobody", SECRET, 0),
        ("/callbacks/bizhub/nobody", "", 0),
    ] {
        let (status, mut answer) = desk.knock(path, &body, secret, seconds).await;
        answer["errors"][0]["extensions"]["requestId"] = json!("");
        heard.push((status.as_u16(), answer.to_string()));
    }
    heard.dedup();
    assert_eq!(heard.len(), 1, "{heard:?}");
    assert!(heard[0].0 == 401 && heard[0].1.contains("UNAUTHENTICATED"), "{heard:?}");
    let (status, _) = desk.knock(&right, &body, SECRET, -299).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(loans(&desk.world).await[0]["paid"], "150.00");
}

#[tokio::test]
async fn a_body_that_was_changed_on_the_way_is_not_taken() {
    let desk = Desk::open().await;
    lent(&desk.world, "1000.00").await;
    let timestamp = desk.world.kernel.clock.now().timestamp().to_string();
    let body = paid("PSK-1", "150.00", "completed").to_string();
    let signature = sign(SECRET, &timestamp, body.as_bytes()).unwrap();
    let url = format!("http://{}/callbacks/rim/{}", desk.server.address, desk.gateway);
    let post = |body: String, signature: &str| {
        reqwest::Client::new()
            .post(&url)
            .header("content-type", "application/json")
            .header("x-bizgraph-timestamp", &timestamp)
            .header("x-bizgraph-signature", signature)
            .body(body)
    };
    let changed = body.replace("150.00", "950.00");
    for request in [
        post(changed, &signature),
        post(body.clone(), ""),
        post(body.clone(), "sha256=zz"),
        post(body.clone(), &signature.to_uppercase()),
    ] {
        assert_eq!(desk.server.answer(request).await.status, StatusCode::UNAUTHORIZED);
    }
    let long = post("x".repeat(70_000), &signature);
    assert_eq!(desk.server.answer(long).await.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(desk.server.get("/callbacks/rim/x").await.status().as_u16(), 405);
    assert_eq!(desk.server.answer(post(body, &signature)).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_gateway_that_is_switched_off_or_deleted_tells_nothing() {
    let desk = Desk::open().await;
    lent(&desk.world, "1000.00").await;
    let admin = desk.world.person("admin").await;
    let input = json!({ "apiIntegrationId": desk.gateway });
    desk.world.done(&admin, "rimApiIntegrationDeactivate", input, "").await;
    let told = paid("PSK-1", "150.00", "completed");
    let refused = desk.refused(&desk.gateway, told.clone()).await;
    assert_eq!(refused, (422, "PRECONDITION_FAILED".to_owned()));
    let input = json!({ "apiIntegrationId": desk.gateway, "reason": "Another contract" });
    desk.world.done(&admin, "rimApiIntegrationDelete", input, "deletedId").await;
    let refused = desk.refused(&desk.gateway, told).await;
    assert_eq!(refused, (401, "UNAUTHENTICATED".to_owned()));
}
