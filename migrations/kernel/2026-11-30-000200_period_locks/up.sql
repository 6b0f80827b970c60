-- Through which day the books are closed: one row, empty until a period is locked first.
CREATE TABLE period_locks (
  id SERIAL PRIMARY KEY CHECK (id = 1),
  locked_through DATE,
  version INTEGER NOT NULL DEFAULT 1,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  updated_at TIMESTAMPTZ NOT NULL DEFAULT now()
);

INSERT INTO period_locks DEFAULT VALUES;
