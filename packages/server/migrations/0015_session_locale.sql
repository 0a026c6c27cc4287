-- The language that the shop wants the session's page in. Null: the visitor's browser decides. Which languages there are is
-- the server's affair; the column takes any code, so that a new language needs no migration.
-- Not checked on the rows there are: they have none, and a large table is not read through for that.
alter table checkout_session
  add column locale text,
  add constraint checkout_session_locale_check check (locale ~ '^[a-z]{2}$') not valid;

create trigger checkout_session_locale_fixed before update of locale on checkout_session
  for each row execute function refuse_change('locale');
