"""A consumer in Python: the score of each night, and days of heart rate, kept in SQLite. docs/consume.md says why it is as it
is. Any number of them may share a group and a store.

  pip install --requirement requirements.txt
  KAFKA_BROKERS=localhost:9092 TOPIC_PREFIX=polar.acme GROUP_ID=coach STORE=coach.db python consumer.py
"""

import json
import os
import signal
import sqlite3
from pathlib import Path

from confluent_kafka import Consumer, KafkaException

# Longer than the topics' retention and OUTBOX_RETENTION_HOURS: what cannot be read again need not be remembered.
SEEN_SECONDS = 30 * 86_400
LOCK_SECONDS = 30
BATCH = 500


class Store:
    def __init__(self, file):
        self.db = sqlite3.connect(file, timeout=LOCK_SECONDS, isolation_level=None)
        self.db.execute("pragma journal_mode = wal")
        self.db.executescript((Path(__file__).parent.parent / "store.sql").read_text())
        self.db.execute("delete from seen where at < unixepoch() - ?", [SEEN_SECONDS])

    def take(self, messages):
        """Takes all of them in, or none: a fault undoes the whole batch, which is then read again."""
        self.db.execute("begin immediate")
        try:
            for message in messages:
                headers = {name: value.decode() for name, value in message.headers()}
                value = json.loads(message.value())
                if self.is_news(headers, value):
                    self.apply(headers["ce_type"], value, int(headers["ce_sequence"]))
            self.db.execute("commit")
        except BaseException:
            self.db.execute("rollback")
            raise

    def is_news(self, headers, value):
        if self.db.execute("insert or ignore into seen (id) values (?)", [headers["ce_id"]]).rowcount == 0:
            return False
        ended = self.db.execute("select sequence from ended where connection = ?", [value["connection"]]).fetchone()
        return ended is None or int(headers["ce_sequence"]) > ended[0]

    def apply(self, event_type, value, sequence):
        connection, identity, data = value["connection"], value["identity"], value["data"]
        match event_type:
            case "accesslink.SleepScored.v1" | "accesslink.SleepRevised.v1":
                score = (data.get("sleepScore") or {}).get("sleepScore")
                self.db.execute(
                    """insert into nights (connection, night, user_reference, score, sequence) values (?, ?, ?, ?, ?)
                       on conflict do update set score = excluded.score, sequence = excluded.sequence""",
                    [connection, identity[0], value["userReference"], score, sequence],
                )
            case "accesslink.SleepDeleted.v1":
                self.db.execute("delete from nights where connection = ? and night = ?", [connection, identity[0]])
            case "accesslink.HeartRateDayChunk.v1":
                columns = [data["count"], json.dumps(data["offsetMillis"]), json.dumps(data["heartRate"])]
                self.db.execute(
                    "insert or replace into heart_rate_chunks values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                    [connection, *identity[:2], data["hour"], data["part"], *columns, sequence],
                )
            case "accesslink.HeartRateDayUpdated.v1" | "accesslink.HeartRateDayFinalized.v1":
                self.keep_day(value, event_type == "accesslink.HeartRateDayFinalized.v1", sequence)
            case "accesslink.ConsentRevoked.v1" | "accesslink.ConnectionRemoved.v1" | "accesslink.ConnectionErased.v1":
                if data["deletionRequired"]:
                    self.forget(connection, sequence)
            case _:
                pass  # other types, and those that are still to come

    def keep_day(self, value, is_final, sequence):
        """Comes after its chunks, and names all that it has. A chunk that is not named is out of date."""
        day = [value["connection"], *value["identity"]]
        named = {(chunk["hour"], chunk["part"]) for chunk in value["data"]["chunks"]}
        where = "where connection = ? and day = ? and device = ?"
        chunks = self.db.execute(f"select hour, part, samples from heart_rate_chunks {where}", day).fetchall()
        for hour, part, _ in chunks:
            if (hour, part) not in named:
                self.db.execute(f"delete from heart_rate_chunks {where} and hour = ? and part = ?", [*day, hour, part])
        count = value["data"]["count"]
        is_complete = count == sum(samples for hour, part, samples in chunks if (hour, part) in named)
        self.db.execute(
            "insert or replace into heart_rate_days values (?, ?, ?, ?, ?, ?, ?, ?)",
            [*day, value["userReference"], count, is_complete, is_final, sequence],
        )

    def forget(self, connection, sequence):
        """What was told after the end stays: the athlete may have connected again, and other topics may be ahead."""
        for table in ("nights", "heart_rate_chunks", "heart_rate_days"):
            self.db.execute(f"delete from {table} where connection = ? and sequence < ?", [connection, sequence])
        self.db.execute(
            """insert into ended (connection, sequence) values (?, ?)
               on conflict do update set sequence = max(sequence, excluded.sequence)""",
            [connection, sequence],
        )


def main():
    store = Store(os.environ["STORE"])
    # Here go security.protocol and sasl.*, where the cluster asks for them.
    consumer = Consumer(
        {
            "bootstrap.servers": os.environ["KAFKA_BROKERS"],
            "group.id": os.environ["GROUP_ID"],
            "auto.offset.reset": "earliest",
            "isolation.level": "read_committed",
            "enable.auto.commit": False,
        }
    )
    consumer.subscribe([f"{os.environ['TOPIC_PREFIX']}.{topic}.v1" for topic in ("connection", "sleep", "heart-rate")])
    stopped = []
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stopped.append(True))
    while not stopped:
        messages = consumer.consume(BATCH, timeout=0.5)
        for error in filter(None, (message.error() for message in messages)):
            if not error.retriable():
                raise KafkaException(error)
        messages = [message for message in messages if message.error() is None]
        if not messages:
            continue
        store.take(messages)
        try:
            consumer.commit(asynchronous=False)
        except KafkaException as error:
            # The partitions have moved: whoever has them now reads these messages again, and finds their ids in `seen`.
            print(f"offsets not committed: {error}")
    consumer.close()
    store.db.close()


main()
