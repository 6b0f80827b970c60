//! Connections: accepted under a limit, read under a limit of time, finished at the end.

use std::{
    convert::Infallible, future::Future, net::SocketAddr, pin::Pin, sync::Arc, time::Duration,
};

use axum::{Router, body::Body, extract::Request, response::Response};
use hyper::{body::Incoming, service::service_fn};
use hyper_util::{
    rt::{TokioExecutor, TokioIo, TokioTimer},
    server::{conn::auto::Builder, graceful::GracefulShutdown},
};
use tokio::{
    net::{TcpListener, TcpSocket, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore},
};
use tower::Service;

use super::{address::Peer, door::Door, engine::Engine, routes::router, settings::ServerSettings};

/// Requests that one HTTP/2 connection may have open at one time.
const STREAMS_PER_CONNECTION: u32 = 32;
/// How long to wait when the process has no file descriptor left for a connection.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// Connections that may wait until they are accepted: all clients come at one moment after a
/// restart, and whoever finds no place tries again a second later.
const WAITING: u32 = 4_096;

/// Listens on an address.
///
/// # Errors
/// When another program does, or this one may not.
pub fn listen(address: SocketAddr) -> std::io::Result<TcpListener> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
    // What is left of closed connections is no hindrance to a restart.
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(WAITING)
}

/// Serves until `shutdown` completes, then lets running requests finish for a while.
///
/// # Errors
/// Fails when connections can no longer be accepted.
pub async fn serve<E: Engine>(
    engine: Arc<E>,
    settings: ServerSettings,
    listener: TcpListener,
    shutdown: impl Future<Output = ()>,
) -> std::io::Result<()> {
    let door = Door::new(engine, settings);
    let router = router(Arc::clone(&door));
    let connections = Arc::new(Semaphore::new(door.settings.connections));
    let mut builder = Builder::new(TokioExecutor::new());
    builder.http1().timer(TokioTimer::new()).header_read_timeout(door.settings.read_timeout);
    builder
        .http2()
        .timer(TokioTimer::new())
        .max_concurrent_streams(STREAMS_PER_CONNECTION)
        .keep_alive_interval(door.settings.request_timeout)
        .keep_alive_timeout(door.settings.read_timeout);
    let graceful = GracefulShutdown::new();
    let mut shutdown = std::pin::pin!(shutdown);
    loop {
        let accepted = tokio::select! {
            accepted = accept(&listener, &connections) => accepted,
            () = &mut shutdown => break,
        };
        let Some((stream, peer, permit)) = accepted else {
            continue;
        };
        let permit = Arc::new(permit);
        let service = service_fn(call(router.clone(), peer, Arc::clone(&permit)));
        let connection = builder.serve_connection_with_upgrades(TokioIo::new(stream), service);
        let connection = graceful.watch(connection.into_owned());
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!(%peer, error, "a connection broke");
            }
            drop(permit);
        });
    }
    door.start_draining();
    drop(listener);
    // Sockets are no part of the graceful shutdown: their places come back when they are closed.
    let all = u32::try_from(door.settings.connections).unwrap_or(u32::MAX);
    let finished = async {
        graceful.shutdown().await;
        connections.acquire_many(all).await.map(drop)
    };
    if tokio::time::timeout(door.settings.drain_timeout, finished).await.is_err() {
        tracing::warn!("some requests did not finish in time");
    }
    Ok(())
}

/// The next connection, once there is room for it. A connection that could not be accepted
/// is the client's to try again.
async fn accept(
    listener: &TcpListener,
    connections: &Arc<Semaphore>,
) -> Option<(TcpStream, SocketAddr, OwnedSemaphorePermit)> {
    let permit = Arc::clone(connections).acquire_owned().await.ok()?;
    match listener.accept().await {
        Ok((stream, peer)) => {
            // Answers are written whole, so waiting to fill a packet only delays them.
            if let Err(error) = stream.set_nodelay(true) {
                tracing::debug!(%peer, %error, "a connection broke");
            }
            Some((stream, peer, permit))
        }
        Err(error) => {
            tracing::warn!(%error, "a connection could not be accepted");
            tokio::time::sleep(ACCEPT_PAUSE).await;
            None
        }
    }
}

type Answering = Pin<Box<dyn Future<Output = Result<Response, Infallible>> + Send>>;

/// A connection's place among those that may be open, kept as long as any part of it lives.
#[derive(Clone)]
pub struct Place(#[expect(dead_code, reason = "held, not read")] Arc<OwnedSemaphorePermit>);

fn call(
    router: Router,
    peer: SocketAddr,
    permit: Arc<OwnedSemaphorePermit>,
) -> impl Fn(Request<Incoming>) -> Answering {
    move |mut request| {
        request.extensions_mut().insert(Peer(peer));
        request.extensions_mut().insert(Place(Arc::clone(&permit)));
        let mut router = router.clone();
        Box::pin(async move { router.call(request.map(Body::new)).await })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn clients_who_come_at_one_moment_need_not_try_again() {
        let listener = listen(([127, 0, 0, 1], 0).into()).unwrap();
        let address = listener.local_addr().unwrap();
        // Nothing is accepted meanwhile; without a place a connection is made after a second.
        let mut connected = Vec::new();
        for _ in 0..300 {
            let began = std::time::Instant::now();
            connected.push(TcpStream::connect(address).await.unwrap());
            assert!(began.elapsed() < Duration::from_millis(900));
        }
        assert!(listen(address).is_err());
    }
}
