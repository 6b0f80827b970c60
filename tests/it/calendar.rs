//! When a tenant works: hours of the week, and days without work (spec 1.1).

use serde_json::{Value, json};

use crate::world::World;

async fn calendar(world: &World) -> Value {
    let admin = world.person("admin").await;
    let query = "{ platform { businessCalendars { nodes { id name hours version \
                 holidays { nodes { day name } } } } } }";
    let data = world.read(&admin, query).await;
    data["platform"]["businessCalendars"]["nodes"][0].clone()
}

fn hours(spans: &[(&str, &str, &str)]) -> Value {
    let spans = spans.iter().map(
        |(weekday, opens, closes)| json!({ "weekday": weekday, "opens": opens, "closes": closes }),
    );
    Value::Array(spans.collect())
}

#[tokio::test]
async fn a_tenant_works_from_monday_to_friday_until_it_says_otherwise() {
    for world in [World::new().await, World::rim().await] {
        let admin = world.person("admin").await;
        let before = calendar(&world).await;
        assert_eq!(before["hours"].as_array().unwrap().len(), 5);
        let input = json!({
            "businessCalendarId": before["id"], "expectedVersion": 1, "name": "Round the clock",
            "hours": hours(&[
                ("MONDAY", "00:00", "24:00"), ("SATURDAY", "08:00", "12:00"),
                ("SATURDAY", "13:00", "17:30"),
            ]),
        });
        let shown = "businessCalendar { name hours version }";
        let payload = world.done(&admin, "businessCalendarUpdate", input.clone(), shown).await;
        let expected = json!({
            "name": "Round the clock", "version": 2,
            "hours": [
                { "weekday": "monday", "opens": "00:00", "closes": "24:00" },
                { "weekday": "saturday", "opens": "08:00", "closes": "12:00" },
                { "weekday": "saturday", "opens": "13:00", "closes": "17:30" },
            ],
        });
        assert_eq!(payload["businessCalendar"], expected);
        let refused = world.refused(&admin, "businessCalendarUpdate", input).await;
        assert_eq!(refused, ["STALE_VERSION expectedVersion"]);
    }
}

#[tokio::test]
async fn hours_are_times_in_order_that_do_not_overlap_and_are_enough_to_work_in() {
    let world = World::rim().await;
    let admin = world.person("admin").await;
    let id = calendar(&world).await["id"].clone();
    let many: Vec<(&str, &str, &str)> = vec![("MONDAY", "08:00", "17:00"); 71];
    for (spans, refusal) in [
        (&[("MONDAY", "17:00", "08:00"), ("TUESDAY", "08:00", "17:00")][..], "BAD_FORMAT hours.0"),
        (&[("TUESDAY", "08:00", "17:00"), ("MONDAY", "8:00", "17:00")], "BAD_FORMAT hours.1"),
        (&[("MONDAY", "08:00", "25:00"), ("TUESDAY", "08:00", "17:00")], "BAD_FORMAT hours.0"),
        (&[("MONDAY", "08:00", "12:00"), ("MONDAY", "11:59", "17:00")], "OVERLAP hours.1"),
        (&[("MONDAY", "08:00", "08:59")], "OUT_OF_RANGE hours"),
        (&[], "OUT_OF_RANGE hours"),
    ] {
        let input = json!({ "businessCalendarId": id, "hours": hours(spans) });
        let refused = world.refused(&admin, "businessCalendarUpdate", input).await;
        assert_eq!(refused, [refusal], "{spans:?}");
    }
    let input = json!({ "businessCalendarId": id, "hours": hours(&many) });
    let refused = world.refused(&admin, "businessCalendarUpdate", input).await;
    assert_eq!(refused[0], "OUT_OF_RANGE hours");
    assert_eq!(calendar(&world).await["version"], 1);
}

#[tokio::test]
async fn a_day_without_work_is_added_once_and_removed() {
    let world = World::rim().await;
    let operations = world.person("operations").await;
    let id = calendar(&world).await["id"].clone();
    let input = json!({ "businessCalendarId": id, "day": "2026-10-01", "name": "Independence" });
    let shown = "calendarHoliday { id day name businessCalendar { name } }";
    let payload = world.done(&operations, "calendarHolidayAdd", input.clone(), shown).await;
    let holiday = payload["calendarHoliday"].clone();
    assert_eq!(holiday["businessCalendar"]["name"], "Business hours");
    let refused = world.refused(&operations, "calendarHolidayAdd", input).await;
    assert_eq!(refused[0].split(' ').next(), Some("NOT_UNIQUE"));
    let days = json!([{ "day": "2026-10-01", "name": "Independence" }]);
    assert_eq!(calendar(&world).await["holidays"]["nodes"], days);
    let gone = json!({ "calendarHolidayId": holiday["id"] });
    world.done(&operations, "calendarHolidayRemove", gone.clone(), "deletedId").await;
    let refused = world.refused(&operations, "calendarHolidayRemove", gone).await;
    assert_eq!(refused, ["NOT_FOUND calendarHolidayId"]);
    assert_eq!(calendar(&world).await["holidays"]["nodes"], json!([]));
}

#[tokio::test]
async fn only_who_sets_the_tenant_up_sets_its_hours() {
    let world = World::rim().await;
    let id = calendar(&world).await["id"].clone();
    let day = json!({ "businessCalendarId": id, "day": "2026-10-01", "name": "Holiday" });
    for name in ["lead", "agent", "officer", "auditor"] {
        let person = world.person(name).await;
        let update = json!({ "businessCalendarId": id, "name": "Mine" });
        for (mutation, input) in
            [("businessCalendarUpdate", update), ("calendarHolidayAdd", day.clone())]
        {
            let refused = world.refused(&person, mutation, input).await;
            assert_eq!(refused, ["FORBIDDEN "], "{mutation} by {name}");
        }
    }
    let world = World::new().await;
    let manager = world.person("manager").await;
    let id = calendar(&world).await["id"].clone();
    let update = json!({ "businessCalendarId": id, "name": "Mine" });
    let refused = world.refused(&manager, "businessCalendarUpdate", update).await;
    assert_eq!(refused, ["FORBIDDEN "]);
}
