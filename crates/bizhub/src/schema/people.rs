// @generated from the migrations of this module, in the form of `diesel print-schema`.

diesel::table! {
    customers (id) {
        id -> Int4,
        customer_type -> Varchar,
        full_name -> Varchar,
        business_name -> Nullable<Varchar>,
        email -> Nullable<Varchar>,
        phone -> Varchar,
        alternate_phone -> Nullable<Varchar>,
        address -> Nullable<Text>,
        city -> Nullable<Varchar>,
        region -> Nullable<Varchar>,
        notes -> Nullable<Text>,
        deleted_at -> Nullable<Timestamptz>,
        deleted_by -> Nullable<Int4>,
        delete_reason -> Nullable<Text>,
        version -> Int4,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    lead_sources (id) {
        id -> Int4,
        source_name -> Varchar,
        description -> Nullable<Text>,
        is_active -> Bool,
        version -> Int4,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    users (id) {
        id -> Int4,
        username -> Varchar,
        email -> Varchar,
        role -> Varchar,
        full_name -> Varchar,
        phone -> Nullable<Varchar>,
        is_active -> Bool,
        last_login -> Nullable<Timestamptz>,
        version -> Int4,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
    }
}

diesel::joinable!(customers -> users (deleted_by));

diesel::allow_tables_to_appear_in_same_query!(customers, lead_sources, users,);
