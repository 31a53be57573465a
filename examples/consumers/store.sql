-- What the examples keep, in SQLite. A batch of messages is one transaction: their ids, and what follows from them.
-- `sequence` is the ce_sequence of the event that wrote a row last: it counts a connection's events over all topics.

create table if not exists seen (
  id text primary key,
  at integer not null default (unixepoch())
);

-- Relations that ended: what was told before that is dropped, in whichever order the topics are read.
create table if not exists ended (
  connection text primary key,
  sequence integer not null
);

create table if not exists nights (
  connection text not null,
  night text not null,
  user_reference text not null,
  score real,
  sequence integer not null,
  primary key (connection, night)
);

create table if not exists heart_rate_chunks (
  connection text not null,
  day text not null,
  device text not null,
  hour integer not null,
  part integer not null,
  samples integer not null,
  offset_millis text not null,
  heart_rate text not null,
  sequence integer not null,
  primary key (connection, day, device, hour, part)
);

create table if not exists heart_rate_days (
  connection text not null,
  day text not null,
  device text not null,
  user_reference text not null,
  samples integer not null,
  is_complete integer not null,
  is_final integer not null,
  sequence integer not null,
  primary key (connection, day, device)
);
