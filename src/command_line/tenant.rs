//! `bizgraph tenant`: who is served.

use bizgraph_kernel::auth::open_addresses;
use bizgraph_kernel::db::provision::{
    DEFAULT_ADMINISTRATOR, NewTenant, add_tenant, set_active, set_up_server, tenants,
};
use bizgraph_kernel::tenant::Tenant;
use clap::{Args, Subcommand};

use super::output;
use super::person::begin;
use super::refused::refused;
use super::running_database::{with_kernel, with_owner};
use super::set_up::module;
use crate::config::{DatabaseOptions, Environment};

/// What can be done with tenants.
#[derive(Subcommand)]
pub enum Command {
    /// Adds a tenant with its schema and its roles
    #[command(after_help = "Example:\n  bizgraph tenant add --slug shop2 --module bizhub \
                      --name 'Second shop' --country GH --currency GHS --time-zone Africa/Accra")]
    Add(Add),
    /// Lists all tenants
    #[command(after_help = "Example:\n  bizgraph tenant list")]
    List(List),
    /// Keeps a tenant's people out, or lets them in again
    #[command(after_help = "Examples:\n  bizgraph tenant suspend --slug shop2\n  \
                      bizgraph tenant suspend --slug shop2 --lift")]
    Suspend(Suspend),
    /// Empties a tenant's lists of addresses, after it locked itself out
    #[command(after_help = "Example:\n  bizgraph tenant open-addresses --slug shop2")]
    OpenAddresses(OpenAddresses),
}

/// What `bizgraph tenant add` takes.
#[derive(Args)]
pub struct Add {
    #[command(flatten)]
    database: DatabaseOptions,
    /// Short name that login and tokens use: small letters, digits and `_`
    #[arg(long)]
    slug: String,
    /// The business that it runs
    #[arg(long, value_parser = ["amt", "bizhub", "dicel", "rim", "trade"])]
    module: String,
    /// Its name for people
    #[arg(long)]
    name: String,
    /// Two letters of ISO 3166
    #[arg(long)]
    country: String,
    /// Three letters of ISO 4217
    #[arg(long)]
    currency: String,
    /// Where its calendar days begin and end
    #[arg(long)]
    time_zone: String,
}

/// What `bizgraph tenant list` takes.
#[derive(Args)]
pub struct List {
    #[command(flatten)]
    database: DatabaseOptions,
}

/// What `bizgraph tenant suspend` takes.
#[derive(Args)]
pub struct Suspend {
    #[command(flatten)]
    database: DatabaseOptions,
    /// The tenant
    #[arg(long)]
    slug: String,
    /// Lift the suspension
    #[arg(long)]
    lift: bool,
}

/// What `bizgraph tenant open-addresses` takes.
#[derive(Args)]
pub struct OpenAddresses {
    #[command(flatten)]
    database: DatabaseOptions,
    /// The tenant
    #[arg(long)]
    slug: String,
}

impl Command {
    /// Does it.
    pub async fn run(self) -> anyhow::Result<()> {
        match self {
            Command::Add(add) => add.run().await,
            Command::List(list) => list.run().await,
            Command::Suspend(suspend) => suspend.run().await,
            Command::OpenAddresses(open) => open.run().await,
        }
    }
}

impl Add {
    async fn run(self) -> anyhow::Result<()> {
        let tenant = NewTenant {
            slug: self.slug,
            module: self.module,
            name: self.name,
            country: self.country,
            currency: self.currency,
            time_zone: self.time_zone,
        };
        let with_administrator = self.database.environment == Environment::Development;
        with_owner(&self.database, async |owner| {
            set_up_server(owner, None).await?;
            let module = module(&tenant.module);
            let added = add_tenant(owner, &tenant, module, with_administrator, |_| ()).await?;
            let verb = if added.is_new { "was added" } else { "was there and is up to date" };
            println!("The tenant {} {verb}.", tenant.slug);
            if module.is_none() {
                println!("This program does not carry the module {} yet.", tenant.module);
            } else if added.default_administrator {
                let (username, password) = DEFAULT_ADMINISTRATOR;
                println!("Log in as {username} with {password}, and change the password.");
            } else if added.is_new {
                println!("Add its administrator with `bizgraph user add`.");
            }
            Ok(())
        })
        .await
    }
}

impl List {
    async fn run(self) -> anyhow::Result<()> {
        with_owner(&self.database, async |owner| {
            let mut text = row(["slug", "module", "status", "currency", "name"]);
            for tenant in tenants(owner).await? {
                let status = if tenant.active { "active" } else { "suspended" };
                let Tenant { slug, module, currency, name, .. } = &tenant;
                text.push_str(&row([slug, module, status, currency, name]));
            }
            output::write(&text)
        })
        .await
    }
}

fn row([slug, module, status, currency, name]: [&str; 5]) -> String {
    format!("{slug:<16} {module:<7} {status:<10} {currency:<9} {name}\n")
}

impl Suspend {
    async fn run(self) -> anyhow::Result<()> {
        with_owner(&self.database, async |owner| {
            set_active(owner, &self.slug, self.lift).await?;
            let verb = if self.lift { "active again" } else { "suspended" };
            println!("The tenant {} is {verb}.", self.slug);
            Ok(())
        })
        .await
    }
}

impl OpenAddresses {
    async fn run(self) -> anyhow::Result<()> {
        with_kernel(&self.database, async |kernel| {
            let mut tx = begin(kernel, &self.slug, "tenant open-addresses").await?;
            open_addresses(&mut tx).await.map_err(refused)?;
            tx.commit().await?;
            println!("The people of {} can call from any address.", self.slug);
            Ok(())
        })
        .await
    }
}
