//! Reading a number, word or switch that a rule uses (spec 5.10).

use bigdecimal::{BigDecimal, ToPrimitive};
use bizgraph_kernel::db::{Fault, Tx};
use bizgraph_kernel::entity::{Bind, Sql, decode};
use bizgraph_kernel::money::{Money, parse_decimal};
use bizgraph_kernel::refusal::Rule;
use serde_json::Value;

/// A row that rules read, with what holds where there is none.
pub struct Parameter {
    pub category: &'static str,
    pub key: &'static str,
    pub default: &'static str,
}

impl Parameter {
    /// The value as it is stored.
    pub async fn text(&self, tx: &mut Tx) -> Rule<String> {
        let mut sql = Sql::new("SELECT value FROM system_configs WHERE category = ");
        sql.bind(Bind::Text(Some(self.category.to_owned()))).push(" AND key = ");
        sql.bind(Bind::Text(Some(self.key.to_owned())));
        Ok(match tx.load(sql).await?.first() {
            Some(row) => decode(row, 0)?,
            None => self.default.to_owned(),
        })
    }

    /// The value as a decimal number.
    pub async fn number(&self, tx: &mut Tx) -> Rule<BigDecimal> {
        let text = self.text(tx).await?;
        parse_decimal(&text).ok_or_else(|| self.unreadable().into())
    }

    /// The value as an amount in the tenant's currency.
    pub async fn money(&self, tx: &mut Tx) -> Rule<Money> {
        Ok(Money::from(self.number(tx).await?))
    }

    /// The value as a whole number, such as days or points.
    pub async fn whole(&self, tx: &mut Tx) -> Rule<i32> {
        let number = self.number(tx).await?;
        number.to_i32().ok_or_else(|| self.unreadable().into())
    }

    /// The value as true or false.
    pub async fn flag(&self, tx: &mut Tx) -> Rule<bool> {
        let text = self.text(tx).await?;
        text.parse().map_err(|_| self.unreadable().into())
    }

    /// The value as a document.
    pub async fn json(&self, tx: &mut Tx) -> Rule<Value> {
        let text = self.text(tx).await?;
        serde_json::from_str(&text).map_err(|_| self.unreadable().into())
    }

    fn unreadable(&self) -> Fault {
        Fault::internal(format!("{}.{} cannot be read", self.category, self.key))
    }
}
