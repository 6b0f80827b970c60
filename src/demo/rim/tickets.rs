//! A hundred and twenty tickets of customers, in every status.

use serde_json::{Value, json};

use super::{customers, step};
use crate::demo::fixture::Step;

/// What customers ask: category, priority, subject, description.
const QUESTIONS: [(&str, &str, &str, &str); 8] = [
    (
        "LOAN",
        "HIGH",
        "My loan is not there",
        "I was told that it is agreed to, but no airtime came.",
    ),
    ("TRANSACTION", "MEDIUM", "Paid twice", "My wallet shows two payments for the same loan."),
    ("ACCOUNT", "LOW", "New number", "I have a new number. How do I keep my account?"),
    ("BILLING", "MEDIUM", "Interest", "Why do I pay back more than I borrowed?"),
    ("TECHNICAL", "HIGH", "The app closes", "It closes whenever I open my loans."),
    ("GENERAL", "LOW", "Opening hours", "When can I reach you?"),
    ("LOAN", "MEDIUM", "A higher limit", "I always pay in time. Can I borrow more?"),
    ("TRANSACTION", "URGENT", "Wrong number", "The airtime went to a number that is not mine."),
];

/// What is done about a ticket by the desk and its customer, on days after it was opened.
#[derive(Clone, Copy)]
enum Deed {
    Take,
    Escalate,
    Accept,
    Resolve,
    Confirm,
    Reopen,
    /// It is no question at all.
    Close,
}

use Deed::{Accept, Close, Confirm, Escalate, Reopen, Resolve, Take};

/// Tickets, the first and last day on which they were opened, and what was done.
type Life = (usize, i64, i64, &'static [(i64, Deed)]);

/// They are taken on days on which their agent is there.
const LIVES: &[Life] = &[
    (25, -2, 0, &[]),
    (25, -4, -2, &[(2, Take)]),
    (5, -9, -7, &[(2, Take), (4, Resolve), (5, Reopen)]),
    (10, -3, -1, &[(0, Take), (1, Escalate)]),
    (5, -4, -2, &[(0, Take), (1, Escalate), (2, Accept)]),
    (20, -3, -1, &[(0, Take), (1, Resolve)]),
    (25, FIRST_DAY, -5, &[(0, Take), (1, Resolve), (2, Confirm)]),
    (5, -5, -2, &[(1, Close)]),
];

/// The first day on which the desk is open.
const FIRST_DAY: i64 = -60;

/// The two agents of the first line are there in turn, so that who is next is known here.
fn agent_of(day: i64) -> &'static str {
    if day % 2 == 0 { "agent" } else { "agent2" }
}

fn presence() -> Vec<Step> {
    let mut steps = Vec::new();
    for day in FIRST_DAY..=0 {
        let move_of = |verb: &str, agent: &str| {
            let name = format!("agent/{agent}");
            let mutation = format!("rimSupportAgent{verb}");
            step(day, "lead", &mutation, &name, json!({})).about("supportAgentId")
        };
        steps.push(move_of("ComeBack", agent_of(day)));
        match day {
            FIRST_DAY => steps.push(move_of("ComeBack", "loandesk")),
            _ => steps.push(move_of("GoAway", agent_of(day - 1))),
        }
    }
    steps
}

/// All tickets, from the question to where they stand today.
pub fn steps() -> Vec<Step> {
    let mut steps = presence();
    let mut number = 0;
    for (tickets, first, last, deeds) in LIVES {
        for place in 0..*tickets {
            let day = first + place as i64 % (last - first + 1);
            tell(&mut steps, number, day, deeds);
            number += 1;
        }
    }
    steps
}

fn tell(steps: &mut Vec<Step>, number: usize, day: i64, deeds: &[(i64, Deed)]) {
    let customer = number * 3;
    let (user, phone) = (customers::name(customer), customers::phone(customer));
    let ticket = format!("T{number:03}");
    let (category, priority, subject, description) = QUESTIONS[number % QUESTIONS.len()];
    let question = json!({
        "category": category, "priority": priority, "subject": subject, "description": description,
    });
    steps.push(step(day, &phone, "rimTicketCreate", &ticket, question).of(&user));
    let agent = agent_of(day);
    for (after, deed) in deeds {
        let (by, verb, input) = match deed {
            Take => (agent, "Take", json!({})),
            Escalate => (agent, "Escalate", escalation()),
            Accept => ("loandesk", "Accept", json!({})),
            Resolve => (agent, "Resolve", json!({ "resolution": "Explained and put right" })),
            Confirm => (phone.as_str(), "Confirm", json!({})),
            Reopen => (phone.as_str(), "Reopen", json!({ "reason": "It is still the same" })),
            Close => ("lead", "Close", json!({ "reason": "SPAM" })),
        };
        let mutation = format!("rimTicket{verb}");
        let next = step(day + after, by, &mutation, &ticket, input);
        steps.push(next.about("ticketId").of(&user));
    }
}

fn escalation() -> Value {
    json!({ "supportAgentId": "@agent/loandesk", "reason": "Needs a look at the books" })
}
