//! Cash drawers (spec 6.6), one test a sentence.

mod counting;
mod taking;

use serde_json::{Value, json};

use crate::shop::{Shop, id_of};
use crate::till::row;
use crate::world::{Person, key};

/// The words of the drawer.
impl Shop<'_> {
    /// Opens a person's drawer with this float.
    pub async fn opens(&self, person: &Person, float: &str) -> String {
        let input = json!({ "openingFloat": float, "idempotencyKey": key() });
        let name = "bizhubCashDrawerSessionOpen";
        let made = self.world.done(person, name, input, "cashDrawerSession { id }").await;
        id_of(&made, "cashDrawerSession")
    }

    /// Counts a drawer and closes it.
    pub async fn closes(&self, person: &Person, drawer: &str, counts: Value) {
        let name = "bizhubCashDrawerSessionClose";
        self.world.done(person, name, closing(drawer, counts), "").await;
    }

    /// What was counted in a drawer, as the database keeps it.
    pub async fn counts(&self, drawer: &str) -> Vec<String> {
        let sql = format!(
            "SELECT payment_method || ' ' || expected || ', counted ' || counted || ', ' || difference \
             AS line FROM bizhub.cash_drawer_counts WHERE cash_drawer_session_id = {} ORDER BY id",
            row(drawer)
        );
        self.lines(&sql).await
    }
}

/// The input that closes a drawer.
fn closing(drawer: &str, counts: Value) -> Value {
    json!({ "cashDrawerSessionId": drawer, "counts": counts, "idempotencyKey": key() })
}

/// So much was counted by a method.
fn counted(method: &str, amount: &str) -> Value {
    json!({ "paymentMethod": method, "amount": amount })
}
