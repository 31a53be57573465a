import { describe, expect, it } from '@jest/globals';
import { type ConsentOutcome, answerTo } from './consent-outcome.ts';
import { escapeHtml, renderPage } from './page.ts';
import type { ConnectLink } from './ports.ts';

const returnUrl = 'https://app.example/done?from=polar';
const link: ConnectLink = {
  id: 'l1',
  tenant: 'acme',
  userReference: 'user-1',
  scopes: [],
  returnUrl,
  expiresAt: new Date(0),
  usedAt: null,
};
const connected: ConsentOutcome = { kind: 'connected', link, connection: 'c1' };

describe('answerTo', () => {
  it('sends the athlete back with the result, and keeps what the URL has', () => {
    expect(answerTo(connected, [returnUrl])).toEqual({
      kind: 'redirect',
      url: 'https://app.example/done?from=polar&connection=c1&status=connected',
    });
    expect(answerTo({ kind: 'failed', failure: 'access_denied', link }, [returnUrl])).toEqual({
      kind: 'redirect',
      url: 'https://app.example/done?from=polar&error=access_denied&status=failed',
    });
  });

  it('shows a page where there is no return URL, or none any more', () => {
    expect(answerTo({ ...connected, link: { ...link, returnUrl: null } }, [returnUrl])).toMatchObject({
      kind: 'page',
      status: 200,
    });
    expect(answerTo(connected, ['https://app.example/other'])).toMatchObject({ kind: 'page', tenant: 'acme' });
    expect(answerTo({ kind: 'failed', failure: 'state_unknown' }, [])).toMatchObject({
      kind: 'page',
      status: 400,
      tenant: null,
    });
  });
});

describe('renderPage', () => {
  it('escapes everything', () => {
    const html = renderPage({ title: '<script>', text: `a "b" & 'c'`, tenant: '</footer><img src=x>' });
    expect(html).not.toContain('<script>');
    expect(html).not.toContain('<img');
    expect(html).toContain('a &#34;b&#34; &#38; &#39;c&#39;');
    expect(escapeHtml('plain')).toBe('plain');
  });

  it('has a language, a title, a heading and a main part', () => {
    expect(renderPage({ title: 'T', text: 'x', tenant: null })).toMatch(
      /<html lang="en">[^]*<title>T<\/title>[^]*<main>\s*<h1>T<\/h1>/,
    );
  });
});
