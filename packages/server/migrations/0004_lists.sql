-- Totals of lists: what a sweep has folded stands once per hour and once per month, so that a total over years is a sum
-- of a few months, and what still has to be folded is found without looking at the rest.

alter table list_count
  -- new: as writers append it. Folding takes such rows away and adds them to their hour and to their month, in one
  -- statement. Hours and months hold the same figures, so a total reads each moment from one of them, and the new rows.
  add column grain text not null default 'new' check (grain in ('new', 'hour', 'month'));
comment on column list_count.hour is 'the hour, or of a month its first hour';
drop index list_count_read;
-- A row is in one of the two, so that writers pay for one index.
create index list_count_new on list_count (merchant_id, livemode, list, hour) include (word, n) where grain = 'new';
create index list_count_folded on list_count (merchant_id, livemode, list, grain, hour) include (word, n)
  where grain <> 'new';
-- New rows live for seconds.
alter table list_count set (autovacuum_vacuum_scale_factor = 0.02);
