//! The demo world of the lender: some months of it in Lagos, with 500 customers, their 800 loans
//! and 120 tickets (spec 5.12).

mod borrowers;
mod customers;
mod lives;
mod tickets;

use bizgraph_rim::policy::CUSTOMER;
use serde_json::{Map, Value};

use super::DemoWorld;
use super::fixture::Step;

/// Half a year of a lender, up to today.
pub static WORLD: DemoWorld = DemoWorld {
    module: "rim",
    files: &[
        include_str!("../../fixtures/rim/people.json"),
        include_str!("../../fixtures/rim/business.json"),
    ],
    many,
    people: &[
        ("operations", "operations_manager", "demo-Operations-1"),
        ("officer", "loan_officer", "demo-Officer-1"),
        ("officer2", "loan_officer", "demo-Officer2-1"),
        ("finance", "finance", "demo-Finance-1"),
        ("finance2", "finance", "demo-Finance2-1"),
        ("lead", "support_lead", "demo-Lead-1"),
        ("agent", "support_agent", "demo-Agent-1"),
        ("agent2", "support_agent", "demo-Agent2-1"),
        ("loandesk", "support_agent", "demo-Loandesk-1"),
        ("marketing", "marketing", "demo-Marketing-1"),
        ("auditor", "auditor", "demo-Auditor-1"),
        // Tunde owes for a loan and waits for an answer of the desk; Kemi has not borrowed yet.
        // Like all customers they can log in by phone and code, too.
        ("+2348031000666", CUSTOMER, "demo-Tunde-1"),
        ("+2348031017020", CUSTOMER, "demo-Kemi-1"),
    ],
    invited: true,
    in_use: "SELECT EXISTS (SELECT FROM users) OR EXISTS (SELECT FROM loan_products)",
    starting_rows: "SELECT 'role/' || name, 'RimAdminRole', id::text FROM admin_roles \
                    UNION ALL \
                    SELECT 'desk/' || name, 'RimDepartment', id::text FROM departments",
    // Providers that nobody calls: what went out by them is confirmed by hand.
    outside: "INSERT INTO api_integrations (id, name, type, provider, network, status, base_url) \
              SELECT gen_random_uuid(), n || ' airtime', 'telecom', n || ' Nigeria', n, 'active', \
                'https://telecom.example/' || lower(n) \
              FROM unnest(ARRAY['MTN', 'Airtel', 'Glo', '9mobile']) AS n \
              UNION ALL VALUES \
                (gen_random_uuid(), 'Cards', 'payment_gateway', 'Cards Nigeria', NULL, 'inactive', \
                 'https://cards.example'), \
                (gen_random_uuid(), 'Text messages', 'sms', 'Texts Nigeria', NULL, 'error', \
                 'https://texts.example') \
              ON CONFLICT DO NOTHING",
    jobs: &["refreshOverdue"],
};

fn many() -> Vec<Step> {
    let mut steps = customers::steps();
    steps.extend(borrowers::steps());
    steps.extend(tickets::steps());
    // The last call of all: where it is known, the world is complete.
    let reply = serde_json::json!({ "name": "Greeting", "body": "How can we help?" });
    steps.push(step(0, "lead", "rimCannedReplyCreate", "greeting", reply));
    steps
}

/// One call that makes the row of this name.
fn step(day: i64, by: &str, mutation: &str, name: &str, input: Value) -> Step {
    Step {
        day,
        by: by.to_owned(),
        mutation: mutation.to_owned(),
        on: None,
        input: Map::new(),
        each: Map::from_iter([(name.to_owned(), input)]),
        story: String::new(),
    }
}

impl Step {
    /// The call is about the row of its name, which stands in this field.
    fn about(mut self, field: &str) -> Step {
        self.on = Some(field.to_owned());
        self
    }

    /// The call is part of this story.
    fn of(mut self, story: &str) -> Step {
        story.clone_into(&mut self.story);
        self
    }
}
