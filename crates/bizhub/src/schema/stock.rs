// @generated from the migrations of this module, in the form of `diesel print-schema`.

diesel::table! {
    asset_costs (id) {
        id -> Int4,
        asset_id -> Int4,
        cost_kind -> Varchar,
        amount -> Numeric,
        cost_date -> Date,
        note -> Nullable<Text>,
        recorded_by -> Nullable<Int4>,
        voided_at -> Nullable<Timestamptz>,
        voided_by -> Nullable<Int4>,
        void_reason -> Nullable<Text>,
        version -> Int4,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    assets (id) {
        id -> Int4,
        asset_tag -> Varchar,
        serial_number -> Varchar,
        product_model_id -> Int4,
        supplier -> Nullable<Varchar>,
        purchase_cost -> Nullable<Numeric>,
        landed_cost -> Nullable<Numeric>,
        received_date -> Date,
        condition_grade -> Nullable<Varchar>,
        cosmetic_notes -> Nullable<Text>,
        battery_health_percent -> Nullable<Int4>,
        battery_cycle_count -> Nullable<Int4>,
        status -> Varchar,
        not_sellable_reason -> Nullable<Text>,
        location_id -> Nullable<Int4>,
        sale_price -> Nullable<Numeric>,
        sale_date -> Nullable<Date>,
        invoice_id -> Nullable<Int4>,
        preorder_id -> Nullable<Int4>,
        accessories_included -> Nullable<Text>,
        last_intake_at -> Nullable<Timestamptz>,
        diagnosed_by -> Nullable<Int4>,
        version -> Int4,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    bulk_stock (id) {
        id -> Int4,
        sku -> Varchar,
        item_name -> Varchar,
        category -> Varchar,
        description -> Nullable<Text>,
        unit_cost -> Nullable<Numeric>,
        unit_price -> Nullable<Numeric>,
        quantity -> Int4,
        reserved -> Int4,
        reorder_threshold -> Nullable<Int4>,
        low_stock_alerted -> Bool,
        supplier -> Nullable<Varchar>,
        location_id -> Nullable<Int4>,
        version -> Int4,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    bulk_stock_movements (id) {
        id -> Int4,
        bulk_stock_id -> Int4,
        movement_type -> Varchar,
        quantity_change -> Int4,
        quantity_after -> Int4,
        unit_cost -> Nullable<Numeric>,
        from_location_id -> Nullable<Int4>,
        to_location_id -> Nullable<Int4>,
        invoice_id -> Nullable<Int4>,
        reason -> Nullable<Text>,
        moved_by -> Nullable<Int4>,
        created_at -> Timestamptz,
        repair_ticket_id -> Nullable<Int4>,
    }
}

diesel::table! {
    diagnostics_results (id) {
        id -> Int4,
        asset_id -> Int4,
        technician_id -> Int4,
        checklist_data -> Jsonb,
        overall_result -> Varchar,
        notes -> Nullable<Text>,
        diagnostic_date -> Date,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    inventory_movements (id) {
        id -> Int4,
        asset_id -> Int4,
        from_location_id -> Nullable<Int4>,
        to_location_id -> Nullable<Int4>,
        from_status -> Nullable<Varchar>,
        to_status -> Nullable<Varchar>,
        moved_by -> Nullable<Int4>,
        reason -> Nullable<Text>,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    locations (id) {
        id -> Int4,
        location_name -> Varchar,
        description -> Nullable<Text>,
        meaning -> Nullable<Varchar>,
        version -> Int4,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    price_changes (id) {
        id -> Int4,
        product_model_id -> Int4,
        condition_grade -> Varchar,
        old_price -> Nullable<Numeric>,
        new_price -> Nullable<Numeric>,
        reason -> Nullable<Text>,
        changed_by -> Nullable<Int4>,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    product_models (id) {
        id -> Int4,
        category -> Varchar,
        brand -> Varchar,
        model_name -> Varchar,
        cpu -> Nullable<Varchar>,
        ram -> Nullable<Varchar>,
        storage -> Nullable<Varchar>,
        screen_size -> Nullable<Varchar>,
        gpu -> Nullable<Varchar>,
        operating_system -> Nullable<Varchar>,
        description -> Nullable<Text>,
        default_price_grade_a -> Nullable<Numeric>,
        default_price_grade_b -> Nullable<Numeric>,
        default_price_grade_c -> Nullable<Numeric>,
        image_url -> Nullable<Varchar>,
        version -> Int4,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    wipe_certificates (id) {
        id -> Int4,
        asset_id -> Int4,
        technician_id -> Int4,
        wipe_method -> Varchar,
        certificate_reference -> Nullable<Varchar>,
        wipe_date -> Date,
        notes -> Nullable<Text>,
        created_at -> Timestamptz,
    }
}

diesel::joinable!(asset_costs -> assets (asset_id));
diesel::joinable!(assets -> locations (location_id));
diesel::joinable!(assets -> product_models (product_model_id));
diesel::joinable!(bulk_stock -> locations (location_id));
diesel::joinable!(bulk_stock_movements -> bulk_stock (bulk_stock_id));
diesel::joinable!(diagnostics_results -> assets (asset_id));
diesel::joinable!(inventory_movements -> assets (asset_id));
diesel::joinable!(price_changes -> product_models (product_model_id));
diesel::joinable!(wipe_certificates -> assets (asset_id));

diesel::allow_tables_to_appear_in_same_query!(
    asset_costs,
    assets,
    bulk_stock,
    bulk_stock_movements,
    diagnostics_results,
    inventory_movements,
    locations,
    price_changes,
    product_models,
    wipe_certificates,
);
