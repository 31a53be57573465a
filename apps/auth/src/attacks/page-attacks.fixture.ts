import { Browser, createLink } from '../auth.fixture.ts';
import { type Answer, type Attack, asking } from './target.fixture.ts';

const script = '<script>alert(1)</script>';
const image = '"><img src=x onerror=alert(1)>';

const harmless = ({ text, headers }: Answer): void => {
  if (/<script|<img|onerror=/i.test(text)) throw new Error(text);
  if (!String(headers['content-security-policy']).includes("default-src 'none'")) throw new Error('no policy');
};

export const pageAttacks: readonly Attack[] = [
  ...['error', 'error_description', 'code', 'state', 'lang', 'x'].map((name): Attack => ({
    name: `a script in the parameter ${name}`,
    status: 400,
    aim: asking({ path: `/oauth/callback?${name}=${encodeURIComponent(script + image)}` }),
    check: harmless,
  })),
  {
    name: 'a script for a link',
    status: 404,
    aim: asking({ path: `/connect/${encodeURIComponent(script)}` }),
    check: harmless,
  },
  {
    name: 'a script for a language',
    status: 404,
    aim: asking({ path: '/connect/x', headers: ['accept-language', script] }),
    check: harmless,
  },
  {
    name: 'a script for a reference, shown to the athlete who says no',
    status: 400,
    leaves: ['consent_states', 'connect_links'],
    aim: async (target) => {
      const browser = new Browser(target.scene);
      const url = await browser.open(await createLink(target.scene.app, 'acme', { userReference: script + image }));
      const state = url.searchParams.get('state') ?? '';
      return async () => {
        const reply = await browser.callback(
          `/oauth/callback?state=${state}&error=access_denied&error_description=${script}`,
        );
        return { status: reply.status, headers: reply.headers as Answer['headers'], text: reply.text };
      };
    },
    check: harmless,
  },
  {
    name: 'a header by a line end in the state',
    status: 400,
    aim: asking({ path: '/oauth/callback?state=x%0d%0aset-cookie:%20a=b' }),
    check: ({ headers }) => {
      if (headers['set-cookie'] !== undefined) throw new Error(String(headers['set-cookie']));
    },
  },
];
