//! `bizgraph user`: what an administrator cannot do from inside, such as being the first.

use bizgraph_kernel::auth;
use bizgraph_kernel::db::provision::add_administrator;
use clap::{Args, Subcommand};

use super::person::{self, PersonOptions, begin};
use super::refused::refused;
use super::running_database::with_kernel;

/// What can be done with people.
#[derive(Subcommand)]
pub enum Command {
    /// Adds an administrator, who adds everybody else through the API
    #[command(after_help = "Example:\n  bizgraph user add --tenant bizhub --username ops \
                      --email ops@shop.example")]
    Add(Add),
    /// Gives a person a password, which has to be changed at the next login
    #[command(
        after_help = "Example:\n  bizgraph user set-password --tenant bizhub --username admin"
    )]
    SetPassword(SetPassword),
    /// Lets a person who was locked out try again
    #[command(after_help = "Example:\n  bizgraph user unlock --tenant bizhub --username admin")]
    Unlock(Unlock),
    /// Takes a person's second factor away, after phone and recovery codes were lost
    #[command(after_help = "Example:\n  bizgraph user reset-second-factor --tenant bizhub \
                      --username admin")]
    ResetSecondFactor(ResetSecondFactor),
}

/// What `bizgraph user add` takes.
#[derive(Args)]
pub struct Add {
    #[command(flatten)]
    person: PersonOptions,
    /// The person's address
    #[arg(long)]
    email: String,
    #[command(flatten)]
    password: PasswordOptions,
}

/// What `bizgraph user set-password` takes.
#[derive(Args)]
pub struct SetPassword {
    #[command(flatten)]
    person: PersonOptions,
    #[command(flatten)]
    password: PasswordOptions,
}

/// What `bizgraph user unlock` takes.
#[derive(Args)]
pub struct Unlock {
    #[command(flatten)]
    person: PersonOptions,
}

/// What `bizgraph user reset-second-factor` takes.
#[derive(Args)]
pub struct ResetSecondFactor {
    #[command(flatten)]
    person: PersonOptions,
}

/// Where the password comes from; never from the command line, which others can see.
#[derive(Args)]
struct PasswordOptions {
    /// Read the password from the standard input, instead of printing a new one
    #[arg(long)]
    stdin: bool,
}

impl Command {
    /// Does it.
    pub async fn run(self) -> anyhow::Result<()> {
        match self {
            Command::Add(add) => add.run().await,
            Command::SetPassword(set_password) => set_password.run().await,
            Command::Unlock(unlock) => unlock.run().await,
            Command::ResetSecondFactor(reset) => reset.run().await,
        }
    }
}

impl Add {
    async fn run(self) -> anyhow::Result<()> {
        let password = self.password.read()?;
        let PersonOptions { database, tenant, username } = &self.person;
        with_kernel(database, async |kernel| {
            let mut tx = begin(kernel, tenant, "user add").await?;
            let added = add_administrator(&mut tx, username, &self.email, &password).await;
            added.map_err(refused)?;
            tx.commit().await?;
            println!("{username} was added as an administrator of {tenant}.");
            Ok(())
        })
        .await?;
        self.password.tell(&password);
        Ok(())
    }
}

impl SetPassword {
    async fn run(self) -> anyhow::Result<()> {
        let password = self.password.read()?;
        let PersonOptions { database, tenant, username } = &self.person;
        with_kernel(database, async |kernel| {
            let mut tx = begin(kernel, tenant, "user set-password").await?;
            let person = person::find(&mut tx, username).await?;
            auth::set_password(
                &mut tx,
                &person.id,
                &person.username,
                &person.email,
                &password,
                true,
                "password",
            )
            .await
            .map_err(refused)?;
            tx.commit().await?;
            println!("{username} has a new password; sessions and API keys have ended.");
            Ok(())
        })
        .await?;
        self.password.tell(&password);
        Ok(())
    }
}

impl Unlock {
    async fn run(self) -> anyhow::Result<()> {
        let PersonOptions { database, tenant, username } = &self.person;
        with_kernel(database, async |kernel| {
            let mut tx = begin(kernel, tenant, "user unlock").await?;
            let person = person::find(&mut tx, username).await?;
            auth::unlock(&mut tx, &person.id).await.map_err(refused)?;
            tx.commit().await?;
            println!("{username} can log in again.");
            Ok(())
        })
        .await
    }
}

impl ResetSecondFactor {
    async fn run(self) -> anyhow::Result<()> {
        let PersonOptions { database, tenant, username } = &self.person;
        with_kernel(database, async |kernel| {
            let mut tx = begin(kernel, tenant, "user reset-second-factor").await?;
            let person = person::find(&mut tx, username).await?;
            auth::reset_second_factor(&mut tx, &person.id, "").await.map_err(refused)?;
            tx.commit().await?;
            println!("{username} logs in by password alone; sessions have ended.");
            Ok(())
        })
        .await
    }
}

impl PasswordOptions {
    fn read(&self) -> anyhow::Result<String> {
        if !self.stdin {
            return Ok(auth::fresh_password(0)?);
        }
        let mut line = String::new();
        std::io::stdin().read_line(&mut line)?;
        Ok(line.trim_end_matches(['\r', '\n']).to_owned())
    }

    fn tell(&self, password: &str) {
        if !self.stdin {
            println!("The password is {password}");
        }
        println!("It has to be changed at the next login.");
    }
}
