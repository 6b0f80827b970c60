//! The registry of tenants: who is served, by which module, in which schema (spec 1.1).

use std::sync::Arc;

use chrono_tz::Tz;

use super::{Owner, ProvisionFault};
use crate::db::{Database, Fault};
use crate::entity::decode;
use crate::entity::row::Row;
use crate::entity::sql::{Bind, Sql};
use crate::tenant::{Tenant, is_slug};

const COLUMNS: &str = "id, slug, module, name, country, currency, time_zone, schema_name, \
                       role_name, status = 'active'";

/// Slugs whose schema or role would be one of the database's or the server's own.
const RESERVED_SLUGS: [&str; 4] = ["app", "information_schema", "platform", "public"];

/// A tenant as it is asked for.
#[derive(Clone, Debug)]
pub struct NewTenant {
    /// Short name that login and tokens use; also its schema's name.
    pub slug: String,
    /// `amt`, `bizhub`, `dicel`, `rim` or `trade`.
    pub module: String,
    pub name: String,
    /// ISO 3166 alpha-2.
    pub country: String,
    /// ISO 4217.
    pub currency: String,
    /// A name of the time zone database, such as `Africa/Accra`.
    pub time_zone: String,
}

impl From<&Tenant> for NewTenant {
    fn from(tenant: &Tenant) -> Self {
        NewTenant {
            slug: tenant.slug.clone(),
            module: tenant.module.clone(),
            name: tenant.name.clone(),
            country: tenant.country.clone(),
            currency: tenant.currency.clone(),
            time_zone: tenant.time_zone.name().to_owned(),
        }
    }
}

impl NewTenant {
    pub(super) fn check(&self) -> Result<(), ProvisionFault> {
        let reserved = RESERVED_SLUGS.contains(&self.slug.as_str())
            || self.slug.starts_with("pg_")
            || self.slug.ends_with("_readonly");
        if reserved || !is_slug(&self.slug) {
            return Err(ProvisionFault::Slug(self.slug.clone()));
        }
        let capitals = |text: &str, length: usize| {
            text.len() == length && text.bytes().all(|byte| byte.is_ascii_uppercase())
        };
        let refuse = |what, value: &String, expected| {
            Err(ProvisionFault::Value { what, value: value.clone(), expected })
        };
        if !capitals(&self.country, 2) {
            return refuse("country", &self.country, "a code of two letters such as GH");
        }
        if !capitals(&self.currency, 3) {
            return refuse("currency", &self.currency, "a code of three letters such as GHS");
        }
        if self.time_zone.parse::<Tz>().is_err() {
            return refuse("time zone", &self.time_zone, "a name such as Africa/Accra");
        }
        Ok(())
    }
}

/// Every tenant, read through the login role of the running server.
///
/// # Errors
/// When the database cannot be read.
pub async fn registry(database: &Database) -> Result<Vec<Tenant>, Fault> {
    let loan = database.lend_read("platform").await?;
    let sql = Sql::new(&format!("SELECT {COLUMNS} FROM platform.tenants ORDER BY id"));
    let rows = loan.load(&sql).await?;
    rows.iter().map(tenant).collect()
}

/// Every tenant, read as the owner; none where the server was never set up.
///
/// # Errors
/// When the database cannot be read.
pub async fn tenants(owner: &mut Owner) -> Result<Vec<Tenant>, ProvisionFault> {
    let exists = Sql::new("SELECT to_regclass('platform.tenants') IS NOT NULL");
    let rows = owner.load(exists).await?;
    let Some(true) = rows.first().map(|row| decode(row, 0)).transpose()? else {
        return Ok(Vec::new());
    };
    let sql = Sql::new(&format!("SELECT {COLUMNS} FROM platform.tenants ORDER BY id"));
    Ok(owner.load(sql).await?.iter().map(tenant).collect::<Result<_, Fault>>()?)
}

/// Suspends a tenant, or takes it back in. Its people notice within two seconds.
///
/// # Errors
/// When there is no such tenant.
pub async fn set_active(owner: &mut Owner, slug: &str, active: bool) -> Result<(), ProvisionFault> {
    let status = if active { "active" } else { "suspended" };
    let mut sql = Sql::new("UPDATE platform.tenants SET status = ");
    sql.bind(Bind::Text(Some(status.to_owned())));
    sql.push(", updated_at = now() WHERE slug = ").bind(Bind::Text(Some(slug.to_owned())));
    sql.push(" RETURNING id");
    match owner.load(sql).await?.is_empty() {
        true => Err(ProvisionFault::UnknownTenant(slug.to_owned())),
        false => Ok(()),
    }
}

/// The tenant's row, made where there is none; and whether it was made just now.
pub(super) async fn register(
    owner: &mut Owner,
    new: &NewTenant,
) -> Result<(Tenant, bool), ProvisionFault> {
    if let Some(tenant) = find(owner, &new.slug).await? {
        if tenant.module == new.module {
            return Ok((tenant, false));
        }
        let (slug, module) = (tenant.slug, tenant.module);
        return Err(ProvisionFault::OtherModule { slug, module });
    }
    let role = format!("{}_{}", owner.database(), new.slug);
    let values = [
        &new.slug,
        &new.module,
        &new.name,
        &new.country,
        &new.currency,
        &new.time_zone,
        &new.slug,
        &role,
    ];
    let mut sql = Sql::new(
        "INSERT INTO platform.tenants \
         (slug, module, name, country, currency, time_zone, schema_name, role_name) VALUES (",
    );
    for (place, value) in values.into_iter().enumerate() {
        sql.push(if place == 0 { "" } else { ", " }).bind(Bind::Text(Some(value.clone())));
    }
    sql.push(") RETURNING ").push(COLUMNS);
    let rows = owner.load(sql).await?;
    let row = rows.first().ok_or_else(|| Fault::internal("the registry took no row"))?;
    Ok((tenant(row)?, true))
}

async fn find(owner: &mut Owner, slug: &str) -> Result<Option<Tenant>, Fault> {
    let mut sql = Sql::new(&format!("SELECT {COLUMNS} FROM platform.tenants WHERE slug = "));
    sql.bind(Bind::Text(Some(slug.to_owned())));
    owner.load(sql).await?.first().map(tenant).transpose()
}

fn tenant(row: &Row) -> Result<Tenant, Fault> {
    let time_zone: String = decode(row, 6)?;
    Ok(Tenant {
        id: decode(row, 0)?,
        slug: decode(row, 1)?,
        module: decode(row, 2)?,
        name: decode(row, 3)?,
        country: decode(row, 4)?,
        currency: decode(row, 5)?,
        time_zone: time_zone.parse().map_err(|error: chrono_tz::ParseError| {
            Fault::internal(format!("the registry's time zone {time_zone:?}: {error}"))
        })?,
        schema: decode(row, 7)?,
        role: decode(row, 8)?,
        active: decode(row, 9)?,
        personal_data: Arc::default(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shop(slug: &str) -> NewTenant {
        NewTenant {
            slug: slug.to_owned(),
            module: "bizhub".to_owned(),
            name: "A shop".to_owned(),
            country: "GH".to_owned(),
            currency: "GHS".to_owned(),
            time_zone: "Africa/Accra".to_owned(),
        }
    }

    #[test]
    fn slugs_take_no_name_of_the_database_or_the_server() {
        assert!(shop("shop_2").check().is_ok());
        for slug in ["app", "public", "platform", "pg_temp", "shop_readonly", "Shop", "a", "2shop"]
        {
            assert!(matches!(shop(slug).check(), Err(ProvisionFault::Slug(_))), "{slug}");
        }
    }

    #[test]
    fn countries_currencies_and_time_zones_are_checked() {
        let accra = shop("accra");
        assert!(NewTenant { country: "gh".into(), ..accra.clone() }.check().is_err());
        assert!(NewTenant { currency: "GHC1".into(), ..accra.clone() }.check().is_err());
        assert!(NewTenant { time_zone: "Accra".into(), ..accra }.check().is_err());
    }
}
