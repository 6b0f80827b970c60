//! The marks on an entity and its columns.

use heck::{ToLowerCamelCase, ToUpperCamelCase};
use proc_macro2::TokenStream;
use quote::quote;
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::{Attribute, Error, Ident, LitStr, Path, Result, Token};

/// `#[entity(table = .., module = .., permission = .., ..)]` and its companions on the struct.
pub struct EntityMarks {
    pub type_name: String,
    pub module: String,
    pub table: String,
    pub permission: String,
    pub singular: String,
    pub plural: String,
    pub default_order: (Ident, bool),
    pub machine: Option<Path>,
    pub status: String,
    pub money: bool,
    pub view: bool,
    pub has_many: Vec<HasMany>,
    pub lookups: Vec<(Ident, Ident)>,
    pub scopes: Vec<(String, String)>,
    pub periods: Vec<PeriodMark>,
}

/// `payment_date`, `received_date, keeps(purchase_cost)`, or
/// `invoice_date, keeps(..), unless = "Draft", undone = "Cancelled"`
pub struct PeriodMark {
    pub column: Ident,
    /// The columns that stay as they are behind a lock; every one that can change unless named.
    pub keeps: Option<Vec<Ident>>,
    /// The status in which the date does not count yet.
    pub unless: Option<String>,
    /// The status that takes the row back.
    pub undone: Option<String>,
}

impl Parse for PeriodMark {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let column = input.parse()?;
        let mut mark = PeriodMark { column, keeps: None, unless: None, undone: None };
        while input.parse::<Option<Token![,]>>()?.is_some() {
            let key: Ident = input.parse()?;
            if key == "keeps" {
                let columns;
                syn::parenthesized!(columns in input);
                let columns = Punctuated::<Ident, Token![,]>::parse_terminated(&columns)?;
                mark.keeps = Some(columns.into_iter().collect());
            } else if key == "unless" {
                input.parse::<Token![=]>()?;
                mark.unless = Some(input.parse::<LitStr>()?.value());
            } else if key == "undone" {
                input.parse::<Token![=]>()?;
                mark.undone = Some(input.parse::<LitStr>()?.value());
            } else {
                return Err(Error::new(key.span(), "expected `keeps`, `unless` or `undone`"));
            }
        }
        Ok(mark)
    }
}

/// `lines: InvoiceLine by invoice_id "What was sold."`
pub struct HasMany {
    pub field: Ident,
    pub target: Path,
    pub column: Ident,
    pub doc: String,
}

impl Parse for HasMany {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let field = input.parse()?;
        input.parse::<Token![:]>()?;
        let target = input.parse()?;
        let by: Ident = input.parse()?;
        if by != "by" {
            return Err(Error::new(by.span(), "expected `by column`"));
        }
        let column = input.parse()?;
        let doc = input.parse::<LitStr>()?.value();
        Ok(HasMany { field, target, column, doc })
    }
}

/// `invoiceByNumber = invoice_number`
struct LookupMark(Ident, Ident);

impl Parse for LookupMark {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let field = input.parse()?;
        input.parse::<Token![=]>()?;
        Ok(LookupMark(field, input.parse()?))
    }
}

/// `own = "{t}.sales_rep_id = {actor}"`
struct ScopeMark(Ident, LitStr);

impl Parse for ScopeMark {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let scope = input.parse()?;
        input.parse::<Token![=]>()?;
        Ok(ScopeMark(scope, input.parse()?))
    }
}

fn word(input: &syn::meta::ParseNestedMeta<'_>) -> Result<String> {
    let value = input.value()?;
    if value.peek(LitStr) {
        return Ok(value.parse::<LitStr>()?.value());
    }
    Ok(value.parse::<Ident>()?.to_string())
}

/// A text, or the path of the constant that holds it.
fn text(input: &syn::meta::ParseNestedMeta<'_>) -> Result<TokenStream> {
    let value = input.value()?;
    if value.peek(LitStr) {
        let text = value.parse::<LitStr>()?.value();
        return Ok(quote!(#text));
    }
    let constant = value.parse::<Path>()?;
    Ok(quote!(#constant))
}

impl EntityMarks {
    pub fn parse(attributes: &[Attribute], name: &Ident) -> Result<Self> {
        let mut marks = EntityMarks {
            type_name: String::new(),
            module: String::new(),
            table: String::new(),
            permission: String::new(),
            singular: String::new(),
            plural: String::new(),
            default_order: (Ident::new("id", name.span()), false),
            machine: None,
            status: "status".to_owned(),
            money: false,
            view: false,
            has_many: Vec::new(),
            lookups: Vec::new(),
            scopes: Vec::new(),
            periods: Vec::new(),
        };
        for attribute in attributes {
            if attribute.path().is_ident("entity") {
                marks.parse_entity(attribute)?;
            } else if attribute.path().is_ident("has_many") {
                let parser = Punctuated::<HasMany, Token![,]>::parse_terminated;
                marks.has_many.extend(attribute.parse_args_with(parser)?);
            } else if attribute.path().is_ident("lookup") {
                let parser = Punctuated::<LookupMark, Token![,]>::parse_terminated;
                let lookups = attribute.parse_args_with(parser)?;
                marks.lookups.extend(lookups.into_iter().map(|LookupMark(f, c)| (f, c)));
            } else if attribute.path().is_ident("period") {
                marks.periods.push(attribute.parse_args()?);
            } else if attribute.path().is_ident("scope") {
                let parser = Punctuated::<ScopeMark, Token![,]>::parse_terminated;
                let scopes = attribute.parse_args_with(parser)?;
                marks
                    .scopes
                    .extend(scopes.into_iter().map(|ScopeMark(s, t)| (s.to_string(), t.value())));
            }
        }
        marks.complete(name)
    }

    fn parse_entity(&mut self, attribute: &Attribute) -> Result<()> {
        attribute.parse_nested_meta(|meta| {
            let key = meta.path.require_ident()?.to_string();
            match key.as_str() {
                "type_name" => self.type_name = word(&meta)?,
                "module" => self.module = word(&meta)?,
                "table" => self.table = word(&meta)?,
                "permission" => self.permission = word(&meta)?,
                "singular" => self.singular = word(&meta)?,
                "plural" => self.plural = word(&meta)?,
                "status" => self.status = word(&meta)?,
                "machine" => self.machine = Some(meta.value()?.parse()?),
                "money" => self.money = true,
                "view" => self.view = true,
                "default_order" => {
                    let value = meta.value()?;
                    let column: Ident = value.parse()?;
                    let mut descending = false;
                    if value.peek(Ident) {
                        let direction: Ident = value.parse()?;
                        descending = direction == "desc";
                    }
                    self.default_order = (column, descending);
                }
                _ => return Err(meta.error("unknown mark of an entity")),
            }
            Ok(())
        })
    }

    /// What can be told from the rest.
    fn complete(mut self, name: &Ident) -> Result<Self> {
        if self.table.is_empty() || self.module.is_empty() || self.permission.is_empty() {
            return Err(Error::new(
                name.span(),
                "an entity names its table, module and permission",
            ));
        }
        if self.type_name.is_empty() {
            self.type_name = format!("{}{name}", self.module.to_upper_camel_case());
        }
        if self.singular.is_empty() {
            self.singular = name.to_string().to_lower_camel_case();
        }
        if self.plural.is_empty() {
            self.plural = self.table.to_lower_camel_case();
        }
        Ok(self)
    }
}

/// `#[entity(filter, order, ..)]` on a field.
#[derive(Default)]
pub struct ColumnMarks {
    pub filter: bool,
    pub order: bool,
    pub hidden: bool,
    /// Computed by the database; never written.
    pub generated: bool,
    pub sensitive: Option<String>,
    /// Sensitive, but who is shown it is not written down.
    pub untraced: bool,
    /// Sealed in the database of a tenant that wants it.
    pub personal: bool,
    /// A text, or the constant that holds it.
    pub sql: Option<TokenStream>,
    pub belongs_to: Option<(Ident, Path)>,
}

impl ColumnMarks {
    pub fn parse(attributes: &[Attribute]) -> Result<Self> {
        let mut marks = ColumnMarks::default();
        for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("entity")) {
            attribute.parse_nested_meta(|meta| {
                let key = meta.path.require_ident()?.to_string();
                match key.as_str() {
                    "filter" => marks.filter = true,
                    "order" => marks.order = true,
                    "hidden" => marks.hidden = true,
                    "generated" => marks.generated = true,
                    "untraced" => marks.untraced = true,
                    "personal" => marks.personal = true,
                    "sensitive" => marks.sensitive = Some(word(&meta)?),
                    "sql" => marks.sql = Some(text(&meta)?),
                    "belongs_to" => {
                        let value = meta.value()?;
                        let relation = value.parse()?;
                        value.parse::<Token![:]>()?;
                        marks.belongs_to = Some((relation, value.parse()?));
                    }
                    _ => return Err(meta.error("unknown mark of a column")),
                }
                Ok(())
            })?;
        }
        Ok(marks)
    }
}
