//! `#[derive(Entity)]`.

mod attributes;

use heck::{ToLowerCamelCase, ToShoutySnakeCase, ToSnakeCase};
use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::ext::IdentExt;
use syn::{Data, DeriveInput, Error, Fields, Ident, Result};

use crate::doc_of;
use attributes::{ColumnMarks, EntityMarks, HasMany, PeriodMark};

struct Field {
    ident: Ident,
    ty: syn::Type,
    doc: String,
    marks: ColumnMarks,
}

pub fn expand(item: DeriveInput) -> Result<TokenStream> {
    let name = &item.ident;
    let Data::Struct(data) = &item.data else {
        return Err(Error::new(name.span(), "an entity is a struct"));
    };
    let Fields::Named(named) = &data.fields else {
        return Err(Error::new(name.span(), "an entity has named fields"));
    };
    let marks = EntityMarks::parse(&item.attrs, name)?;
    let mut fields = Vec::new();
    for field in &named.named {
        let Some(ident) = field.ident.clone() else { continue };
        let marks = ColumnMarks::parse(&field.attrs)?;
        fields.push(Field { ident, ty: field.ty.clone(), doc: doc_of(&field.attrs), marks });
    }
    let kernel = quote!(::bizgraph_kernel::entity);
    let columns = columns(&fields);
    let relations = relations(&fields, &marks.has_many);
    let position = |column: &Ident| {
        fields
            .iter()
            .position(|field| field.ident == *column)
            .ok_or_else(|| Error::new(column.span(), "no field of this name"))
    };
    let mut lookups = Vec::new();
    for (field, column) in &marks.lookups {
        let (field, index) = (field.to_string(), position(column)?);
        lookups.push(quote!(#kernel::Lookup { field: #field, column: #index }));
    }
    let mut periods = Vec::new();
    for mark in &marks.periods {
        periods.push(period(mark, &fields, &position)?);
    }
    let order_index = position(&marks.default_order.0)?;
    let order_descending = marks.default_order.1;
    let scopes = marks.scopes.iter().map(|(scope, sql)| quote!((#scope, #sql)));
    let machine = match &marks.machine {
        Some(path) => quote!(Some(|| &#path)),
        None => quote!(None),
    };
    let (type_name, module, table, permission) =
        (&marks.type_name, &marks.module, &marks.table, &marks.permission);
    let (singular, plural) = (&marks.singular, &marks.plural);
    let read = format!("{permission}.read");
    let (soft_delete, view) = (fields.iter().any(|f| f.ident == "deleted_at"), marks.view);
    let money = marks.money;
    let doc = doc_of(&item.attrs);
    let (idents, indices): (Vec<_>, Vec<usize>) =
        fields.iter().enumerate().map(|(index, field)| (&field.ident, index)).unzip();
    let handles = handles(name, &fields, &marks);
    let key = &fields.first().ok_or_else(|| Error::new(name.span(), "an entity has a key"))?.ident;
    Ok(quote! {
        impl #kernel::Entity for #name {
            const META: &'static #kernel::Meta = &#kernel::Meta {
                type_name: #type_name,
                module: #module,
                singular: #singular,
                plural: #plural,
                table: #table,
                doc: #doc,
                permission: #permission,
                read: #read,
                columns: &[#(#columns),*],
                relations: &[#(#relations),*],
                lookups: &[#(#lookups),*],
                default_order: (#order_index, #order_descending),
                scopes: &[#(#scopes),*],
                periods: &[#(#periods),*],
                machine: #machine,
                soft_delete: #soft_delete,
                money: #money,
                view: #view,
            };

            fn decode(row: &#kernel::Row) -> Result<Self, ::bizgraph_kernel::db::Fault> {
                Ok(Self { #(#idents: #kernel::decode(row, #indices)?),* })
            }

            fn key(&self) -> #kernel::Bind {
                #kernel::Cell::bind(&self.#key)
            }

            fn value(&self, column: usize) -> #kernel::Bind {
                match column {
                    #(#indices => #kernel::Cell::bind(&self.#idents),)*
                    _ => #kernel::Bind::Bool(None),
                }
            }
        }

        #handles
    })
}

fn columns(fields: &[Field]) -> Vec<TokenStream> {
    let kernel = quote!(::bizgraph_kernel::entity);
    let columns = fields.iter().enumerate().map(|(index, field)| {
        let (ty, marks) = (&field.ty, &field.marks);
        let doc = match field.doc.as_str() {
            "" if index == 0 => "Global and opaque: it carries tenant, type and key.",
            doc => doc,
        };
        let name = field.ident.unraw().to_string();
        let shown = name.to_lower_camel_case();
        let expression = match &marks.sql {
            Some(sql) => quote!(Some(#sql)),
            None => quote!(None),
        };
        let kind = match &marks.belongs_to {
            Some((_, target)) => {
                quote!(#kernel::Kind::Reference(|| <#target as #kernel::Entity>::META))
            }
            None if index == 0 && name == "id" => {
                quote!(#kernel::Kind::Key(#kernel::KeyType::of_kind(<#ty as #kernel::Cell>::KIND)))
            }
            None => quote!(<#ty as #kernel::Cell>::KIND),
        };
        let sensitive = match &marks.sensitive {
            Some(permission) => quote!(Some(#permission)),
            None => quote!(None),
        };
        let traced = marks.sensitive.is_some() && !marks.untraced;
        let key = index == 0;
        let (filter, order, hidden) = (marks.filter || key, marks.order || key, marks.hidden);
        let personal = marks.personal;
        quote! {
            #kernel::Column {
                field: #shown,
                name: #name,
                expression: #expression,
                doc: #doc,
                kind: #kind,
                nullable: <#ty as #kernel::Cell>::NULLABLE,
                filter: #filter,
                order: #order,
                sensitive: #sensitive,
                traced: #traced,
                personal: #personal,
                hidden: #hidden,
            }
        }
    });
    columns.collect()
}

/// A business date with the columns that a lock keeps: those that are named, else all that can
/// change. The date itself is always one of them.
fn period(
    mark: &PeriodMark,
    fields: &[Field],
    position: &impl Fn(&Ident) -> Result<usize>,
) -> Result<TokenStream> {
    let kernel = quote!(::bizgraph_kernel::entity);
    let column = position(&mark.column)?;
    let mut keeps = match &mark.keeps {
        Some(named) => named.iter().map(position).collect::<Result<Vec<usize>>>()?,
        None => (1..fields.len()).filter(|index| can_change(&fields[*index])).collect(),
    };
    if !keeps.contains(&column) {
        keeps.push(column);
    }
    let status = |status: &Option<String>| match status {
        Some(status) => quote!(Some(#status)),
        None => quote!(None),
    };
    let (unless, undone) = (status(&mark.unless), status(&mark.undone));
    Ok(quote! {
        #kernel::Period {
            column: #column,
            keeps: &[#(#keeps),*],
            unless: #unless,
            undone: #undone,
        }
    })
}

/// Whether a rule can set the column, a status included.
fn can_change(field: &Field) -> bool {
    let ident = field.ident.unraw().to_string();
    let stamped = matches!(ident.as_str(), "id" | "version" | "created_at" | "updated_at");
    !stamped && field.marks.sql.is_none() && !field.marks.generated
}

fn relations(fields: &[Field], has_many: &[HasMany]) -> Vec<TokenStream> {
    let kernel = quote!(::bizgraph_kernel::entity);
    let mut relations = Vec::new();
    for (index, field) in fields.iter().enumerate() {
        if let Some((relation, target)) = &field.marks.belongs_to {
            let name = relation.to_string().to_lower_camel_case();
            let doc = &field.doc;
            relations.push(quote! {
                #kernel::Relation {
                    field: #name,
                    doc: #doc,
                    kind: #kernel::RelationKind::BelongsTo { column: #index },
                    target: || <#target as #kernel::Entity>::META,
                }
            });
        }
    }
    for HasMany { field, target, column, doc } in has_many {
        let (name, column) = (field.to_string().to_lower_camel_case(), column.to_string());
        relations.push(quote! {
            #kernel::Relation {
                field: #name,
                doc: #doc,
                kind: #kernel::RelationKind::HasMany { column: #column },
                target: || <#target as #kernel::Entity>::META,
            }
        });
    }
    relations
}

/// A constant per column, except those that no rule may set: the key, version and stamps,
/// computed fields, and a status that a machine moves.
fn handles(name: &Ident, fields: &[Field], marks: &EntityMarks) -> TokenStream {
    let kernel = quote!(::bizgraph_kernel::entity);
    let handles = fields.iter().enumerate().filter_map(|(index, field)| {
        let ident = field.ident.unraw().to_string();
        let moved = marks.machine.is_some() && ident == marks.status;
        if moved || marks.view || !can_change(field) {
            return None;
        }
        let constant = format_ident!("{}", ident.to_snake_case().to_shouty_snake_case());
        let ty = &field.ty;
        let doc = format!("The column `{ident}`.");
        Some(quote! {
            #[doc = #doc]
            pub const #constant: #kernel::ColumnOf<#name, #ty> = #kernel::ColumnOf::new(#index);
        })
    });
    quote! {
        impl #name {
            #(#handles)*
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What one entity becomes, for readers: `src/entity/expansion.snap`. With `BLESS=1` the
    /// test writes the file anew.
    #[test]
    fn the_expansion_of_one_entity_is_the_checked_in_one() {
        let item = syn::parse_quote! {
            /// A company that the shop buys from.
            #[entity(module = "bizhub", table = suppliers, permission = "bizhub.supplier")]
            #[has_many(assets: Asset by supplier_id "What came from it.")]
            pub struct Supplier {
                pub id: i32,
                /// Name of the company.
                #[entity(filter, order)]
                pub name: String,
                /// Where it is.
                #[entity(belongs_to = region: Region, filter)]
                pub region_id: Option<i32>,
                /// Moves on with every change.
                pub version: i32,
            }
        };
        let file = syn::parse2(expand(item).unwrap()).unwrap();
        let now = prettyplease::unparse(&file);
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/src/entity/expansion.snap");
        if std::env::var_os("BLESS").is_some() {
            std::fs::write(path, &now).unwrap();
        }
        let kept = std::fs::read_to_string(path).unwrap_or_default();
        assert!(kept == now, "the expansion changed; look at it, then run with BLESS=1\n{now}");
    }
}
