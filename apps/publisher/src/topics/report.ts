import { planTopics, type FoundTopic, type WantedTopic } from '../topic-plan.ts';

export interface TopicReport {
  /** A line per topic, and what is wrong with it. */
  readonly text: string;
  readonly isFine: boolean;
}

/** How the topics of the cluster differ from what is wanted. */
export function reportTopics(
  wanted: readonly WantedTopic[],
  found: ReadonlyMap<string, FoundTopic>,
  brokers: number,
): TopicReport {
  const { create, differences, impossible } = planTopics(wanted, found, brokers);
  const missing = new Set(create.map(({ topic }) => topic));
  const lines = wanted.map(({ topic, wantedBy }) => {
    const wrong = differences.filter((one) => one.topic === topic);
    const state = missing.has(topic)
      ? 'missing: a publisher makes it when it starts'
      : wrong.map(({ setting, wanted: want, found: have }) => `${setting} is ${have}, wanted ${want}`).join('; ');
    return [topic, wantedBy, state || (found.has(topic) ? 'as wanted' : 'cannot be made, see below')];
  });
  const widths = [0, 1].map((column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  const table = lines.map(([topic = '', by = '', state = '']) =>
    [topic.padEnd(widths[0] ?? 0), by.padEnd(widths[1] ?? 0), state].join('  '),
  );
  return {
    text: `${[...table, ...impossible].join('\n')}\n`,
    isFine: missing.size === 0 && differences.length === 0 && impossible.length === 0,
  };
}
