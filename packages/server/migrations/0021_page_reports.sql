-- What browsers refused to run or load on payment pages, by their own account (CSP 3, section 5). Nothing of it tells
-- which session or which customer it was: one row per kind.
create table page_report (
  directive text not null,
  blocked text not null,
  source text not null,
  times bigint not null check (times > 0),
  first_at timestamptz not null default now(),
  last_at timestamptz not null default now(),
  primary key (directive, blocked, source)
);
