-- A version that the network did not take, at its fee or because another one waits: the next one may be made. Without this
-- nothing tells it from one that a worker made and nobody has sent yet.
alter table chain_tx add refused_at timestamptz(3) check (refused_at is null or raw is not null);

create trigger chain_tx_refused_fixed before update on chain_tx for each row
  when (old.refused_at is distinct from new.refused_at) execute function refuse_change('refused_at');

-- A later version was only ever made when the one before it was sent or not taken.
update chain_tx x set refused_at = n.created_at from chain_tx n
where n.livemode = x.livemode and n.batch_id = x.batch_id and n.version = x.version + 1
  and x.raw is not null and x.broadcast_at is null;

-- One version after the other: none is made while another one may still have to be sent.
create function refuse_out_of_turn() returns trigger language plpgsql as $$
begin
  if new.version > 1 and not exists (
    select from chain_tx where livemode = new.livemode and batch_id = new.batch_id and version = new.version - 1
      and (broadcast_at is not null or refused_at is not null))
  then
    raise exception 'version % of batch % is made before its turn', new.version, new.batch_id
      using errcode = 'restrict_violation';
  end if;
  return new;
end $$;
create trigger chain_tx_in_turn before insert on chain_tx for each row execute function refuse_out_of_turn();
