-- 3-D Secure: whether the bank is asked, and what the customer has to do at it.

-- `always`: whenever the card knows it. A payout in crypto cannot be called back, so that is the default; the bank's
-- answer moves the liability for fraud to the bank. `when_needed`: only where the bank or the law insists.
alter table merchant add three_ds text not null default 'always' check (three_ds in ('always', 'when_needed'));

-- As the merchant had it when the attempt was made: a retry must not ask for something else.
alter table transaction add three_ds text not null default 'always' check (three_ds in ('always', 'when_needed'));

-- { "kind": "frame" | "redirect", "url": … } while the customer's bank waits for the customer.
alter table transaction add action jsonb
  check (action is null or (state = 'authorizing' and action ->> 'kind' in ('frame', 'redirect') and action ->> 'url' is not null));

create trigger transaction_three_ds_fixed before update on transaction for each row
  when (old.three_ds is distinct from new.three_ds) execute function refuse_change('three_ds');
