//! Attacks on the real program: it does not panic, answer 5xx or grow.

use serde_json::json;

use crate::doors::attacks::{MISTAKES, documents, flood, head};
use crate::program::{DataFolder, Program};

/// What buffers and caches may still take once everything was seen once.
const ROOM: usize = 48 * 1_024 * 1_024;

async fn attack(program: &Program, token: &str) {
    for (document, ..) in documents() {
        let answer = program.send(token, &document, json!({})).await;
        assert_eq!(answer.status, 400);
    }
    for (document, _) in MISTAKES {
        let answer = program.send(token, document, json!({})).await;
        assert_eq!(answer.status, 400);
    }
}

async fn attacks(program: &Program, token: &str) {
    for _ in 0..5 {
        attack(program, token).await;
    }
    let piece = vec![b' '; 64 * 1_024];
    flood(program.address, &head("content-length: 209715200"), &piece, 3_200).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn attacks_do_not_make_the_server_grow() {
    let data = DataFolder::new();
    let program = Program::serve(&data).await;
    let token = program.administrator(false).await;
    // Whatever is made once, by each thread at its time, is made now.
    attacks(&program, &token).await;
    let before = program.most_memory();
    attacks(&program, &token).await;
    attacks(&program, &token).await;
    // The system counts pages roughly, so that the most can seem to shrink.
    let grown = program.most_memory().saturating_sub(before);
    assert!(grown < ROOM, "{grown} bytes more than {before}");
    let metrics = program.get("/metrics").await.text().await.unwrap();
    assert!(!metrics.contains("INTERNAL"), "{metrics}");
    assert_eq!(program.get("/livez").await.status(), 200);
}
