//! Templates: places and variables agree, nothing but places, lengths, previews (spec 5.9).

use std::collections::BTreeSet;
use std::time::Instant;

use bizgraph_kernel::notification::text_template::places;
use bizgraph_rim::message_template::occasion;
use serde_json::{Value, json};

use super::template;
use crate::world::World;

fn email(subject: &str, body: &str, variables: &[&str]) -> Value {
    json!({
        "name": "offer", "subject": subject, "body": body, "variables": variables,
        "type": "MARKETING",
    })
}

fn sms(message: &str, variables: &[&str]) -> Value {
    json!({ "name": "offer", "message": message, "variables": variables })
}

#[tokio::test]
async fn every_place_is_a_variable_and_every_variable_has_a_place() {
    let world = World::rim().await;
    let marketing = world.person("marketing").await;
    for (input, refusals) in [
        (email("Hi {{name}}", "x", &[]), vec!["VALIDATION_FAILED subject"]),
        (
            email("Hi", "Dear {{ name }}", &["nam"]),
            vec!["VALIDATION_FAILED body", "VALIDATION_FAILED variables.0"],
        ),
        (email("Hi {{a}}", "{{b}}", &["a", "b", "c"]), vec!["VALIDATION_FAILED variables.2"]),
        (
            email("Hi", "x", &["two words"]),
            vec!["BAD_FORMAT variables.0", "VALIDATION_FAILED variables.0"],
        ),
    ] {
        let refused = world.refused(&marketing, "rimEmailTemplateCreate", input.clone()).await;
        assert_eq!(refused, refusals, "{input}");
    }
    let refused = world.refused(&marketing, "rimSmsTemplateCreate", sms("{{a}}", &["b"])).await;
    assert_eq!(refused, ["VALIDATION_FAILED message", "VALIDATION_FAILED variables.0"]);
    let good = email("Hi {{a}}", "{{b}} {{ a }}", &["a", "b", "a "]);
    let shown = "emailTemplate { variables enabled type }";
    let done = world.done(&marketing, "rimEmailTemplateCreate", good, shown).await;
    let expected = json!({ "variables": ["a", "b"], "enabled": true, "type": "MARKETING" });
    assert_eq!(done["emailTemplate"], expected);
}

#[tokio::test]
async fn a_change_keeps_places_and_variables_together() {
    let world = World::rim().await;
    let marketing = world.person("marketing").await;
    world
        .done(&marketing, "rimEmailTemplateCreate", email("{{a}}", "{{b}}", &["a", "b"]), "")
        .await;
    let id = template(&world, "emailTemplates", "offer").await;
    let change = json!({ "emailTemplateId": id, "body": "nothing" });
    let refused = world.refused(&marketing, "rimEmailTemplateUpdate", change).await;
    assert_eq!(refused, ["VALIDATION_FAILED variables.1"]);
    let change = json!({ "emailTemplateId": id, "body": "nothing", "variables": ["a"] });
    world.done(&marketing, "rimEmailTemplateUpdate", change, "").await;
    world.done(&marketing, "rimSmsTemplateCreate", sms("{{a}}", &["a"]), "").await;
    let id = template(&world, "smsTemplates", "offer").await;
    let change = json!({ "smsTemplateId": id, "message": "{{c}}" });
    let refused = world.refused(&marketing, "rimSmsTemplateUpdate", change).await;
    assert_eq!(refused, ["VALIDATION_FAILED message", "VALIDATION_FAILED variables.0"]);
    let change = json!({ "smsTemplateId": id, "message": "{{c}}", "variables": ["c"] });
    world.done(&marketing, "rimSmsTemplateUpdate", change, "").await;
}

#[tokio::test]
async fn a_template_has_places_and_no_logic_and_takes_no_time() {
    let world = World::rim().await;
    let marketing = world.person("marketing").await;
    let began = Instant::now();
    for wrong in [
        "{% for i in range(1000000000) %}x{% endfor %}",
        "{{ 'x' * 1000000000 }}",
        "{{ a.b }}",
        "{{ a|upper }}",
        "{# secret #}",
        "{{ a",
        "{{ true }}",
    ] {
        let input = email("x", wrong, &[]);
        let refused = world.refused(&marketing, "rimEmailTemplateCreate", input).await;
        assert_eq!(refused, ["BAD_FORMAT body"], "{wrong}");
        let refused = world.refused(&marketing, "rimSmsTemplateCreate", sms(wrong, &[])).await;
        assert_eq!(refused, ["BAD_FORMAT message"], "{wrong}");
    }
    assert!(began.elapsed().as_secs() < 20);
}

#[tokio::test]
async fn a_preview_escapes_the_values_of_a_body_and_nothing_else() {
    let world = World::rim().await;
    let marketing = world.person("marketing").await;
    let input = email("For {{name}}", "<p>{{name}} &amp; {{n}}</p>", &["name", "n"]);
    world.done(&marketing, "rimEmailTemplateCreate", input, "").await;
    let id = template(&world, "emailTemplates", "offer").await;
    let values = json!({ "name": "<i>Ada</i> & \"Co\" {{n}}", "n": 5 });
    let input = json!({ "emailTemplateId": id, "values": values });
    let done = world.done(&marketing, "rimEmailTemplatePreview", input, "subject body").await;
    assert_eq!(done["subject"], "For <i>Ada</i> & \"Co\" {{n}}");
    let body = done["body"].as_str().unwrap();
    assert!(body.starts_with("<p>&lt;i&gt;Ada&lt;"), "{body}");
    assert!(body.contains("&amp; &quot;Co&quot; {{n}} &amp; 5</p>"), "{body}");
    for (values, refusal) in [
        (json!({ "name": "x" }), "REQUIRED values.n"),
        (json!({ "name": "x", "n": 1, "m": 2 }), "REFERENCE_NOT_FOUND values.m"),
        (json!({ "name": ["x"], "n": 1 }), "BAD_FORMAT values.name"),
        (json!({ "name": "x".repeat(1_001), "n": 1 }), "OUT_OF_RANGE values.name"),
        (json!("x"), "BAD_FORMAT values"),
    ] {
        let input = json!({ "emailTemplateId": id, "values": values });
        let refused = world.refused(&marketing, "rimEmailTemplatePreview", input).await;
        assert_eq!(refused, [refusal]);
    }
    assert_eq!(super::letters(&world, "id").await.len(), 0);
}

#[tokio::test]
async fn an_sms_preview_says_what_it_takes() {
    let world = World::rim().await;
    let marketing = world.person("marketing").await;
    world.done(&marketing, "rimSmsTemplateCreate", sms("Hi {{name}}", &["name"]), "").await;
    let id = template(&world, "smsTemplates", "offer").await;
    for (name, units, segments, unicode) in [
        ("Ada".to_owned(), 6, 1, false),
        ("Adé €".to_owned(), 9, 1, false),
        ("Adọ".to_owned(), 6, 1, true),
        ("a".repeat(158), 161, 2, false),
        ("ọ".repeat(68), 71, 2, true),
    ] {
        let input = json!({ "smsTemplateId": id, "values": { "name": name } });
        let shown = "message units segments unicode";
        let done = world.done(&marketing, "rimSmsTemplatePreview", input, shown).await;
        assert_eq!(done["message"], format!("Hi {name}"));
        assert_eq!(done["units"], units, "{name}");
        assert_eq!(done["segments"], segments, "{name}");
        assert_eq!(done["unicode"], unicode, "{name}");
    }
}

#[tokio::test]
async fn an_sms_template_fits_into_one_sms_without_its_values() {
    let world = World::rim().await;
    let marketing = world.person("marketing").await;
    for (message, refusals) in [
        ("a".repeat(161), vec!["OUT_OF_RANGE message"]),
        // Each takes the place of two.
        ("€".repeat(81), vec!["OUT_OF_RANGE message"]),
        ("ọ".repeat(71), vec!["OUT_OF_RANGE message"]),
        (" ".to_owned(), vec!["REQUIRED message"]),
    ] {
        let refused = world.refused(&marketing, "rimSmsTemplateCreate", sms(&message, &[])).await;
        assert_eq!(refused, refusals, "{message}");
    }
    for (name, message) in
        [("gsm", "a".repeat(160)), ("double", "€".repeat(80)), ("unicode", "ọ".repeat(70))]
    {
        let mut input = sms(&message, &[]);
        input["name"] = json!(name);
        world.done(&marketing, "rimSmsTemplateCreate", input, "").await;
    }
}

#[tokio::test]
async fn a_name_is_unique_and_a_template_of_ones_own_can_be_deleted() {
    let world = World::rim().await;
    let marketing = world.person("marketing").await;
    world.done(&marketing, "rimEmailTemplateCreate", email("x", "y", &[]), "").await;
    let refused = world.refused(&marketing, "rimEmailTemplateCreate", email("x", "y", &[])).await;
    assert_eq!(refused, ["NOT_UNIQUE name"]);
    let id = template(&world, "emailTemplates", "offer").await;
    let input = json!({ "emailTemplateId": id });
    world.done(&marketing, "rimEmailTemplateDelete", input, "deletedId").await;
    world.done(&marketing, "rimEmailTemplateCreate", email("x", "y", &[]), "").await;
}

#[tokio::test]
async fn what_the_rules_write_by_keeps_its_name_and_its_values_and_stays() {
    let world = World::rim().await;
    let marketing = world.person("marketing").await;
    let mail = template(&world, "emailTemplates", "loan_approved").await;
    let text = template(&world, "smsTemplates", "loan_approved").await;
    for (mutation, input, refusals) in [
        (
            "rimEmailTemplateUpdate",
            json!({ "emailTemplateId": mail, "name": "x" }),
            ["IMMUTABLE name"],
        ),
        (
            "rimEmailTemplateDelete",
            json!({ "emailTemplateId": mail }),
            ["REFERENCED_IN_USE emailTemplateId"],
        ),
        (
            "rimSmsTemplateDelete",
            json!({ "smsTemplateId": text }),
            ["REFERENCED_IN_USE smsTemplateId"],
        ),
        (
            "rimSmsTemplateUpdate",
            json!({ "smsTemplateId": text, "message": "{{weather}}", "variables": ["weather"] }),
            ["VALIDATION_FAILED variables.0"],
        ),
    ] {
        assert_eq!(world.refused(&marketing, mutation, input).await, refusals, "{mutation}");
    }
    let input = json!({
        "smsTemplateId": text, "message": "{{name}}: yes to {{loanId}}",
        "variables": ["name", "loanId"],
    });
    world.done(&marketing, "rimSmsTemplateUpdate", input, "").await;
}

/// Spec 5.12: what a new tenant has can be sent by the rules that write by it.
#[tokio::test]
async fn every_seeded_template_has_only_places_that_its_rule_fills() {
    let world = World::rim().await;
    let sql = "SELECT name, variables, subject || body AS text FROM rim.email_templates \
               UNION ALL SELECT name, variables, message FROM rim.sms_templates";
    let rows = world.rows(sql).await;
    assert_eq!(rows.len(), 16);
    for row in rows {
        let used = places(row["text"].as_str().unwrap()).unwrap();
        let listed = row["variables"].as_array().unwrap();
        let listed: BTreeSet<String> =
            listed.iter().map(|it| it.as_str().unwrap().to_owned()).collect();
        assert_eq!(used, listed, "{row}");
        let occasion = occasion::named(row["name"].as_str().unwrap()).unwrap();
        assert!(used.iter().all(|it| occasion.variables.contains(&it.as_str())), "{row}");
    }
}

#[tokio::test]
async fn marketing_writes_templates_and_officers_do_not() {
    let world = World::rim().await;
    for (username, may) in [("marketing", true), ("officer", false), ("auditor", false)] {
        let person = world.person(username).await;
        let payload = world.call(&person, "rimEmailTemplateCreate", email("x", "y", &[]), "").await;
        assert_eq!(payload["userErrors"] == json!([]), may, "{username}");
    }
}
