//! The shop is copied every day (bizhub 6.14).

use bizgraph::schema::MODULES;
use bizgraph_kernel::audit::Cipher;
use bizgraph_kernel::backup::{self, Source, Target};
use bizgraph_kernel::db::provision::{Owner, set_up_server};
use bizgraph_kernel::job::Job;
use chrono::TimeDelta;
use serde_json::json;

use crate::shop::Shop;
use crate::till::{asset, cash};
use crate::world::World;

/// The days of the copies that are there, oldest first.
async fn days(world: &World) -> Vec<String> {
    let tenant = world.kernel.tenant("bizhub").unwrap();
    let all = world.kernel.stored_backups(&tenant).await.unwrap();
    let day = |it: &String| it.strip_prefix("local:bizhub/daily-").unwrap()[..10].to_owned();
    all.iter().map(day).collect()
}

#[tokio::test]
async fn of_daily_copies_seven_stay_and_the_last_of_each_week_and_month() {
    let world = World::new().await;
    for _ in 0..10 {
        world.run_job("backUp").await;
        world.clock.advance(TimeDelta::days(1));
    }
    // From Monday, the second of March, to Wednesday of the next week.
    let newest = ["05", "06", "07", "08", "09", "10", "11"].map(|day| format!("2026-03-{day}"));
    assert_eq!(days(&world).await, newest);
    world.clock.advance(TimeDelta::days(30));
    world.run_job("backUp").await;
    assert_eq!(days(&world).await.len(), 7, "six of March, and the one of today");
}

#[tokio::test]
async fn a_day_is_copied_once_however_often_the_job_runs_and_for_whichever_day() {
    let world = World::new().await;
    let tenant = world.kernel.tenant("bizhub").unwrap();
    let job = Job::named(world.kernel.module("bizhub").unwrap(), "backUp").unwrap();
    for date in [None, Some("2026-02-01".parse().unwrap()), None] {
        let ran = world.kernel.run_job(&tenant, job, date).await.unwrap().unwrap();
        assert_eq!(ran.failures, [], "{ran:?}");
    }
    assert_eq!(days(&world).await, ["2026-03-02"]);
}

#[tokio::test]
async fn the_copy_of_a_shop_is_restored_with_its_numbers_going_on() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let laptop = shop.ready(&shop.laptop_model().await).await;
    shop.sold(json!([asset(&laptop)]), json!([cash("5000.00")])).await;
    world.run_job("backUp").await;
    let tenant = world.kernel.tenant("bizhub").unwrap();
    let location = world.kernel.stored_backups(&tenant).await.unwrap().remove(0);
    let source = Source::at(&world.kernel.backups, &location).unwrap();
    let mut owner = Owner::connect(&world.owner_url).await.unwrap();
    set_up_server(&mut owner, None).await.unwrap();
    let target = Target { slug: "copy".to_owned(), replace: false };
    let cipher = Cipher::new(&[7; 32]);
    let restored = backup::restore(&cipher, &mut owner, MODULES, &source, None, &target).await;
    restored.unwrap();
    for (sql, expected) in [
        ("SELECT string_agg(status, ' ') FROM copy.assets", json!("Sold")),
        ("SELECT next FROM copy.number_series WHERE name = 'invoice'", json!(2)),
        ("SELECT last_value FROM copy.series_asset_tag", json!(1)),
    ] {
        assert_eq!(world.value(sql).await, expected, "{sql}");
    }
}
