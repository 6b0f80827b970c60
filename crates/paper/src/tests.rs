#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use bizgraph_kernel::document::{Block, Column, Fact, Party, Sheet, Sum};

use crate::page::BOTTOM;
use crate::typesetter::Typesetter;
use crate::{lay_out, pdf};

fn invoice(lines: usize) -> Sheet {
    let columns = vec![
        Column::right("#", 3),
        Column::left("Item", 47),
        Column::right("Qty", 5),
        Column::right("Unit price", 12),
        Column::right("Amount", 13),
    ];
    let rows = (1..=lines).map(|line| {
        let item = format!("HP EliteBook 840 G7, grade A, serial number SN-{line:05}");
        [line.to_string(), item, "1".to_owned(), "5,000.00".to_owned(), "5,000.00".to_owned()]
            .into()
    });
    let sum = |label: &str, amount: &str, strong| Sum {
        label: label.to_owned(),
        amount: amount.to_owned(),
        strong,
    };
    Sheet {
        file_name: "invoice-INV-000042.pdf".to_owned(),
        title: "Invoice".to_owned(),
        number: "INV-000042".to_owned(),
        issuer: Party {
            heading: String::new(),
            name: "Accra Refurbished Electronics".to_owned(),
            lines: vec!["12 Oxford Street, Osu, Accra".to_owned(), "+233 20 123 4567".to_owned()],
        },
        addressee: Some(Party {
            heading: "Sold to".to_owned(),
            name: "Ama Mensah".to_owned(),
            lines: vec!["7 Independence Avenue".to_owned(), "+233201234567".to_owned()],
        }),
        facts: vec![
            Fact::new("Invoice date", "2 March 2026"),
            Fact::new("Status", "Paid"),
            Fact::new("Served by", "Kofi Boateng"),
        ],
        blocks: vec![
            Block::Table { columns, rows: rows.collect() },
            Block::Sums(vec![
                sum("Without tax", "4,347.83", false),
                sum("Tax", "652.17", false),
                sum("Total GHS", "5,000.00", true),
                sum("Cash, handed over", "3,100.00", false),
                sum("Change", "100.00", false),
                sum("MoMo", "2,000.00", false),
            ]),
            Block::Heading("Terms".to_owned()),
            Block::Text("Goods can be brought back within 14 days of payment.".to_owned()),
            Block::Signatures(vec!["For the shop".to_owned(), "Customer".to_owned()]),
        ],
        footer: "Accra Refurbished Electronics  ·  INV-000042".to_owned(),
    }
}

#[test]
fn a_short_invoice_is_one_page() {
    let pages = lay_out(&mut Typesetter::new(), &invoice(3));
    assert_eq!(pages.count(), 1);
    let file = pdf(&invoice(3)).unwrap();
    assert!(file.starts_with(b"%PDF-"));
    assert!(file.len() < 200_000, "{} bytes: the whole font is embedded", file.len());
}

#[test]
fn a_long_invoice_goes_on_under_its_head_and_nothing_runs_into_the_foot() {
    let pages = lay_out(&mut Typesetter::new(), &invoice(200));
    assert!((6..=12).contains(&pages.count()), "{} pages", pages.count());
    let mut lines = 0;
    for page in 0..pages.count() {
        let texts = pages.texts(page);
        let rows = texts.iter().filter(|(_, text)| text.contains("SN-")).count();
        lines += rows;
        let head = texts.iter().filter(|(_, text)| text == "Unit price").count();
        assert_eq!(head, usize::from(rows > 0), "page {page}");
        for (below, text) in texts {
            assert!(below <= BOTTOM + 0.1, "page {page}: {text} ends at {below}");
        }
    }
    assert_eq!(lines, 200);
    pdf(&invoice(200)).unwrap();
}

#[test]
fn every_text_is_printed_whatever_is_in_it() {
    let texts = [
        "\u{0}\u{1}\u{7f}\r\n\t",
        "emoji 💩👻 and 漢字, हैलो, مرحبا بالعالم, שלום",
        "#let x = 1; $(rm -rf) \\input{x} <script>alert(1)</script> {{ x }} %%EOF endobj",
        "GH₵ 5,000.00, €, ½, ﬁ, naïve, Ɛ̃",
        "e\u{301}\u{302}\u{303}\u{304}\u{305}\u{306}",
        &"x".repeat(3_000),
        &"word ".repeat(3_000),
        "",
    ];
    let mut sheet = invoice(0);
    for text in texts {
        sheet.title = text.to_owned();
        sheet.footer = text.to_owned();
        sheet.facts.push(Fact::new(text, text));
        let columns = vec![Column::left("A", 1), Column::right("B", 20)];
        let rows = vec![vec![text.chars().take(300).collect(), text.chars().take(300).collect()]];
        sheet.blocks.push(Block::Table { columns, rows });
        sheet.blocks.push(Block::Heading(text.chars().take(100).collect()));
        sheet.blocks.push(Block::Text(text.to_owned()));
        sheet.blocks.push(Block::Facts(vec![Fact::new("label", text)]));
    }
    pdf(&sheet).unwrap();
}

#[test]
fn an_empty_document_is_a_page() {
    assert!(pdf(&Sheet::default()).unwrap().starts_with(b"%PDF-"));
}
