//! The certificate of a warranty: for which device, until when, and what is promised.

use bizgraph_kernel::db::{Fault, Session};
use bizgraph_kernel::document::{Block, Fact, Sheet};
use bizgraph_kernel::entity::Bind;

use super::amount::day;
use super::device;
use super::letterhead::{addressee, footer, issuer};
use crate::customer::Customer;
use crate::invoice::Invoice;
use crate::warranty::Warranty;

/// What stands on the certificate of the warranty with this key.
pub(super) async fn certificate(session: &Session, key: &str) -> Result<Option<Sheet>, Fault> {
    let Ok(key) = key.parse::<i32>() else { return Ok(None) };
    let Some(warranty) = session.find::<Warranty>(Bind::Int(Some(key))).await? else {
        return Ok(None);
    };
    let customer = session.find::<Customer>(Bind::Int(Some(warranty.customer_id))).await?;
    let invoice = session.find::<Invoice>(Bind::Int(Some(warranty.invoice_id))).await?;
    let mut facts = vec![
        Fact::new("Warranty", warranty.warranty_tier.spelling()),
        Fact::new("From", day(warranty.start_date)),
        Fact::new("Until", day(warranty.end_date)),
    ];
    facts.extend(invoice.map(|invoice| Fact::new("Invoice", invoice.invoice_number)));
    let mut blocks = Vec::new();
    if let Some(asset) = warranty.asset_id {
        blocks.push(Block::Heading("The device".to_owned()));
        blocks.push(Block::Facts(device::facts(session, asset).await?));
    }
    for (heading, text) in [
        ("What is covered", warranty.coverage_details.clone()),
        ("What is not covered", warranty.exclusions.clone()),
        ("What comes with it", extras(&warranty)),
    ] {
        if let Some(text) = text.filter(|text| !text.is_empty()) {
            blocks.push(Block::Heading(heading.to_owned()));
            blocks.push(Block::Text(text));
        }
    }
    let name = &session.actor.tenant.name;
    blocks.push(Block::Signatures(vec![format!("For {name}"), "Customer".to_owned()]));
    let number = warranty.warranty_number.clone();
    Ok(Some(Sheet {
        file_name: format!("warranty-{number}.pdf"),
        title: "Warranty certificate".to_owned(),
        issuer: issuer(session).await?,
        addressee: Some(addressee("Promised to", customer.as_ref())),
        facts,
        blocks,
        footer: footer(session, &number),
        number,
    }))
}

fn extras(warranty: &Warranty) -> Option<String> {
    let all = [
        (warranty.includes_accessories, "accessories"),
        (warranty.includes_certificate, "this certificate"),
        (warranty.includes_premium_boxing, "a premium box"),
    ];
    let extras: Vec<&str> = all.into_iter().filter(|(has, _)| *has).map(|(_, name)| name).collect();
    (!extras.is_empty()).then(|| extras.join(", "))
}
