//! The places of a pool, each with what is kept in it. A tenant has a home among them: what a
//! place keeps for the tenants that live there stays in reach, instead of a little of all tenants
//! in every place.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::oneshot;

/// How many of those who wait longest are looked at for one who lives in a place.
const LOOKED_AT: usize = 64;

/// How often others may go before the one who waits longest.
const PASSED: usize = 16;

/// Places that are lent to one request at a time.
pub(super) struct Places<T> {
    size: usize,
    room: Mutex<Room<T>>,
}

struct Room<T> {
    /// The place that was left last stands last.
    free: Vec<(usize, Option<T>)>,
    waiting: VecDeque<Waiter<T>>,
}

struct Waiter<T> {
    home: usize,
    /// How often another one went before.
    passed: usize,
    called: oneshot::Sender<Place<T>>,
}

/// A place on loan; it is free again when this is dropped, with what was put into it.
pub(super) struct Place<T> {
    places: Arc<Places<T>>,
    number: usize,
    kept: Option<T>,
}

impl<T> Places<T> {
    /// So many empty places.
    pub(super) fn new(size: usize) -> Arc<Self> {
        let free = (0..size).rev().map(|number| (number, None)).collect();
        Arc::new(Places { size, room: Mutex::new(Room { free, waiting: VecDeque::new() }) })
    }

    /// The home of this tenant, or else the place that is free first. Tenants are numbered from 0.
    pub(super) async fn take(self: &Arc<Self>, tenant: usize) -> Option<Place<T>> {
        let home = tenant % self.size;
        let call = {
            let mut room = self.room();
            let at_home = room.free.iter().position(|(number, _)| *number == home);
            let last = room.free.len().checked_sub(1);
            if let Some(found) = at_home.or(last) {
                let (number, kept) = room.free.remove(found);
                return Some(Place { places: self.clone(), number, kept });
            }
            let (called, call) = oneshot::channel();
            room.waiting.push_back(Waiter { home, passed: 0, called });
            call
        };
        call.await.ok()
    }

    /// Places that are lent at the moment.
    pub(super) fn taken(&self) -> usize {
        self.size - self.room().free.len()
    }

    fn room(&self) -> MutexGuard<'_, Room<T>> {
        self.room.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T> Room<T> {
    /// Who goes next to a place: somebody who lives there, unless somebody else was passed over
    /// too often.
    fn next(&mut self, place: usize) -> Option<Waiter<T>> {
        while self.waiting.front()?.called.is_closed() {
            self.waiting.pop_front();
        }
        let longest = self.waiting.front_mut()?;
        let at_home = match longest.passed < PASSED {
            true => self.waiting.iter().take(LOOKED_AT).position(|one| one.home == place),
            false => None,
        };
        let chosen = at_home.unwrap_or(0);
        if chosen > 0 {
            self.waiting.front_mut()?.passed += 1;
        }
        self.waiting.remove(chosen)
    }
}

impl<T> Place<T> {
    /// What was kept here.
    pub(super) fn take(&mut self) -> Option<T> {
        self.kept.take()
    }

    /// Keeps something for the next one who comes here.
    pub(super) fn keep(&mut self, kept: T) {
        self.kept = Some(kept);
    }
}

impl<T> Drop for Place<T> {
    fn drop(&mut self) {
        let kept = self.kept.take();
        let next = {
            let mut room = self.places.room();
            let next = room.next(self.number);
            let Some(next) = next else { return room.free.push((self.number, kept)) };
            next
        };
        // Dropped by one who gave up meanwhile, it goes to the next.
        let place = Place { places: self.places.clone(), number: self.number, kept };
        drop(next.called.send(place));
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;
    use futures_util::future::BoxFuture;

    use super::*;

    type Call = BoxFuture<'static, Option<Place<u32>>>;

    fn ask(places: &Arc<Places<u32>>, tenant: usize) -> Call {
        let places = places.clone();
        async move { places.take(tenant).await }.boxed()
    }

    fn now(places: &Arc<Places<u32>>, tenant: usize) -> Place<u32> {
        ask(places, tenant).now_or_never().flatten().unwrap()
    }

    fn waits(places: &Arc<Places<u32>>, tenant: usize) -> Call {
        let mut call = ask(places, tenant);
        assert!((&mut call).now_or_never().is_none());
        call
    }

    #[test]
    fn a_tenant_finds_what_was_kept_at_home_and_takes_any_place_before_waiting() {
        let places = Places::new(3);
        let mut home = now(&places, 4);
        assert_eq!(home.number, 1);
        home.keep(42);
        drop(home);
        drop(now(&places, 0));
        let mut home = now(&places, 1);
        assert_eq!(home.take(), Some(42));
        let elsewhere = now(&places, 1);
        assert_eq!(elsewhere.number, 0);
        assert_eq!(places.taken(), 2);
    }

    #[test]
    fn who_lives_in_a_place_goes_before_others_but_not_forever() {
        let places = Places::new(2);
        let (_other, mut place) = (now(&places, 1), now(&places, 0));
        let mut longest = waits(&places, 1);
        for _ in 0..PASSED {
            let mut neighbour = waits(&places, 0);
            drop(place);
            assert!((&mut longest).now_or_never().is_none());
            place = neighbour.as_mut().now_or_never().flatten().unwrap();
        }
        let _neighbour = waits(&places, 0);
        drop(place);
        assert_eq!(longest.now_or_never().flatten().unwrap().number, 0);
    }

    #[test]
    fn a_place_is_not_lost_with_those_who_give_up() {
        let places = Places::new(1);
        let mut place = now(&places, 0);
        let (gone, called, last) = (waits(&places, 0), waits(&places, 0), waits(&places, 0));
        drop(gone);
        place.keep(7);
        drop(place);
        drop(called);
        let mut place = last.now_or_never().flatten().unwrap();
        assert_eq!(place.take(), Some(7));
        drop(place);
        assert_eq!(places.taken(), 0);
    }
}
