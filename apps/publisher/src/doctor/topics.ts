import { type Verdict, listed, times, verdict } from '#core';
import { planTopics, type FoundTopic, type TopicDifference, type WantedTopic } from '../topic-plan.ts';

const mostNamed = 3;

/** How the topics of the cluster differ from what is wanted. @param brokers how many there are */
export function topicVerdicts(
  wanted: readonly WantedTopic[],
  found: ReadonlyMap<string, FoundTopic>,
  brokers: number,
): readonly Verdict[] {
  const { create, grow, differences, impossible } = planTopics(wanted, found, brokers);
  const missing = create.map(({ topic }) => topic);
  const wrong = [
    ...impossible.map((line) =>
      verdict.broken(`Kafka cannot have the topics of ${line}.`, 'Correct it in the tenant file (TENANTS_FILE).'),
    ),
    ...(missing.length === 0 ? [] : [missingVerdict(missing, found.size === 0)]),
    ...grow.map(({ topic, partitions = 0 }) =>
      verdict.broken(
        `The topic ${topic} has ${String(found.get(topic)?.partitions ?? 0)} partitions for ${times(partitions, 'lane')}: what is in the others waits.`,
        'Restart the publishers one after the other: the first one adds the partitions.',
      ),
    ),
    ...differenceVerdicts(differences),
  ];
  return wrong.length > 0
    ? wrong
    : [verdict.ok(`All topics (${String(wanted.length)}) are as the tenant file wants them.`)];
}

function missingVerdict(missing: readonly string[], isFresh: boolean): Verdict {
  const names = listed(missing, mostNamed);
  if (isFresh)
    return verdict.warn(
      `No topic is there yet, or none may be seen: ${names}.`,
      'The publisher makes them when it starts, if it may.',
    );
  return verdict.broken(
    `${missing.length === 1 ? 'A topic is' : `${times(missing.length, 'topic')} are`} missing: ${names}.`,
    'Restart a publisher: it makes them, if it may. If a topic was deleted, docs/disaster-recovery.md says how its events come back.',
  );
}

/** One for each way to differ: who changes the tenant file has all of a tenant's topics differ alike. */
function differenceVerdicts(differences: readonly TopicDifference[]): readonly Verdict[] {
  const ways = Map.groupBy(
    differences,
    ({ setting, wanted, found }) => `${setting} is ${String(found)}, wanted ${String(wanted)}`,
  );
  return [...ways].map(([way, some]) => {
    const names = listed(
      some.map(({ topic }) => topic),
      mostNamed,
    );
    return verdict.broken(
      `${some.length === 1 ? 'A topic differs' : `${times(some.length, 'topic')} differ`} from the tenant file: ${way} (${names}).`,
      "Change the topics by Kafka's tools, or the tenant file: the publisher changes none. More partitions move keys to others: docs/operate.md.",
    );
  });
}
