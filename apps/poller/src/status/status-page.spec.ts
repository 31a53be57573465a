import { describe, expect, it } from '@jest/globals';
import { escapeHtml, pageHeaders } from '#platform';
import fc from 'fast-check';
import { refusalPage, statusPage } from './status-page.ts';
import { statusStyle } from './status-style.ts';
import {
  ago,
  at,
  brokenStatus,
  crowdedFacts,
  database,
  facts,
  lookedUp,
  statusOf,
  tenantOf,
} from './status.fixture.ts';

const calm = { refreshSeconds: null, refreshEvery: 30 };
const pageOf = (status = statusOf(facts())): string => statusPage(status, calm);
/** What is no text of ours: names of tags, in the order in which they come. */
const tagsOf = (html: string): readonly string[] => [...html.matchAll(/<\/?([a-z]\w*)/g)].map(([tag]) => tag);

describe('the status page', () => {
  it('tells first whether anything is wrong, in the title too', () => {
    expect(pageOf()).toMatch(/<title>Nothing is wrong · accesslink-bridge<\/title>/);
    expect(pageOf()).toMatch(
      /<h1>Nothing is wrong<\/h1><p>3 tenants with 1\u{a0}408 athletes, and no event waits for Kafka\.</u,
    );
    expect(pageOf(brokenStatus())).toMatch(
      /<title>2 things are wrong · [^]*<h1>2 things are wrong<\/h1><p>Act now\. 4 more things can wait/,
    );
    const late = facts({ database: database({ late: [{ tenant: 'acme', seconds: 1000 }] }) });
    expect(pageOf(statusOf(late))).toContain('<h1>Nothing is urgent</h1><p>1 thing to look at by day. ');
  });

  it('tells what to do about each thing', () => {
    const html = pageOf(brokenStatus());
    expect(html.match(/<li class="(bad|warn)">/g)).toHaveLength(6);
    expect(html).toContain('<code>max.message.bytes</code>');
  });

  it('shows each tenant and each lane', () => {
    const html = pageOf(brokenStatus());
    expect(html.match(/<th scope="row">/g)).toHaveLength(3 + 8);
    expect(html).toContain('44\u{a0}min late');
    expect(html).toContain('21.6\u{a0}h, 1.8 × <code>maxSeconds</code>');
    expect(html).toMatch(/1\u{a0}180 active<br>14 need consent<br>2 paused/u);
    expect(html).toMatch(/2\u{a0}528 of 3\u{a0}000 in 15\u{a0}min/u);
    expect(html).toMatch(/Lane 5 [^]*?<td>607<td><b>6\u{a0}min<\/b><td><b>3<\/b><td>publisher-2b4d/u);
  });

  it('says why a tenant stands out, and that nothing comes of polls that are on time', () => {
    const rowOf = (more: Parameters<typeof facts>[0]): string =>
      /<tr class="bad"><th scope="row">Acme[^]*?(?=<tr|<\/tbody>)/.exec(pageOf(statusOf(facts(more))))?.[0] ?? '';
    const silent = rowOf({ silent: new Map([['acme', ago(25)]]) });
    expect(silent).toMatch(
      /Act now<\/span><small class="why">Polar does not answer<\/small><td><b>not answered<\/b><small>/,
    );
    expect(silent).not.toMatch(/on time|expected/);
    const failing = rowOf({
      database: database({ failing: [{ tenant: 'acme', error: 'AUTH_UNAVAILABLE', targets: 2000 }] }),
    });
    expect(failing).toMatch(/>polls fail<\/small><td><b>some fail<\/b><small>/);
    expect(failing).not.toContain('on time');
    const lost = [{ tenant: 'acme', status: 'needs_reauth' as const, athletes: 8 }];
    expect(rowOf({ database: database({ athletes: lost }) })).toMatch(
      />consents lost<\/small><td>on time[^]*<td><b>8 need consent<\/b>/,
    );
  });

  it('says what is not known, and never null', () => {
    const html = pageOf(
      statusOf(facts({ database: undefined }), () =>
        lookedUp({ budget: undefined, expectedDelay: undefined, seenDelay: undefined }),
      ),
    );
    expect(html.match(/<td>not known/g)).toHaveLength(2 * 3 + 2);
    expect(html).toContain('Not known: PostgreSQL did not tell.');
    expect(html).not.toMatch(/null|undefined|NaN|Infinity/);
  });

  it('refreshes only where somebody wants it, and tells how to stop', () => {
    expect(pageOf()).toContain('<a href="?refresh=30">');
    expect(statusPage(statusOf(facts()), { refreshSeconds: 30, refreshEvery: 30 })).toContain(
      'every 30 s · <a href="?">',
    );
  });

  it('has no script, no address of somebody else, and no style beside its own', () => {
    const html = pageOf(brokenStatus());
    expect(html).not.toMatch(/<script|<img|<form|style=|\son\w+=|https?:|src=/);
    expect(pageHeaders(statusStyle)['content-security-policy']).not.toMatch(/unsafe|script-src|\*/);
  });

  it('lets no name, nor anything else that comes from outside, become a part of the page', () => {
    const plain = tagsOf(pageOf(named('plain')));
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom(...`<>"'&/=x `) }), markup), (text) => {
        const html = pageOf(named(text));
        expect(tagsOf(html)).toEqual(plain);
        expect(html.split(escapeHtml(text)).length).toBeGreaterThan(3);
      }),
    );
  });

  it('is small for fifty tenants, and no larger for ten thousand', () => {
    const fifty = Buffer.byteLength(pageOf(statusOf(crowdedFacts(50))));
    expect(fifty).toBeLessThan(50_000);
    const crowd = pageOf(statusOf(crowdedFacts(10_000)));
    expect(Buffer.byteLength(crowd)).toBeLessThan(50_000);
    expect(crowd).toContain('9\u{a0}950 more tenants are left out here; nothing is wrong with them.');
  });
});

describe('a refusal', () => {
  it('escapes everything', () => {
    expect(refusalPage('<b>', '<i>')).not.toMatch(/<b>|<i>/);
  });
});

const markup = fc.constantFrom('</title><script>', `"><img src=x onerror=alert(1)>`, '<!--', '&lt;', `' onload='`);

/** Every text that comes from outside is this one. */
const named = (text: string) =>
  statusOf(
    facts({
      at,
      tenants: [tenantOf('acme', { name: text })],
      database: database({
        athletes: [{ tenant: text, status: 'active', athletes: 3 }],
        lanes: database().lanes?.map((lane) => ({ ...lane, owner: text })),
        parked: [{ tenant: text, lane: 0, reason: text, streams: 1, since: ago(1) }],
        failing: [{ tenant: text, error: text, targets: 50 }],
      }),
    }),
  );
