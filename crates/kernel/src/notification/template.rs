//! What the program itself says to people: templates of plain text, filled once (spec 1.13).

use minijinja::value::Serde;
use minijinja::{Environment, UndefinedBehavior};
use serde_json::Value;

use crate::notification::Channel;

/// A message that a module can send. Subject and body are Jinja templates of plain text; a
/// variable that they name and nobody gives is a fault.
pub struct Template {
    /// `bizhub.ready_for_pickup`
    pub name: &'static str,
    /// When it is sent, and to whom.
    pub doc: &'static str,
    pub channel: Channel,
    /// Of a text message, what people here call it; it does not travel.
    pub subject: &'static str,
    pub body: &'static str,
}

/// Fills a template of plain text.
///
/// # Errors
/// In words, when it is no template, or names a variable that is not there.
pub fn render(template: &str, variables: &Value) -> Result<String, String> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.render_str(template, Serde(variables)).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_template_is_filled_as_plain_text() {
        let filled = render("{{ name }} & {{ rest }}", &json!({"name": "Ama <x>", "rest": "Co"}));
        assert_eq!(filled, Ok("Ama <x> & Co".to_owned()));
    }

    #[test]
    fn a_variable_that_nobody_gives_is_a_mistake() {
        assert!(render("{{ name }}", &json!({})).is_err());
        assert!(render("{{ name", &json!({})).is_err());
    }
}
