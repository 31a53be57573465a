import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startServices } from '../../deploy/local/services/index.ts';
import { freePort } from '../../deploy/local/services/port.ts';
import { startSimulatedProvider, type SimulatedProvider } from '../../deploy/local/stack/simulated-provider.ts';
import { Stack } from '../../deploy/local/stack/stack.ts';
import { readTopics } from '../e2e/read-topics.ts';
import type { ReadMessage } from './programs.ts';

export const tenant = 'acme';
const prefix = `polar.${tenant}`;
/** The topic that every reader reads. */
export const sleepTopic = `${prefix}.sleep.v1`;
const exampleTopics: ReadonlySet<string> = new Set(
  ['connection', 'sleep', 'heart-rate'].map((name) => `${prefix}.${name}.v1`),
);

/** The product as processes of this machine, with a simulator for a provider, and Kafka's Java client as the judge. */
export interface Scene {
  readonly brokers: string;
  readonly prefix: string;
  readonly folder: string;
  readonly simulator: SimulatedProvider;
  readonly stack: Stack;
  /** Messages of `sleepTopic`, in the order of reading. */
  readonly nights: readonly ReadMessage[];
  /** Of the topics that the examples read: type by id. */
  readonly forExamples: ReadonlyMap<string, string>;
  /** @returns how many events of a type were published, of any topic */
  count(type: string): number;
  readonly progress: (line: string) => void;
  /** Ends the product, and then the judge. */
  stopProduct(): Promise<void>;
}

export interface SceneOptions {
  readonly people: number;
  /** Of history. */
  readonly days: number;
  readonly progress: (line: string) => void;
  /** Takes what has to be ended, the last one first. */
  readonly onEnd: (end: () => Promise<unknown>) => void;
}

export async function openScene({ people, days, progress, onEnd }: SceneOptions): Promise<Scene> {
  const services = await startServices({ progress });
  onEnd(() => services.stop());
  const folder = await mkdtemp(join(tmpdir(), 'readers-'));
  onEnd(() => rm(folder, { recursive: true, force: true }));
  const authPort = await freePort();
  const quota = { requests: 1_000_000, seconds: 900 };
  const secret = 'only-for-this-simulator';
  const simulator = await startSimulatedProvider({
    folder,
    args: Object.entries({
      athletes: String(people),
      days: String(days),
      seed: 'readers',
      client: `${tenant}:${secret}:http://127.0.0.1:${authPort}/oauth/callback`,
      quota: `${quota.requests}/${quota.seconds}`,
    }).flatMap(([name, value]) => [`--${name}`, value]),
  });
  onEnd(() => simulator.stop());
  const stack = await Stack.prepare({
    services,
    authPort,
    progress,
    tenants: [
      {
        id: tenant,
        clientId: tenant,
        clientSecret: secret,
        apiUrl: simulator.apiUrl,
        authUrl: simulator.authUrl,
        quota: [quota],
        // A night's recovery tells at once that its score was computed anew.
        resources: ['sleeps', 'nightly-recharge-results', 'continuous-samples'],
        polling: { minSeconds: 1, maxSeconds: 4, backfillDays: days, confirmDeletionSeconds: 2, finaliseSeconds: 60 },
      },
    ],
  });
  onEnd(() => stack.stop());
  await stack.start('auth');
  await stack.start('publisher');
  await stack.start('poller');

  const nights: ReadMessage[] = [];
  const forExamples = new Map<string, string>();
  const counts = new Map<string, number>();
  const stopReading = await readTopics({
    brokers: services.kafkaBrokers,
    prefix: `${prefix}.`,
    chunks: 'names',
    onMessage: ({ topic, key, headers }) => {
      const [id = '', type = ''] = [headers['ce_id'], headers['ce_type']?.split('.')[1]];
      counts.set(type, (counts.get(type) ?? 0) + 1);
      if (exampleTopics.has(topic)) forExamples.set(id, type);
      if (topic === sleepTopic) nights.push({ id, key });
    },
  });
  return {
    brokers: services.kafkaBrokers,
    prefix,
    folder,
    simulator,
    stack,
    nights,
    forExamples,
    count: (type) => counts.get(type) ?? 0,
    progress,
    stopProduct: async () => {
      await stack.stop();
      await stopReading();
    },
  };
}
