//! What a line costs, what of it is tax, and the least that it may be sold for (spec 6.3,
//! 6.5). Everything is rounded once, at the line; totals are sums.

use bigdecimal::BigDecimal;
use bizgraph_kernel::Refusal;
use bizgraph_kernel::db::{Fault, Tx};
use bizgraph_kernel::input::MOST_MONEY_CENTS;
use bizgraph_kernel::money::{Money, parse_decimal};
use bizgraph_kernel::refusal::Rule;
use bizgraph_kernel::setting::Setting;

use crate::settings::{FLOOR_PERCENT, PRICES_INCLUDE_TAX, TAX_RATE};

/// The tenant's rules of price, and whether the caller is bound by the floor.
pub struct Pricing {
    floor_percent: BigDecimal,
    tax_percent: BigDecimal,
    tax_included: bool,
    below_floor: bool,
}

/// The amounts of one line.
pub struct LineAmounts {
    pub quantity: i32,
    pub unit_price: Money,
    pub discount: Money,
}

impl LineAmounts {
    /// Quantity times unit price less the discount; exact without rounding.
    pub fn total(&self) -> Money {
        self.unit_price.times(self.quantity) - self.discount.clone()
    }
}

/// What the goods of a line are worth; either is unknown for a service.
pub struct Worth {
    /// The shop's own price of one.
    pub list_price: Option<Money>,
    /// What one cost the shop.
    pub unit_cost: Option<Money>,
}

/// The header's amounts.
#[derive(Clone, Debug, PartialEq)]
pub struct Totals {
    pub subtotal: Money,
    pub tax: Money,
    pub total: Money,
}

/// Why a price is refused.
#[derive(Refusal)]
enum PriceRefused {
    #[refusal(
        OUT_OF_RANGE,
        at = "{path}.discount",
        "The discount is more than the line of {most}. Lower it."
    )]
    DiscountAboveLine { path: String, most: Money },
    #[refusal(
        OUT_OF_RANGE,
        at = "{path}.quantity",
        "The line comes to {offered}, more than the {most} that it can hold. Lower the quantity \
         or the price."
    )]
    AboveMost { path: String, offered: Money, most: Money },
    #[refusal(
        NOT_ELIGIBLE,
        at = "{path}.unitPrice",
        "The line comes to {offered}, less than the least price of {least}. Raise the price or \
         lower the discount, or let a Manager sell it."
    )]
    BelowFloor { path: String, offered: Money, least: Money },
    #[refusal(
        NOT_ELIGIBLE,
        at = "{path}.unitPrice",
        "The line comes to less than the goods cost the shop. Raise the price, or let a Manager \
         sell it."
    )]
    BelowCost { path: String },
}

impl Pricing {
    /// Reads the tenant's rules.
    pub async fn read(tx: &mut Tx) -> Rule<Self> {
        Ok(Pricing {
            floor_percent: percent(tx, &FLOOR_PERCENT).await?,
            tax_percent: percent(tx, &TAX_RATE).await?,
            tax_included: tx.setting(&PRICES_INCLUDE_TAX).await?,
            below_floor: tx.actor.may("bizhub.invoice.below_floor"),
        })
    }

    /// Whether the caller may sell below the floor, below cost, and for nothing.
    pub fn unbound(&self) -> bool {
        self.below_floor
    }

    /// The tax of a line, rounded here.
    pub fn tax_of(&self, line_total: &Money) -> Money {
        if !self.tax_included {
            return line_total.percent(&self.tax_percent);
        }
        let gross = BigDecimal::from(100) + &self.tax_percent;
        let tax = line_total.times(self.tax_percent.clone()).divided_by(gross);
        tax.unwrap_or_default().rounded()
    }

    /// The header's amounts from those of the lines: each line's total and tax.
    pub fn totals<'a>(&self, lines: impl IntoIterator<Item = (&'a Money, &'a Money)>) -> Totals {
        let (mut net, mut tax) = (Money::zero(), Money::zero());
        for (line_total, line_tax) in lines {
            net = &net + line_total;
            tax = &tax + line_tax;
        }
        let subtotal = if self.tax_included { net - tax.clone() } else { net };
        Totals { total: &subtotal + &tax, subtotal, tax }
    }

    /// Refuses amounts that are no amounts, and prices below what the caller may grant.
    pub fn check(&self, tx: &mut Tx, path: &str, amounts: &LineAmounts, worth: &Worth) {
        tx.amount(&amounts.unit_price, &format!("{path}.unitPrice"));
        tx.amount(&amounts.discount, &format!("{path}.discount"));
        let line_total = amounts.total();
        let path = path.to_owned();
        if line_total.is_negative() {
            let most = amounts.unit_price.times(amounts.quantity);
            tx.refuse(PriceRefused::DiscountAboveLine { path, most });
            return;
        }
        let most = Money::cents(MOST_MONEY_CENTS);
        // A single piece has heard of its price already.
        if line_total > most && amounts.unit_price <= most {
            tx.refuse(PriceRefused::AboveMost { path, offered: line_total, most });
            return;
        }
        if self.below_floor {
            return;
        }
        let list_price = worth.list_price.as_ref().map(|price| price.times(amounts.quantity));
        let least = list_price.map(|price| price.percent(&self.floor_percent));
        if let Some(least) = least
            && line_total < least
        {
            let path = path.clone();
            tx.refuse(PriceRefused::BelowFloor { path, offered: line_total.clone(), least });
        }
        let earned = if self.tax_included {
            line_total.clone() - self.tax_of(&line_total)
        } else {
            line_total
        };
        let cost = worth.unit_cost.as_ref().map(|cost| cost.times(amounts.quantity));
        if cost.is_some_and(|cost| earned < cost) {
            tx.refuse(PriceRefused::BelowCost { path });
        }
    }
}

async fn percent(tx: &mut Tx, setting: &'static Setting) -> Rule<BigDecimal> {
    let text: String = tx.setting(setting).await?;
    let number = parse_decimal(&text);
    number.ok_or_else(|| Fault::internal(format!("{} is no number", setting.key)).into())
}
