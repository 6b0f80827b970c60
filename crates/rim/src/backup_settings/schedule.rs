//! When the next backup is due (spec 5.10): at the time of the settings in the tenant's zone, each
//! day, each Monday, or on the first of each month. Clocks that are put forward or back move no
//! day: a time that does not exist is the first instant after it, one that comes twice the first.

use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveTime, TimeDelta, TimeZone, Utc, Weekday};

use super::{BackupFrequency, BackupSettings};
use crate::backup::BackupKind;

/// Beyond the longest wait, from the first of a month to the first of the next.
const MOST_DAYS: u64 = 40;

impl BackupSettings {
    /// When the next one is due after an instant; never while they are switched off.
    pub fn next_after<Z: TimeZone>(&self, zone: &Z, after: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let time = NaiveTime::parse_from_str(&self.time, "%H:%M").ok()?;
        if !self.enabled {
            return None;
        }
        let today = after.with_timezone(zone).date_naive();
        let days = (0..MOST_DAYS).filter_map(|days| today.checked_add_days(Days::new(days)));
        let due = days.filter(|date| is_day(self.frequency, *date));
        due.filter_map(|date| instant(zone, date, time)).find(|at| *at > after)
    }

    /// Which rule of retention keeps a backup of this day: the first of a month has the monthly
    /// one, a Monday the weekly one.
    pub fn kind_on(&self, date: NaiveDate) -> BackupKind {
        match self.frequency {
            BackupFrequency::Monthly => BackupKind::Monthly,
            _ if date.day() == 1 => BackupKind::Monthly,
            BackupFrequency::Weekly => BackupKind::Weekly,
            BackupFrequency::Daily if date.weekday() == Weekday::Mon => BackupKind::Weekly,
            BackupFrequency::Daily => BackupKind::Daily,
        }
    }
}

fn is_day(frequency: BackupFrequency, date: NaiveDate) -> bool {
    match frequency {
        BackupFrequency::Daily => true,
        BackupFrequency::Weekly => date.weekday() == Weekday::Mon,
        BackupFrequency::Monthly => date.day() == 1,
    }
}

fn instant<Z: TimeZone>(zone: &Z, date: NaiveDate, time: NaiveTime) -> Option<DateTime<Utc>> {
    let local = date.and_time(time);
    let minutes = (0..=24 * 60).map(TimeDelta::minutes);
    let found = minutes.map(|later| zone.from_local_datetime(&(local + later)).earliest());
    found.flatten().next().map(|at| at.with_timezone(&Utc))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::backup::BackupType;
    use crate::backup_settings::StorageLocation;
    use bizgraph_kernel::tenant::Tz;

    fn settings(frequency: BackupFrequency, time: &str) -> BackupSettings {
        BackupSettings {
            id: uuid::Uuid::nil(),
            enabled: true,
            frequency,
            time: time.to_owned(),
            retention_days: 30,
            keep_daily: 7,
            keep_weekly: 4,
            keep_monthly: 6,
            backup_type: BackupType::Full,
            storage_location: StorageLocation::Local,
            cloud_provider: None,
            last_backup: None,
            next_backup: None,
            version: 1,
            created_at: DateTime::default(),
            updated_at: DateTime::default(),
        }
    }

    fn next(frequency: BackupFrequency, time: &str, zone: &str, after: &str) -> String {
        let zone: Tz = zone.parse().unwrap();
        let next = settings(frequency, time).next_after(&zone, after.parse().unwrap());
        next.unwrap().to_rfc3339_opts(chrono::SecondsFormat::Secs, true)
    }

    #[test]
    fn it_is_the_time_of_the_tenants_zone() {
        let daily = BackupFrequency::Daily;
        let lagos = "Africa/Lagos";
        assert_eq!(next(daily, "02:00", lagos, "2026-03-02T00:59:00Z"), "2026-03-02T01:00:00Z");
        assert_eq!(next(daily, "02:00", lagos, "2026-03-02T01:00:00Z"), "2026-03-03T01:00:00Z");
        let weekly = BackupFrequency::Weekly;
        assert_eq!(next(weekly, "02:00", lagos, "2026-03-02T01:00:00Z"), "2026-03-09T01:00:00Z");
        let monthly = BackupFrequency::Monthly;
        assert_eq!(next(monthly, "02:00", lagos, "2026-03-02T01:00:00Z"), "2026-04-01T01:00:00Z");
    }

    #[test]
    fn clocks_put_forward_or_back_move_no_day() {
        let (daily, berlin) = (BackupFrequency::Daily, "Europe/Berlin");
        // 02:30 does not exist on 29 March 2026: the first instant after is 03:00.
        assert_eq!(next(daily, "02:30", berlin, "2026-03-28T12:00:00Z"), "2026-03-29T01:00:00Z");
        assert_eq!(next(daily, "02:30", berlin, "2026-03-29T01:00:00Z"), "2026-03-30T00:30:00Z");
        // 02:30 comes twice on 25 October 2026: the first counts, and once.
        assert_eq!(next(daily, "02:30", berlin, "2026-10-24T12:00:00Z"), "2026-10-25T00:30:00Z");
        assert_eq!(next(daily, "02:30", berlin, "2026-10-25T00:30:00Z"), "2026-10-26T01:30:00Z");
        assert_eq!(next(daily, "12:00", berlin, "2026-03-28T12:00:00Z"), "2026-03-29T10:00:00Z");
    }

    #[test]
    fn nothing_is_due_while_they_are_switched_off() {
        let off = BackupSettings { enabled: false, ..settings(BackupFrequency::Daily, "02:00") };
        assert_eq!(off.next_after(&Utc, DateTime::default()), None);
    }

    #[test]
    fn the_first_of_a_month_has_the_monthly_one_and_a_monday_the_weekly_one() {
        let date = |text: &str| text.parse::<NaiveDate>().unwrap();
        let daily = settings(BackupFrequency::Daily, "02:00");
        assert_eq!(daily.kind_on(date("2026-03-01")), BackupKind::Monthly);
        assert_eq!(daily.kind_on(date("2026-03-02")), BackupKind::Weekly);
        assert_eq!(daily.kind_on(date("2026-03-03")), BackupKind::Daily);
        let weekly = settings(BackupFrequency::Weekly, "02:00");
        assert_eq!(weekly.kind_on(date("2026-03-09")), BackupKind::Weekly);
    }
}
