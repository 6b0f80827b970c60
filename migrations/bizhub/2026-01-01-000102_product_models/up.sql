CREATE TABLE product_models (
  id SERIAL PRIMARY KEY,
  category VARCHAR(20) NOT NULL CHECK (category IN ('Laptop', 'Phone', 'Accessory')),
  brand VARCHAR(50) NOT NULL,
  model_name VARCHAR(100) NOT NULL,
  cpu VARCHAR(100),
  ram VARCHAR(50),
  storage VARCHAR(50),
  screen_size VARCHAR(20),
  gpu VARCHAR(100),
  operating_system VARCHAR(50),
  description TEXT,
  default_price_grade_a NUMERIC(14, 2),
  default_price_grade_b NUMERIC(14, 2),
  default_price_grade_c NUMERIC(14, 2),
  image_url VARCHAR(255),
  version INTEGER NOT NULL DEFAULT 1,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  updated_at TIMESTAMPTZ NOT NULL DEFAULT now(),

  CONSTRAINT check_product_model_prices CHECK (
    default_price_grade_a >= 0 AND default_price_grade_b >= 0 AND default_price_grade_c >= 0
  )
);

CREATE INDEX idx_product_models_category ON product_models (category);
CREATE INDEX idx_product_models_brand ON product_models (brand);
CREATE INDEX idx_product_models_model ON product_models (model_name);

CREATE INDEX idx_product_models_created ON product_models (created_at, id);
