//! What a tenant of the module can set, with the document's examples as starting values
//! (spec 6.3, 6.5, 6.7).

use bizgraph_kernel::setting::{Setting, is_amount, is_bool, is_count, is_percent};
use serde_json::Value;

/// What a technician checks, by category of the model.
pub static CHECKLIST_KEYS: Setting = Setting {
    key: "bizhub.checklist_keys",
    doc: "What a technician checks, by category of the model. Diagnostics answer every key of \
          the category with pass, fail or a note.",
    default: r#"{
        "Laptop": ["power_on", "display", "keyboard", "trackpad", "ports", "wifi", "bluetooth",
                   "speakers", "webcam", "battery"],
        "Phone": ["power_on", "display", "touchscreen", "buttons", "charging_port", "wifi",
                  "bluetooth", "speakers", "microphone", "cameras", "battery"],
        "Accessory": ["power_on", "ports", "casing"]
    }"#,
    check: is_checklist,
};

/// How a device's data can be wiped.
pub static WIPE_METHODS: Setting = Setting {
    key: "bizhub.wipe_methods",
    doc: "How a device's data can be wiped. Quick Format alone is not enough for laptops and \
          phones unless a Manager says so.",
    default: r#"["DOD 3-pass", "NIST 800-88", "Quick Format"]"#,
    check: is_list_of_methods,
};

/// The least a price may be without a Manager.
pub static FLOOR_PERCENT: Setting = Setting {
    key: "bizhub.floor_percent",
    doc: "The least that an asset may be sold for without a Manager, in percent of its model's \
          price for the grade.",
    default: r#""90""#,
    check: is_percent,
};

/// What a customer without a name may buy at once.
pub static WALKIN_LIMIT: Setting = Setting {
    key: "bizhub.walkin_limit",
    doc: "Walk-in customers whose invoice comes to more than this amount, in the tenant's \
          currency, must be named.",
    default: r#""5000.00""#,
    check: is_amount,
};

/// How long goods can be brought back.
pub static REFUND_DAYS: Setting = Setting {
    key: "bizhub.refund_days",
    doc: "Days after the invoice was paid within which a refund can be asked for; a Manager may \
          exceed them.",
    default: "14",
    check: is_count,
};

/// Tax on every line.
pub static TAX_RATE: Setting = Setting {
    key: "bizhub.tax_rate",
    doc: "Tax on every line of an invoice, in percent.",
    default: r#""0""#,
    check: is_percent,
};

/// Whether the tax is already in the price.
pub static PRICES_INCLUDE_TAX: Setting = Setting {
    key: "bizhub.prices_include_tax",
    doc: "Whether the prices on a line include the tax; else it is added to them.",
    default: "false",
    check: is_bool,
};

/// How long a customer has to pay.
pub static INVOICE_DUE_DAYS: Setting = Setting {
    key: "bizhub.invoice_due_days",
    doc: "Days from the day an invoice is sent to the day it is due.",
    default: "0",
    check: is_count,
};

/// From where a stock adjustment needs a second person.
pub static BULK_ADJUST_THRESHOLD: Setting = Setting {
    key: "bizhub.bulk_adjust_threshold",
    doc: "A manual adjustment of bulk stock by more than so many units needs a second person.",
    default: "10",
    check: is_count,
};

/// What a customer usually pays before something is ordered.
pub static PREORDER_DEPOSIT: Setting = Setting {
    key: "bizhub.preorder_deposit",
    doc: "The usual deposit of a preorder, in the tenant's currency.",
    default: r#""500.00""#,
    check: is_amount,
};

/// How long an arrived preorder waits.
pub static PREORDER_PICKUP_DAYS: Setting = Setting {
    key: "bizhub.preorder_pickup_days",
    doc: "Days after the customer was told, or else after the arrival, until a preorder that is \
          not picked up counts as rejected.",
    default: "14",
    check: is_count,
};

/// How long the shop may wait for a resale.
pub static PREORDER_PAYBACK_DAYS: Setting = Setting {
    key: "bizhub.preorder_payback_days",
    doc: "Days after a rejection from which the whole deposit is paid back although the device \
          was not sold to anybody else.",
    default: "60",
    check: is_count,
};

/// How long the Standard warranty runs.
pub static STANDARD_WARRANTY_DAYS: Setting = Setting {
    key: "bizhub.standard_warranty_days",
    doc: "Days that the Standard warranty of a device runs from the day its invoice is paid.",
    default: "90",
    check: is_term,
};

/// How long a closed repair can be taken up again.
pub static REPAIR_REOPEN_DAYS: Setting = Setting {
    key: "bizhub.repair_reopen_days",
    doc: "Days after a repair ticket was closed within which a Manager can open it again.",
    default: "14",
    check: is_count,
};

/// Whether cash needs a drawer.
pub static DRAWER_REQUIRED: Setting = Setting {
    key: "bizhub.drawer_required",
    doc: "Whether cash is taken and paid out only by people who have a cash drawer open.",
    default: "false",
    check: is_bool,
};

/// Every setting of the module.
pub static SETTINGS: &[&Setting] = &[
    &CHECKLIST_KEYS,
    &WIPE_METHODS,
    &FLOOR_PERCENT,
    &WALKIN_LIMIT,
    &REFUND_DAYS,
    &TAX_RATE,
    &PRICES_INCLUDE_TAX,
    &INVOICE_DUE_DAYS,
    &BULK_ADJUST_THRESHOLD,
    &DRAWER_REQUIRED,
    &PREORDER_DEPOSIT,
    &PREORDER_PICKUP_DAYS,
    &PREORDER_PAYBACK_DAYS,
    &STANDARD_WARRANTY_DAYS,
    &REPAIR_REOPEN_DAYS,
    &crate::document::letterhead::LETTERHEAD,
    &crate::document::letterhead::DOCUMENT_TERMS,
];

/// The categories whose checklists the setting holds, as the database spells them.
const CATEGORIES: [&str; 3] = ["Laptop", "Phone", "Accessory"];

fn is_term(value: &Value) -> Option<&'static str> {
    let fits = value.as_u64().is_some_and(|days| (1..=3650).contains(&days));
    (!fits).then_some("a whole number of days from 1 to 3650")
}

fn is_checklist(value: &Value) -> Option<&'static str> {
    let is_key =
        |key: &str| key.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
    let fits = value.as_object().is_some_and(|lists| {
        lists.len() == CATEGORIES.len()
            && CATEGORIES.iter().all(|category| {
                lists.get(*category).is_some_and(|list| is_list_of(list, 60, is_key))
            })
    });
    (!fits).then_some(
        "an object with Laptop, Phone and Accessory, each a list of 1 to 50 different keys in \
         small letters, digits and _, such as power_on",
    )
}

fn is_list_of_methods(value: &Value) -> Option<&'static str> {
    let fits = is_list_of(value, 50, |method| method.trim() == method);
    (!fits).then_some("a list of 1 to 50 different names of at most 50 characters")
}

/// Whether a value is a list of 1 to 50 different texts of limited length that all fit.
fn is_list_of(value: &Value, most: usize, fits: impl Fn(&str) -> bool) -> bool {
    let Some(items) = value.as_array() else { return false };
    let texts: Option<Vec<&str>> = items.iter().map(Value::as_str).collect();
    texts.is_some_and(|texts| {
        (1..=50).contains(&texts.len())
            && texts.iter().all(|text| (1..=most).contains(&text.chars().count()) && fits(text))
            && texts.iter().enumerate().all(|(place, text)| !texts[..place].contains(text))
    })
}
