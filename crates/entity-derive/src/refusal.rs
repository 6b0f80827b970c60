//! `#[derive(Refusal)]`: `#[refusal(OVERPAYMENT, at = "tenders.{index}.amount", "Only {due} is due.")]`.
//! Fields of the variant fill the path and the message and become the details.

use heck::{ToLowerCamelCase, ToUpperCamelCase};
use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::parse::{Parse, ParseStream};
use syn::{Data, DeriveInput, Error, Fields, Ident, LitStr, Result, Token};

struct Sentence {
    code: Ident,
    at: String,
    message: String,
}

impl Parse for Sentence {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let code = input.parse()?;
        input.parse::<Token![,]>()?;
        let mut at = String::new();
        if input.peek(Ident) {
            let key: Ident = input.parse()?;
            if key != "at" {
                return Err(Error::new(key.span(), "expected `at`"));
            }
            input.parse::<Token![=]>()?;
            at = input.parse::<LitStr>()?.value();
            input.parse::<Token![,]>()?;
        }
        let message = input.parse::<LitStr>()?.value();
        input.parse::<Option<Token![,]>>()?;
        Ok(Sentence { code, at, message })
    }
}

pub fn expand(item: DeriveInput) -> Result<TokenStream> {
    let name = &item.ident;
    let Data::Enum(data) = &item.data else {
        return Err(Error::new(name.span(), "a refusal is an enum of sentences"));
    };
    let kernel = quote!(::bizgraph_kernel::refusal);
    let mut arms = Vec::new();
    for variant in &data.variants {
        let ident = &variant.ident;
        let marked = variant.attrs.iter().find(|attribute| attribute.path().is_ident("refusal"));
        let Some(marked) = marked else {
            return Err(Error::new(
                ident.span(),
                "say #[refusal(CODE, at = \"path\", \"message\")]",
            ));
        };
        let Sentence { code, at, message } = marked.parse_args()?;
        let code = format_ident!("{}", code.to_string().to_lowercase().to_upper_camel_case());
        let fields: Vec<&Ident> = match &variant.fields {
            Fields::Named(fields) => fields.named.iter().filter_map(|f| f.ident.as_ref()).collect(),
            Fields::Unit => Vec::new(),
            Fields::Unnamed(_) => {
                return Err(Error::new(ident.span(), "fields of a refusal have names"));
            }
        };
        let keys: Vec<String> =
            fields.iter().map(|field| field.to_string().to_lower_camel_case()).collect();
        arms.push(quote! {
            #name::#ident { #(#fields),* } => {
                #(let _ = &#fields;)*
                let refusal = #kernel::Refusal::new(
                    #kernel::Code::#code,
                    format!(#at),
                    format!(#message),
                );
                refusal #(.with(#keys, #kernel::detail(#fields)))*
            }
        });
    }
    Ok(quote! {
        impl From<#name> for #kernel::Refusal {
            #[allow(clippy::useless_format, reason = "generated alike for every sentence")]
            fn from(refused: #name) -> Self {
                match refused { #(#arms),* }
            }
        }

        impl From<#name> for #kernel::Rejection {
            fn from(refused: #name) -> Self {
                #kernel::Refusal::from(refused).into()
            }
        }
    })
}
