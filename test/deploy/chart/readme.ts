import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isMap, isScalar, parseDocument, type YAMLMap } from 'yaml';
import { chart } from './helm.ts';

const BEGIN = '<!-- values: made of values.yaml by `node test/deploy/chart.ts --write` -->';
const END = '<!-- /values -->';

/** README.md as it should be, with the table of values.yaml. @throws for a value that nothing describes */
export async function readmeOf(): Promise<{ readonly path: string; readonly now: string; readonly wanted: string }> {
  const path = join(chart, 'README.md');
  const now = await readFile(path, 'utf8');
  const values = parseDocument(await readFile(join(chart, 'values.yaml'), 'utf8'));
  if (!isMap(values.contents)) throw new Error('values.yaml is no mapping');
  const rows = rowsOf(values.contents, '').map(
    ({ key, value, text }) => `| \`${key}\` | ${value === '' ? '' : `\`${value}\``} | ${text} |`,
  );
  const [before = ''] = now.split(BEGIN);
  const after = now.split(END)[1] ?? '';
  const table = ['| Value | Default | |', '|---|---|---|', ...rows].join('\n');
  return { path, now, wanted: `${before}${BEGIN}\n\n${table}\n\n${END}${after}` };
}

interface Row {
  readonly key: string;
  readonly value: string;
  readonly text: string;
}

/** A key with a comment is a row; one without is a group of rows. */
function rowsOf(map: YAMLMap, prefix: string): readonly Row[] {
  return map.items.flatMap(({ key, value }, index): readonly Row[] => {
    if (!isScalar(key)) throw new Error(`${prefix}: a key that is no text`);
    const name = `${prefix}${String(key.value)}`;
    // The comment above a mapping's first key belongs to the mapping itself in YAML's eyes.
    const comment = key.commentBefore ?? (index === 0 ? map.commentBefore : undefined) ?? '';
    const text = /(?:^|\n)\s*-- ([^]*)$/.exec(comment)?.[1]?.replaceAll(/\n\s*/g, ' ');
    if (text !== undefined) return [{ key: name, value: shown(value), text: text.replaceAll('|', '\\|') }];
    if (isMap(value)) return rowsOf(value, `${name}.`);
    throw new Error(`values.yaml: nothing describes ${name}`);
  });
}

function shown(value: unknown): string {
  const plain: unknown = (value as { toJSON?: () => unknown } | null)?.toJSON?.() ?? value;
  return plain === '' ? '' : typeof plain === 'string' ? plain : JSON.stringify(plain);
}
