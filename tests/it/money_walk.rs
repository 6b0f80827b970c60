//! Random sales, tenders and refunds against a model in whole cents: equal to the cent, and
//! `verify` has nothing to say (spec 1.3, 6.5 to 6.7).

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};

use crate::shop::{Shop, id_of};
use crate::world::{Person, World, key};

/// A line of a random sale, in cents.
#[derive(Clone, Debug)]
struct Line {
    bulk: bool,
    quantity: i64,
    price: i64,
    discount: i64,
}

/// A random sale.
#[derive(Clone, Debug)]
struct Sale {
    /// Hundredths of a percent.
    tax: i64,
    tax_included: bool,
    lines: Vec<Line>,
    /// Calls, each with tenders: the method's place in [`METHODS`] and cents.
    calls: Vec<Vec<(usize, i64)>>,
}

const METHODS: [&str; 5] = ["CASH", "MOMO", "BANK_TRANSFER", "CARD", "OTHER"];

fn line() -> impl Strategy<Value = Line> {
    (any::<bool>(), 1..7_i64, 0..90_000_i64, 0..=100_i64).prop_map(
        |(bulk, quantity, price, share)| {
            // Most lines have no discount; the others one of any size up to the whole line.
            let discount = if share > 60 { quantity * price * (share - 60) / 40 } else { 0 };
            Line { bulk, quantity, price, discount }
        },
    )
}

fn sale() -> impl Strategy<Value = Sale> {
    let tenders = vec((0..METHODS.len(), 1..200_000_i64), 1..4);
    let tax = prop_oneof![Just(0), 1..2_500_i64];
    (tax, any::<bool>(), vec(line(), 1..5), vec(tenders, 0..4))
        .prop_map(|(tax, tax_included, lines, calls)| Sale { tax, tax_included, lines, calls })
}

/// Rounds a fraction of cents half up.
fn rounded(dividend: i64, divisor: i64) -> i64 {
    (2 * dividend + divisor) / (2 * divisor)
}

impl Sale {
    fn line_total(line: &Line) -> i64 {
        line.quantity * line.price - line.discount
    }

    fn line_tax(&self, line: &Line) -> i64 {
        let gross = if self.tax_included { 10_000 + self.tax } else { 10_000 };
        rounded(Self::line_total(line) * self.tax, gross)
    }

    /// What the customer pays for a line.
    fn line_paid(&self, line: &Line) -> i64 {
        let tax = if self.tax_included { 0 } else { self.line_tax(line) };
        Self::line_total(line) + tax
    }

    fn total(&self) -> i64 {
        self.lines.iter().map(|line| self.line_paid(line)).sum()
    }
}

/// What one call pays towards what is due; `None` when it is refused. Cash counts last.
fn accepted(due: i64, tenders: &[(usize, i64)]) -> Option<i64> {
    let mut left = due;
    let (cash, others): (Vec<_>, Vec<_>) =
        tenders.iter().copied().partition(|(method, _)| *method == 0);
    for (_, cents) in others {
        left = left.checked_sub(cents).filter(|left| *left >= 0)?;
    }
    for (_, cents) in cash {
        if left == 0 {
            return None;
        }
        left -= left.min(cents);
    }
    Some(due - left)
}

fn money(cents: i64) -> String {
    format!("{}.{:02}", cents / 100, cents % 100)
}

fn tender(method: usize, cents: i64) -> Value {
    json!({ "paymentMethod": METHODS[method], "amount": money(cents), "reference": key() })
}

/// One world in which all random sales happen.
struct Walk<'w> {
    shop: Shop<'w>,
    second: Person,
    customer: String,
    chargers: String,
}

impl Walk<'_> {
    /// A draft with the lines of the sale, sent; free ones settle at once.
    async fn begin(&self, sale: &Sale) -> String {
        let shop = &self.shop;
        let percent = money(sale.tax);
        shop.set("bizhub.tax_rate", json!(percent)).await;
        shop.set("bizhub.prices_include_tax", json!(sale.tax_included)).await;
        let lines: Vec<Value> = sale
            .lines
            .iter()
            .map(|line| {
                json!({
                    "bulkStockId": line.bulk.then_some(&self.chargers), "itemDescription": "Anything",
                    "quantity": line.quantity, "unitPrice": money(line.price),
                    "discount": money(line.discount),
                })
            })
            .collect();
        let input = json!({
            "customerId": self.customer, "customerType": "RETAIL", "lines": lines,
            "idempotencyKey": key(),
        });
        let made = shop.world.done(&shop.manager, "bizhubInvoiceCreate", input, "invoice { id }");
        let invoice = id_of(&made.await, "invoice");
        let input = json!({ "invoiceId": invoice, "idempotencyKey": key() });
        shop.world.done(&shop.manager, "bizhubInvoiceSend", input, "").await;
        invoice
    }

    /// The calls of the sale, each accepted or refused as the model says; then the rest.
    async fn pay(&self, sale: &Sale, invoice: &str) {
        let (shop, total) = (&self.shop, sale.total());
        let mut paid = 0;
        let expect = async |paid: i64| {
            let status = if paid == total { "Paid" } else { "Sent" };
            let books = format!("{status}: {} of {}, 0.00 back", money(paid), money(total));
            assert_eq!(shop.books(invoice).await, books);
        };
        expect(paid).await;
        for call in &sale.calls {
            if paid == total {
                break;
            }
            let tenders: Vec<Value> = call.iter().map(|(by, cents)| tender(*by, *cents)).collect();
            let input =
                json!({ "invoiceId": invoice, "tenders": tenders, "idempotencyKey": key() });
            let payload = shop.world.call(&shop.manager, "bizhubInvoicePay", input, "").await;
            let errors = payload["userErrors"].as_array().unwrap();
            match accepted(total - paid, call) {
                Some(cents) => {
                    assert!(errors.is_empty(), "{call:?} of {}: {errors:?}", total - paid);
                    paid += cents;
                }
                None => assert!(
                    errors.iter().all(|error| error["code"] == "OVERPAYMENT") && !errors.is_empty(),
                    "{call:?} of {}: {errors:?}",
                    total - paid
                ),
            }
            expect(paid).await;
        }
        if paid < total {
            let rest = json!([tender(4, total - paid)]);
            let input = json!({ "invoiceId": invoice, "tenders": rest, "idempotencyKey": key() });
            shop.world.done(&shop.manager, "bizhubInvoicePay", input, "").await;
        }
        expect(total).await;
    }

    /// Everything goes back in two refunds: one of each bulk line first, then the rest.
    async fn refund(&self, sale: &Sale, invoice: &str) {
        let ids = self.shop.ids_of("lines", invoice).await;
        let lines = || ids.iter().zip(&sale.lines);
        let single = |line: &Line| rounded(sale.line_paid(line), line.quantity);
        let first: Vec<_> = lines().filter(|(_, line)| line.bulk && line.quantity > 1).collect();
        let mut back = 0;
        if !first.is_empty() {
            back = first.iter().map(|(_, line)| single(line)).sum();
            let parts = first.iter().map(|(id, _)| json!({ "invoiceLineId": id, "quantity": 1 }));
            self.complete(invoice, json!(parts.collect::<Vec<_>>()), back).await;
            let books = format!("Paid: {0} of {0}, {1} back", money(sale.total()), money(back));
            assert_eq!(self.shop.books(invoice).await, books);
        }
        let parts: Vec<Value> = ids.iter().map(|id| json!({ "invoiceLineId": id })).collect();
        self.complete(invoice, json!(parts), sale.total() - back).await;
        let books = format!("Refunded: {0} of {0}, {0} back", money(sale.total()));
        assert_eq!(self.shop.books(invoice).await, books);
    }

    /// Asks for a refund, which must come to these cents, and pays it out in cash.
    async fn complete(&self, invoice: &str, lines: Value, cents: i64) {
        let (world, manager) = (self.shop.world, &self.shop.manager);
        let input = json!({
            "invoiceId": invoice, "lines": lines, "reason": "Did not fit", "idempotencyKey": key(),
        });
        let shown = "refund { id totalAmount }";
        let made = world.done(manager, "bizhubRefundRequest", input, shown).await;
        assert_eq!(made["refund"]["totalAmount"], money(cents));
        let refund = id_of(&made, "refund");
        world.done(&self.second, "bizhubRefundApprove", json!({ "refundId": refund }), "").await;
        let tenders = if cents > 0 {
            json!([{ "paymentMethod": "CASH", "amount": money(cents) }])
        } else {
            json!([])
        };
        let input = json!({ "refundId": refund, "tenders": tenders, "idempotencyKey": key() });
        world.done(&self.second, "bizhubRefundComplete", input, "").await;
    }
}

#[test]
fn random_sales_tenders_and_refunds_are_exact_to_the_cent() {
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let world = runtime.block_on(World::new());
    let walk = runtime.block_on(async {
        let shop = Shop::open(&world).await;
        let (customer, chargers) = (shop.customer().await, shop.chargers(10_000).await);
        let second = world.person("manager2").await;
        Walk { shop, second, customer, chargers }
    });
    let config =
        Config { cases: 32, max_shrink_iters: 40, failure_persistence: None, ..Config::default() };
    let outcome = TestRunner::new(config).run(&sale(), |sale| {
        runtime.block_on(async {
            let invoice = walk.begin(&sale).await;
            walk.pay(&sale, &invoice).await;
            walk.refund(&sale, &invoice).await;
            world.verify().await;
        });
        Ok(())
    });
    outcome.unwrap();
    assert_eq!(runtime.block_on(walk.shop.pile(&walk.chargers)), "10000 there, 0 held");
}

#[test]
fn the_model_counts_cash_last_and_rounds_half_up() {
    assert_eq!(accepted(100, &[(0, 500), (1, 40)]), Some(100));
    assert_eq!(accepted(100, &[(1, 101)]), None);
    assert_eq!(accepted(100, &[(1, 100), (0, 1)]), None);
    assert_eq!(rounded(45, 10), 5);
    assert_eq!(rounded(44, 10), 4);
}
