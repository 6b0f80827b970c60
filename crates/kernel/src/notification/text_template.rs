//! Templates that people of a tenant write: text with places such as `{{name}}`, and nothing
//! else. What they hold is code of others, so there is no logic in it, no filter and no
//! function, and what comes out is bounded.

use std::collections::BTreeSet;
use std::io::{Error, Write};

use minijinja::value::Serde;
use minijinja::{AutoEscape, Environment, UndefinedBehavior};
use serde_json::Value;

/// Steps that filling a template may take; a place takes two, the text between them one.
const FUEL: u64 = 20_000;

/// Bytes that come out at most.
const MOST_BYTES: usize = 256 * 1_024;

/// Characters of a name.
const MOST_NAME: usize = 60;

/// What becomes of the values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Escaping {
    /// They stand as they are, in plain text.
    Plain,
    /// Each is escaped, in a text that is HTML.
    Html,
}

/// Whether a word can name a place: letters, digits and underscores, no digit first.
pub fn is_place(name: &str) -> bool {
    let starts = name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_');
    let plain = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    starts && plain && name.len() <= MOST_NAME
}

/// The names of a template's places, as the template engine reads them.
///
/// # Errors
/// In words, when there is more in it than text and places.
pub fn places(template: &str) -> Result<BTreeSet<String>, String> {
    for mark in ["{%", "{#"] {
        if template.contains(mark) {
            return Err(format!("{mark} has no meaning here; write places such as {{{{name}}}}."));
        }
    }
    let mut names = BTreeSet::new();
    let mut rest = template;
    while let Some((_, after)) = rest.split_once("{{") {
        let Some((name, tail)) = after.split_once("}}") else {
            return Err("A place begins with {{ and does not end with }}.".to_owned());
        };
        if !is_place(name.trim()) {
            return Err(format!(
                "{{{{{name}}}}} is no place; write one word, such as {{{{name}}}}."
            ));
        }
        names.insert(name.trim().to_owned());
        rest = tail;
    }
    let environment = environment(Escaping::Plain);
    let read = environment.template_from_str(template).map_err(|error| error.to_string())?;
    let known = read.undeclared_variables(true);
    match names.iter().find(|name| !known.contains(*name)) {
        Some(word) => Err(format!("{{{{{word}}}}} is a word with a meaning of its own.")),
        None => Ok(names),
    }
}

/// Fills the places of a template.
///
/// # Errors
/// In words, when a place has no value, or more would come out than is allowed.
pub fn fill(template: &str, values: &Value, escaping: Escaping) -> Result<String, String> {
    places(template)?;
    let environment = environment(escaping);
    let template = environment.template_from_str(template).map_err(|error| error.to_string())?;
    let mut text = Bounded(Vec::new());
    template.render_captured_to(Serde(values), &mut text).map_err(|error| error.to_string())?;
    String::from_utf8(text.0).map_err(|error| error.to_string())
}

fn environment(escaping: Escaping) -> Environment<'static> {
    let mut environment = Environment::empty();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_fuel(Some(FUEL));
    environment.set_auto_escape_callback(move |_| match escaping {
        Escaping::Plain => AutoEscape::None,
        Escaping::Html => AutoEscape::Html,
    });
    environment
}

/// Takes so many bytes and no more.
struct Bounded(Vec<u8>);

impl Write for Bounded {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        if self.0.len() + bytes.len() > MOST_BYTES {
            return Err(Error::other("the text becomes too long"));
        }
        self.0.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn places_are_found_once_each() {
        let found = places("{{name}}, {{ loanId }} and {{name}}: }} { x }").unwrap();
        assert_eq!(found.into_iter().collect::<Vec<_>>(), ["loanId", "name"]);
    }

    #[test]
    fn there_is_nothing_but_text_and_places() {
        for wrong in [
            "{% for i in range(9) %}x{% endfor %}",
            "{# a remark #}",
            "{{ name|upper }}",
            "{{ 'x' * 1000000000 }}",
            "{{ user.password }}",
            "{{ range(1000000000) }}",
            "{{ name",
            "{{}}",
            "{{ 1 }}",
            "{{ true }}",
            "{{ none }}",
            "{{ two words }}",
            "{{{ name }}}",
            "{{- name -}}",
        ] {
            assert!(places(wrong).is_err(), "{wrong}");
            assert!(fill(wrong, &json!({"name": "x"}), Escaping::Plain).is_err(), "{wrong}");
        }
    }

    #[test]
    fn values_are_escaped_in_html_only_and_the_text_around_them_never() {
        let values = json!({"name": "<b>Ada & \"Co\"</b>"});
        let plain = fill("<i>{{name}}</i>", &values, Escaping::Plain).unwrap();
        assert_eq!(plain, "<i><b>Ada & \"Co\"</b></i>");
        let html = fill("<i>{{name}}</i>", &values, Escaping::Html).unwrap();
        assert!(html.starts_with("<i>&lt;b&gt;Ada &amp; &quot;Co&quot;&lt;"), "{html}");
        assert!(!html.contains("<b>"), "{html}");
    }

    #[test]
    fn a_value_is_no_template() {
        let values = json!({"name": "{{ other }}", "other": "secret"});
        assert_eq!(fill("{{name}}", &values, Escaping::Plain).unwrap(), "{{ other }}");
    }

    #[test]
    fn what_comes_out_is_bounded() {
        let values = json!({"name": "x".repeat(100_000)});
        assert!(fill("{{name}}{{name}}", &values, Escaping::Plain).is_ok());
        assert!(fill("{{name}}{{name}}{{name}}", &values, Escaping::Plain).is_err());
        assert!(fill(&"{{name}}".repeat(20_000), &json!({"name": ""}), Escaping::Plain).is_err());
    }

    #[test]
    fn a_place_without_a_value_is_a_mistake() {
        assert!(fill("{{name}}", &json!({}), Escaping::Plain).is_err());
    }
}
