import { createHash } from 'node:crypto';
import { pageStyle } from './page-style.ts';

/** Everything that comes from outside goes through here before it gets into a page. */
export const escapeHtml = (text: string): string =>
  text.replaceAll(/[&<>"']/g, (sign) => `&#${String(sign.codePointAt(0))};`);

/** How it went. Told by symbol, words and colour, so that none of them is needed alone. */
export type PageKind = 'good' | 'bad' | 'note';

export interface Page {
  readonly kind: PageKind;
  readonly title: string;
  /** What happened. */
  readonly text: string;
  /** What the athlete can do now. */
  readonly next: string;
  /** The name in which it is shown; null where that isn't known. */
  readonly tenant?: string | null;
  /** What to tell those who help. */
  readonly code?: string | null;
  /** Where the athlete can begin again. */
  readonly again?: string | null;
}

const symbols: Readonly<Record<PageKind, readonly [label: string, path: string]>> = {
  good: ['Success', 'M4 13l5 5L20 6'],
  bad: ['Not completed', 'M6 6l12 12M18 6L6 18'],
  note: ['Note', 'M12 5v.01M12 10v9'],
};

/** A page without script, image or request to anywhere: what an athlete sees where the tenant has no page of its own. */
export function renderPage({ kind, title, text, next, tenant = null, code = null, again = null }: Page): string {
  const [label, path] = symbols[kind];
  const name = tenant === null ? null : escapeHtml(tenant);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${escapeHtml(title)}${name === null ? '' : ` · ${name}`}</title>
<link rel="icon" href="data:,">
<style>${pageStyle}</style>
</head>
<body class="${kind}">${name === null ? '' : `\n<header><p>On behalf of <strong><bdi>${name}</bdi></strong></p></header>`}
<main>
<svg role="img" aria-label="${label}" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="3" stroke-linecap="round" stroke-linejoin="round"><path d="${path}"/></svg>
<h1>${escapeHtml(title)}</h1>
<p>${escapeHtml(text)}</p>
<h2>What to do now</h2>
<p>${escapeHtml(next)}</p>${again === null ? '' : `\n<p><a class="again" href="${escapeHtml(again)}">Try again</a></p>`}
</main>${code === null ? '' : `\n<footer><p>If you ask for help, mention <code>${escapeHtml(code)}</code></p></footer>`}
</body>
</html>
`;
}

const styleHash = createHash('sha256').update(pageStyle).digest('base64');

/** Nothing of the consent may be kept, framed, or told to the next page: the addresses hold one-time secrets. */
export const pageHeaders: Readonly<Record<string, string>> = {
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'content-security-policy': `default-src 'none'; style-src 'sha256-${styleHash}'; img-src data:; frame-ancestors 'none'; base-uri 'none'; form-action 'none'`,
};

/** The headers of an answer with a page in it. */
export const htmlHeaders: Readonly<Record<string, string>> = {
  ...pageHeaders,
  'content-type': 'text/html; charset=utf-8',
};
