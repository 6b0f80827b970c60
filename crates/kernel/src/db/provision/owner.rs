//! The connection of the database's owner, who alone makes schemas, roles and rights.

use diesel_async::{
    AsyncConnection, AsyncConnectionCore, AsyncPgConnection, SimpleAsyncConnection,
};
use futures_util::TryStreamExt;

use super::ProvisionFault;
use crate::db::Fault;
use crate::entity::decode;
use crate::entity::row::Row;
use crate::entity::sql::Sql;

/// The lowest major version of PostgreSQL: views with `security_invoker` came with it.
const OLDEST_POSTGRES: i32 = 15;

/// The longest name of a role that PostgreSQL keeps whole, in bytes.
const LONGEST_NAME: usize = 63;

/// What the longest role name has beside the database's: `_`, a slug of 31 and `_readonly`.
const ROLE_NAME_ROOM: usize = 1 + 31 + "_readonly".len();

/// A connection as the owner of the database. After an error it is of no more use.
pub struct Owner {
    connection: AsyncPgConnection,
    url: String,
    database: String,
    major_version: i32,
}

impl Owner {
    /// Connects, and checks that this database can be set up at all.
    ///
    /// # Errors
    /// When the database cannot be reached, is too old, or its owner may not create roles.
    pub async fn connect(url: &str) -> Result<Self, ProvisionFault> {
        let connection = AsyncPgConnection::establish(url).await?;
        let mut owner =
            Owner { connection, url: url.to_owned(), database: String::new(), major_version: 0 };
        let facts = Sql::new(
            "SELECT current_database()::text, current_user::text, \
             current_setting('server_version_num')::integer / 10000, \
             (SELECT rolsuper OR rolcreaterole FROM pg_roles WHERE rolname = current_user)",
        );
        let rows = owner.load(facts).await?;
        let row = rows.first().ok_or_else(|| Fault::internal("the database has no name"))?;
        let (database, user): (String, String) = (decode(row, 0)?, decode(row, 1)?);
        let major_version: i32 = decode(row, 2)?;
        if major_version < OLDEST_POSTGRES {
            return Err(ProvisionFault::TooOld(major_version));
        }
        if !decode::<bool>(row, 3)? {
            return Err(ProvisionFault::MayNotCreateRoles(user));
        }
        if !may_be_in_a_role_name(&database) {
            return Err(ProvisionFault::DatabaseName(database));
        }
        owner.database = database;
        owner.major_version = major_version;
        Ok(owner)
    }

    /// The address that it connected to.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The name of the database, which all of its roles begin with: roles belong to the whole
    /// cluster (spec 1.2.4).
    pub fn database(&self) -> &str {
        &self.database
    }

    /// The login role of the running server.
    pub fn app_role(&self) -> String {
        format!("{}_app", self.database)
    }

    /// The address of this database for the login role of the running server. A later `user`
    /// and `password` win over those that the owner's address names.
    pub fn app_url(&self, password: &str) -> String {
        let (role, url) = (self.app_role(), &self.url);
        if !url.contains("://") {
            let password = password.replace('\\', "\\\\").replace('\'', "\\'");
            return format!("{url} user='{role}' password='{password}'");
        }
        let joint = if url.contains('?') { '&' } else { '?' };
        format!("{url}{joint}user={role}&password={}", percent_encoded(password))
    }

    /// Whether memberships can say that they may be set and not inherited (PostgreSQL 16).
    pub(super) fn knows_membership_options(&self) -> bool {
        self.major_version >= 16
    }

    /// Opens a transaction in a schema; nobody else sets this database up meanwhile. Whoever
    /// does not come to the commit drops the connection, which undoes everything.
    pub(crate) async fn begin(&mut self, schema: &str) -> Result<(), Fault> {
        self.run(&format!(
            "BEGIN; SET LOCAL client_min_messages TO warning; \
             SET LOCAL search_path TO \"{schema}\"; \
             SELECT pg_advisory_xact_lock(hashtext('bizgraph set-up'))"
        ))
        .await
    }

    pub(crate) async fn commit(&mut self) -> Result<(), Fault> {
        self.run("COMMIT").await
    }

    /// Runs statements without values, for their effect.
    pub(super) async fn run(&mut self, text: &str) -> Result<(), Fault> {
        self.connection.batch_execute(text).await.map_err(Fault::from)
    }

    /// Runs one statement and answers its rows.
    pub(crate) async fn load(&mut self, sql: Sql) -> Result<Vec<Row>, Fault> {
        let mut connection = &self.connection;
        let rows = AsyncConnectionCore::load(&mut connection, sql).await.map_err(Fault::from)?;
        rows.map_ok(Row::written).try_collect().await.map_err(Fault::from)
    }

    /// Makes a role that cannot log in, unless it is there.
    pub(super) async fn make_role(&mut self, role: &str) -> Result<(), Fault> {
        self.run(&format!(
            "DO $make$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{role}') THEN \
             CREATE ROLE \"{role}\" NOLOGIN NOINHERIT; END IF; END $make$"
        ))
        .await
    }
}

fn may_be_in_a_role_name(database: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    database.chars().all(plain) && database.len() + ROLE_NAME_ROOM <= LONGEST_NAME
}

fn percent_encoded(text: &str) -> String {
    let encode = |byte: u8| match byte {
        b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
            char::from(byte).to_string()
        }
        _ => format!("%{byte:02X}"),
    };
    text.bytes().map(encode).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn database_names_leave_room_for_the_longest_role() {
        assert!(may_be_in_a_role_name("bizgraph"));
        assert!(may_be_in_a_role_name("Shop-2_test"));
        assert!(!may_be_in_a_role_name("a\"b"));
        assert!(!may_be_in_a_role_name(&"x".repeat(LONGEST_NAME - ROLE_NAME_ROOM + 1)));
    }

    #[test]
    fn passwords_travel_in_addresses() {
        assert_eq!(percent_encoded("a b&c=d/é"), "a%20b%26c%3Dd%2F%C3%A9");
    }
}
