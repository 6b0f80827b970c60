//! The words of the trade, for tests: receive a laptop, make it ready, put it on a draft.

use serde_json::{Value, json};

use crate::world::{Person, World, key};

/// A shop with people of every role at hand.
pub struct Shop<'w> {
    pub world: &'w World,
    pub manager: Person,
    pub sales: Person,
    pub technician: Person,
    pub technician2: Person,
    pub warehouse: Person,
}

impl<'w> Shop<'w> {
    /// The shop `bizhub` of a world.
    pub async fn open(world: &'w World) -> Shop<'w> {
        Shop {
            world,
            manager: world.person("manager").await,
            sales: world.person("sales").await,
            technician: world.person("technician").await,
            technician2: world.person("technician2").await,
            warehouse: world.person("warehouse").await,
        }
    }

    /// A laptop model at 5,000.00 for grade A.
    pub async fn laptop_model(&self) -> String {
        let input = json!({
            "category": "LAPTOP", "brand": "HP", "modelName": "EliteBook 840 G7",
            "defaultPriceGradeA": "5000.00", "defaultPriceGradeB": "4500.00",
            "defaultPriceGradeC": "4000.00",
        });
        let made = self.world.done(
            &self.manager,
            "bizhubProductModelCreate",
            input,
            "productModel { id }",
        );
        id_of(&made.await, "productModel")
    }

    /// A retail customer.
    pub async fn customer(&self) -> String {
        let input =
            json!({ "customerType": "RETAIL", "fullName": "Ama Mensah", "phone": "0201234567" });
        let made =
            self.world.done(&self.sales, "bizhubCustomerCreate", input, "customer { id }").await;
        id_of(&made, "customer")
    }

    /// The id of the location with this name.
    pub async fn location(&self, name: &str) -> String {
        let query = format!(
            "{{ bizhub {{ locations(where: {{locationName: {{eq: \"{name}\"}}}}) {{ nodes {{ id }} }} }} }}"
        );
        let data = self.world.read(&self.manager, &query).await;
        data["bizhub"]["locations"]["nodes"][0]["id"].as_str().unwrap().to_owned()
    }

    /// A laptop that was just received.
    pub async fn received(&self, model: &str) -> String {
        let location = self.location("Warehouse").await;
        let input = json!({
            "productModelId": model, "serialNumber": format!("SN{}", key()), "locationId": location,
            "receivedDate": "2026-03-02", "landedCost": "3200.00",
            "idempotencyKey": key(),
        });
        let made =
            self.world.done(&self.warehouse, "bizhubAssetReceive", input, "asset { id }").await;
        id_of(&made, "asset")
    }

    /// A laptop of grade A, tested, wiped, checked and ready for sale.
    pub async fn ready(&self, model: &str) -> String {
        let asset = self.received(model).await;
        self.make_ready(&asset).await;
        asset
    }

    /// Takes a received laptop through tests, wipe and quality check.
    pub async fn make_ready(&self, asset: &str) {
        let world = self.world;
        let input = json!({ "assetId": asset, "idempotencyKey": key() });
        world.done(&self.technician, "bizhubAssetStartIntake", input, "").await;
        self.diagnosed(asset).await;
        let input =
            json!({ "assetId": asset, "wipeMethod": "NIST 800-88", "idempotencyKey": key() });
        world.done(&self.technician, "bizhubAssetRecordWipe", input, "").await;
        let input = json!({ "assetId": asset, "conditionGrade": "A", "idempotencyKey": key() });
        world.done(&self.technician2, "bizhubAssetPassQc", input, "").await;
    }

    /// Records diagnostics that every check passed.
    pub async fn diagnosed(&self, asset: &str) {
        let checklist = checklist(LAPTOP_CHECKS, "pass");
        let input = json!({
            "assetId": asset, "checklistData": checklist, "overallResult": "PASS",
            "batteryHealthPercent": 92, "batteryCycleCount": 120, "idempotencyKey": key(),
        });
        self.world.done(&self.technician, "bizhubAssetRecordDiagnostics", input, "").await;
    }
}

/// The id of a payload's row.
pub fn id_of(payload: &Value, field: &str) -> String {
    payload[field]["id"].as_str().unwrap_or_else(|| panic!("no {field} in {payload}")).to_owned()
}

/// What a laptop is tested for.
pub const LAPTOP_CHECKS: &[&str] = &[
    "power_on",
    "display",
    "keyboard",
    "trackpad",
    "ports",
    "wifi",
    "bluetooth",
    "speakers",
    "webcam",
    "battery",
];

/// A checklist on which every check found the same.
pub fn checklist(checks: &[&str], found: &str) -> Value {
    checks.iter().map(|check| ((*check).to_owned(), Value::from(found))).collect()
}
