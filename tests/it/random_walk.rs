//! Thousands of random mutations by random people, over days on which the jobs run: whatever
//! they do, each refusal is one that is declared, the books agree at the end, and no mutation
//! never succeeds, but for those that are named with a reason.
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
/// Steps in which what never succeeded gets more chances.
const MORE_STEPS: u64 = 3_000;
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

/// Somebody who walks.
struct Walker<'w> {
    world: &'w World,
    ground: &'static Ground,
    people: &'w [Person],
    inputs: Inputs,
    dice: Dice,
    rows: Rows,
    tally: Tally,
    seed: u64,
    steps: u64,
    /// Steps of a day.
    day: u64,
}

impl Walker<'_> {
    /// Lets somebody call a mutation, at the end of the day after the jobs.
    async fn step(&mut self, mutation: &'static Mutation) {
        let world = self.world;
        if self.steps % self.day == self.day - 1 {
            world.clock.advance(TimeDelta::days(1));
            let today = world.kernel.clock.now().date_naive().to_string();
            world.run_jobs(&today).await;
        }
        world.clock.advance(TimeDelta::seconds(30));
        if self.steps.is_multiple_of(LOOK) {
            self.rows = look(world, self.ground).await;
        }
        let may = self.people.iter().filter(|person| person.0.may(mutation.permission));
        let may: Vec<&Person> = may.collect();
        let person = match may.is_empty() || self.dice.chance(10) {
            true => self.dice.pick(self.people),
            false => *self.dice.pick(&may),
        };
        let own = person.0.id.split_once(':').map_or("", |(_, key)| key);
        let customers = self.rows.get(self.ground.customers);
        let own = customers.and_then(|all| all.iter().find(|it| it.key == own));
        let first = own.map(|row| (self.ground.customers, row));
        let tenant = person.0.tenant.id;
        let (ground, rows, dice) = (self.ground, &self.rows, &mut self.dice);
        let mut asked = Asked { ground, tenant, mutation, rows, dice, first };
        let input = self.inputs.make(&mut asked);
        let (seed, step, name) = (self.seed, self.steps, mutation.name);
        let told = format!("seed {seed}, step {step}, {}: {name} {input}", person.0.username);
        let origin = Origin { operation: "walk".to_owned(), ..Origin::default() };
        let given = Input::from_json(input).unwrap();
        let answer = run(&world.kernel, mutation, &person.0, &origin, given).await;
        let came_to = match answer.unwrap_or_else(|fault| panic!("{told}: {fault}")) {
            Answer::Done { .. } | Answer::Awaits { .. } => "done",
            Answer::Refused(refusals) => {
                assert!(!refusals.is_empty(), "{told}: refused without a word");
                for refusal in &refusals {
                    assert_ne!(refusal.code, Code::Internal, "{told}: {refusal}");
                }
                refusals[0].code.as_str()
            }
        };
        *self.tally.entry(name).or_default().entry(came_to).or_default() += 1;
        self.steps += 1;
    }

    /// Mutations that never succeeded so far, those without a chance left out.
    fn unlucky(&self, all: &[&'static Mutation]) -> Vec<&'static Mutation> {
        let never = self.ground.never;
        let mut unlucky = all.to_vec();
        unlucky.retain(|it| !self.tally[it.name].contains_key("done") && !never.contains(&it.name));
        unlucky
    }
}

/// Walks, and answers what the mutations came to. A day goes by every so many steps. What never
/// succeeded gets more chances at the end, between steps of all kinds.
async fn walk(
    world: &World,
    ground: &'static Ground,
    people: &[Person],
    seed: u64,
    day: u64,
) -> Tally {
    println!("RANDOM_WALK_SEED={seed}");
    let all = mutations(ground);
    let tally: Tally = all.iter().map(|it| (it.name, BTreeMap::new())).collect();
    let (inputs, dice, rows) = (Inputs::of(&all), Dice(seed), Rows::new());
    let mut walker =
        Walker { world, ground, people, inputs, dice, rows, tally, seed, steps: 0, day };
    for _ in 0..number("RANDOM_WALK_STEPS", STEPS) {
        let mutation = choose(ground, &all, &mut walker.dice);
        walker.step(mutation).await;
    }
    for _ in 0..MORE_STEPS {
        let unlucky = walker.unlucky(&all);
        let one = match (unlucky.as_slice(), walker.dice.chance(50)) {
            ([], _) => break,
            (_, true) => choose(ground, &all, &mut walker.dice),
            (unlucky, false) => *walker.dice.pick(unlucky),
        };
        walker.step(one).await;
    }
    walker.tally
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
    let never = tally.iter().filter(|(_, counts)| done(counts) == 0).map(|(name, _)| *name);
    let never: Vec<&str> = never.filter(|name| !ground.never.contains(name)).collect();
    assert_eq!(never, Vec::<&str>::new(), "seed {seed}: these never succeed");
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
