-- What the customer buys, as the customer reads it. Null: the shop did not say. Fixed from the start: it stands on receipts.
-- Not checked on the rows there are: they have none, and a large table is not read through for that.
alter table checkout_session
  add column description text,
  add constraint checkout_session_description_check check (length(description) between 1 and 200) not valid;

create trigger checkout_session_description_fixed before update of description on checkout_session
  for each row execute function refuse_change('description');
