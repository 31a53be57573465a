"""The README's consumer in Python: the newest score of each night. Arguments: brokers, topic, how many messages to read."""

import json
import sys

from confluent_kafka import Consumer

brokers, topic, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
consumer = Consumer(
    {
        "bootstrap.servers": brokers,
        "group.id": "sleep-coach-python",
        "auto.offset.reset": "earliest",
        "isolation.level": "read_committed",
    }
)
consumer.subscribe([topic])
seen = set()
for _ in range(count):
    message = consumer.poll(60)
    if message is None or message.error():
        sys.exit(f"after {len(seen)} messages: {message and message.error()}")
    headers = {name: value.decode() for name, value in message.headers()}
    if headers["ce_id"] in seen:
        continue
    seen.add(headers["ce_id"])
    value = json.loads(message.value())
    score = None
    if headers["ce_type"] in ("accesslink.SleepScored.v1", "accesslink.SleepRevised.v1"):
        score = (value["data"].get("sleepScore") or {}).get("sleepScore")
    print(json.dumps({"id": headers["ce_id"], "key": message.key().decode(), "user": value["userReference"], "score": score}))
consumer.close()
