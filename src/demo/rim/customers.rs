//! Five hundred customers: most borrow, some of them enough to be trusted by the rules, a few are
//! asleep or suspended.

use serde_json::json;

use super::{borrowers, lives, step};
use crate::demo::fixture::Step;

pub const CUSTOMERS: usize = 500;
/// The first so many borrow.
pub const BORROWERS: usize = 460;

const FIRST_NAMES: [&str; 25] = [
    "Ada", "Bola", "Chinedu", "Damilola", "Emeka", "Folake", "Gbenga", "Halima", "Ifeoma", "Jide",
    "Kemi", "Lanre", "Maryam", "Ngozi", "Obinna", "Patience", "Rotimi", "Sade", "Tunde", "Uche",
    "Victoria", "Wale", "Yetunde", "Zainab", "Ibrahim",
];
const LAST_NAMES: [&str; 20] = [
    "Adeyemi", "Balogun", "Chukwu", "Danjuma", "Eze", "Fashola", "Garba", "Hassan", "Igwe",
    "Johnson", "Kalu", "Lawal", "Musa", "Nwosu", "Okafor", "Peters", "Salami", "Thomas", "Umar",
    "Williams",
];

/// The name of a customer in the fixtures.
pub fn name(place: usize) -> String {
    format!("U{place:03}")
}

/// The phone number of a customer, which is also what it logs in with.
pub fn phone(place: usize) -> String {
    format!("+234803{:07}", 1_000_000 + place * 37)
}

/// Whether the rules agree to what this customer asks for.
pub fn is_trusted(place: usize) -> bool {
    place % 5 == 3 && place < BORROWERS && lives::suits_trust(borrowers::latest(place))
}

/// How the customers come, and what becomes of those who never borrow.
pub fn steps() -> Vec<Step> {
    let mut steps = Vec::new();
    for place in 0..CUSTOMERS {
        let (name, phone) = (name(place), phone(place));
        let first = FIRST_NAMES[place % FIRST_NAMES.len()];
        let last = LAST_NAMES[place / FIRST_NAMES.len()];
        let email = format!("{}.{}@mail.example", first.to_lowercase(), last.to_lowercase());
        let day = if place < BORROWERS { -175 + place as i64 / 25 } else { -30 };
        let customer =
            json!({ "firstName": first, "lastName": last, "phone": phone, "email": email });
        steps.push(step(day, "operations", "rimUserCreate", &name, customer).of(&name));
        if is_trusted(place) {
            let credit =
                json!({ "creditScore": 720, "reason": "Known from before", "expectedVersion": 1 });
            let credit = step(day, "operations", "rimUserSetCredit", &name, credit);
            steps.push(credit.about("userId").of(&name));
        }
        if place >= BORROWERS + 20 {
            let (verb, reason) = match place % 2 {
                0 => ("rimUserDeactivate", "Asked for a break"),
                _ => ("rimUserSuspend", "The number belongs to somebody else by now"),
            };
            let ended = step(-5, "operations", verb, &name, json!({ "reason": reason }));
            steps.push(ended.about("userId").of(&name));
        }
    }
    steps
}
