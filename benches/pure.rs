//! The pure parts of a request, each alone: no database, no network.
#![allow(clippy::unwrap_used, reason = "a bench that cannot be set up has to stop")]

use std::hint::black_box;
use std::sync::Arc;

use async_graphql::{Name, Response, Value, Variables, value};
use bizgraph::schema::{MODULES, sdl};
use bizgraph::server::guard::{CostModel, Guarded};
use bizgraph::server::render::render;
use bizgraph_bizhub::MODULE;
use bizgraph_bizhub::asset::machine::{MACHINE, RESERVE};
use bizgraph_bizhub::asset::{Asset, AssetStatus};
use bizgraph_bizhub::invoice::Invoice;
use bizgraph_kernel::audit::Cipher;
use bizgraph_kernel::clock::SystemClock;
use bizgraph_kernel::db::{Database, PoolSizes, Session};
use bizgraph_kernel::entity::filter::Filter;
use bizgraph_kernel::entity::order::Ordering;
use bizgraph_kernel::entity::page::{Page, columns_of};
use bizgraph_kernel::entity::render::cell;
use bizgraph_kernel::entity::{Entity, Kind, Sql};
use bizgraph_kernel::kernel::Kernel;
use bizgraph_kernel::tenant::Tenant;
use criterion::{Criterion, criterion_group, criterion_main};

const LIST: &str = "query($before: DateTime!) { bizhub { invoices(first: 50, where: {createdAt: {lt: \
    $before}}, orderBy: [{field: CREATED_AT, direction: DESC}]) { nodes { id invoiceNumber \
    totalAmount customer { id fullName } lines(first: 5) { nodes { id itemDescription lineTotal \
    asset { id assetTag productModel { id brand } } } } payments(first: 5) { nodes { id amount } } } \
    pageInfo { hasNextPage endCursor } } } }";

fn guard(criterion: &mut Criterion) {
    let model = CostModel::from_sdl(&sdl()).unwrap();
    criterion.bench_function("guard: a new document", |bencher| {
        bencher.iter(|| Guarded::parse(black_box(LIST), &model).map_err(drop).unwrap());
    });
    let known = Guarded::parse(LIST, &model).map_err(drop).unwrap();
    let variables = Variables::from_value(value!({ "before": "2026-01-01T00:00:00Z" }));
    criterion.bench_function("guard: the variables of a known document", |bencher| {
        bencher.iter(|| known.operation(None, black_box(&variables), 40, &model).map_err(drop));
    });
}

fn page(criterion: &mut Criterion) {
    // Connections are made when first needed, and nothing here needs one.
    let database =
        Database::new("postgres://nobody@127.0.0.1/none", PoolSizes { reads: 1, writes: 1 });
    let kernel =
        Kernel::new(database.unwrap(), Arc::new(SystemClock), Cipher::new(&[0; 32]), MODULES);
    let tenant = Tenant {
        id: 1,
        slug: "shop".to_owned(),
        module: MODULE.name.to_owned(),
        name: "Shop".to_owned(),
        country: "GH".to_owned(),
        currency: "GHS".to_owned(),
        time_zone: chrono_tz::Africa::Accra,
        schema: "shop".to_owned(),
        role: "shop".to_owned(),
        active: true,
        personal_data: Arc::default(),
    };
    let actor = kernel.system_actor(Arc::new(tenant)).unwrap();
    let session = Session::new(kernel.database.clone(), actor.clone(), kernel.clock.now());
    let filter = value!({ "status": { "eq": (Value::Enum(Name::new("PAID"))) },
        "customer": { "is": { "fullName": { "contains": "Mensah" } } } });
    criterion.bench_function("page: filter, order and the SQL of a page", |bencher| {
        bencher.iter(|| {
            let filter = Filter { actor: &actor }.compile(Invoice::META, black_box(&filter));
            let page = Page {
                filter: filter.unwrap(),
                ordering: Ordering::parse(Invoice::META, None, &actor).unwrap(),
                keyset: None,
                backward: false,
                size: 50,
                deleted_too: false,
            };
            page.select(Invoice::META, Sql::new(&columns_of(Invoice::META)), &session)
        });
    });
}

/// A value of each kind as PostgreSQL sends it.
fn raw(kind: Kind) -> Vec<u8> {
    match kind {
        Kind::Int | Kind::Key(_) | Kind::Reference(_) | Kind::Date => {
            4_711_i32.to_be_bytes().to_vec()
        }
        Kind::BigInt | Kind::Instant => 812_345_678_901_234_i64.to_be_bytes().to_vec(),
        // 1234.50: two digits of four, weight 0, positive, scale 2.
        Kind::Money | Kind::Decimal => vec![0, 2, 0, 0, 0, 0, 0, 2, 4, 0xd2, 0x13, 0x88],
        Kind::Bool => vec![1],
        Kind::Uuid | Kind::FileLink => vec![7; 16],
        Kind::Json | Kind::Texts => b"\x01{}".to_vec(),
        Kind::Enum(words) => words.values[0].stored.as_bytes().to_vec(),
        Kind::Text | Kind::BackupLink => b"HP EliteBook 840 G7 \"refurbished\"".to_vec(),
    }
}

fn decode(criterion: &mut Criterion) {
    let meta = Asset::META;
    let row: Vec<Vec<u8>> = meta.columns.iter().map(|column| raw(column.kind)).collect();
    criterion.bench_function("decode: a row of an asset to JSON", |bencher| {
        let mut out = Vec::with_capacity(4 * 1_024);
        bencher.iter(|| {
            out.clear();
            for (column, raw) in meta.columns.iter().zip(&row) {
                cell(&mut out, meta, column, Some(black_box(raw)), 1).unwrap();
            }
            out.len()
        });
    });
}

fn response(criterion: &mut Criterion) {
    let subtree =
        br#"{"invoices":{"nodes":[{"id":"MTpCaXpodWJJbnZvaWNlOjE","totalAmount":"1.00"}]}}"#
            .repeat(600);
    let mut data = value!({});
    if let Value::Object(fields) = &mut data {
        fields.insert(Name::new("bizhub"), Value::Binary(subtree.into()));
    }
    let response = Response::new(data);
    criterion.bench_function("response: an answer of 46 KB", |bencher| {
        bencher.iter(|| render(black_box(&response), false).unwrap());
    });
}

fn machine(criterion: &mut Criterion) {
    let rights = bizgraph_kernel::policy::Rights::default();
    let state = AssetStatus::ReadyForSale.spelling();
    criterion.bench_function("machine: what stands against each move of an asset", |bencher| {
        bencher.iter(|| {
            let obstacles = MACHINE.moves.iter().map(|step| {
                MACHINE.obstacle(step, black_box(state), "bizhub.asset.transition", &rights)
            });
            obstacles.flatten().count()
        });
    });
    criterion.bench_function("machine: a move that is not possible, in words", |bencher| {
        let sold = AssetStatus::Sold.spelling();
        bencher.iter(|| MACHINE.refusal_words(&RESERVE, black_box(sold)));
    });
}

criterion_group!(pure, guard, page, decode, response, machine);
criterion_main!(pure);
