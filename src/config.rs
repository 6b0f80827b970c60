//! What the environment and the flags say, as one value; each default is stated once, here.

mod key_change;
mod secrets;

use std::net::SocketAddr;
use std::path::PathBuf;

use bizgraph_kernel::network::Network;
use clap::{Args, ValueEnum};

pub use key_change::KeyChange;
pub use secrets::{
    AppPassword, EncryptionKey, SecretError, app_password, encryption_key, replaced_keys,
};

/// What the server is used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Environment {
    /// A developer's machine: the demo world may be loaded.
    Development,
    /// Real business: no demo world, no seeded administrator (spec 1.11).
    Production,
}

/// Where the data is; every command that touches the database takes these.
#[derive(Args, Clone, Debug)]
pub struct DatabaseOptions {
    /// Folder of the private PostgreSQL cluster and of generated secrets
    #[arg(long = "data", env = "BIZGRAPH_DATA", default_value = ".data", value_name = "FOLDER")]
    pub data_folder: PathBuf,

    /// PostgreSQL (15 or later) to use instead of the private cluster, as the role that owns the
    /// database and may create roles
    #[arg(long, env = "DATABASE_URL", hide_env_values = true, value_name = "URL")]
    pub database_url: Option<String>,

    /// What the server is used for
    #[arg(long, env = "BIZGRAPH_ENV", value_enum, default_value = "development")]
    pub environment: Environment,
}

/// What `bizgraph serve` takes.
#[derive(Args, Clone, Debug)]
pub struct ServeOptions {
    /// Where the data is.
    #[command(flatten)]
    pub database: DatabaseOptions,

    /// Address and port to listen on
    #[arg(long, env = "BIZGRAPH_LISTEN", default_value = "127.0.0.1:8000", value_name = "ADDRESS")]
    pub listen: SocketAddr,

    /// Load the demo world and offer its logins in GraphiQL [default: true in development, false
    /// in production, where true is refused]
    #[arg(long, env = "BIZGRAPH_DEMO", value_name = "true|false")]
    pub demo: Option<bool>,

    /// Connections of the pool for queries [default: four times the cores, 8 to 24]
    #[arg(long, env = "BIZGRAPH_READ_CONNECTIONS", value_name = "NUMBER", value_parser = connections)]
    pub read_connections: Option<usize>,

    /// Connections of the pool for mutations [default: four times the cores, 8 to 24]
    #[arg(long, env = "BIZGRAPH_WRITE_CONNECTIONS", value_name = "NUMBER", value_parser = connections)]
    pub write_connections: Option<usize>,

    /// Cost that a person may ask for at once; a tenant has ten times that
    #[arg(long, env = "BIZGRAPH_COST_BUDGET", default_value_t = 5_000, value_name = "COST")]
    pub cost_budget: u32,

    /// Cost that comes back to a person each second, ten times to a tenant
    #[arg(long, env = "BIZGRAPH_COST_REFILL", default_value_t = 500, value_name = "COST")]
    pub cost_refill: u32,

    /// Addresses or networks of proxies whose forwarded headers are believed, separated by commas,
    /// such as 10.0.0.0/8 [default: none]
    #[arg(long, env = "BIZGRAPH_TRUSTED_PROXIES", value_delimiter = ',', value_name = "ADDRESSES")]
    pub trusted_proxies: Vec<Network>,

    /// Web origins whose pages may call the API, separated by commas [default: none but our own]
    #[arg(
        long,
        env = "BIZGRAPH_CORS_ORIGINS",
        value_delimiter = ',',
        value_name = "ORIGINS",
        value_parser = origin
    )]
    pub cors_origins: Vec<String>,

    /// Mail server that takes the mails: smtps://user:password@host, or
    /// smtp://host?tls=required; without ?tls nothing is encrypted [default: none, mails are only
    /// recorded]
    #[arg(
        long,
        env = "BIZGRAPH_SMTP_URL",
        hide_env_values = true,
        requires = "mail_from",
        value_name = "URL"
    )]
    pub smtp_url: Option<String>,

    /// Address that mails come from, such as 'Shop <shop@example.com>'
    #[arg(long, env = "BIZGRAPH_MAIL_FROM", value_name = "ADDRESS")]
    pub mail_from: Option<String>,

    /// How providers are called.
    #[command(flatten)]
    pub providers: ProviderOptions,

    /// Whether this server runs jobs and sends messages; of several servers on one database, any
    /// number may
    #[arg(
        long,
        env = "BIZGRAPH_JOBS",
        default_value = "true",
        action = clap::ArgAction::Set,
        value_name = "true|false"
    )]
    pub jobs: bool,
}

/// How providers are called; part of what `bizgraph serve` takes, and of commands that run jobs.
#[derive(Args, Clone, Debug)]
pub struct ProviderOptions {
    /// Whether providers such as telecoms are really called, or only what they would be asked is
    /// kept and people confirm it
    #[arg(
        id = "provider_calls",
        long = "provider-calls",
        env = "BIZGRAPH_PROVIDER_CALLS",
        value_enum,
        default_value_t = ProviderCalls::Record,
        default_value_if("environment", "production", "http"),
        value_name = "HOW"
    )]
    pub calls: ProviderCalls,

    /// Hosts of providers that may be called without encryption and at addresses that are not
    /// public, separated by commas [default: none]
    #[arg(
        id = "provider_hosts",
        long = "provider-hosts",
        env = "BIZGRAPH_PROVIDER_HOSTS",
        value_delimiter = ',',
        value_name = "HOSTS"
    )]
    pub hosts: Vec<String>,
}

/// Whether providers are called.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ProviderCalls {
    /// Nobody is called; what would have been asked is taken as under way.
    Record,
    /// By HTTP.
    Http,
}

/// What the server runs with, checked and complete.
#[derive(Clone, Debug)]
pub struct Config {
    /// Address and port to listen on.
    pub listen: SocketAddr,
    /// Folder of the private PostgreSQL cluster and of generated secrets.
    pub data_folder: PathBuf,
    /// PostgreSQL to use instead of the private cluster, as the owner of the database.
    pub database_url: Option<String>,
    /// What the server is used for.
    pub environment: Environment,
    /// Whether the demo world is loaded and its logins are offered.
    pub demo: bool,
    /// Connections of the pool for queries.
    pub read_connections: usize,
    /// Connections of the pool for mutations.
    pub write_connections: usize,
    /// Cost that a person may ask for at once.
    pub cost_budget: u32,
    /// Cost that comes back to a person each second.
    pub cost_refill: u32,
    /// Proxies whose forwarded headers are believed.
    pub trusted_proxies: Vec<Network>,
    /// Web origins whose pages may call the API.
    pub cors_origins: Vec<String>,
    /// Mail server that takes the mails, and the address they come from.
    pub mail: Option<Mail>,
    /// How providers are called.
    pub providers: ProviderOptions,
    /// Whether this server runs jobs and sends messages.
    pub jobs: bool,
}

/// Where mails go.
#[derive(Clone, PartialEq, Eq)]
pub struct Mail {
    /// Address of the mail server, with its password.
    pub url: String,
    /// Address that mails come from.
    pub from: String,
}

impl std::fmt::Debug for Mail {
    // The address of the server holds a password.
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Mail").field("from", &self.from).finish_non_exhaustive()
    }
}

/// Why the environment and the flags make no configuration.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConfigError {
    /// Demo logins are public knowledge.
    #[error(
        "the demo world is not for production, as its passwords are public: leave out --demo \
         (BIZGRAPH_DEMO), or set --environment development"
    )]
    DemoInProduction,
}

impl TryFrom<ServeOptions> for Config {
    type Error = ConfigError;

    fn try_from(options: ServeOptions) -> Result<Self, ConfigError> {
        let environment = options.database.environment;
        let production = environment == Environment::Production;
        if production && options.demo == Some(true) {
            return Err(ConfigError::DemoInProduction);
        }
        Ok(Self {
            listen: options.listen,
            data_folder: options.database.data_folder,
            database_url: options.database.database_url.filter(|url| !url.is_empty()),
            environment,
            demo: options.demo.unwrap_or(!production),
            read_connections: options.read_connections.unwrap_or_else(four_times_the_cores),
            write_connections: options.write_connections.unwrap_or_else(four_times_the_cores),
            cost_budget: options.cost_budget,
            cost_refill: options.cost_refill,
            trusted_proxies: options.trusted_proxies,
            cors_origins: options.cors_origins,
            mail: options.smtp_url.zip(options.mail_from).map(|(url, from)| Mail { url, from }),
            providers: options.providers,
            jobs: options.jobs,
        })
    }
}

/// A tenant may hold half of a pool (spec 1.16), and twice the cores for one tenant measured best;
/// the upper end keeps two pools within the private cluster's 60 connections.
fn four_times_the_cores() -> usize {
    let cores = std::thread::available_parallelism().map_or(2, usize::from);
    (4 * cores).clamp(8, 24)
}

fn connections(text: &str) -> Result<usize, String> {
    text.parse()
        .ok()
        .filter(|number| (1..=1000).contains(number))
        .ok_or_else(|| "a whole number from 1 to 1000 is needed".to_owned())
}

/// An origin as browsers send it: a scheme and a host, perhaps a port, and nothing after.
fn origin(text: &str) -> Result<String, String> {
    let host = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    match host {
        Some(host) if !host.is_empty() && !host.contains(['/', '*', ' ']) => Ok(text.to_owned()),
        _ => Err("an origin such as https://shop.example is needed, without a path".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        options: ServeOptions,
    }

    fn config(flags: &[&str]) -> Result<Config, ConfigError> {
        let line = ["serve"].iter().chain(flags);
        Line::try_parse_from(line).unwrap().options.try_into()
    }

    fn refused(flags: &[&str]) -> String {
        let line = ["serve"].iter().chain(flags);
        Line::try_parse_from(line).err().unwrap().to_string()
    }

    #[test]
    fn the_pools_are_between_8_and_24_unless_said() {
        assert!((8..=24).contains(&four_times_the_cores()));
        let config = config(&["--read-connections", "7"]).unwrap();
        assert_eq!(config.read_connections, 7);
        assert!(refused(&["--read-connections", "0"]).contains("from 1 to 1000"));
    }

    #[test]
    fn the_demo_world_is_refused_in_production() {
        let production = ["--environment", "production"];
        assert!(!config(&production).unwrap().demo);
        let both = ["--environment", "production", "--demo", "true"];
        assert_eq!(config(&both).unwrap_err(), ConfigError::DemoInProduction);
        assert!(config(&["--environment", "development"]).unwrap().demo);
    }

    #[test]
    fn a_mail_server_needs_an_address_that_mails_come_from() {
        assert!(refused(&["--smtp-url", "smtp://localhost"]).contains("--mail-from"));
        let flags = ["--smtp-url", "smtp://u:secret@localhost", "--mail-from", "a@b.example"];
        let config = config(&flags).unwrap();
        assert!(!format!("{config:?}").contains("secret"));
        assert_eq!(config.mail.unwrap().from, "a@b.example");
    }

    #[test]
    fn providers_are_called_in_production_and_elsewhere_only_when_that_is_said() {
        let calls = |flags: &[&str]| config(flags).unwrap().providers.calls;
        assert_eq!(calls(&["--environment", "development"]), ProviderCalls::Record);
        assert_eq!(calls(&["--environment", "production"]), ProviderCalls::Http);
        let recorded = ["--environment", "production", "--provider-calls", "record"];
        assert_eq!(calls(&recorded), ProviderCalls::Record);
        let local = ["--provider-calls", "http", "--provider-hosts", "127.0.0.1,telecom.local"];
        assert_eq!(config(&local).unwrap().providers.hosts.len(), 2);
    }

    #[test]
    fn origins_and_proxies_are_lists() {
        let config = config(&[
            "--cors-origins",
            "https://shop.example,http://localhost:3000",
            "--trusted-proxies",
            "10.0.0.1,10.9.0.0/16,::1",
        ])
        .unwrap();
        assert_eq!(config.cors_origins[1], "http://localhost:3000");
        assert_eq!(config.trusted_proxies.len(), 3);
        assert!(refused(&["--cors-origins", "*"]).contains("without a path"));
    }
}
