//! Inputs for any mutation, made from what the schema says of its fields: ids of rows that
//! exist, most of them in a status that allows the move; now and then nonsense.

use std::collections::{BTreeMap, HashMap};

use async_graphql::registry::{MetaType, Registry};
use bizgraph_kernel::entity::GlobalId;
use bizgraph_kernel::machine::Machine;
use bizgraph_kernel::mutation::Mutation;
use serde_json::{Map, Value, json};

use super::dice::Dice;
use crate::shop::{LAPTOP_CHECKS, checklist};

static MACHINES: [&Machine; 8] = [
    &bizgraph_bizhub::asset::machine::MACHINE,
    &bizgraph_bizhub::invoice::machine::MACHINE,
    &bizgraph_bizhub::refund::machine::MACHINE,
    &bizgraph_bizhub::preorder::machine::MACHINE,
    &bizgraph_bizhub::warranty::machine::MACHINE,
    &bizgraph_bizhub::warranty_claim::machine::MACHINE,
    &bizgraph_bizhub::repair_ticket::machine::MACHINE,
    &bizgraph_bizhub::cash_drawer_session::machine::MACHINE,
];

/// Statuses that help where no move of a machine says so: beginning of the mutation's name,
/// type of the row.
const WISHES: &[(&str, &str, &[&str])] = &[
    ("bizhubInvoicePay", "BizhubInvoice", &["Sent"]),
    ("bizhubInvoicePrint", "BizhubInvoice", &["Paid"]),
    ("bizhubInvoice", "BizhubInvoice", &["Draft"]),
    ("bizhubInvoice", "BizhubAsset", &["Ready for Sale"]),
    ("bizhubRefundRequest", "BizhubInvoice", &["Paid"]),
    ("bizhubPreorderArrive", "BizhubAsset", &["Ready for Sale"]),
    ("bizhubWarrantyClaimComplete", "BizhubAsset", &["Ready for Sale"]),
    ("bizhubWarrantyClaimSubmit", "BizhubWarranty", &["Active"]),
    ("bizhubRepairTicketAddPart", "BizhubRepairTicket", &["Diagnosing", "In Repair"]),
    ("bizhubRepairTicket", "BizhubUser", &["Technician"]),
    ("bizhubWarrantyClaimApprove", "BizhubUser", &["Technician"]),
    ("bizhubAssetCost", "BizhubAsset", &["Received", "Repair Hold", "Ready for Sale"]),
];

/// A row as the walk knows it.
pub struct Known {
    pub key: String,
    pub version: i64,
    /// Of a person the role.
    pub status: String,
    /// The invoice or ticket that it is a part of; empty where it stands for itself.
    pub part_of: String,
    pub customer: String,
    /// What is to be paid for it.
    pub due: String,
}

/// Newest rows of each type.
pub type Rows = BTreeMap<String, Vec<Known>>;

/// What inputs are made of.
pub struct Inputs {
    registry: Registry,
    /// Input type by mutation.
    types: HashMap<&'static str, String>,
}

/// One input under way.
pub struct Asked<'a> {
    pub tenant: i32,
    pub mutation: &'static Mutation,
    pub rows: &'a Rows,
    pub dice: &'a mut Dice,
    /// The first row that was chosen, which the rest of the input is about.
    first: Option<&'a Known>,
}

impl<'a> Asked<'a> {
    pub fn of(
        tenant: i32,
        mutation: &'static Mutation,
        rows: &'a Rows,
        dice: &'a mut Dice,
    ) -> Asked<'a> {
        Asked { tenant, mutation, rows, dice, first: None }
    }
}

impl Inputs {
    /// Of these mutations.
    pub fn of(mutations: &[&'static Mutation]) -> Inputs {
        let mut registry = Registry::default();
        let mut types = HashMap::new();
        for mutation in mutations {
            types.insert(mutation.name, (mutation.input_type)(&mut registry));
        }
        Inputs { registry, types }
    }

    /// An input for a mutation.
    pub fn make(&self, asked: &mut Asked<'_>) -> Value {
        let name = self.types[asked.mutation.name].trim_end_matches('!').to_owned();
        self.value(asked, &name, "input")
    }

    fn value(&self, asked: &mut Asked<'_>, of: &str, field: &str) -> Value {
        let of = of.trim_end_matches('!');
        if let Some(inner) = of.strip_prefix('[').and_then(|of| of.strip_suffix(']')) {
            if field == "counts" {
                let methods = ["CASH", "MOMO", "BANK_TRANSFER", "CARD", "OTHER"];
                let count = |method: &&str| json!({ "paymentMethod": method, "amount": "100.00" });
                return methods.iter().map(count).collect();
            }
            let many = if asked.dice.chance(75) { 1 } else { 2 };
            return (0..many).map(|_| self.value(asked, inner, field)).collect();
        }
        match self.registry.types.get(of) {
            Some(MetaType::InputObject { input_fields, .. }) => {
                let mut object = Map::new();
                // A line sells one thing.
                let sold = asked.dice.word(&["assetId", "bulkStockId", "itemDescription"]);
                let line = input_fields.contains_key("bulkStockId")
                    && input_fields.contains_key("assetId");
                for (name, meta) in input_fields {
                    let required = meta.ty.ends_with('!') && meta.default_value.is_none();
                    let wanted =
                        match name.as_str() {
                            "assetId" | "bulkStockId" | "itemDescription" if line => {
                                if name == sold { 100 } else { 0 }
                            }
                            "unitPrice" if line && sold == "itemDescription" => 95,
                            "tenders" | "lines" | "assignedToId" => 90,
                            name if name.starts_with("battery") => 90,
                            "customerId" => 85,
                            "requestedCategory" | "agreedPrice" => 60,
                            "expectedVersion" => 3,
                            "preorderId" | "customerCreditId" | "customerType" | "discount" => 8,
                            _ => 25,
                        };
                    if required || asked.dice.chance(wanted) {
                        object.insert(name.clone(), self.value(asked, &meta.ty, name));
                    }
                }
                Value::Object(object)
            }
            Some(MetaType::Enum { enum_values, .. }) => {
                let names: Vec<&String> = enum_values.keys().collect();
                let likely = ["CASH", "PASS"];
                let likely = names.iter().find(|name| likely.contains(&name.as_str()));
                match likely {
                    Some(likely) if asked.dice.chance(70) => json!(likely),
                    _ => json!(asked.dice.pick(&names)),
                }
            }
            _ => scalar(asked, of, field),
        }
    }
}

fn scalar(asked: &mut Asked<'_>, of: &str, field: &str) -> Value {
    match of {
        "ID" => json!(id(asked, field)),
        "Boolean" => json!(asked.dice.chance(50)),
        "Int" if field == "expectedVersion" => json!(asked.first.map_or(1, |row| row.version)),
        "Int" if field.starts_with("battery") => json!(asked.dice.below(100)),
        "Int" => json!(asked.dice.pick(&[1, 1, 1, 1, 1, 2, 3, -1, 40])),
        "Float" => json!(1.5),
        "Date" => json!(asked.dice.pick(&["2026-03-02", "2026-03-01", "2026-03-10"])),
        "DateTime" => json!("2026-03-02T09:00:00Z"),
        "Money" | "Decimal" => json!(amount(asked, field)),
        "JSON" | "Json" => checklist(LAPTOP_CHECKS, asked.dice.word(&["pass", "pass", "fail"])),
        _ => json!(text(asked.dice, field)),
    }
}

fn amount<'a>(asked: &mut Asked<'a>, field: &str) -> &'a str {
    let dice = &mut *asked.dice;
    match (field, asked.first) {
        ("amount", Some(row)) if !row.due.is_empty() && dice.chance(70) => return &row.due,
        _ => {}
    }
    match field {
        "depositAmount" => "500.00",
        "agreedPrice" | "unitPrice" => dice.word(&["5000.00", "4800.00", "50.00"]),
        "discount" | "restockingFee" => dice.word(&["0.00", "5.00"]),
        _ => dice.word(&[
            "50.00", "500.00", "5000.00", "10000.00", "10000.00", "10000.00", "80.00", "0.00",
            "-1.00",
        ]),
    }
}

fn text(dice: &mut Dice, field: &str) -> String {
    let number = dice.roll() % 1_000_000_000;
    match field {
        "idempotencyKey" => format!("walk {:x}", dice.roll()),
        "wipeMethod" => "NIST 800-88".to_owned(),
        "email" => format!("walk{number}@shop.example"),
        field if field.to_lowercase().contains("phone") => format!("020{:07}", number % 10_000_000),
        "username" => format!("walk{number}"),
        field if field.to_lowercase().contains("password") => format!("walk of {number} steps"),
        "conditionGrade" => dice.word(&["A", "B", "C"]).to_string(),
        _ if dice.chance(3) => String::new(),
        _ => format!("Walk {number:x}"),
    }
}

/// The id of a row of the field's type.
fn id(asked: &mut Asked<'_>, field: &str) -> String {
    let row_type = match field {
        "assignedToId" => "BizhubUser".to_owned(),
        "replacementAssetId" => "BizhubAsset".to_owned(),
        "approvalRequestId" => "ApprovalRequest".to_owned(),
        field => {
            let name = field.trim_end_matches("Id");
            format!("Bizhub{}{}", name[..1].to_uppercase(), &name[1..])
        }
    };
    let rows = asked.rows;
    let known = rows.get(&row_type).map_or(&[][..], Vec::as_slice);
    if known.is_empty() || asked.dice.chance(3) {
        return GlobalId::encode(asked.tenant, &row_type, "999999");
    }
    let wishes = wishes(asked.mutation, &row_type);
    let fits = |row: &&Known| match asked.first {
        Some(first) if !row.part_of.is_empty() => row.part_of == first.key,
        Some(first) if row_type == "BizhubCustomer" => row.key == first.customer,
        _ => wishes.contains(&row.status.as_str()),
    };
    let fitting: Vec<&Known> = known.iter().filter(fits).collect();
    let row = match fitting.is_empty() || asked.dice.chance(10) {
        true => asked.dice.pick(known),
        false => *asked.dice.pick(&fitting),
    };
    asked.first.get_or_insert(row);
    GlobalId::encode(asked.tenant, &row_type, &row.key)
}

/// Statuses of rows of a type that allow a mutation, as far as anything says so.
fn wishes(mutation: &Mutation, row_type: &str) -> &'static [&'static str] {
    let (subject, verb) = mutation.permission.split_once(".transition:").unwrap_or_default();
    let subject = subject.trim_start_matches("bizhub.");
    let plain = subject.replace('_', "").to_lowercase();
    if row_type.to_lowercase() == format!("bizhub{plain}") {
        let name = subject.replace('_', " ");
        let machine = MACHINES.iter().find(|machine| machine.name == name);
        let step = machine.and_then(|it| it.moves.iter().find(|step| step.verb == verb));
        if let Some(step) = step {
            return step.from;
        }
    }
    let wish =
        WISHES.iter().find(|(name, of, _)| mutation.name.starts_with(name) && *of == row_type);
    wish.map_or(&[], |(_, _, statuses)| statuses)
}
