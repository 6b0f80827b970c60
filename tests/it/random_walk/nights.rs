//! What happens between two days of a walk: the jobs run, messages go out, and people bring
//! pictures with them in the morning.

use std::sync::Arc;

use axum::body::Bytes;
use bizgraph_kernel::actor::Origin;
use bizgraph_kernel::backup::{Backups, Dump, DumpFault, DumpOrder};
use bizgraph_kernel::clock::{Clock, SetClock};
use bizgraph_kernel::job::Job;
use bizgraph_kernel::notification::{Message, SendFailure, Sender, Senders};
use bizgraph_kernel::stored_file::{FileStore, UPLOAD};
use chrono::{Datelike, TimeDelta};
use futures_util::future::{BoxFuture, ready};
use futures_util::stream::BoxStream;
use futures_util::{StreamExt, stream};

use super::dice::Dice;
use super::ground::Ground;
use crate::rim_conversations::PNG;
use crate::world::{Person, World};

/// A job that runs all day long.
const MAKE_BACKUPS: &str = "makeBackups";

/// Pictures of a morning.
const PICTURES: usize = 3;

/// A mail server that takes nothing every other day.
struct Moody(Arc<SetClock>);

impl Sender for Moody {
    fn name(&self) -> &'static str {
        "moody"
    }

    fn send<'a>(&'a self, _: &'a Message) -> BoxFuture<'a, Result<(), SendFailure>> {
        let refuses = self.0.now().ordinal().is_multiple_of(2);
        let failure = SendFailure::Permanent("Nobody lives here".to_owned());
        Box::pin(ready(if refuses { Err(failure) } else { Ok(()) }))
    }
}

/// A dump of nothing: the books are what a walk is about, and to dump them every day would take
/// a third of its time.
struct Empty;

impl Dump for Empty {
    fn dump(&self, _: DumpOrder) -> BoxStream<'static, Result<Bytes, DumpFault>> {
        stream::iter([Ok(Bytes::from_static(b"nothing"))]).boxed()
    }
}

/// The same world with a mail server that takes nothing every other day, and backups without rows.
pub fn moody(mut world: World) -> World {
    let senders = Senders { email: Arc::new(Moody(world.clock.clone())), ..Senders::default() };
    let kernel = Arc::get_mut(&mut world.kernel).unwrap();
    kernel.senders = senders;
    kernel.backups = Backups::new(Arc::new(Empty), FileStore::in_memory(), None);
    world
}

/// A day later; backups that somebody began are made before it is over.
pub async fn sleep(world: &World, ground: &Ground, people: &[Person], dice: &mut Dice) {
    if Job::named(ground.module, MAKE_BACKUPS).is_some() {
        world.run_job(MAKE_BACKUPS).await;
    }
    world.clock.advance(TimeDelta::days(1));
    let today = world.kernel.clock.now().date_naive().to_string();
    world.run_jobs(&today).await;
    let tenant = world.kernel.tenant(ground.module.name).unwrap();
    world.kernel.deliver_notifications(&tenant).await.unwrap();
    let may: Vec<&Person> = people.iter().filter(|person| person.0.may(UPLOAD)).collect();
    for _ in 0..PICTURES {
        let person = *dice.pick(&may);
        let pieces = stream::iter([Ok(PNG.into())]).boxed();
        let name = format!("picture {:x}.png", dice.roll());
        world.kernel.upload(&person.0, Origin::default(), &name, pieces).await.unwrap();
    }
}
