//! Thousands of random mutations by random people, over days on which the jobs run: whatever
//! they do, each refusal is one that is declared, the books agree at the end, and every mutation
//! succeeded at least once.
//!
//! `RANDOM_WALK_SEED` walks another way; `RANDOM_WALK_STEPS` walks further.

mod dice;
mod ground;
mod inputs;
mod lender;
mod nights;
mod rows;
mod shop;

use std::collections::BTreeMap;

use async_graphql::Value as Input;
use bizgraph_kernel::actor::Origin;
use bizgraph_kernel::mutation::{Answer, Mutation, run};
use bizgraph_kernel::refusal::Code;
use bizgraph_kernel::schema::PLATFORM_MUTATIONS;
use chrono::TimeDelta;

use crate::world::{PEOPLE, Person, STAFF, World};
use dice::Dice;
use ground::Ground;
use inputs::{Asked, Inputs};
use rows::{Rows, look};

const STEPS: u64 = 5_000;
/// How often the first steps go through all mutations, while what they begin with is fresh.
const ROUNDS: usize = 4;
/// Steps in which what never succeeded gets more chances.
const MORE_STEPS: u64 = 3_000;
/// Steps between two looks at the rows.
const LOOK: u64 = 14;
/// The same where it is about what one person alone can do, which does not stay so for long.
const LOOK_TWICE: u64 = 4;

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

/// One of the mutations, rarely of those that prepare or end what the others are about or that
/// nothing depends on, and more rarely of those that delete it.
fn choose(ground: &Ground, all: &[&'static Mutation], dice: &mut Dice) -> &'static Mutation {
    loop {
        let mutation = *dice.pick(all);
        let rare = ground.rare.iter().any(|name| mutation.name.starts_with(name));
        let deletes = mutation.name.ends_with("Delete");
        if (!rare || dice.chance(25)) && (!deletes || dice.chance(25)) {
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
    /// The step of the last look at them.
    looked: u64,
    tally: Tally,
    seed: u64,
    steps: u64,
    /// Steps of a day.
    day: u64,
}

impl<'w> Walker<'w> {
    /// Lets somebody call a mutation, at the end of the day after the jobs.
    async fn step(&mut self, mutation: &'static Mutation) {
        let world = self.world;
        if self.steps % self.day == self.day - 1 {
            nights::sleep(world, self.ground, self.people, &mut self.dice).await;
        }
        world.clock.advance(TimeDelta::seconds(30));
        let own_of = self.ground.own_of(mutation.name);
        let most = if own_of.is_some() { LOOK_TWICE } else { LOOK };
        if self.steps == 0 || self.steps - self.looked >= most {
            self.rows = look(world, self.ground).await;
            self.looked = self.steps;
        }
        let person = self.somebody(mutation, own_of);
        let own = person.0.id.split_once(':').map_or("", |(_, key)| key);
        let customers = self.rows.get(self.ground.customers);
        let own = customers.and_then(|all| all.iter().find(|it| it.key == own));
        let first = own.map(|row| (self.ground.customers, row));
        let tenant = person.0.tenant.id;
        let (ground, rows, dice) = (self.ground, &self.rows, &mut self.dice);
        let (now, caller) = (world.kernel.clock.now(), person.0.id.as_str());
        let mut asked = Asked { ground, tenant, mutation, rows, dice, now, caller, first };
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

    /// Somebody who may call a mutation, most of the time; where one person alone can do so with
    /// a row, most of the time such a one.
    fn somebody(&mut self, mutation: &Mutation, own_of: Option<&str>) -> &'w Person {
        let people = self.people;
        let may = |person: &&Person| person.0.may(mutation.permission);
        let mut may: Vec<&Person> = people.iter().filter(may).collect();
        let own = own_of.and_then(|of| self.rows.get(of)).map_or(&[][..], Vec::as_slice);
        let can = |person: &&Person| own.iter().any(|row| row.by == person.0.id);
        if may.iter().any(can) {
            may.retain(can);
        }
        match may.is_empty() || self.dice.chance(10) {
            true => self.dice.pick(people),
            false => may[self.dice.below(may.len())],
        }
    }

    /// Mutations that never succeeded so far.
    fn unlucky(&self, all: &[&'static Mutation]) -> Vec<&'static Mutation> {
        let mut unlucky = all.to_vec();
        unlucky.retain(|it| !self.tally[it.name].contains_key("done"));
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
    let mut walker = Walker {
        world,
        ground,
        people,
        inputs: Inputs::of(&all),
        dice: Dice(seed),
        rows: Rows::new(),
        looked: 0,
        tally,
        seed,
        steps: 0,
        day,
    };
    let mut first = Vec::new();
    for _ in 0..ROUNDS {
        first.extend(walker.dice.shuffled(&all));
    }
    for step in 0..number("RANDOM_WALK_STEPS", STEPS) {
        let mutation = match first.get(usize::try_from(step).unwrap()) {
            Some(mutation) => *mutation,
            None => choose(ground, &all, &mut walker.dice),
        };
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

/// The books are right, more than half of the steps was refused, and each mutation succeeded at
/// least once.
async fn judge(world: &World, tally: &Tally, seed: u64) {
    for (mutation, counts) in tally {
        println!("{mutation}: {counts:?}");
    }
    assert_eq!(world.findings().await, Vec::<String>::new(), "seed {seed}");
    let done = |counts: &BTreeMap<&str, u32>| counts.get("done").copied().unwrap_or_default();
    let steps: u32 = tally.values().flat_map(BTreeMap::values).sum();
    let refused = 100 - 100 * tally.values().map(done).sum::<u32>() / steps;
    println!("{refused} % of {steps} steps were refused");
    assert!((50..=75).contains(&refused), "seed {seed}: {refused} % were refused");
    let never = tally.iter().filter(|(_, counts)| done(counts) == 0).map(|(name, _)| *name);
    assert_eq!(never.collect::<Vec<_>>(), Vec::<&str>::new(), "seed {seed}: these never succeed");
}

#[tokio::test]
async fn thousands_of_random_steps_leave_the_books_of_the_shop_right() {
    let seed = number("RANDOM_WALK_SEED", 20_260_302);
    let world = nights::moody(World::new().await);
    shop::beginning(&world).await;
    let mut people: Vec<Person> = Vec::new();
    for (name, _) in PEOPLE {
        people.push(world.person(name).await);
    }
    let tally = walk(&world, &shop::SHOP, &people, seed, 250).await;
    judge(&world, &tally, seed).await;
}

#[tokio::test]
async fn thousands_of_random_steps_leave_the_books_of_the_lender_right() {
    let seed = number("RANDOM_WALK_SEED", 20_260_302);
    let world = nights::moody(World::rim().await);
    lender::beginning(&world).await;
    let mut people = lender::customers(&world).await;
    for (name, _) in STAFF {
        people.push(world.person(name).await);
    }
    let tally = walk(&world, &lender::LENDER, &people, seed, 100).await;
    judge(&world, &tally, seed).await;
}
