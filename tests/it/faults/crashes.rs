//! Killed in the middle of payments, and told to stop in the middle of a query: what was
//! answered was done, nothing is done twice, and the next start finds everything in order.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use rustix::process::{Signal, kill_process};
use serde_json::{Value, json};

use crate::client::Client;
use crate::program::{DataFolder, Program, run};
use crate::world::key;

const PAY: &str = "mutation($input: BizhubInvoicePayInput!) { it: bizhubInvoicePay(input: $input) { \
                   replayed userErrors { code message } } }";

/// Payments that were answered before the server is killed.
const ANSWERED: usize = 40;

/// A payment that somebody asked for.
struct Asked {
    input: Value,
    answered: bool,
}

async fn sent_invoices(client: &Client, token: &str, count: usize) -> Vec<String> {
    let mut invoices = Vec::new();
    for _ in 0..count {
        let lines = json!([{ "itemDescription": "Hinge repaired", "unitPrice": "450.00" }]);
        let input = json!({ "customerType": "WALK_IN", "lines": lines, "idempotencyKey": key() });
        let made = client.call(token, "bizhubInvoiceCreate", input, "invoice { id }").await;
        let id = made["invoice"]["id"].as_str().unwrap_or_else(|| panic!("{made}")).to_owned();
        let input = json!({ "invoiceId": id, "idempotencyKey": key() });
        let sent = client.call(token, "bizhubInvoiceSend", input, "").await;
        assert_eq!(sent["userErrors"], json!([]));
        invoices.push(id);
    }
    invoices
}

/// One till: pays 5.00 after 5.00 until the server is gone.
async fn till(
    client: Client,
    token: String,
    invoice: String,
    answered: Arc<AtomicUsize>,
) -> Vec<Asked> {
    let mut asked = Vec::new();
    for _ in 0..80 {
        let tenders = json!([{ "paymentMethod": "CASH", "amount": "5.00" }]);
        let input = json!({ "invoiceId": invoice, "tenders": tenders, "idempotencyKey": key() });
        let body = json!({ "query": PAY, "variables": { "input": input } });
        let response = client.post().bearer_auth(&token).json(&body).send().await;
        let text = match response {
            Ok(response) => response.text().await.ok(),
            Err(_) => None,
        };
        let paid =
            text.as_deref() == Some("{\"data\":{\"it\":{\"replayed\":false,\"userErrors\":[]}}}");
        asked.push(Asked { input, answered: paid });
        if !paid {
            break;
        }
        answered.fetch_add(1, Ordering::Relaxed);
    }
    asked
}

/// Pays at eight tills and kills the server, its database too where that is asked for, once
/// enough was answered; then starts it again and asks for everything once more.
async fn kill_in_the_middle(database_too: bool) {
    let data = DataFolder::new();
    let mut program = Program::serve(&data).await;
    let token = program.administrator(false).await;
    let invoices = sent_invoices(&program, &token, 4).await;
    let answered = Arc::new(AtomicUsize::new(0));
    let tills: Vec<_> = (0..8)
        .map(|number| {
            let invoice = invoices[number % invoices.len()].clone();
            tokio::spawn(till(program.clone(), token.clone(), invoice, answered.clone()))
        })
        .collect();
    while answered.load(Ordering::Relaxed) < ANSWERED {
        assert!(
            tills.iter().any(|till| !till.is_finished()),
            "every till stopped before the crash"
        );
        tokio::task::yield_now().await;
    }
    if database_too {
        kill_process(data.postmaster().unwrap().0, Signal::KILL).unwrap();
    }
    program.kill().await;
    let mut asked = Vec::new();
    for till in tills {
        asked.extend(till.await.unwrap());
    }
    assert!(asked.iter().any(|asked| !asked.answered), "nothing was under way");
    drop(program);

    let mut program = Program::serve(&data).await;
    let token = program.administrator(true).await;
    for Asked { input, answered } in &asked {
        let answer = program.send(&token, PAY, json!({ "input": input })).await;
        assert_eq!(answer.body["data"]["it"]["userErrors"], json!([]), "{answer:?}");
        let replayed = answer.body["data"]["it"]["replayed"].as_bool().unwrap();
        assert!(replayed || !answered, "a payment that was answered was lost: {input}");
    }
    let query = "{ bizhub { paymentAggregates { count sum { amount } } invoices { nodes { amountPaid \
                 payments(first: 100) { totalCount } } } } }";
    let answer = program.send(&token, query, json!({})).await;
    let total = format!("{}.00", asked.len() * 5);
    let sum = json!([{ "count": asked.len(), "sum": { "amount": total } }]);
    assert_eq!(answer.body["data"]["bizhub"]["paymentAggregates"], sum);
    for invoice in answer.body["data"]["bizhub"]["invoices"]["nodes"].as_array().unwrap() {
        let count = invoice["payments"]["totalCount"].as_u64().unwrap();
        assert_eq!(invoice["amountPaid"], format!("{}.00", count * 5));
    }
    let verified = run(&["verify"], &data.path()).await;
    let told = String::from_utf8(verified.stdout).unwrap();
    assert!(verified.status.success() && told.starts_with("Nothing found: "), "{told}");
    program.terminate();
    program.ended().await;
    assert!(data.postmaster().is_none(), "the cluster runs on");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_killed_in_the_middle_of_payments_loses_and_doubles_none() {
    kill_in_the_middle(false).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_killed_with_its_server_loses_and_doubles_none() {
    kill_in_the_middle(true).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn told_to_stop_it_finishes_what_runs_and_takes_nothing_new() {
    let data = DataFolder::new();
    let mut program = Program::serve(&data).await;
    let token = program.administrator(false).await;
    let (owner, connection) =
        tokio_postgres::connect(&data.postmaster().unwrap().1, tokio_postgres::NoTls)
            .await
            .unwrap();
    let connection = tokio::spawn(connection);
    let nap = "CREATE OR REPLACE VIEW bizhub.view_sales_daily WITH (security_invoker = true) AS \
               SELECT DATE '2026-03-01' AS invoice_date, 1::bigint AS transaction_count, 1.00 AS total_sales, \
               1.00 AS retail_sales, 1.00 AS wholesale_sales, 1.00 AS gross_sales, 1.00 AS refunds, \
               1.00 AS net_sales FROM (SELECT pg_sleep(4)) nap";
    owner.batch_execute(nap).await.unwrap();
    let query = "{ bizhub { salesDays { nodes { invoiceDate } } } }";
    let client: Client = program.clone();
    let slow = tokio::spawn(async move { client.send(&token, query, json!({})).await });
    let napping = "SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND usename = 'bizgraph_app' \
                   AND query LIKE '%view_sales_daily%'";
    while owner.query_one(napping, &[]).await.unwrap().get::<_, i64>(0) == 0 {
        tokio::task::yield_now().await;
    }
    drop(owner);
    connection.await.unwrap().unwrap();
    program.terminate();
    while tokio::net::TcpStream::connect(program.address).await.is_ok() {
        tokio::task::yield_now().await;
    }
    assert!(!slow.is_finished(), "the query was over before the server was told to stop");
    let answer = slow.await.unwrap();
    assert_eq!(
        answer.body["data"]["bizhub"]["salesDays"]["nodes"],
        json!([{ "invoiceDate": "2026-03-01" }])
    );
    program.ended().await;
    assert!(data.postmaster().is_none(), "the cluster runs on");
}
