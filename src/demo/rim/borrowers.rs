//! Eight hundred loans. A borrower's loans follow each other, so that no rule is in the way of
//! the next one: earlier ones were paid back, and the latest has any kind of life.

use serde_json::{Value, json};

use super::customers::{self, BORROWERS};
use super::lives::{BETWEEN, Deed, EARLIER, LATEST, Life};
use super::step;
use crate::demo::fixture::Step;

const NETWORKS: [&str; 7] = ["MTN", "MTN", "AIRTEL", "GLO", "MTN", "AIRTEL", "NINE_MOBILE"];
const AMOUNTS: [i64; 6] = [200, 300, 500, 500, 800, 1_000];
const METHODS: [&str; 4] = ["WALLET", "BANK_TRANSFER", "CARD", "WALLET"];

/// Borrowers stand in another order in the last round, so that each kind of life is found among
/// those who borrowed once, twice and three times.
const STRIDE: usize = 7;

/// The place of a borrower in the last round.
pub fn latest(customer: usize) -> usize {
    (0..BORROWERS).find(|place| place * STRIDE % BORROWERS == customer).unwrap_or_default()
}

/// All loans, from the wish to where they stand today.
pub fn steps() -> Vec<Step> {
    let mut steps = Vec::new();
    let mut number = 0;
    for (place, (life, day)) in
        days(EARLIER).chain(days(std::slice::from_ref(&BETWEEN))).enumerate()
    {
        number += 1;
        let earlier: usize = EARLIER.iter().map(|life| life.loans).sum();
        tell(&mut steps, place % earlier, number, life, day);
    }
    for (place, (life, day)) in days(LATEST).enumerate() {
        number += 1;
        tell(&mut steps, place * STRIDE % BORROWERS, number, life, day);
    }
    steps
}

/// Each life with the days of its wishes, spread evenly.
fn days(lives: &'static [Life]) -> impl Iterator<Item = (&'static Life, i64)> {
    lives.iter().flat_map(|life| {
        let days = life.last_day - life.first_day + 1;
        (0..life.loans as i64).map(move |place| (life, life.first_day + place % days))
    })
}

fn tell(steps: &mut Vec<Step>, customer: usize, number: usize, life: &Life, day: i64) {
    let loan = format!("L{number:03}");
    let user = customers::name(customer);
    let amount = AMOUNTS[number % AMOUNTS.len()];
    let wish = json!({
        "userId": format!("@{user}"), "network": NETWORKS[number % NETWORKS.len()],
        "amount": format!("{amount}.00"),
    });
    let phone = customers::phone(customer);
    steps.push(step(day, &phone, "rimLoanRequest", &loan, wish).of(&user));
    // 15 percent of the tenant's own terms, in hundredths.
    let due = amount * 115;
    let mut story = Story { loan, user, due, paid: 0, airtime: 0, repayments: 0 };
    for (after, deed) in life.deeds {
        steps.extend(story.deed(day + after, *deed, customer, number));
    }
}

/// A loan on its way.
struct Story {
    loan: String,
    user: String,
    /// Hundredths.
    due: i64,
    paid: i64,
    /// Attempts to pay out so far.
    airtime: usize,
    repayments: usize,
}

impl Story {
    fn deed(&mut self, day: i64, deed: Deed, customer: usize, number: usize) -> Vec<Step> {
        let trusted = customers::is_trusted(customer);
        match deed {
            // The rules agreed by themselves, and sent the airtime on its way.
            Deed::Approve if trusted => Vec::new(),
            Deed::Approve => {
                let officer = if number.is_multiple_of(3) { "officer2" } else { "officer" };
                vec![self.about_loan(day, officer, "rimLoanApprove", json!({}))]
            }
            Deed::Reject => {
                let reason = json!({ "reason": "The number was registered by somebody else" });
                vec![self.about_loan(day, "officer", "rimLoanReject", reason)]
            }
            Deed::Disburse => {
                self.airtime += 1;
                if trusted {
                    return Vec::new();
                }
                vec![self.about_loan(day, "finance", "rimLoanDisburse", json!({}))]
            }
            Deed::Arrive => {
                let reference = format!("TEL{number:06}");
                vec![self.about_airtime(
                    day,
                    "rimTransactionConfirm",
                    json!({ "telcoReference": reference }),
                )]
            }
            Deed::Fail => {
                let reason = json!({ "reason": "The telecom did not answer" });
                vec![self.about_airtime(day, "rimTransactionFail", reason)]
            }
            Deed::Pay(percent) => vec![self.pay(day, self.due * percent / 100, number, "finance")],
            Deed::PayRest => vec![self.pay(day, self.due - self.paid, number, "finance")],
            Deed::Announce(percent) => {
                let phone = customers::phone(customer);
                vec![self.pay(day, self.due * percent / 100, number, &phone)]
            }
            Deed::Refund => self.refund(day),
            Deed::Default => {
                let reason = json!({ "reason": "The number is switched off" });
                vec![self.about_loan(day, "officer", "rimLoanDefault", reason)]
            }
        }
    }

    fn about_loan(&self, day: i64, by: &str, mutation: &str, input: Value) -> Step {
        step(day, by, mutation, &self.loan, input).about("loanId").of(&self.user)
    }

    fn about_airtime(&self, day: i64, mutation: &str, mut input: Value) -> Step {
        input["transactionId"] = json!(format!("@{}.transactions.{}", self.loan, self.airtime));
        let name = format!("airtime-{}-of-{}", self.airtime, self.loan);
        step(day, "finance", mutation, &name, input).of(&self.user)
    }

    fn pay(&mut self, day: i64, hundredths: i64, number: usize, by: &str) -> Step {
        self.repayments += 1;
        let name = self.repayment();
        let arrived = by == "finance";
        if arrived {
            self.paid += hundredths;
        }
        let repayment = json!({
            "userId": format!("@{}", self.user), "loanId": format!("@{}", self.loan),
            "amount": format!("{}.{:02}", hundredths / 100, hundredths % 100),
            "paymentMethod": METHODS[number % METHODS.len()], "provider": "Wallet",
            "reference": name.to_uppercase(), "arrived": arrived,
        });
        step(day, by, "rimTransactionCreate", &name, repayment).of(&self.user)
    }

    fn repayment(&self) -> String {
        format!("repayment-{}-of-{}", self.repayments, self.loan)
    }

    fn refund(&self, day: i64) -> Vec<Step> {
        let name = self.repayment();
        let refund =
            json!({ "refundReference": format!("BACK-{}", self.loan), "reason": "Paid twice" });
        let asked = step(day, "finance", "rimTransactionRefund", &name, refund);
        let agreed = json!({ "approvalRequestId": format!("@{name}.approval") });
        let agreement = format!("refund-of-{name}");
        let agreed = step(day, "finance2", "approvalApprove", &agreement, agreed);
        vec![asked.about("transactionId").of(&self.user), agreed.of(&self.user)]
    }
}
