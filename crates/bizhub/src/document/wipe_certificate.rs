//! The certificate that the data of a device were wiped: which device, how, when and by whom.

use bizgraph_kernel::db::{Fault, Session};
use bizgraph_kernel::document::{Block, Fact, Sheet};
use bizgraph_kernel::entity::Bind;

use super::amount::day;
use super::device;
use super::letterhead::{footer, issuer};
use crate::wipe_certificate::WipeCertificate;

/// What stands on the certificate with this key.
pub(super) async fn certificate(session: &Session, key: &str) -> Result<Option<Sheet>, Fault> {
    let Ok(key) = key.parse::<i32>() else { return Ok(None) };
    let Some(wipe) = session.find::<WipeCertificate>(Bind::Int(Some(key))).await? else {
        return Ok(None);
    };
    let number = format!("No. {}", wipe.id);
    let mut blocks = vec![
        Block::Text(
            "This is to certify that all data on the storage of the device below were erased by \
             the method below, and that the erasure was completed."
                .to_owned(),
        ),
        Block::Heading("The device".to_owned()),
        Block::Facts(device::facts(session, wipe.asset_id).await?),
        Block::Heading("The erasure".to_owned()),
    ];
    let mut facts = vec![
        Fact::new("Method", wipe.wipe_method),
        Fact::new("Date", day(wipe.wipe_date)),
        Fact::new("Carried out by", wipe.technician_name.clone()),
    ];
    let reference = wipe.certificate_reference;
    facts.extend(reference.map(|reference| Fact::new("Certificate of the program", reference)));
    blocks.push(Block::Facts(facts));
    blocks.extend(wipe.notes.map(Block::Text));
    let name = &session.actor.tenant.name;
    blocks.push(Block::Signatures(vec![wipe.technician_name, format!("For {name}")]));
    Ok(Some(Sheet {
        file_name: format!("wipe-certificate-{}.pdf", wipe.id),
        title: "Wipe certificate".to_owned(),
        issuer: issuer(session).await?,
        addressee: None,
        facts: Vec::new(),
        blocks,
        footer: footer(session, &format!("Wipe certificate {number}")),
        number,
    }))
}
