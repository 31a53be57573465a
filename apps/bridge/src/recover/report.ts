import type { RecoveryPlan } from '../../../publisher/src/recovery/recovery.operator.ts';

/** A plan in words: what Kafka has and the database does not, and what becomes of it. */
export function reportPlan({ lanes, streams, items, lives, unknown, holes }: RecoveryPlan): string {
  const events = streams.reduce((sum, { from, to }) => sum + to - from, 0);
  const lines = [
    `${lanes.length} lanes go on after what was published, ${sum(lanes)} positions further`,
    `${streams.length} streams go on after ${events} events that the database does not know`,
    `${items.length} items get their next revision after those that were published; those that are still there are told once more`,
    ...lives.map(({ connection, life }) => `${connection}: ${life.status ?? 'as it was'}, as consumers were told`),
    ...unknown.map(
      ({ connection, tenant }) =>
        `${connection} of ${tenant}: connected after the backup, its tokens are lost; the athlete has to connect again`,
    ),
    ...holes.map(({ connection, from, to }) => `${connection}: events ${from} to ${to} are not in Kafka`),
  ];
  return `${lines.join('\n')}\n`;
}

const sum = (lanes: RecoveryPlan['lanes']): number => lanes.reduce((all, { from, to }) => all + to - from, 0);
