//! Backups of tenants whose module keeps no list of them: one a day, of which so many are kept
//! (bizhub 6.14). What there is, the names of the files tell.

use std::collections::BTreeSet;
use std::time::Duration;

use chrono::{Datelike, NaiveDate};

use crate::backup::{BackupFault, Order, Place};
use crate::kernel::Kernel;
use crate::tenant::Tenant;

/// How long the backup of a day may take.
const AT_MOST: Duration = Duration::from_secs(6 * 60 * 60);

/// How many daily backups are kept: the newest of each of the last so many days, weeks and months
/// that have one.
#[derive(Clone, Copy, Debug)]
pub struct Rotation {
    pub days: usize,
    pub weeks: usize,
    pub months: usize,
}

impl Rotation {
    /// The days whose backups are kept.
    fn kept(self, all: &BTreeSet<NaiveDate>) -> BTreeSet<NaiveDate> {
        let week = |day: &NaiveDate| (day.iso_week().year(), day.iso_week().week());
        let mut kept = newest_of_each(all, |day| *day, self.days);
        kept.extend(newest_of_each(all, week, self.weeks));
        kept.extend(newest_of_each(all, |day| (day.year(), day.month()), self.months));
        kept
    }
}

/// The newest day of each of the last so many spans of time that have one.
fn newest_of_each<S: Ord>(
    all: &BTreeSet<NaiveDate>,
    span: impl Fn(&NaiveDate) -> S,
    most: usize,
) -> BTreeSet<NaiveDate> {
    let mut spans = BTreeSet::new();
    let newest = all.iter().rev().filter(|day| spans.insert(span(day)));
    newest.take(most).copied().collect()
}

impl Kernel {
    /// Makes the backup of today, unless it is there, and removes those of days that are not kept.
    /// Answers how many were made and removed.
    ///
    /// # Errors
    /// Why there is none; nothing is removed then.
    pub async fn back_up_today(
        &self,
        tenant: &Tenant,
        rotation: Rotation,
    ) -> Result<(usize, usize), BackupFault> {
        let today = tenant.local_date(self.clock.now());
        let mut all = self.backups_by_day(tenant).await?;
        let mut made = 0;
        if !all.iter().any(|(day, _)| *day == today) {
            let name = format!("{PREFIX}{today}");
            let order = Order { name, place: Place::Local, base: None };
            let location = self.make_backup(tenant, order, AT_MOST).await?.location;
            all.push((today, location));
            made = 1;
        }
        let kept = rotation.kept(&all.iter().map(|(day, _)| *day).collect());
        let mut removed = 0;
        for (_, location) in all.iter().filter(|(day, _)| !kept.contains(day)) {
            self.remove_backup(tenant, location).await?;
            removed += 1;
        }
        Ok((made, removed))
    }

    /// Where the backups of a tenant are that a store of this server holds, in the order of their
    /// names.
    ///
    /// # Errors
    /// When the store cannot be reached.
    pub async fn stored_backups(&self, tenant: &Tenant) -> Result<Vec<String>, BackupFault> {
        let names = self.backups.store(Place::Local)?.names(&tenant.slug).await?;
        Ok(names.into_iter().map(|name| format!("{}{name}", Place::Local.prefix())).collect())
    }

    /// Those that were made by the day, with their days.
    async fn backups_by_day(
        &self,
        tenant: &Tenant,
    ) -> Result<Vec<(NaiveDate, String)>, BackupFault> {
        let all = self.stored_backups(tenant).await?;
        Ok(all.into_iter().filter_map(|location| Some((day_of(&location)?, location))).collect())
    }
}

/// What the names of backups by the day begin with.
const PREFIX: &str = "daily-";

/// The day of a backup by the day; nothing for any other file.
fn day_of(location: &str) -> Option<NaiveDate> {
    let (_, name) = location.rsplit_once('/')?;
    name.strip_prefix(PREFIX)?.get(..10)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn days(text: &str) -> BTreeSet<NaiveDate> {
        text.split_whitespace().map(|day| day.parse().unwrap()).collect()
    }

    #[test]
    fn the_newest_of_each_of_the_last_days_weeks_and_months_is_kept() {
        let first: NaiveDate = "2026-01-01".parse().unwrap();
        let all: BTreeSet<NaiveDate> = first.iter_days().take(365).collect();
        let kept = Rotation { days: 7, weeks: 4, months: 6 }.kept(&all);
        let expected = "2026-12-31 2026-12-30 2026-12-29 2026-12-28 2026-12-27 2026-12-26 \
                        2026-12-25 2026-12-20 2026-12-13 2026-11-30 2026-10-31 2026-09-30 \
                        2026-08-31 2026-07-31";
        assert_eq!(kept, days(expected));
    }

    #[test]
    fn days_without_a_backup_take_no_place() {
        let all = days("2026-01-05 2026-02-10 2026-03-01 2026-03-02");
        let kept = Rotation { days: 1, weeks: 2, months: 2 }.kept(&all);
        assert_eq!(kept, days("2026-03-02 2026-03-01 2026-02-10"));
    }

    #[test]
    fn a_file_that_is_no_backup_by_the_day_has_none() {
        assert_eq!(day_of("local:shop/daily-2026-03-02-0f.backup"), "2026-03-02".parse().ok());
        for other in ["local:shop/full-0f.backup", "local:shop/daily-2026", "daily-2026-03-02"] {
            assert_eq!(day_of(other), None, "{other}");
        }
    }
}
