import { BridgeError, isBridgeError } from '#core';
import { planTopics, type FoundTopic, type TopicDifference, type WantedTopic } from './topic-plan.ts';
import { strayTopic } from './wanted-topics.ts';

/** The cluster, as far as topics go. */
export interface TopicCluster {
  brokers(): Promise<number>;
  find(topics: readonly string[]): Promise<ReadonlyMap<string, FoundTopic>>;
  create(topics: readonly WantedTopic[]): Promise<void>;
  grow(topics: readonly WantedTopic[]): Promise<void>;
}

export interface TopicKeeperOptions {
  readonly cluster: TopicCluster;
  /** All topics that should be there. */
  readonly wanted: () => Promise<readonly WantedTopic[]>;
  readonly onDifference: (difference: TopicDifference) => void;
  readonly onCreated: (topic: string) => void;
  readonly onStray: (topic: string) => void;
  /**
   * How long a topic that nobody wants and that is not there is waited for, in ms. Its tenant may be so new that this process
   * has not seen the tenant file with it: Kubernetes takes up to two minutes until each pod has the same. Made too early, it
   * would have the wrong partitions for ever.
   */
  readonly patienceMs?: number;
  /** Epoch ms. */
  readonly now: () => number;
}

const patienceMs = 150_000;

/** Creates what is missing and remembers how many partitions each topic has. */
export class TopicKeeper {
  readonly #options: TopicKeeperOptions;
  #known = new Map<string, number>();
  readonly #reported = new Set<string>();
  readonly #missedSince = new Map<string, number>();

  constructor(options: TopicKeeperOptions) {
    this.#options = options;
  }

  /** @throws BridgeError TOPIC_INVALID when the cluster can't have a topic as it is wanted; the others are created */
  async ensureAll(): Promise<void> {
    await this.#ensure(await this.#options.wanted());
  }

  /** @returns the number of partitions of each of the topics; one that is not there yet is created */
  async partitionsOf(topics: readonly string[]): Promise<ReadonlyMap<string, number>> {
    const unknown = topics.filter((topic) => !this.#known.has(topic));
    if (unknown.length > 0) {
      const wanted = await this.#options.wanted();
      await this.#ensurePatiently(wanted.filter(({ topic }) => unknown.includes(topic)));
      await this.#ensureStrays(unknown.filter((topic) => !wanted.some((one) => one.topic === topic)));
    }
    return this.#known;
  }

  /** What was known may be wrong: it is looked up again. */
  forget(): void {
    this.#known = new Map();
  }

  /**
   * What a cluster can't have it may have again in a moment: a broker that is down counts as one that it does not have.
   * @throws BridgeError BROKER_UNAVAILABLE at first, TOPIC_INVALID in the end
   */
  async #ensurePatiently(wanted: readonly WantedTopic[]): Promise<void> {
    const names = wanted.map(({ topic }) => topic);
    try {
      await this.#ensure(wanted);
    } catch (error) {
      const left = isBridgeError(error, 'TOPIC_INVALID') ? Math.max(...names.map((one) => this.#patienceLeft(one))) : 0;
      if (left <= 0) throw error;
      throw new BridgeError(
        'BROKER_UNAVAILABLE',
        `topics that the cluster cannot have now are waited for: ${names.join(', ')}`,
        { fields: { untilSeconds: Math.ceil(left / 1000) }, cause: error },
      );
    }
  }

  /** @returns ms until what is missing counts as missing for good */
  #patienceLeft(missing: string): number {
    const { now, patienceMs: patience = patienceMs } = this.#options;
    const since = this.#missedSince.get(missing) ?? now();
    this.#missedSince.set(missing, since);
    return since + patience - now();
  }

  /** @throws BridgeError BROKER_UNAVAILABLE while it is too early to take a topic for a stray one */
  async #ensureStrays(topics: readonly string[]): Promise<void> {
    if (topics.length === 0) return;
    const { cluster, onStray } = this.#options;
    const found = await cluster.find(topics);
    for (const topic of topics.filter((one) => !found.has(one))) {
      const left = this.#patienceLeft(topic);
      if (left <= 0) continue;
      throw new BridgeError(
        'BROKER_UNAVAILABLE',
        `no tenant in the tenant file has the topic ${topic}; it is waited for`,
        {
          fields: { topic, untilSeconds: Math.ceil(left / 1000) },
        },
      );
    }
    for (const topic of topics) onStray(topic);
    await this.#ensure(topics.map(strayTopic));
  }

  async #ensure(wanted: readonly WantedTopic[]): Promise<void> {
    if (wanted.length === 0) return;
    const { cluster, onCreated } = this.#options;
    const names = wanted.map(({ topic }) => topic);
    const found = await cluster.find(names);
    const plan = planTopics(wanted, found, await cluster.brokers());
    if (plan.create.length > 0) await cluster.create(plan.create);
    if (plan.grow.length > 0) await cluster.grow(plan.grow);
    for (const { topic } of plan.create) onCreated(topic);
    for (const difference of plan.differences) this.#report(difference);
    const now = plan.create.length > 0 ? await cluster.find(names) : found;
    for (const { topic, partitions } of now.values()) this.#known.set(topic, partitions);
    for (const { topic } of wanted.filter((one) => this.#known.has(one.topic))) this.#missedSince.delete(topic);
    if (plan.impossible.length > 0) {
      // From now on, for all of them: whoever waits for one later has waited as long.
      for (const topic of names.filter((one) => !this.#known.has(one))) this.#patienceLeft(topic);
      throw new BridgeError(
        'TOPIC_INVALID',
        `Kafka cannot have the topics as the tenant file wants them:\n${plan.impossible.map((line) => `  - ${line}`).join('\n')}`,
      );
    }
  }

  #report(difference: TopicDifference): void {
    const text = JSON.stringify(difference);
    if (this.#reported.has(text)) return;
    this.#reported.add(text);
    this.#options.onDifference(difference);
  }
}
