//! Documents and bodies that are made to hurt. The same list runs against the real program in
//! `faults`, which also looks at its memory.

use std::fmt::Write as _;
use std::net::SocketAddr;

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::server::Server;
use crate::world::World;

/// Thirty fragments, each of which spreads the next one twice: a kilobyte for a billion fields.
pub fn doubling() -> String {
    let mut document = "{...a0}".to_owned();
    for level in 0..30 {
        write!(document, "fragment a{level} on Query{{...a{0} ...a{0}}}", level + 1).unwrap();
    }
    document + "fragment a30 on Query{__typename}"
}

fn repeated(count: usize, part: impl Fn(usize) -> String) -> String {
    (0..count).map(part).collect::<Vec<_>>().join(" ")
}

/// Three letters for a number.
fn letters(number: usize) -> String {
    [number / 676, number / 26, number]
        .map(|part| char::from(b'a' + (part % 26) as u8))
        .iter()
        .collect()
}

/// Documents, and the code and the limit that each runs into.
pub fn documents() -> Vec<(String, &'static str, &'static str)> {
    vec![
        (doubling(), "COST_EXCEEDED", "selections"),
        ("{".repeat(30_000), "COST_EXCEEDED", "brackets"),
        (format!("{{a(b:{}", "[".repeat(30_000)), "COST_EXCEEDED", "brackets"),
        (format!("query($a:{}", "[".repeat(30_000)), "COST_EXCEEDED", "brackets"),
        (
            format!("{{ {} }}", repeated(51, |n| format!("{}:a", letters(n)))),
            "COST_EXCEEDED",
            "aliases",
        ),
        (
            format!("{{ {} }}", repeated(10_000, |n| format!("{}:a", letters(n)))),
            "COST_EXCEEDED",
            "selections",
        ),
        (
            "{ bizhub { invoices(first: 2147483647) { nodes { id } } } }".to_owned(),
            "COST_EXCEEDED",
            "cost",
        ),
        (
            format!("{{ {} }}", repeated(21, |n| format!("a{n}:viewer{{id}}"))),
            "COST_EXCEEDED",
            "rootFields",
        ),
        (
            format!("{{ __typename {} }}", "@skip(if:false)".repeat(51)),
            "COST_EXCEEDED",
            "directives",
        ),
        (format!("{{{}id{}", "a{".repeat(20), "}".repeat(21)), "COST_EXCEEDED", "depth"),
        (format!("{{ __typename }} #{}", "x".repeat(70_000)), "LIMIT_EXCEEDED", "queryBytes"),
    ]
}

/// Documents that are refused without a limit.
pub const MISTAKES: &[(&str, &str)] = &[
    ("{ ...a } fragment a on Query { ...b } fragment b on Query { ...a }", "VALIDATION_FAILED"),
    ("{ viewer { nothing } }", "VALIDATION_FAILED"),
    ("{ viewer { id } ", "BAD_FORMAT"),
    ("", "BAD_FORMAT"),
    ("\u{feff}\u{0}", "BAD_FORMAT"),
    ("{ a(b: \"", "BAD_FORMAT"),
    ("subscription { a }", "VALIDATION_FAILED"),
    ("query A { __typename } query B { __typename }", "VALIDATION_FAILED"),
    (
        "{ __schema { types { fields { type { fields { type { fields { name } } } } } } } }",
        "COST_EXCEEDED",
    ),
];

#[tokio::test]
async fn a_document_made_to_hurt_is_refused_before_it_runs() {
    let world = World::new().await;
    let server = Server::start(&world).await;
    let token = server.login("admin").await;
    let (before, since) = (server.kernel.database.statements(), std::time::Instant::now());
    for (document, code, limit) in documents() {
        let answer = server.send(&token, &document, json!({})).await;
        let start: String = document.chars().take(60).collect();
        assert_eq!(answer.status, 400, "{start}: {answer:?}");
        let error = &answer.body["errors"][0];
        assert_eq!(
            (answer.code(), error["extensions"]["details"]["what"].as_str()),
            (code, Some(limit)),
            "{start}"
        );
        assert!(answer.body.get("data").is_none());
        let id = answer.headers["x-request-id"].to_str().unwrap();
        assert_eq!(error["extensions"]["requestId"], id);
    }
    for (document, code) in MISTAKES {
        let answer = server.send(&token, document, json!({})).await;
        assert_eq!((answer.status.as_u16(), answer.code()), (400, *code), "{document}: {answer:?}");
        assert!(answer.body.get("data").is_none());
    }
    // The token is proved anew each second; nothing else is asked of the database.
    let proofs = since.elapsed().as_secs() + 1;
    assert!(server.kernel.database.statements() <= before + proofs, "a refused document ran");
    let metrics = server.get("/metrics").await.text().await.unwrap();
    assert!(metrics.contains("bizgraph_guard_refused_total{limit=\"selections\"} 2"), "{metrics}");
    assert!(!metrics.contains("INTERNAL"), "{metrics}");
}

/// Sends a head and as much of a body as the server takes; answers what it said and how many
/// bytes of the body it took.
pub async fn flood(
    address: SocketAddr,
    head: &str,
    piece: &[u8],
    pieces: usize,
) -> (String, usize) {
    let stream = TcpStream::connect(address).await.unwrap();
    let (mut reader, mut writer) = stream.into_split();
    writer.write_all(head.as_bytes()).await.unwrap();
    let answer = tokio::spawn(async move {
        let mut answer = Vec::new();
        // A connection that is closed while bytes are under way may be reset after the answer.
        let _ = reader.read_to_end(&mut answer).await;
        String::from_utf8(answer).unwrap()
    });
    let mut taken = 0;
    for _ in 0..pieces {
        if writer.write_all(piece).await.is_err() {
            break;
        }
        taken += piece.len();
    }
    drop(writer);
    (answer.await.unwrap(), taken)
}

/// The head of a POST with this last line.
pub fn head(last: &str) -> String {
    format!("POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n{last}\r\n\r\n")
}

#[tokio::test]
async fn two_hundred_megabytes_are_turned_away_unread() {
    let world = World::new().await;
    let server = Server::start(&world).await;
    let piece = vec![b' '; 64 * 1_024];
    let announced = head("content-length: 209715200");
    let mut chunk = b"10000\r\n".to_vec();
    chunk.extend_from_slice(&piece);
    chunk.extend_from_slice(b"\r\n");
    let chunked = head("transfer-encoding: chunked");
    for (head, piece) in [(announced, &piece), (chunked, &chunk)] {
        let (answer, taken) = flood(server.address, &head, piece, 3_200).await;
        // What fits into the buffers of the two sockets, and no more.
        assert!(taken < 32 * 1_024 * 1_024, "{taken} bytes were taken");
        if !answer.is_empty() {
            assert!(answer.starts_with("HTTP/1.1 413 "), "{answer}");
            assert!(answer.contains("\"code\":\"LIMIT_EXCEEDED\""), "{answer}");
        }
    }
    // Announced, and then waited for: the answer comes before the body.
    let mut stream = TcpStream::connect(server.address).await.unwrap();
    stream.write_all(head("content-length: 209715200").as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 413 "), "{answer}");
    assert!(answer.contains("connection: close"), "{answer}");
    let body: Value = serde_json::from_str(answer.split("\r\n\r\n").nth(1).unwrap()).unwrap();
    let details = json!({ "what": "bodyBytes", "limit": 1_048_576, "actual": 209_715_200 });
    assert_eq!(body["errors"][0]["extensions"]["details"], details);
}

#[tokio::test]
async fn variables_are_bounded_too() {
    let world = World::new().await;
    let server = Server::start(&world).await;
    let query = "query($a: JSON) { __typename }";
    let long = json!({ "a": "x".repeat(257 * 1_024) });
    let answer = server.send("", query, long).await;
    assert_eq!(
        (answer.code(), answer.body["errors"][0]["extensions"]["details"]["what"].as_str()),
        ("LIMIT_EXCEEDED", Some("variablesBytes"))
    );
    let deep =
        format!("{{\"query\":\"{{__typename}}\",\"variables\":{{\"a\":{}", "[".repeat(30_000));
    let request = server.post().header("content-type", "application/json").body(deep);
    let answer = server.answer(request).await;
    assert_eq!((answer.status.as_u16(), answer.code()), (400, "BAD_FORMAT"));
    // One long variable named in many places is read at each of them.
    let token = server.login("admin").await;
    let names = repeated(40, |n| {
        format!("a{n}: invoices(where: {{invoiceNumber: {{eq: $a}}}}) {{ totalCount }}")
    });
    let query = format!("query($a: String) {{ bizhub {{ {names} }} }}");
    let answer = server.send(&token, &query, json!({ "a": "x".repeat(250_000) })).await;
    assert_eq!((answer.status.as_u16(), answer.code()), (400, "LIMIT_EXCEEDED"), "{answer:?}");
}
