//! What each model sells for by grade, and how many are on sale (spec 6.12).

use bizgraph_kernel::entity::Entity;
use bizgraph_kernel::entity::cell::Words;
use bizgraph_kernel::report::{Figure, Report, Shape};

use crate::product_model::{ProductCategory, ProductModel};

pub static PRICE_LIST: Report = Report {
    name: "priceList",
    type_name: "BizhubPriceList",
    doc: "What each model sells for by grade, and how many of it are on sale.",
    permission: "bizhub.price_list_report.read",
    over: Some(|| ProductModel::META),
    period: None,
    groups: &[],
    figures: &[
        Figure::id("productModelId", "id", || ProductModel::META, "The model."),
        Figure::word(
            "category",
            "category",
            <ProductCategory as Words>::WORDS,
            "Laptop, Phone or Accessory.",
        ),
        Figure::text("brand", "brand", "Who makes it."),
        Figure::text("modelName", "model_name", "What it is called."),
        Figure::money("priceGradeA", "price_a", "What grade A sells for.").optional(),
        Figure::money("priceGradeB", "price_b", "What grade B sells for.").optional(),
        Figure::money("priceGradeC", "price_c", "What grade C sells for.").optional(),
        Figure::count("availableGradeA", "available_a", "Devices of grade A on sale.")
            .total("coalesce(sum(available_a), 0)"),
        Figure::count("availableGradeB", "available_b", "Devices of grade B on sale.")
            .total("coalesce(sum(available_b), 0)"),
        Figure::count("availableGradeC", "available_c", "Devices of grade C on sale.")
            .total("coalesce(sum(available_c), 0)"),
    ],
    order: "brand, model_name, id",
    sql: "SELECT t.id, t.category, t.brand, t.model_name, t.default_price_grade_a AS price_a, \
            t.default_price_grade_b AS price_b, t.default_price_grade_c AS price_c, \
            coalesce(s.a, 0)::integer AS available_a, coalesce(s.b, 0)::integer AS available_b, \
            coalesce(s.c, 0)::integer AS available_c \
          FROM product_models t LEFT JOIN ( \
            SELECT product_model_id, count(*) FILTER (WHERE condition_grade = 'A') AS a, \
              count(*) FILTER (WHERE condition_grade = 'B') AS b, \
              count(*) FILTER (WHERE condition_grade = 'C') AS c \
            FROM assets WHERE status = 'Ready for Sale' GROUP BY product_model_id) s \
            ON s.product_model_id = t.id \
          WHERE {rows}",
    shape: Shape::Rows,
};
