import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { guides, root } from './guides.ts';

const pages = [
  'README.md',
  ...readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];
const textOf = (page: string): string => readFileSync(join(root, page), 'utf8');
const withoutCode = (text: string): string => text.replaceAll(/^```[^]*?^```/gm, '');

/** As GitHub names a heading. */
const anchorsOf = (page: string): readonly string[] =>
  [...withoutCode(textOf(page)).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );

function brokenLinks(page: string): readonly string[] {
  const links = [...withoutCode(textOf(page)).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link);
  return links
    .filter((link) => !/^[a-z]+:/.test(link))
    .filter((link) => {
      const [path = '', anchor] = link.split('#');
      const target = path === '' ? page : join(dirname(page), path);
      if (!existsSync(join(root, target))) return true;
      return anchor !== undefined && target.endsWith('.md') && !anchorsOf(target).includes(anchor);
    });
}

it.each(guides().map((guide) => [guide.path, guide] as const))(
  'what the code writes of %s is what it says (npm run guides writes it)',
  (_path, { now, wanted }) => {
    expect(now).toBe(wanted);
  },
);

describe('the documentation', () => {
  it.each(pages.map((page) => [page]))('%s links to nothing that is not there', (page) => {
    expect(brokenLinks(page)).toEqual([]);
  });

  it('names only scripts that package.json has', () => {
    const { scripts } = JSON.parse(textOf('package.json')) as { scripts: Record<string, string> };
    const named = pages.flatMap((page) =>
      [...textOf(page).matchAll(/npm run (?:--silent |-s )?([a-z][\w:-]*[a-z])(?![\w:-])/g)].map(([, name = '']) => [
        page,
        name,
      ]),
    );
    expect(named.length).toBeGreaterThan(50);
    expect(named.filter(([, name = '']) => scripts[name] === undefined)).toEqual([]);
  });
});
