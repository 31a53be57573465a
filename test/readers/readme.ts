import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import kafkajs from 'kafkajs';
import { hideAborted } from '../../apps/publisher/src/kafka/aborted.ts';

/** What the README's consumer stores. */
export interface Stored {
  readonly id: string;
  readonly user: string;
  readonly score: number | null;
}

type Example = (
  hide: () => void,
  Kafka: unknown,
  brokers: readonly string[],
  storeOnce: (id: string, user: string, date: string, score?: number) => Promise<void>,
) => Promise<{ disconnect(): Promise<void> }>;

/** Runs the consumer as it stands in the README, until it has stored so many scores. */
export async function readmeConsumer(brokers: string, topic: string, count: number): Promise<readonly Stored[]> {
  const readme = readFileSync(join(import.meta.dirname, '../../README.md'), 'utf8');
  // What stands before it in the block, the imports and a store in memory, comes from here.
  const code = /```js\nimport [^`]*?\n(hideAborted\(\);\nconst consumer = [\s\S]*?)```/.exec(readme)?.[1];
  if (code === undefined) throw new Error("README.md has no block with 'hideAborted();' and 'const consumer ='");
  const AsyncFunction = (async () => undefined).constructor as new (...words: readonly string[]) => Example;
  const body = `${code.replace(/'polar\.[^']*'/, JSON.stringify(topic))}; return consumer;`;
  const stored = new Map<string, Stored>();
  const Kafka = class extends kafkajs.Kafka {
    constructor({ brokers: list }: { readonly brokers: string[] }) {
      super({ brokers: list, logLevel: kafkajs.logLevel.ERROR });
    }
  };
  let enough: () => void = () => undefined;
  const all = new Promise<void>((resolve) => {
    enough = resolve;
  });
  const consumer = await new AsyncFunction('hideAborted', 'Kafka', 'brokers', 'storeOnce', body)(
    hideAborted,
    Kafka,
    brokers.split(','),
    (id, user, _date, score) => {
      if (!stored.has(id)) stored.set(id, { id, user, score: score ?? null });
      if (stored.size >= count) enough();
      return Promise.resolve();
    },
  );
  await all;
  await consumer.disconnect();
  return [...stored.values()];
}
