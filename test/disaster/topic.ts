import { setTimeout as sleep } from 'node:timers/promises';
import kafkajs from 'kafkajs';
import { until } from '../../deploy/local/stack/until.ts';
import { settle } from '../chaos/settling.ts';
import { tenant, topicPrefix } from '../chaos/world.ts';
import { compareWithLedger } from '../integration/ledger-comparison.ts';
import { openScene } from '../rolling/scene.ts';
import { pace, type Outcome, type ScenarioOptions } from './scenario.ts';

const topic = `${topicPrefix}session.v1`;

/** A topic is lost with all that is in it, while changes go on. The publishers make it anew, and a replay fills it. */
export async function loseTopic({ athletes, seconds, say }: ScenarioOptions): Promise<Outcome> {
  const scene = await openScene({ athletes, replicas: 1, say });
  const { simulator, services, consumer, mirror, db, stack, fleet, callers } = scene;
  try {
    await callers.stop();
    await simulator.control('POST', '/pace', { pace });
    await sleep((seconds * 1000) / 2);
    const admin = new kafkajs.Kafka({ brokers: [services.kafkaBrokers], logLevel: kafkajs.logLevel.NOTHING }).admin();
    await admin.connect();
    await admin.deleteTopics({ topics: [topic] });
    await admin.disconnect();
    say(`${topic} is lost`);
    // Its offsets begin anew, and records are told apart by them.
    const before = consumer.records.map((record) => (record.topic === topic ? { ...record, topic: 'lost' } : record));
    consumer.records.splice(0, before.length, ...before);
    await sleep((seconds * 1000) / 2);
    await simulator.control('POST', '/pace', { pace: 0 });

    const [{ url } = { url: '' }] = fleet.of('publisher');
    const { rows } = await db.query<{ id: string; type: string; at: Date }>(
      `select id, split_part(type, '.', 2) as type, created_at as at from outbox where aggregatetype = $1`,
      [topic],
    );
    const body = {
      from: new Date(Math.min(...rows.map(({ at }) => at.getTime()))).toISOString(),
      to: new Date().toISOString(),
      types: [...new Set(rows.map(({ type }) => type))],
    };
    const { id } = (await stack.admin(url, `/v1/tenants/${tenant}/replays`, { method: 'POST', body })) as {
      id: string;
    };
    const filled = () => consumer.replayed.get(id) ?? [];
    await until('the replay', 120, async () => {
      const ids = new Set(filled().map((record) => record.id));
      return rows.every((row) => ids.has(row.id));
    });
    // Whoever had not read the topic has from the replay what he has not from elsewhere.
    const all = () => {
      const ids = new Set(consumer.records.map((record) => record.id));
      return [...consumer.records, ...filled().filter((record) => !ids.has(record.id))];
    };
    const { unsettled } = await settle({
      ...scene,
      consumer: {
        replayed: consumer.replayed,
        get records() {
          return all();
        },
      },
    });
    const comparison = compareWithLedger(await mirror.ledger(), all());
    const live = consumer.records.filter((record) => record.topic === topic);
    return {
      wrongs: [
        ...(unsettled === undefined ? [] : [`not settled: ${unsettled}`]),
        ...(live.length === 0 ? ['nothing came in the new topic by itself'] : []),
        ...comparison.missing.map((one) => `missing: ${one}`),
        ...comparison.twice.map((one) => `twice: ${one}`),
      ],
      facts: {
        'changes in the ledger': comparison.expected,
        'of these with their event': comparison.matched,
        'events that were in the topic': before.filter((record) => record.topic === 'lost').length,
        'events that came in the new one by themselves': live.length,
        'events that the replay brought': filled().length,
      },
    };
  } finally {
    await scene.stop();
  }
}
