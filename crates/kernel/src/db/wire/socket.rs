//! The socket under a wire: made and authenticated by the driver, then used without it.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_util::future::{Either, select};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpStream, UnixStream};
use tokio_postgres::config::Host;
use tokio_postgres::{Config, NoTls};

use crate::db::Fault;
use crate::db::wire::Wire;

/// The port where none is named.
const PORT: u16 = 5432;

/// A connection of either kind.
pub enum Socket {
    Tcp(TcpStream),
    Unix(UnixStream),
}

impl AsyncRead for Socket {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Socket::Tcp(stream) => Pin::new(stream).poll_read(context, into),
            Socket::Unix(stream) => Pin::new(stream).poll_read(context, into),
        }
    }
}

impl AsyncWrite for Socket {
    fn poll_write(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        from: &[u8],
    ) -> Poll<io::Result<usize>> {
        match self.get_mut() {
            Socket::Tcp(stream) => Pin::new(stream).poll_write(context, from),
            Socket::Unix(stream) => Pin::new(stream).poll_write(context, from),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Socket::Tcp(stream) => Pin::new(stream).poll_shutdown(context),
            Socket::Unix(stream) => Pin::new(stream).poll_shutdown(context),
        }
    }
}

impl Socket {
    /// A connection to the first of the named hosts that takes it.
    ///
    /// # Errors
    /// When none does.
    pub async fn open(config: &Config) -> Result<Self, Fault> {
        let mut refused = "no host is named".to_owned();
        let addresses = config.get_hostaddrs().iter().map(|address| Host::Tcp(address.to_string()));
        let mut hosts: Vec<Host> = addresses.collect();
        if hosts.is_empty() {
            hosts.extend_from_slice(config.get_hosts());
        }
        let ports = config.get_ports();
        for (place, host) in hosts.iter().enumerate() {
            let port = ports.get(place).or(ports.first()).copied().unwrap_or(PORT);
            match Self::connect(host, port).await {
                Ok(socket) => return Ok(socket),
                Err(error) => refused = error.to_string(),
            }
        }
        Err(Fault::Unreachable(refused))
    }

    async fn connect(host: &Host, port: u16) -> io::Result<Self> {
        match host {
            Host::Tcp(name) => {
                let stream = TcpStream::connect((name.as_str(), port)).await?;
                stream.set_nodelay(true)?;
                Ok(Socket::Tcp(stream))
            }
            Host::Unix(folder) => {
                let path = folder.join(format!(".s.PGSQL.{port}"));
                Ok(Socket::Unix(UnixStream::connect(path).await?))
            }
        }
    }

    /// The same connection twice.
    fn twice(self) -> io::Result<(Self, Self)> {
        Ok(match self {
            Socket::Tcp(stream) => {
                let stream = stream.into_std()?;
                let twin = TcpStream::from_std(stream.try_clone()?)?;
                (Socket::Tcp(TcpStream::from_std(stream)?), Socket::Tcp(twin))
            }
            Socket::Unix(stream) => {
                let stream = stream.into_std()?;
                let twin = UnixStream::from_std(stream.try_clone()?)?;
                (Socket::Unix(UnixStream::from_std(stream)?), Socket::Unix(twin))
            }
        })
    }
}

impl Wire {
    /// Connects and authenticates by the driver, which then lets go.
    ///
    /// # Errors
    /// When the database cannot be reached or does not want us.
    pub async fn connect(config: &Config) -> Result<Self, Fault> {
        let unreachable = |error: &dyn std::fmt::Display| Fault::Unreachable(error.to_string());
        let (socket, theirs) =
            Socket::open(config).await?.twice().map_err(|error| unreachable(&error))?;
        let connected = config.connect_raw(theirs, NoTls).await;
        let (client, connection) = connected.map_err(|error| unreachable(&error))?;
        // The driver has no answer outstanding once this one came.
        let prepared = std::pin::pin!(client.batch_execute("SET TIME ZONE 'UTC'"));
        match select(prepared, connection).await {
            Either::Left((Ok(()), _)) => Ok(Wire::over(socket, client.cancel_token())),
            Either::Left((Err(error), _)) => Err(unreachable(&error)),
            Either::Right((Err(error), _)) => Err(unreachable(&error)),
            Either::Right((Ok(()), _)) => Err(unreachable(&"the database closed it")),
        }
    }
}
