//! The days of a lender, from a customer's wish for airtime to the reports of the last of them,
//! told through the public API by the people who work there and those who borrow (issue 4). Each
//! act is a file; every wrong step is answered by the sentence that the people read.

mod asking;
mod deciding;
mod lateness;
mod limits;
mod paying_back;
mod paying_out;
mod people;
mod refunding;
mod reporting;
mod support;

use bizgraph::server::ServerSettings;
use serde_json::{Value, json};

use crate::personal_data::{encrypt, tables_with};
use crate::server::Server;
use crate::world::{CUSTOMERS, World};
use people::People;

#[tokio::test]
async fn the_days_of_a_lender() {
    the_days_in(&World::rim().await).await;
}

#[tokio::test]
async fn the_days_of_a_lender_that_keeps_personal_data_encrypted() {
    let world = World::rim().await;
    encrypt(&world, "rim").await;
    the_days_in(&world).await;
    let (_, number) = CUSTOMERS[0];
    assert_eq!(tables_with(&world, "rim", &number[1..]).await, Vec::<String>::new());
}

async fn the_days_in(world: &World) {
    let server = Server::over(world.kernel.clone(), ServerSettings::default()).await;
    let people = People::of(world, &server).await;

    // Monday, the second of March: airtime is asked for, agreed to and paid out.
    a_telecom_is_connected(&people).await;
    let loan = asking::a_customer_logs_in_and_asks(&people).await;
    asking::who_is_suspended_borrows_nothing(&people).await;
    deciding::nobody_decides_on_what_they_entered(&people).await;
    deciding::an_officer_agrees(&people, &loan).await;
    paying_out::the_telecom_fails_and_is_tried_again(&people, &loan).await;
    world.verify().await;

    people.wake_up_on("2026-03-04").await;
    paying_back::a_part_comes_back(&people, &loan).await;
    world.verify().await;

    people.wake_up_on("2026-03-17").await;
    lateness::the_loan_is_late(&people, &loan).await;
    people.wake_up_on("2026-04-15").await;
    lateness::it_is_not_given_up_yet(&people, &loan).await;
    people.wake_up_on("2026-04-16").await;
    lateness::it_is_given_up(&people, &loan).await;
    world.verify().await;

    people.wake_up_on("2026-04-17").await;
    let payment = lateness::it_comes_back_after_all(&people, &loan).await;
    limits::the_limit_is_raised(&people).await;
    world.verify().await;

    // Monday, the twentieth of April: a payment goes back, and the customer asks why.
    people.wake_up_on("2026-04-20").await;
    refunding::the_payment_is_found_on_a_statement(&people, &payment).await;
    refunding::two_people_send_it_back(&people, &loan, &payment).await;
    let ticket = support::a_customer_asks_for_help(&people).await;
    support::an_agent_works_on_it(&people, &ticket).await;
    support::another_agent_takes_over(&people, &ticket).await;
    support::it_is_done_when_the_customer_says_so(&people, &ticket).await;
    refunding::it_is_paid_again(&people, &loan).await;
    world.verify().await;

    people.wake_up_on("2026-04-21").await;
    reporting::the_days_are_looked_at(&people).await;
    world.verify().await;
}

/// The telecom answers a test before it is switched on.
async fn a_telecom_is_connected(people: &People<'_>) {
    let input = json!({
        "name": "MTN airtime", "type": "TELECOM", "provider": "MTN Nigeria", "network": "MTN",
        "baseUrl": "https://telecom.example/v1", "apiKey": "key-0123456789",
    });
    let shown = "apiIntegration { id }";
    let made = people.does("admin", "rimApiIntegrationCreate", input, shown).await;
    let input = json!({ "apiIntegrationId": made["apiIntegration"]["id"] });
    let early = people.is_told("admin", "rimApiIntegrationActivate", input.clone()).await;
    assert_eq!(early, ["It has to be tested with success within the last 24 hours."]);
    people.does("admin", "rimApiIntegrationTest", input.clone(), "").await;
    people.does("admin", "rimApiIntegrationActivate", input, "").await;
}

/// How the loan stands, as an officer sees it.
async fn standing(people: &People<'_>, loan: &Value) -> Value {
    let query = format!("loan(id: {loan}) {{ status amountPaid outstandingAmount }}");
    people.sees("officer", &query).await
}

/// How Ada stands, as an officer sees her.
async fn ada(people: &People<'_>) -> Value {
    let query = "userByUserId(userId: \"USR-2026-001\") { repaymentStatus totalRepaid creditLimit \
                 creditScore }";
    people.sees("officer", query).await
}
