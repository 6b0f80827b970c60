//! The derives of the kernel: an entity's metadata, a closed list of words, a refusal's words.

mod entity;
mod refusal;
mod words;

use proc_macro::TokenStream;
use syn::{DeriveInput, parse_macro_input};

/// Makes a row an entity: one static table of columns and relations, one decode function, and
/// a typed handle per column. See the kernel's `entity` module for what each mark means.
#[proc_macro_derive(Entity, attributes(entity, has_many, lookup, scope, period))]
pub fn entity(item: TokenStream) -> TokenStream {
    expand(item, entity::expand)
}

/// Makes an enum a closed list of words with the document's spelling of each.
#[proc_macro_derive(Words, attributes(words, word))]
pub fn words(item: TokenStream) -> TokenStream {
    expand(item, words::expand)
}

/// Makes an enum the sentences of a rule: each variant has a code, a field and a message.
#[proc_macro_derive(Refusal, attributes(refusal))]
pub fn refusal(item: TokenStream) -> TokenStream {
    expand(item, refusal::expand)
}

fn expand(
    item: TokenStream,
    with: fn(DeriveInput) -> syn::Result<proc_macro2::TokenStream>,
) -> TokenStream {
    let item = parse_macro_input!(item as DeriveInput);
    with(item).unwrap_or_else(|error| error.to_compile_error()).into()
}

/// The documentation comment of an item as one text.
fn doc_of(attributes: &[syn::Attribute]) -> String {
    let mut lines = Vec::new();
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("doc")) {
        if let syn::Meta::NameValue(pair) = &attribute.meta
            && let syn::Expr::Lit(literal) = &pair.value
            && let syn::Lit::Str(text) = &literal.lit
        {
            lines.push(text.value().trim().to_owned());
        }
    }
    lines.join(" ").trim().to_owned()
}
