//! The checks of a table, told in words: which column, what stands there, and what may.

use crate::import::constraints::quoted;

/// Characters of a value that are told.
const MOST_SHOWN: usize = 60;

/// A condition that every row has to meet.
pub struct CheckConstraint {
    pub name: String,
    pub expression: String,
    /// The columns that it speaks of.
    pub columns: Vec<String>,
}

/// What a column may hold, as far as its check is of a plain kind.
#[derive(Debug, PartialEq, Eq)]
enum Allowed {
    /// One of these words.
    Words(Vec<String>),
    /// Numbers within bounds, in words: `at least 0`.
    Numbers(Vec<String>),
    /// Anything else.
    Other,
}

impl CheckConstraint {
    /// An expression of SQL that tells of a row `n` why it does not meet the check.
    pub fn says(&self) -> String {
        let [column] = self.columns.as_slice() else { return quoted(&self.together()) };
        let wanted = match allowed(&self.expression, column) {
            Allowed::Words(words) => format!(" is none of {}", words.join(", ")),
            Allowed::Numbers(bounds) => {
                format!(" is not within its bounds: {}", bounds.join(" and "))
            }
            Allowed::Other => " is not what this column takes".to_owned(),
        };
        let (before, after) = (quoted(&format!("{column}: \"")), quoted(&format!("\"{wanted}")));
        format!("{before} || coalesce(left(n.{column}::text, {MOST_SHOWN}), '') || {after}")
    }

    /// Of several columns only that they do not fit, with the name by which the check is known.
    fn together(&self) -> String {
        match self.columns.split_last() {
            Some((last, rest)) => {
                let rest = rest.join(", ");
                format!("{rest} and {last} do not fit together ({})", self.name)
            }
            None => format!("it does not fit ({})", self.name),
        }
    }
}

/// A piece of an expression as PostgreSQL prints it.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Token {
    /// A text in quotation marks.
    Literal(String),
    /// A name, a keyword, a number or an operator.
    Plain(String),
}

/// What a check of one column allows.
fn allowed(expression: &str, column: &str) -> Allowed {
    let tokens = tokens(expression);
    let plain = |text: &str| Token::Plain(text.to_owned());
    let beginning = [plain(column), plain("="), plain("ANY"), plain("ARRAY")];
    // What is empty may stay so.
    let or_empty = [plain(column), plain("IS"), plain("NULL"), plain("OR")];
    let rest = tokens.strip_prefix(&or_empty).unwrap_or(&tokens);
    if let Some(list) = rest.strip_prefix(&beginning) {
        let words = list.iter().map(|token| match token {
            Token::Literal(word) => Some(word.clone()),
            Token::Plain(_) => None,
        });
        return words.collect::<Option<Vec<_>>>().map_or(Allowed::Other, Allowed::Words);
    }
    let bounds = rest.split(|token| *token == plain("AND")).map(|part| bound(part, column));
    bounds.collect::<Option<Vec<_>>>().map_or(Allowed::Other, Allowed::Numbers)
}

/// A comparison of the column with a number, in words.
fn bound(comparison: &[Token], column: &str) -> Option<String> {
    let [Token::Plain(left), Token::Plain(operator), right] = comparison else { return None };
    let (Token::Plain(number) | Token::Literal(number)) = right;
    let is_number = number.parse::<f64>().is_ok_and(f64::is_finite);
    if left != column || !is_number {
        return None;
    }
    let words = match operator.as_str() {
        ">=" => "at least",
        ">" => "more than",
        "<=" => "at most",
        "<" => "less than",
        _ => return None,
    };
    Some(format!("{words} {number}"))
}

/// The pieces of an expression without parentheses, brackets, commas and casts.
fn tokens(expression: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut rest = expression;
    while let Some(first) = rest.chars().next() {
        if let Some(behind) = rest.strip_prefix('\'') {
            let (literal, behind) = literal(behind);
            tokens.push(Token::Literal(literal));
            rest = behind;
        } else if let Some(kind) = rest.strip_prefix("::") {
            // Names of types are small letters, keywords are capitals.
            let is_of_type = |c: char| c.is_ascii_lowercase() || matches!(c, ' ' | '_' | '[' | ']');
            rest = kind.trim_start_matches(is_of_type);
        } else if first.is_whitespace() || "()[],".contains(first) {
            rest = &rest[first.len_utf8()..];
        } else {
            let is_word = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.');
            let alike = is_word(first);
            let ends = |c: char| c.is_whitespace() || "()[],':".contains(c) || is_word(c) != alike;
            let end = rest.find(ends).unwrap_or(rest.len()).max(first.len_utf8());
            let (token, behind) = rest.split_at(end);
            tokens.push(Token::Plain(token.to_owned()));
            rest = behind;
        }
    }
    tokens
}

/// A text up to its closing quotation mark, and what stands behind that.
fn literal(mut rest: &str) -> (String, &str) {
    let mut text = String::new();
    while let Some((before, behind)) = rest.split_once('\'') {
        text.push_str(before);
        match behind.strip_prefix('\'') {
            Some(more) => {
                text.push('\'');
                rest = more;
            }
            None => return (text, behind),
        }
    }
    text.push_str(rest);
    (text, "")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(words: &[&str]) -> Allowed {
        Allowed::Words(words.iter().map(|word| (*word).to_owned()).collect())
    }

    fn numbers(bounds: &[&str]) -> Allowed {
        Allowed::Numbers(bounds.iter().map(|bound| (*bound).to_owned()).collect())
    }

    #[test]
    fn lists_of_words_are_found_in_what_postgresql_prints() {
        let printed = "((role)::text = ANY ((ARRAY['Admin'::character varying, \
                       'Can''t (say)'::character varying])::text[]))";
        assert_eq!(allowed(printed, "role"), words(&["Admin", "Can't (say)"]));
        let printed = "(channel = ANY (ARRAY['email'::text, 'a::b, c'::text]))";
        assert_eq!(allowed(printed, "channel"), words(&["email", "a::b, c"]));
        let printed = "((tier IS NULL) OR ((tier)::text = ANY ((ARRAY['One'::character varying, \
                       '60 days'::character varying])::text[])))";
        assert_eq!(allowed(printed, "tier"), words(&["One", "60 days"]));
    }

    #[test]
    fn bounds_of_numbers_are_found() {
        assert_eq!(allowed("(quantity >= 0)", "quantity"), numbers(&["at least 0"]));
        assert_eq!(allowed("(amount > (0)::numeric)", "amount"), numbers(&["more than 0"]));
        let printed = "((rate >= (0)::numeric) AND (rate <= 99.5))";
        assert_eq!(allowed(printed, "rate"), numbers(&["at least 0", "at most 99.5"]));
        let printed = "((score >= '-1000'::integer) AND (score < 7))";
        assert_eq!(allowed(printed, "score"), numbers(&["at least -1000", "less than 7"]));
    }

    #[test]
    fn whatever_else_is_printed_is_of_another_kind() {
        for printed in [
            "((time)::text ~ '^([01][0-9]|2[0-3]):[0-5][0-9]$'::text)",
            "(btrim(note) <> ''::text)",
            "(cardinality(tags) <= 50)",
            "((amount > 0) OR (amount < '-5'::integer))",
            "(name = upper(name))",
            "(name = 'unended",
            "",
            "é ≥ 0",
            ":",
        ] {
            for column in ["time", "note", "tags", "amount", "name", ""] {
                assert_eq!(allowed(printed, column), Allowed::Other, "{printed} of {column}");
            }
        }
    }

    #[test]
    fn columns_that_do_not_fit_together_are_named() {
        let check = |columns: &[&str]| CheckConstraint {
            name: "check_stock".to_owned(),
            expression: "(a <= b)".to_owned(),
            columns: columns.iter().map(|column| (*column).to_owned()).collect(),
        };
        let told = "'a, b and c do not fit together (check_stock)'";
        assert_eq!(check(&["a", "b", "c"]).says(), told);
        assert_eq!(check(&[]).says(), "'it does not fit (check_stock)'");
    }
}
