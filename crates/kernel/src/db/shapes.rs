//! Which freely composed statements come often enough to be kept prepared. A caller can compose
//! any number of filters, so only so many shapes are admitted, once each, for the whole server:
//! the statement caches of all connections stay bounded.

use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, PoisonError};

use crate::entity::sql::Sql;

/// How often a shape has to come before it is kept.
const OFTEN: u32 = 8;

/// Shapes kept at most.
const KEPT: usize = 128;

/// Shapes counted at one time.
const COUNTED: usize = 1_024;

#[derive(Default)]
struct Seen {
    kept: HashSet<u64>,
    counts: HashMap<u64, u32>,
}

/// The shapes that this server met.
#[derive(Default)]
pub(super) struct Shapes(Mutex<Seen>);

impl Shapes {
    /// Counts a statement of this shape and answers whether it is one to keep.
    pub(super) fn come_often(&self, sql: &Sql) -> bool {
        let shape = sql.shape();
        let mut seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if seen.kept.contains(&shape) {
            return true;
        }
        if seen.kept.len() >= KEPT {
            return false;
        }
        if seen.counts.len() >= COUNTED {
            seen.counts.clear();
        }
        let count = seen.counts.entry(shape).or_default();
        *count += 1;
        let often = *count >= OFTEN;
        if often {
            seen.counts.remove(&shape);
            seen.kept.insert(shape);
        }
        often
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entity::sql::Bind;

    fn filter(column: &str, value: i32) -> Sql {
        let mut sql = Sql::new("SELECT 1 WHERE ");
        sql.push(column).push(" = ").bind(Bind::Int(Some(value)));
        sql
    }

    #[test]
    fn a_shape_is_kept_whatever_its_values_once_it_came_often() {
        let shapes = Shapes::default();
        for value in 1..8 {
            assert!(!shapes.come_often(&filter("a", value)));
        }
        assert!(shapes.come_often(&filter("a", 8)));
        assert!(!shapes.come_often(&filter("b", 1)));
    }

    #[test]
    fn only_so_many_are_kept() {
        let shapes = Shapes::default();
        let kept = (0..KEPT * 2).filter(|number| {
            let sql = filter(&format!("c{number}"), 1);
            (0..OFTEN).any(|_| shapes.come_often(&sql))
        });
        assert_eq!(kept.count(), KEPT);
    }
}
