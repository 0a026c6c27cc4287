-- What a merchant's customers see: see docs/page.md.

create table merchant_branding (
  merchant_id text not null references merchant (id),
  livemode boolean not null,
  -- Null: the merchant's name and e-mail address, and the page's own colours.
  display_name text check (length(display_name) between 1 and 100),
  support_email text check (length(support_email) <= 254),
  support_url text check (length(support_url) <= 2048),
  support_phone text check (support_phone ~ '^[+][0-9][0-9 ()-]{5,24}$'),
  terms_url text check (length(terms_url) <= 2048),
  privacy_url text check (length(privacy_url) <= 2048),
  statement_descriptor text check (statement_descriptor ~ '^[A-Za-z0-9][A-Za-z0-9 .,&/-]{3,20}[A-Za-z0-9.]$'),
  brand_color text check (brand_color ~ '^#[0-9a-f]{6}$'),
  button_color text check (button_color ~ '^#[0-9a-f]{6}$'),
  -- Made here from the pixels of what the merchant gave. The hash is its address, and of merchant, mode and bytes.
  logo_hash text unique check (logo_hash ~ '^[0-9a-f]{32}$'),
  logo_png bytea check (length(logo_png) <= 524288),
  logo_width integer check (logo_width between 1 and 512),
  logo_height integer check (logo_height between 1 and 512),
  -- The theme whose ground swallows it, as a white logo on white.
  logo_fades_on text check (logo_fades_on in ('light', 'dark')),
  updated_at timestamptz not null default now(),
  primary key (merchant_id, livemode),
  check (num_nulls(logo_hash, logo_png, logo_width, logo_height) in (0, 4)),
  check (logo_fades_on is null or logo_hash is not null)
);

-- Copied when the payment is made: what the acquirer was told once is told again after a crash. Null: the server's own.
alter table transaction add column statement_descriptor text;
create trigger transaction_descriptor_fixed before update on transaction for each row
  when (old.statement_descriptor is distinct from new.statement_descriptor)
  execute function refuse_write();
