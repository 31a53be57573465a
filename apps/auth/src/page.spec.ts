import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { escapeHtml } from '#platform';
import { type Page, pageHeaders, renderPage } from './page.ts';

const page: Page = { kind: 'bad', title: 'T', text: 'x', next: 'y' };

describe('renderPage', () => {
  it('escapes everything', () => {
    const evil = `"><script>'&`;
    const html = renderPage({
      kind: 'bad',
      title: evil,
      text: evil,
      next: evil,
      tenant: evil,
      code: evil,
      again: evil,
    });
    expect(html).not.toContain('<script>');
    expect(html.split('&#34;&#62;&#60;script&#62;&#39;&#38;')).toHaveLength(1 + 8);
    expect(escapeHtml('plain')).toBe('plain');
  });

  it('has a language, a title, a heading and a main part', () => {
    expect(renderPage(page)).toMatch(/<html lang="en">[^]*<title>T<\/title>[^]*<main>[^]*<h1>T<\/h1>/);
    expect(renderPage({ ...page, tenant: 'Acme' })).toMatch(/<title>T · Acme<\/title>[^]*<header>[^]*Acme/);
  });

  it('tells how it went in words too', () => {
    const labels = (['good', 'bad', 'note'] as const).map(
      (kind) => /aria-label="([^"]+)"/.exec(renderPage({ ...page, kind }))?.[1],
    );
    expect(labels).toEqual(['Success', 'Not completed', 'Note']);
  });

  it('leaves out what is not known', () => {
    expect(renderPage(page)).not.toMatch(/<header|<footer|<a |null|undefined/);
    expect(renderPage({ ...page, code: 'c', again: '/x' })).toMatch(/href="\/x"[^]*<footer>[^]*<code>c</);
  });

  it('allows its own style and nothing else', () => {
    const style = /<style>([^]*)<\/style>/.exec(renderPage(page))?.[1] ?? '';
    const policy = pageHeaders['content-security-policy'];
    expect(policy).toContain(`style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'`);
    expect(policy).not.toMatch(/unsafe|script-src|\*/);
  });
});
