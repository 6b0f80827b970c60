//! `#[derive(Words)]`.

use heck::ToShoutySnakeCase;
use proc_macro2::TokenStream;
use quote::quote;
use syn::{Data, DeriveInput, Error, LitStr, Result};

use crate::doc_of;

pub fn expand(item: DeriveInput) -> Result<TokenStream> {
    let name = &item.ident;
    let Data::Enum(data) = &item.data else {
        return Err(Error::new(name.span(), "words are the variants of an enum"));
    };
    let mut type_name = name.to_string();
    for attribute in item.attrs.iter().filter(|attribute| attribute.path().is_ident("words")) {
        attribute.parse_nested_meta(|meta| {
            type_name = meta.value()?.parse::<LitStr>()?.value();
            Ok(())
        })?;
    }
    let doc = doc_of(&item.attrs);
    let (mut idents, mut stored, mut names, mut docs) = (vec![], vec![], vec![], vec![]);
    for variant in &data.variants {
        let mut spelling = variant.ident.to_string();
        for attribute in variant.attrs.iter().filter(|attribute| attribute.path().is_ident("word"))
        {
            spelling = attribute.parse_args::<LitStr>()?.value();
        }
        idents.push(&variant.ident);
        names.push(variant.ident.to_string().to_shouty_snake_case());
        docs.push(doc_of(&variant.attrs));
        stored.push(spelling);
    }
    let kernel = quote!(::bizgraph_kernel);
    let graphql = quote!(#kernel::generated::async_graphql);
    let diesel = quote!(#kernel::generated::diesel);
    Ok(quote! {
        impl #name {
            /// The document's spelling, as the database stores it.
            pub const fn spelling(self) -> &'static str {
                match self { #(Self::#idents => #stored),* }
            }
        }

        impl #kernel::entity::cell::Words for #name {
            const WORDS: &'static #kernel::entity::EnumMeta = &#kernel::entity::EnumMeta {
                type_name: #type_name,
                doc: #doc,
                values: &[#(#kernel::entity::EnumValue { name: #names, stored: #stored, doc: #docs }),*],
            };

            fn stored(self) -> &'static str {
                self.spelling()
            }

            fn from_stored(stored: &str) -> Option<Self> {
                match stored { #(#stored => Some(Self::#idents),)* _ => None }
            }
        }

        impl #kernel::entity::Cell for #name {
            const KIND: #kernel::entity::Kind =
                #kernel::entity::Kind::Enum(<Self as #kernel::entity::cell::Words>::WORDS);

            fn from_value(value: #diesel::pg::PgValue<'_>) -> Result<Self, #kernel::db::Fault> {
                let text = <String as #kernel::entity::Cell>::from_value(value)?;
                <Self as #kernel::entity::cell::Words>::from_stored(&text).ok_or_else(|| {
                    #kernel::db::Fault::internal(format!("{text:?} is no {}", #type_name))
                })
            }

            fn bind(&self) -> #kernel::entity::Bind {
                #kernel::entity::Bind::Text(Some(self.spelling().to_owned()))
            }

            fn null() -> #kernel::entity::Bind {
                #kernel::entity::Bind::Text(None)
            }
        }

        impl #graphql::InputType for #name {
            type RawValueType = Self;

            fn type_name() -> ::std::borrow::Cow<'static, str> {
                ::std::borrow::Cow::Borrowed(#type_name)
            }

            fn create_type_info(registry: &mut #graphql::registry::Registry) -> String {
                #kernel::entity::registry::enumeration(
                    registry,
                    <Self as #kernel::entity::cell::Words>::WORDS,
                );
                <Self as #graphql::InputType>::qualified_type_name()
            }

            fn parse(value: Option<#graphql::Value>) -> #graphql::InputValueResult<Self> {
                let name = match &value {
                    Some(#graphql::Value::Enum(name)) => Some(name.as_str()),
                    Some(#graphql::Value::String(name)) => Some(name.as_str()),
                    _ => None,
                };
                match name.and_then(<Self as #kernel::entity::cell::Words>::from_name) {
                    Some(word) => Ok(word),
                    None => Err(#graphql::InputValueError::expected_type(value.unwrap_or_default())),
                }
            }

            fn to_value(&self) -> #graphql::Value {
                let word = <Self as #kernel::entity::cell::Words>::WORDS.by_stored(self.spelling());
                #graphql::Value::Enum(#graphql::Name::new(word.map_or("", |word| word.name)))
            }

            fn as_raw_value(&self) -> Option<&Self::RawValueType> {
                Some(self)
            }
        }
    })
}
