//! Thousands of random mutations by random people, over days on which the jobs run: whatever
//! they do, each refusal is one that is declared, the books agree at the end, and there is no
//! mutation that never succeeds.
//!
//! `RANDOM_WALK_SEED` walks another way; `RANDOM_WALK_STEPS` walks further.

mod dice;
mod ground;
mod inputs;
mod lender;
mod shop;

use std::collections::BTreeMap;
use std::fmt::Write as _;

use async_graphql::Value as Input;
use bizgraph_kernel::actor::Origin;
use bizgraph_kernel::mutation::{Answer, Mutation, run};
use bizgraph_kernel::refusal::Code;
use bizgraph_kernel::schema::PLATFORM_MUTATIONS;
use chrono::TimeDelta;

use crate::world::{PEOPLE, Person, STAFF, World};
use dice::Dice;
use ground::Ground;
use inputs::{Asked, Inputs, Known, Rows};

const STEPS: u64 = 5_000;
/// Steps between two looks at the rows.
const LOOK: u64 = 14;

/// What mutations came to: `done`, or the code of the first refusal.
type Tally = BTreeMap<&'static str, BTreeMap<&'static str, u32>>;

fn number(variable: &str, otherwise: u64) -> u64 {
    std::env::var(variable).ok().and_then(|text| text.parse().ok()).unwrap_or(otherwise)
}

/// Every mutation of the module, and the decisions of the second person.
fn mutations(ground: &Ground) -> Vec<&'static Mutation> {
    let decide = ["approvalApprove", "approvalReject"];
    let platform = PLATFORM_MUTATIONS.iter().filter(|it| decide.contains(&it.name));
    ground.module.mutations.iter().chain(platform).copied().collect()
}

/// The newest rows of every table that inputs point to.
async fn look(world: &World, ground: &Ground) -> Rows {
    let mut sql = String::new();
    let tables = ground.module.entities.iter().filter(|meta| !meta.view);
    let tables = tables.map(|meta| (meta.type_name, meta.table));
    for (type_name, table) in tables.chain([("ApprovalRequest", "approval_requests")]) {
        let union = if sql.is_empty() { "" } else { " UNION ALL " };
        let [part_of, customer, due] = (ground.facts)(table);
        write!(
            sql,
            "{union}SELECT '{type_name}' AS of, t.id::text AS key, \
             coalesce((to_jsonb(t) ->> 'version')::int, 1) AS version, \
             coalesce(to_jsonb(t) ->> 'status', to_jsonb(t) ->> 'role', '') AS status, \
             coalesce(to_jsonb(t) ->> 'username', to_jsonb(t) ->> 'email', to_jsonb(t) ->> 'name', \
               '') AS called, \
             coalesce({part_of}, '') AS part_of, coalesce({customer}, '') AS customer, \
             coalesce({due}, '') AS due \
             FROM (SELECT * FROM {}.{table} ORDER BY id DESC LIMIT 80) t",
            ground.module.name
        )
        .unwrap();
    }
    let mut rows: BTreeMap<String, Vec<(String, Known)>> = BTreeMap::new();
    for row in world.rows(&sql).await {
        let text = |field: &str| row[field].as_str().unwrap().to_owned();
        let version = row["version"].as_i64().unwrap();
        let (part_of, customer, due) = (text("part_of"), text("customer"), text("due"));
        let (key, status) = (text("key"), text("status"));
        let known = Known { key, version, status, part_of, customer, due };
        rows.entry(text("of")).or_default().push((text("called"), known));
    }
    let sorted = rows.into_iter().map(|(of, mut rows)| {
        // Some keys are made by chance, which no seed knows.
        rows.sort_by(|(one, a), (other, b)| (one, &a.key).cmp(&(other, &b.key)));
        (of, rows.into_iter().map(|(_, known)| known).collect())
    });
    sorted.collect()
}

/// One of the mutations, rarely of those that prepare or end what the others are about.
fn choose(ground: &Ground, all: &[&'static Mutation], dice: &mut Dice) -> &'static Mutation {
    loop {
        let mutation = *dice.pick(all);
        let rare = ground.rare.iter().any(|name| mutation.name.starts_with(name));
        if !rare || dice.chance(25) {
            return mutation;
        }
    }
}

/// Walks, and answers what the mutations came to. A day goes by every so many steps.
async fn walk(
    world: &World,
    ground: &'static Ground,
    people: &[Person],
    seed: u64,
    day: u64,
) -> Tally {
    let steps = number("RANDOM_WALK_STEPS", STEPS);
    println!("RANDOM_WALK_SEED={seed}");
    let (all, tenant) = (mutations(ground), people[0].0.tenant.id);
    let (inputs, mut dice, mut rows) = (Inputs::of(&all), Dice(seed), Rows::new());
    let mut tally: Tally = all.iter().map(|it| (it.name, BTreeMap::new())).collect();
    for step in 0..steps {
        if step % day == day - 1 {
            world.clock.advance(TimeDelta::days(1));
            let today = world.kernel.clock.now().date_naive().to_string();
            world.run_jobs(&today).await;
        }
        world.clock.advance(TimeDelta::seconds(30));
        if step % LOOK == 0 {
            rows = look(world, ground).await;
        }
        let mutation = choose(ground, &all, &mut dice);
        let may: Vec<&Person> =
            people.iter().filter(|person| person.0.may(mutation.permission)).collect();
        let person = match may.is_empty() || dice.chance(10) {
            true => dice.pick(people),
            false => *dice.pick(&may),
        };
        let own = person.0.id.split_once(':').map_or("", |(_, key)| key);
        let own = rows.get(ground.customers).and_then(|all| all.iter().find(|it| it.key == own));
        let first = own.map(|row| (ground.customers, row));
        let rows = &rows;
        let mut asked = Asked { ground, tenant, mutation, rows, dice: &mut dice, first };
        let input = inputs.make(&mut asked);
        let told = format!("seed {seed}, step {step}, {}: {}", person.0.username, mutation.name);
        let origin = Origin { operation: "walk".to_owned(), ..Origin::default() };
        let given = Input::from_json(input.clone()).unwrap();
        let answer = run(&world.kernel, mutation, &person.0, &origin, given).await;
        let counts = tally.entry(mutation.name).or_default();
        match answer.unwrap_or_else(|fault| panic!("{told} {input}: {fault}")) {
            Answer::Done { .. } | Answer::Awaits { .. } => *counts.entry("done").or_default() += 1,
            Answer::Refused(refusals) => {
                assert!(!refusals.is_empty(), "{told} {input}: refused without a word");
                for refusal in &refusals {
                    assert_ne!(refusal.code, Code::Internal, "{told} {input}: {refusal}");
                }
                *counts.entry(refusals[0].code.as_str()).or_default() += 1;
            }
        }
    }
    tally
}

/// The books are right, most steps were refused, and each mutation succeeded at least once.
async fn judge(world: &World, ground: &Ground, tally: &Tally, seed: u64) {
    for (mutation, counts) in tally {
        println!("{mutation}: {counts:?}");
    }
    assert_eq!(world.findings().await, Vec::<String>::new(), "seed {seed}");
    let done = |counts: &BTreeMap<&str, u32>| counts.get("done").copied().unwrap_or_default();
    let steps: u32 = tally.values().flat_map(BTreeMap::values).sum();
    let refused = 100 - 100 * tally.values().map(done).sum::<u32>() / steps;
    println!("{refused} % of {steps} steps were refused");
    assert!((50..=80).contains(&refused), "seed {seed}: {refused} % were refused");
    let never: Vec<&str> =
        tally.iter().filter(|(_, counts)| done(counts) == 0).map(|(name, _)| *name).collect();
    // A walk of another seed or length meets them by luck.
    if number("RANDOM_WALK_SEED", 0) == 0 && number("RANDOM_WALK_STEPS", 0) == 0 {
        assert_eq!(never, ground.never, "seed {seed}: these never succeed");
    }
}

#[tokio::test]
async fn thousands_of_random_steps_leave_the_books_of_the_shop_right() {
    let seed = number("RANDOM_WALK_SEED", 20_260_302);
    let world = World::new().await;
    shop::beginning(&world).await;
    let mut people: Vec<Person> = Vec::new();
    for (name, _) in PEOPLE {
        people.push(world.person(name).await);
    }
    let tally = walk(&world, &shop::SHOP, &people, seed, 250).await;
    judge(&world, &shop::SHOP, &tally, seed).await;
}

#[tokio::test]
async fn thousands_of_random_steps_leave_the_books_of_the_lender_right() {
    let seed = number("RANDOM_WALK_SEED", 20_260_302);
    let world = World::rim().await;
    lender::beginning(&world).await;
    let mut people = lender::customers(&world).await;
    for (name, _) in STAFF {
        people.push(world.person(name).await);
    }
    let tally = walk(&world, &lender::LENDER, &people, seed, 100).await;
    judge(&world, &lender::LENDER, &tally, seed).await;
}
