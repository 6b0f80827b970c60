//! Random repayments, refunds and days of one customer, held against a model that keeps nothing
//! but the repayments and replays them from the beginning after each step (spec 5.6, 5.11).

use std::collections::BTreeMap;

use chrono::TimeDelta;
use proptest::prelude::{Strategy, any};
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};

use super::{allow_loans, connect_telecom, lent, repayment, set};
use crate::world::{World, key};

/// Loans that are out, in the order in which they are due.
const LOANS: usize = 3;
/// What is due of each, in cents: 1,000.00 and 15 percent.
const DUE: i64 = 115_000;

#[derive(Clone, Debug)]
enum Step {
    /// So many cents, for the loan of this place where one is named.
    Pays(i64, Option<usize>),
    /// The repayment of this place among those that count.
    Refunds(usize),
    /// So many days pass.
    Waits(i64),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = (0..10_u8, any::<usize>(), 1..60_000_i64, 0..LOANS + 2).prop_map(
        |(kind, place, cents, loan)| match kind {
            0..=5 => Step::Pays(cents, (loan < LOANS).then_some(loan)),
            6..=8 => Step::Refunds(place),
            _ => Step::Waits(1),
        },
    );
    proptest::collection::vec(step, 24)
}

/// A repayment that counts: its amount and where its parts went, by loan.
#[derive(Clone, Debug)]
struct Paid {
    id: String,
    cents: i64,
    named: Option<usize>,
    parts: BTreeMap<usize, i64>,
}

impl Paid {
    fn left(&self) -> i64 {
        self.cents - self.parts.values().sum::<i64>()
    }

    /// Gives what is left to the loans, cent by cent.
    fn spread(&mut self, due: &mut [i64; LOANS]) {
        let first = self.named.into_iter();
        let order: Vec<usize> = first.chain(0..LOANS).collect();
        for loan in order {
            let part = self.left().min(due[loan]);
            if part > 0 {
                due[loan] -= part;
                *self.parts.entry(loan).or_default() += part;
            }
        }
    }
}

/// What of each loan is due after these repayments.
fn due(all: &[Paid]) -> [i64; LOANS] {
    let mut due = [DUE; LOANS];
    for paid in all {
        for (loan, part) in &paid.parts {
            due[*loan] -= part;
        }
    }
    due
}

fn money(cents: i64) -> String {
    format!("{}.{:02}", cents / 100, cents % 100)
}

struct Books {
    world: World,
    loans: Vec<String>,
    paid: Vec<Paid>,
}

impl Books {
    async fn open() -> Books {
        let world = World::rim().await;
        connect_telecom(&world).await;
        allow_loans(&world, 9).await;
        set(&world, "repayments", "allow_credit", "true").await;
        set(&world, "loans", "repayment_period", "90").await;
        let mut loans = Vec::new();
        for _ in 0..LOANS {
            loans.push(lent(&world, "1000.00").await);
            world.clock.advance(TimeDelta::days(1));
        }
        Books { world, loans, paid: Vec::new() }
    }

    async fn pays(&mut self, cents: i64, named: Option<usize>) {
        let mut due = due(&self.paid);
        // A loan that is paid back cannot be named.
        let named = named.filter(|loan| due[*loan] > 0);
        let finance = self.world.person("finance").await;
        let mut input = repayment(&self.world, &money(cents)).await;
        input["loanId"] = named.map_or(Value::Null, |loan| json!(self.loans[loan]));
        let shown = "transaction { id }";
        let payload = self.world.done(&finance, "rimTransactionCreate", input, shown).await;
        let id = payload["transaction"]["id"].as_str().unwrap().to_owned();
        let mut paid = Paid { id, cents, named, parts: BTreeMap::new() };
        paid.spread(&mut due);
        self.paid.push(paid);
    }

    async fn refunds(&mut self, place: usize) {
        if self.paid.is_empty() {
            return;
        }
        let paid = self.paid.remove(place % self.paid.len());
        let finance = self.world.person("finance").await;
        let input = json!({
            "transactionId": paid.id, "refundReference": "R", "reason": "Paid twice",
            "idempotencyKey": key(),
        });
        let shown = "approvalRequest { id }";
        let asked = self.world.call(&finance, "rimTransactionRefund", input, shown).await;
        let second = self.world.person("finance2").await;
        let input = json!({
            "approvalRequestId": asked["approvalRequest"]["id"], "idempotencyKey": key(),
        });
        self.world.done(&second, "approvalApprove", input, "").await;
        // What others had paid beyond the debt goes to what is open again, the oldest first.
        let mut due = due(&self.paid);
        for other in &mut self.paid {
            other.spread(&mut due);
        }
    }

    async fn agree(&self, told: &str) {
        let sql = "SELECT outstanding_amount::text AS due FROM rim.loans ORDER BY id";
        let rows = self.world.rows(sql).await;
        let left: Vec<&str> = rows.iter().map(|row| row["due"].as_str().unwrap()).collect();
        assert_eq!(left, due(&self.paid).map(money), "{told}");
        let credit = "SELECT repayment_credit::text FROM rim.users WHERE user_id = 'USR-2026-001'";
        let kept: i64 = self.paid.iter().map(Paid::left).sum();
        assert_eq!(self.world.value(credit).await, money(kept), "{told}");
        let repaid = "SELECT total_repaid::text FROM rim.users WHERE user_id = 'USR-2026-001'";
        let sum: i64 = self.paid.iter().map(|paid| paid.cents).sum();
        assert_eq!(self.world.value(repaid).await, money(sum), "{told}");
    }
}

#[tokio::test]
async fn random_repayments_and_refunds_agree_with_a_replay() {
    let mut runner = TestRunner::deterministic();
    let cases = Config::default().cases.min(6);
    for case in 0..cases {
        let steps = steps().new_tree(&mut runner).unwrap().current();
        let mut books = Books::open().await;
        for (place, step) in steps.iter().enumerate() {
            match step {
                Step::Pays(cents, named) => books.pays(*cents, *named).await,
                Step::Refunds(place) => books.refunds(*place).await,
                Step::Waits(days) => books.world.clock.advance(TimeDelta::days(*days)),
            }
            let told = format!("case {case}, step {place} of {steps:?}");
            books.agree(&told).await;
        }
        books.world.run_job("refreshOverdue").await;
        books.world.verify().await;
    }
}
