//! A telecom on loopback that does each order once, whatever is asked how often, and misbehaves
//! when told.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::extract::{Path, Request, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use serde_json::{Value, json};
use tokio::net::TcpListener;

/// What the telecom does with an order.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Mood {
    Pays,
    /// Pays and never says so.
    PaysAndStalls,
    /// Never says anything and does nothing.
    Stalls,
    /// Takes the order and tells the end when it is asked.
    TakesItsTime,
    /// Says 422.
    Refuses,
    /// Says 500.
    Fails,
    /// Says 200 with a page.
    Babbles,
    /// Says 200 without end.
    Floods,
    /// Sends the caller elsewhere.
    Redirects,
}

/// A call as it came in.
#[derive(Clone, Debug)]
pub struct Called {
    pub path: String,
    pub headers: HeaderMap,
    pub body: String,
}

struct Inside {
    mood: Mutex<Mood>,
    calls: Mutex<Vec<Called>>,
    /// What was paid, by reference.
    paid: Mutex<HashMap<String, Value>>,
}

/// A running telecom.
#[derive(Clone)]
pub struct ProviderServer {
    pub port: u16,
    inside: Arc<Inside>,
}

impl ProviderServer {
    /// A telecom on a port of its own.
    pub async fn start() -> ProviderServer {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let inside = Arc::new(Inside {
            mood: Mutex::new(Mood::Pays),
            calls: Mutex::default(),
            paid: Mutex::default(),
        });
        let router = Router::new()
            .route("/v1/health", get(health))
            .route("/v1/airtime", post(order))
            .route("/v1/airtime/{reference}", get(inquire))
            .with_state(inside.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        ProviderServer { port, inside }
    }

    /// Where it is called.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}/v1", self.port)
    }

    /// From now on it behaves so.
    pub fn is(&self, mood: Mood) {
        *self.inside.mood.lock().unwrap() = mood;
    }

    /// Every call so far.
    pub fn calls(&self) -> Vec<Called> {
        self.inside.calls.lock().unwrap().clone()
    }

    /// How often airtime was paid out.
    pub fn paid(&self) -> usize {
        self.inside.paid.lock().unwrap().len()
    }
}

impl Inside {
    async fn note(&self, request: Request) -> (Mood, String) {
        let (parts, body) = request.into_parts();
        let bytes = axum::body::to_bytes(body, 1_000_000).await.unwrap();
        let body = String::from_utf8(bytes.to_vec()).unwrap();
        let path = parts.uri.path().to_owned();
        self.calls.lock().unwrap().push(Called {
            path,
            headers: parts.headers,
            body: body.clone(),
        });
        (*self.mood.lock().unwrap(), body)
    }

    fn pay(&self, reference: &str) -> Value {
        let mut paid = self.paid.lock().unwrap();
        let number = paid.len() + 1;
        let done = json!({ "status": "completed", "reference": format!("MTN-{number}") });
        paid.entry(reference.to_owned()).or_insert(done).clone()
    }
}

async fn misbehave(mood: Mood) -> Response {
    match mood {
        Mood::Refuses => {
            let body = json!({ "message": "no such phone" }).to_string();
            (StatusCode::UNPROCESSABLE_ENTITY, body).into_response()
        }
        Mood::Fails => (StatusCode::INTERNAL_SERVER_ERROR, "oops").into_response(),
        Mood::Babbles => "<html>hello</html>".into_response(),
        Mood::Floods => "x".repeat(200_000).into_response(),
        Mood::Redirects => {
            (StatusCode::FOUND, [("location", "http://127.0.0.1:1/v1/health")]).into_response()
        }
        // Ends when the caller has waited long enough.
        _ => {
            tokio::time::sleep(Duration::from_secs(60)).await;
            StatusCode::OK.into_response()
        }
    }
}

async fn health(State(inside): State<Arc<Inside>>, request: Request) -> Response {
    match inside.note(request).await.0 {
        Mood::Pays | Mood::TakesItsTime => "{\"ok\": true}".into_response(),
        mood => misbehave(mood).await,
    }
}

async fn order(State(inside): State<Arc<Inside>>, request: Request) -> Response {
    let (mood, body) = inside.note(request).await;
    let body: Value = serde_json::from_str(&body).unwrap();
    let reference = body["reference"].as_str().unwrap();
    match mood {
        Mood::Pays => inside.pay(reference).to_string().into_response(),
        Mood::TakesItsTime => {
            inside.pay(reference);
            (StatusCode::ACCEPTED, "{\"status\": \"pending\"}").into_response()
        }
        Mood::PaysAndStalls => {
            inside.pay(reference);
            misbehave(mood).await
        }
        mood => misbehave(mood).await,
    }
}

async fn inquire(
    State(inside): State<Arc<Inside>>,
    Path(reference): Path<String>,
    request: Request,
) -> Response {
    let mood = inside.note(request).await.0;
    if !matches!(mood, Mood::Pays | Mood::TakesItsTime) {
        return misbehave(mood).await;
    }
    match inside.paid.lock().unwrap().get(&reference) {
        Some(done) => done.to_string().into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}
