import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { root } from '../build-file.ts';

/** A metric as docs/metrics.md has it, or as it is scraped. */
export interface MetricRow {
  readonly name: string;
  readonly type: string;
  readonly help: string;
  readonly labels: ReadonlySet<string>;
  /** The services that have it. */
  readonly services: readonly string[];
}

export type Metrics = ReadonlyMap<string, MetricRow>;

const services = ['auth', 'poller', 'publisher'];
const list = (text: string): readonly string[] => text.split(',').flatMap((part) => part.trim() || []);

/** The table of docs/metrics.md. */
export async function documentedMetrics(): Promise<Metrics> {
  const page = await readFile(join(root, 'docs/metrics.md'), 'utf8');
  const rows = page.matchAll(/^\| `(bridge_\w+)` \| (\w+) \| ([^|]*) \| ?([^|]*) ?\| (.*) \|$/gm);
  return new Map(
    [...rows].map(([, name = '', type = '', of = '', labels = '', help = '']) => [
      name,
      { name, type, help, labels: new Set(list(labels)), services: of.trim() === 'all' ? services : list(of) },
    ]),
  );
}

/** What a service's `/metrics` says of our own metrics. Labels are those of the series that are there now. */
export function scrapedMetrics(service: string, text: string): Metrics {
  const of = (pattern: RegExp): ReadonlyMap<string, string> =>
    new Map([...text.matchAll(pattern)].map(([, name = '', value = '']) => [name, value]));
  const helps = of(/^# HELP (bridge_\w+) (.*)$/gm);
  const types = of(/^# TYPE (bridge_\w+) (\w+)$/gm);
  const labels = new Map<string, Set<string>>();
  for (const [, series = '', inner = ''] of text.matchAll(/^(bridge_\w+)\{(.*)\} \S+$/gm)) {
    const name = types.has(series) ? series : series.replace(/_(bucket|sum|count)$/, '');
    const known = labels.get(name) ?? new Set();
    for (const [, label = ''] of inner.matchAll(/(\w+)="(?:[^"\\]|\\.)*"/g)) if (label !== 'le') known.add(label);
    labels.set(name, known);
  }
  return new Map(
    [...types].map(([name, type]) => [
      name,
      { name, type, help: helps.get(name) ?? '', labels: labels.get(name) ?? new Set(), services: [service] },
    ]),
  );
}

/** Where the running services and the page differ. */
export function deviations(documented: Metrics, scraped: readonly Metrics[]): readonly string[] {
  const found = scraped.flatMap((one) => [...one.values()]);
  const told = [...documented.values()].flatMap(({ name, services: of }) =>
    of.map((service) => `${name} of ${service}`),
  );
  const there = new Set(found.map(({ name, services: of }) => `${name} of ${of.join()}`));
  return [
    ...told.filter((one) => !there.has(one)).map((one) => `${one} is documented, and not there`),
    ...[...there].filter((one) => !told.includes(one)).map((one) => `${one} is there, and not documented`),
    ...found.flatMap(({ name, type, help, labels }) => {
      const row = documented.get(name);
      if (row === undefined) return [];
      return [
        ...(row.type === type ? [] : [`${name} is a ${type}, not a ${row.type}`]),
        ...(row.help === help ? [] : [`${name} says "${help}", and the page "${row.help}"`]),
        // A metric without series tells nothing of its labels.
        ...(labels.size === 0 || sameSet(labels, row.labels)
          ? []
          : [`${name} has the labels ${[...labels].join(', ')}, not ${[...row.labels].join(', ')}`]),
      ];
    }),
  ];
}

const sameSet = (a: ReadonlySet<string>, b: ReadonlySet<string>): boolean =>
  a.size === b.size && [...a].every((one) => b.has(one));
