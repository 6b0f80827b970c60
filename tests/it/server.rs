//! A server on a port of its own, in this process.

use std::net::SocketAddr;
use std::ops::Deref;
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use bizgraph::engine::KernelEngine;
use bizgraph::schema::MODULES;
use bizgraph::server::{ServerSettings, serve};
use bizgraph_kernel::audit::Cipher;
use bizgraph_kernel::auth::hash_password;
use bizgraph_kernel::db::{Database, PoolSizes};
use bizgraph_kernel::kernel::Kernel;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::client::{Client, PASSWORD};
use crate::world::{PEOPLE, SCHEMAS, World};

static HASH: LazyLock<String> = LazyLock::new(|| hash_password(PASSWORD).unwrap());

/// A server over one kernel.
pub struct Server {
    client: Client,
    pub kernel: Arc<Kernel>,
    stop: Option<oneshot::Sender<()>>,
    running: Option<JoinHandle<std::io::Result<()>>>,
}

/// Gives everybody of both shops the password.
pub async fn give_passwords(world: &World) {
    for tenant in ["bizhub", "kumasi"] {
        let names: Vec<String> = PEOPLE.iter().map(|(name, _)| format!("'{name}'")).collect();
        let sql = format!(
            "INSERT INTO {tenant}.credentials (user_id, password_hash) \
             SELECT id::text, '{}' FROM {tenant}.users WHERE username IN ({})",
            *HASH,
            names.join(", ")
        );
        world.meddle(&sql).await;
    }
}

/// Gives the staff and the customers of the lender `rim` the password.
pub async fn give_lenders_passwords(world: &World) {
    let sql = format!(
        "INSERT INTO rim.credentials (user_id, password_hash) \
         SELECT 'adminUser:' || id, '{0}' FROM rim.admin_users \
         UNION ALL SELECT 'user:' || id, '{0}' FROM rim.users",
        *HASH
    );
    world.meddle(&sql).await;
}

impl Deref for Server {
    type Target = Client;

    fn deref(&self) -> &Client {
        &self.client
    }
}

impl Server {
    /// A server over a world's kernel in which everybody has a password.
    pub async fn start(world: &World) -> Server {
        give_passwords(world).await;
        Server::over(world.kernel.clone(), ServerSettings::default()).await
    }

    /// A second server with a kernel of its own over the same database and clock.
    pub async fn beside(world: &World) -> Server {
        let sizes = PoolSizes { reads: 2, writes: 2 };
        let database = Database::new(&world.app_url, sizes).unwrap();
        let database = database.waiting(Duration::from_secs(20));
        let cipher = Cipher::new(&[7; 32]);
        let kernel = Arc::new(Kernel::new(database, world.clock.clone(), cipher, MODULES));
        kernel.refresh_tenants().await.unwrap();
        Server::over(kernel, ServerSettings::default()).await
    }

    /// A server over a kernel, with these settings.
    pub async fn over(kernel: Arc<Kernel>, settings: ServerSettings) -> Server {
        Server::at(([127, 0, 0, 1], 0).into(), kernel, settings).await
    }

    /// The same at an address that a server had before.
    pub async fn at(address: SocketAddr, kernel: Arc<Kernel>, settings: ServerSettings) -> Server {
        let listener = TcpListener::bind(address).await.unwrap();
        let address = listener.local_addr().unwrap();
        let engine = Arc::new(KernelEngine::new(kernel.clone(), SCHEMAS.clone()));
        let (stop, stopped) = oneshot::channel::<()>();
        let stopped = async move {
            stopped.await.ok();
        };
        let running = Some(tokio::spawn(serve(engine, settings, listener, stopped)));
        Server { client: Client::of(address), kernel, stop: Some(stop), running }
    }

    /// Tells the server to stop and waits until it has.
    pub async fn stop(&mut self) {
        self.stop.take().unwrap().send(()).unwrap();
        self.running.take().unwrap().await.unwrap().unwrap();
    }
}
