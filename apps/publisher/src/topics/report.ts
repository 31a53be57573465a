import { planTopics, type FoundTopic, type WantedTopic } from '../topic-plan.ts';

export interface TopicReport {
  readonly topics: readonly TopicState[];
  /** What the tenant file asks for and this cluster cannot have, in sentences. */
  readonly impossible: readonly string[];
  readonly isFine: boolean;
}

export interface TopicState {
  readonly topic: string;
  /** Such as `tenant acme`. */
  readonly wantedBy: string;
  readonly isFine: boolean;
  /** How it differs, or that it does not. */
  readonly state: string;
}

/** How the topics of the cluster differ from what is wanted. */
export function reportTopics(
  wanted: readonly WantedTopic[],
  found: ReadonlyMap<string, FoundTopic>,
  brokers: number,
): TopicReport {
  const { create, differences, impossible } = planTopics(wanted, found, brokers);
  const missing = new Set(create.map(({ topic }) => topic));
  const states = wanted.map(({ topic, wantedBy }) => {
    const wrong = differences.filter((one) => one.topic === topic);
    const isFine = found.has(topic) && wrong.length === 0;
    const differs = wrong.map(({ setting, wanted: want, found: have }) => `${setting} is ${have}, wanted ${want}`);
    const absent = missing.has(topic) ? 'missing: a publisher makes it when it starts' : 'missing, and cannot be made';
    const state = isFine ? 'as wanted' : found.has(topic) ? differs.join('; ') : absent;
    return { topic, wantedBy, isFine, state };
  });
  return { topics: states, impossible, isFine: states.every(({ isFine }) => isFine) && impossible.length === 0 };
}
