//! Files and backups in a store of another company: `s3://bucket` at a server that speaks S3. It
//! takes a program that was built with `--features s3`, such a server and an empty bucket:
//!
//! `BIZGRAPH_TEST_S3=s3://bucket AWS_ENDPOINT=http://127.0.0.1:5000 AWS_ALLOW_HTTP=true ..
//! cargo test --features s3 --test it -- --ignored elsewhere`

use std::sync::Arc;
use std::time::Duration;

use bizgraph::schema::MODULES;
use bizgraph_kernel::actor::Origin;
use bizgraph_kernel::audit::Cipher;
use bizgraph_kernel::backup::{Backups, Order, PgDump, Place, Source, Target, restore};
use bizgraph_kernel::db::provision::{Owner, set_up_server};
use bizgraph_kernel::db::{Database, PoolSizes};
use bizgraph_kernel::job::Job;
use bizgraph_kernel::kernel::Kernel;
use bizgraph_kernel::signed_link::SignedLink;
use bizgraph_kernel::stored_file::{FileStore, Linked};
use futures_util::{StreamExt, TryStreamExt, stream};

use crate::world::World;

/// A kernel over the world's database whose files and backups lie in the store that is named.
fn kernel(world: &World) -> Arc<Kernel> {
    let address = std::env::var("BIZGRAPH_TEST_S3").expect("BIZGRAPH_TEST_S3 names the bucket");
    let store = |folder: &str| FileStore::at(&format!("{address}/{folder}")).unwrap();
    let database = Database::new(&world.app_url, PoolSizes { reads: 2, writes: 4 }).unwrap();
    let program = || Box::pin(bizgraph::embedded::dump_program()) as _;
    let dump = Arc::new(PgDump::new(program, &world.app_url));
    let backups = Backups::new(dump, FileStore::in_memory(), Some(store("backups")));
    let kernel = Kernel::new(database, world.clock.clone(), Cipher::new(&[7; 32]), MODULES);
    Arc::new(kernel.with_files(store("files")).with_backups(backups))
}

/// What a link to a file leads to; none where it is gone.
async fn content(kernel: &Kernel, kind: &str, location: &str) -> Option<Vec<u8>> {
    let link = SignedLink::new("rim", kind, location, "system", kernel.clock.now());
    match kernel.follow(&link.sign(&kernel.cipher), &Origin::default()).await {
        Ok(Linked::File(file)) => {
            let pieces: Vec<_> = file.pieces.try_collect().await.unwrap();
            Some(pieces.concat())
        }
        _ => None,
    }
}

#[tokio::test]
#[ignore = "needs an S3-compatible server, named in BIZGRAPH_TEST_S3, and --features s3"]
async fn a_file_of_two_parts_comes_back_as_it_was_sent_and_is_removed() {
    let world = World::rim().await;
    let kernel = kernel(&world);
    kernel.refresh_tenants().await.unwrap();
    let agent = world.person("agent").await;
    let sent: Vec<u8> =
        b"\x89PNG\r\n\x1a\n".iter().copied().chain((0..7_000_000).map(part)).collect();
    let pieces: Vec<_> = sent.chunks(300_000).map(|piece| Ok(piece.to_vec().into())).collect();
    let pieces = stream::iter(pieces).boxed();
    let file = kernel.upload(&agent.0, Origin::default(), "shot.png", pieces).await.unwrap();
    let key = file.id.to_string();
    assert!(content(&kernel, "platform.stored_file", &key).await.unwrap() == sent, "it changed");
    world.clock.advance(chrono::TimeDelta::days(1));
    world.meddle("CREATE TABLE rim.kept AS SELECT * FROM rim.stored_files").await;
    let tenant = kernel.tenant("rim").unwrap();
    let job = Job::named(kernel.module("rim").unwrap(), "removeOrphanFiles").unwrap();
    assert_eq!(kernel.run_job(&tenant, job, None).await.unwrap().unwrap().succeeded, 1);
    // Its row is back, so that the link finds out that the content is gone.
    world.meddle("INSERT INTO rim.stored_files SELECT * FROM rim.kept").await;
    assert_eq!(content(&kernel, "platform.stored_file", &key).await, None);
}

fn part(place: u32) -> u8 {
    (place.wrapping_mul(2_654_435_761) >> 24) as u8
}

#[tokio::test]
#[ignore = "needs an S3-compatible server, named in BIZGRAPH_TEST_S3, and --features s3"]
async fn a_backup_is_kept_handed_out_restored_and_removed() {
    let world = World::rim().await;
    let kernel = kernel(&world);
    kernel.refresh_tenants().await.unwrap();
    let tenant = kernel.tenant("rim").unwrap();
    let order = Order { name: "full".to_owned(), place: Place::Cloud, base: None };
    let made = kernel.make_backup(&tenant, order, Duration::from_secs(60)).await.unwrap();
    let handed = content(&kernel, "platform.backup", &made.location).await.unwrap();
    assert_eq!(i64::try_from(handed.len()).unwrap(), made.size);
    let mut owner = Owner::connect(&world.owner_url).await.unwrap();
    set_up_server(&mut owner, None).await.unwrap();
    let source = Source::at(&kernel.backups, &made.location).unwrap();
    let target = Target { slug: "copy".to_owned(), replace: false };
    let restored = restore(&kernel.cipher, &mut owner, MODULES, &source, None, &target).await;
    assert_eq!(restored.unwrap().manifest, made.manifest);
    for _ in 0..2 {
        kernel.remove_backup(&tenant, &made.location).await.unwrap();
    }
    assert_eq!(content(&kernel, "platform.backup", &made.location).await, None);
    let target = Target { slug: "again".to_owned(), replace: false };
    let gone = restore(&kernel.cipher, &mut owner, MODULES, &source, None, &target).await;
    assert!(gone.unwrap_err().to_string().starts_with("there is no backup at rim/full-"));
}
