-- The five functions of TimescaleDB that Joule calls, for a PostgreSQL without it. Its tables stay plain tables.

-- Turns a table into chunks, and sizes them: nothing to do.
create or replace function create_hypertable(relation regclass, time_column_name name, if_not_exists boolean default false)
returns text language sql as 'select relation::text';

create or replace function set_chunk_time_interval(hypertable regclass, chunk_time_interval bigint)
returns void language sql as '';

-- TimescaleDB drops chunks that are wholly older; rows that are older go here.
create or replace function drop_chunks(relation regclass, older_than timestamp)
returns setof text language plpgsql as $$
begin
  execute format('delete from %s where time < $1', relation) using older_than;
end
$$;

create or replace function drop_chunks(relation regclass, older_than interval)
returns setof text language sql as $$
  select drop_chunks(relation, (now() at time zone 'UTC')::timestamp - older_than)
$$;

create or replace function hypertable_detailed_size(hypertable regclass)
returns table (table_bytes bigint, index_bytes bigint, toast_bytes bigint, total_bytes bigint, node_name text)
language sql stable as $$
  select pg_table_size(hypertable), pg_indexes_size(hypertable), 0::bigint, pg_total_relation_size(hypertable), null::text
$$;

-- TimescaleDB also tells the buckets that nothing is in.
create or replace function time_bucket_gapfill(bucket_width interval, ts timestamp)
returns timestamp language sql immutable as $$
  select date_bin(bucket_width, ts, timestamp '2000-01-03')
$$;
