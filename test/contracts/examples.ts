import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileOf } from './folder.ts';
import { formatted } from './formatted.ts';

/** A message as it was seen on Kafka in a run; its long lists are cut. */
export interface Example {
  readonly topic: string;
  readonly key: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly value: Readonly<Record<string, unknown>>;
}

export type Examples = Readonly<Record<string, Example>>;

/** @returns by event type */
export function readExamples(contractsFolder: string): Examples {
  const folder = join(contractsFolder, 'examples');
  if (!existsSync(folder)) return {};
  const files = readdirSync(folder).filter((name) => name.endsWith('.json'));
  return Object.fromEntries(
    files
      .toSorted()
      .map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as Example)
      .map((example) => [typeOfHeader(example.headers['ce_type']), example]),
  );
}

export async function writeExample(contractsFolder: string, type: string, example: Example): Promise<void> {
  const folder = join(contractsFolder, 'examples');
  mkdirSync(folder, { recursive: true });
  const name = fileOf(type);
  writeFileSync(join(folder, name), await formatted(name, JSON.stringify(shortened(example), null, 2)));
}

/** @returns such as `SleepScored`; empty for what is no event of ours */
export function typeOfHeader(ceType: string | undefined): string {
  return /^accesslink\.(\w+)\.v1$/.exec(ceType ?? '')?.[1] ?? '';
}

const mostEntries = 3;

/** Lists of more entries are cut, so that an example can be read; but an identity is a key. */
function shortened(value: unknown): unknown {
  if (Array.isArray(value)) return value.slice(0, mostEntries).map(shortened);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inside]) => [name, name === 'identity' ? inside : shortened(inside)]),
  );
}
