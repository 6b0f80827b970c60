//! What the HTTP adapter makes of a provider that behaves badly (spec 5.5, 5.10).

use std::time::{Duration, Instant};

use bizgraph::http_provider::HttpProvider;
use bizgraph_kernel::provider::address::AllowedHosts;
use bizgraph_kernel::provider::{Call, Provider, Reply};
use serde_json::json;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpListener;

use super::provider_server::{Mood, ProviderServer};

fn provider(hosts: &[&str]) -> HttpProvider {
    let hosts = AllowedHosts::new(hosts.iter().map(|host| (*host).to_owned()));
    HttpProvider::new(hosts, Duration::from_secs(2)).unwrap()
}

fn call(base_url: &str) -> Call {
    Call {
        base_url: base_url.to_owned(),
        path: "/health".to_owned(),
        body: None,
        api_key: None,
        api_secret: None,
        idempotency_key: None,
    }
}

async fn reply(mood: Mood) -> Reply {
    let server = ProviderServer::start().await;
    server.is(mood);
    provider(&["127.0.0.1"]).call(&call(&server.url())).await
}

fn answered(status: u16) -> Reply {
    Reply::Answered { status, body: None }
}

#[tokio::test]
async fn an_answer_is_read_with_its_status() {
    let body = Some(json!({ "ok": true }));
    assert_eq!(reply(Mood::Pays).await, Reply::Answered { status: 200, body });
    assert_eq!(reply(Mood::Fails).await, answered(500));
    assert_eq!(reply(Mood::Babbles).await, answered(200));
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    assert_eq!(reply(Mood::Redirects).await, answered(302));
}

#[tokio::test]
async fn an_answer_without_end_is_not_read_to_its_end() {
    assert!(matches!(reply(Mood::Floods).await, Reply::Unclear(why) if why.contains("65536")));
}

#[tokio::test]
async fn a_provider_that_stalls_is_not_waited_for() {
    let started = Instant::now();
    assert_eq!(reply(Mood::Stalls).await, Reply::Unclear("no answer in time".to_owned()));
    // It would answer after a minute.
    assert!(started.elapsed() < Duration::from_secs(30));
}

#[tokio::test]
async fn a_connection_that_breaks_off_tells_nothing_for_sure() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 50\r\n\r\n{").await.unwrap();
        }
    });
    assert!(matches!(provider(&["127.0.0.1"]).call(&call(&url)).await, Reply::Unclear(_)));
}

#[tokio::test]
async fn a_port_where_nobody_listens_was_told_nothing() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    assert!(matches!(provider(&["127.0.0.1"]).call(&call(&url)).await, Reply::NotSent(_)));
}

#[tokio::test]
async fn what_is_not_public_is_not_called_even_by_a_name_that_leads_there() {
    let server = ProviderServer::start().await;
    for host in ["127.0.0.1", "localhost", "[::1]"] {
        let url = format!("https://{host}:{}/v1", server.port);
        assert!(matches!(provider(&[]).call(&call(&url)).await, Reply::NotSent(_)), "{host}");
    }
    // Allowed as written, looked at again when it is resolved.
    let url = format!("http://localhost:{}/v1", server.port);
    let allowed = provider(&["localhost"]).call(&call(&url)).await;
    assert!(matches!(allowed, Reply::Answered { status: 200, .. }), "{allowed:?}");
    assert_eq!(server.calls().len(), 1);
}
