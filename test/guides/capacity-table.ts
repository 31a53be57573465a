import { PollingEntry } from '#config';
import { delayAt, flatPlan, guessOf, mannerOf, priceFor, requestsAt, type Demand, type Resource } from '#core';
import { resources } from '#resources';
import { watchShare } from '../bench/freshness/learned.ts';
import { provider } from '../bench/freshness/limits.ts';
import { table } from './section.ts';

const daySeconds = 86_400;
const athletes = [100, 300, 1000, 3000, 10_000, 30_000];
/** The defaults of the tenant file. */
const polling = new PollingEntry();

const sets: readonly { readonly title: string; readonly names: readonly string[] | 'all' }[] = [
  { title: '`[sleeps]`', names: ['sleeps'] },
  {
    title: '`[sleeps, nightly-recharge-results, training-sessions]`',
    names: ['sleeps', 'nightly-recharge-results', 'training-sessions'],
  },
  { title: '`all`', names: 'all' },
];

/**
 * The mean delay of a change by athletes and resources, with the provider's day of requests: what `GET .../capacity` says of
 * a tenant of which nothing is known yet.
 */
export function capacityTable(): string {
  const rows = athletes.map((count) => [count.toLocaleString('en').replaceAll(',', ' '), ...sets.map(cell(count))]);
  return table(['Athletes', ...sets.map(({ title }) => title)], rows);
}

const cell =
  (count: number) =>
  ({ names }: (typeof sets)[number]): string => {
    const demands = resources
      .filter(({ name }) => names === 'all' || names.includes(name))
      .filter(({ perClient, request }) => !perClient && request.shape !== 'referenced')
      .map((resource) => demandOf(resource, count));
    const price = priceFor(demands, watchShare * provider.day);
    const used = Math.round((100 * requestsAt(demands, price)) / provider.day);
    return `${shown(delayAt(demands, price) * daySeconds)}${used < 94 ? ` (${String(used)} % of the day's requests)` : ''}`;
  };

function demandOf(resource: Resource, count: number): Demand {
  return { ...mannerOf(resource, polling), plan: flatPlan, rates: [[guessOf(resource), count]] };
}

function shown(seconds: number): string {
  if (seconds < 600) return `${String(Math.round(seconds))} s`;
  if (seconds < 5400) return `${String(Math.round(seconds / 60))} min`;
  return seconds < 2 * daySeconds ? `${(seconds / 3600).toFixed(1)} h` : `${(seconds / daySeconds).toFixed(1)} days`;
}
