//! The five workloads: what is sent, and what the answer has to be.

use anyhow::{Context, ensure};
use bizgraph_kernel::entity::GlobalId;
use serde_json::{Value, json};

/// Different requests of a workload that reads.
const VARIETY: u32 = 500;

/// Whose rows are asked for.
#[derive(Clone, Copy)]
pub struct Shop {
    /// Number of the tenant, which its global ids carry.
    pub tenant: i32,
    /// Invoices of its world.
    pub invoices: u32,
}

/// A kind of request.
pub struct Workload {
    pub name: &'static str,
    /// What it asks for, for people.
    pub says: &'static str,
    /// The share of the floor that is wanted.
    pub goal: f64,
    pub writes: bool,
    document: &'static str,
    variables: fn(shop: Shop, number: u32) -> Value,
    check: fn(&Value) -> Option<()>,
}

/// The five, in the order of the design's table.
pub static WORKLOADS: [Workload; 5] = [
    Workload {
        name: "point",
        says: "one invoice by id, its customer and its payments",
        goal: 0.6,
        writes: false,
        document: "query($id: ID!) { bizhub { invoice(id: $id) { id invoiceNumber invoiceDate status \
                   totalAmount amountPaid customer { id fullName businessName city } payments(first: 10) { \
                   nodes { id paymentDate paymentMethod amount reference } } } } }",
        variables: |shop, number| json!({ "id": shop.paid_invoice(number) }),
        check: |data| {
            let invoice = data.pointer("/bizhub/invoice")?;
            invoice.pointer("/customer/fullName")?.as_str()?;
            let payments = invoice.pointer("/payments/nodes")?.as_array()?;
            (!payments.is_empty() && invoice.get("status")? == "PAID").then_some(())
        },
    },
    Workload {
        name: "list",
        says: "50 invoices, 4 levels: customer, lines with asset and model, payments",
        goal: 0.6,
        writes: false,
        document: "query($before: DateTime!) { bizhub { invoices(first: 50, where: {createdAt: {lt: \
                   $before}}, orderBy: [{field: CREATED_AT, direction: DESC}]) { nodes { id \
                   invoiceNumber invoiceDate status totalAmount amountPaid customer { id fullName \
                   city } lines(first: 5) { nodes { id itemDescription quantity unitPrice lineTotal \
                   asset { id assetTag status productModel { id brand modelName } } } } \
                   payments(first: 5) { nodes { id paymentMethod amount } } } pageInfo { hasNextPage \
                   endCursor } } } }",
        variables: |_, number| json!({ "before": day(number) }),
        check: |data| {
            let invoices = data.pointer("/bizhub/invoices/nodes")?.as_array()?;
            let whole = invoices.iter().all(|invoice| {
                let brand = invoice.pointer("/lines/nodes/0/asset/productModel/brand");
                let lines = invoice.pointer("/lines/nodes").and_then(Value::as_array);
                brand.is_some_and(Value::is_string) && lines.is_some_and(|lines| lines.len() == 3)
            });
            (invoices.len() == 50 && whole).then_some(())
        },
    },
    Workload {
        name: "filter",
        says: "status, a week of dates and part of the customer's name, first 50 and totalCount",
        goal: 0.9,
        writes: false,
        document: "query($from: Date!, $to: Date!, $name: String!) { bizhub { invoices(first: 50, \
                   where: {status: {eq: PAID}, invoiceDate: {gte: $from, lte: $to}, customer: {is: \
                   {fullName: {contains: $name}}}}, orderBy: [{field: INVOICE_DATE, direction: DESC}]) \
                   { totalCount nodes { id invoiceNumber invoiceDate totalAmount customer { id \
                   fullName } } } } }",
        variables: |_, number| {
            let names = ["Mensah", "Owusu", "Boateng", "Asante", "Osei", "Appiah", "Addo"];
            let (month, day) = (number % 12 + 1, number % 21 + 1);
            json!({
                "from": format!("2024-{month:02}-{day:02}"),
                "to": format!("2024-{month:02}-{:02}", day + 6),
                "name": names[number as usize % names.len()],
            })
        },
        check: |data| {
            let page = data.pointer("/bizhub/invoices")?;
            let full = page.get("nodes")?.as_array()?.len() == 50;
            (full && page.get("totalCount")?.as_u64()? > 50).then_some(())
        },
    },
    Workload {
        name: "wide",
        says: "1,000 assets with 12 fields each",
        goal: 0.5,
        writes: false,
        document: "query($before: DateTime!) { bizhub { assets(first: 1000, where: {createdAt: {lt: \
                   $before}}) { nodes { id assetTag serialNumber receivedDate conditionGrade \
                   batteryHealthPercent status supplier accessoriesIncluded salePrice saleDate createdAt \
                   } } } }",
        variables: |_, number| json!({ "before": day(number) }),
        check: |data| {
            let assets = data.pointer("/bizhub/assets/nodes")?.as_array()?;
            let whole = assets.iter().all(|asset| asset["assetTag"].is_string());
            (assets.len() == 1000 && whole && assets.first()?.as_object()?.len() == 12)
                .then_some(())
        },
    },
    Workload {
        name: "pay",
        says: "one payment on a sent invoice, one transaction",
        goal: 0.7,
        writes: true,
        document: "mutation($input: BizhubInvoicePayInput!) { bizhubInvoicePay(input: $input) { \
                   invoice { id status amountPaid amountDue } userErrors { code message field } } }",
        variables: |shop, number| {
            json!({ "input": {
                "invoiceId": shop.sent_invoice(number),
                "tenders": [{ "paymentMethod": "CASH", "amount": "0.01" }],
                "idempotencyKey": "{key}",
            } })
        },
        check: |data| {
            let payload = data.get("bizhubInvoicePay")?;
            let clean = payload.get("userErrors")?.as_array()?.is_empty();
            (clean && payload.pointer("/invoice/status")? == "SENT").then_some(())
        },
    },
];

impl Workload {
    /// Bodies of different requests. What writes gets each invoice at most once in a list.
    pub fn bodies(&self, shop: Shop) -> Vec<String> {
        let variety = if self.writes { 20_000 } else { VARIETY };
        (0..variety).map(|number| self.body(shop, number)).collect()
    }

    fn body(&self, shop: Shop, number: u32) -> String {
        let variables = (self.variables)(shop, number);
        json!({ "query": self.document, "variables": variables }).to_string()
    }

    /// Refuses an answer that is not what the workload is to measure.
    pub fn check(&self, status: u16, body: &str) -> anyhow::Result<()> {
        let start: String = body.chars().take(600).collect();
        let answer: Value = serde_json::from_str(body).with_context(|| start.clone())?;
        let right =
            status == 200 && answer.get("errors").is_none() && answer.get("extensions").is_none();
        ensure!(right, "{} answers {status}: {start}", self.name);
        let fits = answer.get("data").and_then(self.check);
        fits.with_context(|| format!("{} answers something else: {start}", self.name))
    }
}

/// Where a page of invoices begins.
pub enum Page<'a> {
    /// The first of those that are older.
    Before(&'a str),
    /// The one behind a cursor.
    After(&'a str),
}

/// A page of the newest invoices.
pub fn page_body(page: &Page<'_>) -> String {
    let (where_, after) = match page {
        Page::Before(instant) => (json!({ "createdAt": { "lt": instant } }), Value::Null),
        Page::After(cursor) => (Value::Null, json!(cursor)),
    };
    let document = "query($where: BizhubInvoiceWhere, $after: String) { bizhub { invoices(first: 50, \
                    where: $where, after: $after, orderBy: [{field: CREATED_AT, direction: DESC}]) { \
                    nodes { id invoiceNumber status totalAmount customer { id fullName } \
                    payments(first: 5) { nodes { id amount } } } pageInfo { hasNextPage endCursor } } } }";
    json!({ "query": document, "variables": { "where": where_, "after": after } }).to_string()
}

impl Shop {
    fn invoice(self, key: u32) -> String {
        GlobalId::encode(self.tenant, "BizhubInvoice", &key.to_string())
    }

    fn paid_invoice(self, number: u32) -> String {
        self.invoice(self.mixed(number * 131, 10, 60).max(96))
    }

    fn sent_invoice(self, number: u32) -> String {
        self.invoice(self.mixed(number * 7 % 20_000, 70, 20))
    }

    /// The keys of a status, which the world's file mixes as 37 times the key, in rows of 96.
    fn mixed(self, number: u32, from: u32, width: u32) -> u32 {
        let (row, place) = (number / width, from + number % width);
        // 13 undoes 37: their product leaves 1 when divided by 96.
        row % (self.invoices / 100) * 96 + place * 13 % 96
    }
}

/// The beginning of one of the days of a year.
fn day(number: u32) -> String {
    format!("2024-{:02}-{:02}T00:00:00Z", number % 12 + 1, number % 28 + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_fall_into_their_status() {
        let shop = Shop { tenant: 1, invoices: 10_000 };
        for number in 0..20_000 {
            let sent = shop.mixed(number, 70, 20);
            assert!((70..90).contains(&(sent * 37 % 96)) && sent <= 9_600);
        }
    }
}
