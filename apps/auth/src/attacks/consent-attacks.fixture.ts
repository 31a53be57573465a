import { randomUUID } from 'node:crypto';
import { type AuthScene, Browser, createLink, send } from '../auth.fixture.ts';
import { type Answer, type Attack, type Target, asking } from './target.fixture.ts';

const used = ['consent_states', 'connect_links'] as const;
const path = (url: URL): string => url.pathname.replace('/polar', '') + url.search;
const toAnswer = async (reply: ReturnType<typeof send>): Promise<Answer> => {
  const { status, headers, text } = await reply;
  return { status, headers: headers as Answer['headers'], text };
};
const visit = ({ scene }: Target, url: string, cookie: string): Promise<Answer> =>
  toAnswer(send(scene.app, 'GET', url, { cookie }));
const withState = (url: URL, state: string): URL => {
  url.searchParams.set('state', state);
  return url;
};
const stateOf = (url: URL): string => url.searchParams.get('state') ?? '';
const codeOf = (url: URL): string => url.searchParams.get('code') ?? '';

/** The callback of one's own consent, turned into something else. */
const twisted =
  (twist: (callback: URL, cookie: string, target: Target) => Promise<[url: URL, cookie: string]>): Attack['aim'] =>
  async (target) => {
    const { browser, callback } = await target.consent();
    const [url, cookie] = await twist(callback, browser.cookie, target);
    return () => visit(target, path(url), cookie);
  };

/** Time goes on for this one attack only. */
async function later(scene: AuthScene, milliseconds: number, ask: () => Promise<Answer>): Promise<Answer> {
  scene.clock.ahead += milliseconds;
  return ask().finally(() => (scene.clock.ahead -= milliseconds));
}

const half = (cookie: string): string => cookie.slice(0, -20);

export const stateAttacks: readonly Attack[] = [
  { name: 'a callback without anything', status: 400, aim: asking({ path: '/oauth/callback' }) },
  { name: 'a forged state', status: 400, aim: asking({ path: `/oauth/callback?state=${'A'.repeat(43)}&code=x` }) },
  { name: 'an empty state', status: 400, aim: asking({ path: '/oauth/callback?state=&code=x' }) },
  {
    name: 'a state of the database: its hash',
    status: 400,
    aim: twisted(async (url, cookie, { scene }) => {
      const row = await scene.database.db.selectFrom('consent_states').select('state_hash').executeTakeFirstOrThrow();
      return [withState(url, row.state_hash.toString('base64url')), cookie];
    }),
  },
  {
    name: 'the state twice',
    status: 400,
    aim: twisted(async (url, cookie) => {
      url.searchParams.append('state', stateOf(url));
      return [url, cookie];
    }),
  },
  {
    name: 'a forged state before the right one',
    status: 400,
    aim: twisted(async (url, cookie) => {
      const state = stateOf(url);
      withState(url, 'forged').searchParams.append('state', state);
      return [url, cookie];
    }),
  },
  {
    name: 'the code twice',
    status: 502,
    leaves: used,
    aim: twisted(async (url, cookie) => {
      url.searchParams.append('code', 'another');
      return [url, cookie];
    }),
  },
  {
    name: 'a state with a byte more',
    status: 400,
    aim: twisted(async (url, cookie) => [withState(url, `${stateOf(url)}A`), cookie]),
  },
  {
    name: 'a state in the other case',
    status: 400,
    aim: twisted(async (url, cookie) => [withState(url, stateOf(url).toLowerCase()), cookie]),
  },
  {
    name: 'a state that was used: the callback replayed',
    status: 400,
    aim: async (target) => {
      const { browser, callback } = await target.consent('acme', `replayed-${randomUUID()}`, 2);
      await browser.callback(path(callback));
      return () => visit(target, path(callback), browser.cookie);
    },
  },
  {
    name: 'a state that the athlete said no to',
    status: 400,
    aim: async (target) => {
      const { browser, callback } = await target.consent();
      await browser.callback(`/oauth/callback?state=${stateOf(callback)}&error=access_denied`);
      return () => visit(target, path(callback), browser.cookie);
    },
  },
  {
    name: 'a state that is too old',
    status: 400,
    leaves: used,
    aim: async (target) => {
      const { browser, callback } = await target.consent();
      return () => later(target.scene, 901_000, () => visit(target, path(callback), browser.cookie));
    },
  },
  {
    name: "login CSRF: the attacker's callback in a browser that began nothing",
    status: 400,
    leaves: used,
    aim: twisted(async (url) => [url, '']),
  },
  {
    name: "login CSRF: the attacker's callback in a browser that began its own consent",
    status: 400,
    leaves: used,
    aim: twisted(async (url, _cookie, target) => [url, (await target.consent('acme', 'another', 3)).browser.cookie]),
  },
  {
    name: "the victim's nonce under the cookie of the attacker's state",
    status: 400,
    leaves: used,
    aim: twisted(async (url, cookie, target) => {
      const { browser } = await target.consent('acme', 'another', 3);
      return [url, `${cookie.split('=')[0] ?? ''}=${browser.cookie.split('=')[1] ?? ''}`];
    }),
  },
  {
    name: 'the first half of the nonce',
    status: 400,
    leaves: used,
    aim: twisted(async (url, cookie) => [url, half(cookie)]),
  },
  {
    name: 'an empty nonce',
    status: 400,
    leaves: used,
    aim: twisted(async (url, cookie) => [url, cookie.replace(/=.*/, '=')]),
  },
  {
    name: 'a cookie of a name that only begins alike',
    status: 400,
    leaves: used,
    aim: twisted(async (url, cookie) => [url, cookie.replace('=', '0=')]),
  },
  {
    name: 'a wrong cookie put before the right one',
    status: 400,
    leaves: used,
    aim: twisted(async (url, cookie) => [url, `${cookie.replace(/=.*/, '=planted')}; ${cookie}`]),
  },
  {
    name: 'the state of link A in the browser of link B, with the code of link B',
    status: 400,
    leaves: used,
    aim: async (target) => {
      const a = await target.consent('acme', 'a', 2);
      const b = await target.consent('acme', 'b', 3);
      return () => visit(target, path(withState(b.callback, stateOf(a.callback))), b.browser.cookie);
    },
  },
];

export const codeAttacks: readonly Attack[] = [
  {
    name: "a code that was issued to another tenant's client",
    status: 400,
    asks: true,
    leaves: [...used, 'quota_ledger'],
    aim: async (target) => {
      const own = await target.consent('acme', 'a', 1);
      const other = await target.consent('beta', 'b', 1);
      own.callback.searchParams.set('code', codeOf(other.callback));
      return () => visit(target, path(own.callback), own.browser.cookie);
    },
  },
  {
    name: 'a forged code',
    status: 400,
    asks: true,
    leaves: [...used, 'quota_ledger'],
    aim: twisted(async (url, cookie) => {
      url.searchParams.set('code', 'forged');
      return [url, cookie];
    }),
  },
  {
    name: 'a code that was used',
    status: 400,
    asks: true,
    leaves: [...used, 'quota_ledger'],
    aim: async (target) => {
      const first = await target.consent('acme', `first-${randomUUID()}`, 4);
      await first.browser.callback(path(first.callback));
      const second = await target.consent('acme', 'second', 4);
      second.callback.searchParams.set('code', codeOf(first.callback));
      return () => visit(target, path(second.callback), second.browser.cookie);
    },
  },
  {
    name: 'no code',
    status: 502,
    leaves: used,
    aim: twisted(async (url, cookie) => {
      url.searchParams.delete('code');
      return [url, cookie];
    }),
  },
  {
    name: 'an error that the provider did not send, with a forged state',
    status: 400,
    aim: asking({ path: '/oauth/callback?state=forged&error=access_denied' }),
  },
  {
    name: 'a consent posted as a form',
    status: 405,
    aim: asking({
      method: 'POST',
      path: '/oauth/callback',
      body: 'state=x&code=y',
      headers: ['content-type', 'application/x-www-form-urlencoded'],
    }),
  },
  {
    name: 'a second athlete by a link that was used',
    status: 410,
    aim: async (target) => {
      const link = await createLink(target.scene.app, 'acme', { userReference: `once-${randomUUID()}` });
      await new Browser(target.scene).connect(link, target.athlete('acme', 5));
      return () => visit(target, link, '');
    },
  },
];

const shot =
  (change: (token: string) => string): Attack['aim'] =>
  async (target) => {
    const link = await createLink(target.scene.app, 'acme', { userReference: 'linked' });
    const token = link.replace(/.*\//, '');
    return () => target.send({ path: `/connect/${change(token)}` });
  };
const part = (token: string, index: number): string => token.split('.')[index] ?? '';

export const linkAttacks: readonly Attack[] = [
  { name: 'a link with another signature', status: 404, aim: shot((token) => `${token.slice(0, -3)}AAA`) },
  { name: 'a link with a shorter signature', status: 404, aim: shot((token) => token.slice(0, -1)) },
  { name: 'a link without a signature', status: 404, aim: shot((token) => token.replace(/\.[^.]+$/, '.')) },
  {
    name: 'a link that is given more time',
    status: 404,
    aim: shot((token) => `${part(token, 0)}.zzzzzz.${part(token, 2)}`),
  },
  {
    name: 'a link of another id',
    status: 404,
    aim: shot((token) => `${'A'.repeat(22)}.${part(token, 1)}.${part(token, 2)}`),
  },
  { name: 'a link with something behind it', status: 404, aim: shot((token) => `${token}%00`) },
  {
    name: 'a link that is too old',
    status: 410,
    aim: async (target) => {
      const link = await createLink(target.scene.app, 'acme', { userReference: 'late' });
      return () => later(target.scene, 3_601_000, () => visit(target, link, ''));
    },
  },
];
