import { createHash } from 'node:crypto';

/** Everything that comes from outside goes through here before it gets into a page. */
export const escapeHtml = (text: string): string =>
  text.replaceAll(/[&<>"']/g, (sign) => `&#${String(sign.codePointAt(0))};`);

/** How something is. Told by symbol, words and colour, so that none of them is needed alone. */
export type PageKind = 'good' | 'warn' | 'bad' | 'note';

/** The colours of every page, and a class for each kind. Text has a contrast of 7:1 or more on the card and on its own soft colour. */
export const pageColours = `
:root{color-scheme:light dark;--page:#f3f4f6;--card:#fff;--line:#d4d8de;--text:#16191d;--soft:#474d55;
--good:#0b5132;--good-soft:#d9f2e4;--warn:#5c3a00;--warn-soft:#fdeecb;--bad:#8a1616;--bad-soft:#fbe1df;--note:#1d3f73;--note-soft:#dfe9f8}
@media(prefers-color-scheme:dark){:root{--page:#0f1114;--card:#1a1d21;--line:#3a4048;--text:#f1f3f5;--soft:#c0c6cd;
--good:#8fe3b4;--good-soft:#123625;--warn:#f7d38a;--warn-soft:#3d2c08;--bad:#ffb9b3;--bad-soft:#491d1b;--note:#b0ccf6;--note-soft:#1b2f4d}}
.good{--own:var(--good);--own-soft:var(--good-soft)}
.warn{--own:var(--warn);--own-soft:var(--warn-soft)}
.bad{--own:var(--bad);--own-soft:var(--bad-soft)}
.note{--own:var(--note);--own-soft:var(--note-soft)}
*{box-sizing:border-box}
`;

const strokes: Readonly<Record<PageKind, string>> = {
  good: 'M4 13l5 5L20 6',
  warn: 'M12 3L22 20H2zM12 9v5M12 17v.01',
  bad: 'M6 6l12 12M18 6L6 18',
  note: 'M12 5v.01M12 10v9',
};

/** @param label what it says to those who don't see it; without one it is an ornament beside words */
export function pageSymbol(kind: PageKind, label?: string): string {
  const told = label === undefined ? 'aria-hidden="true"' : `role="img" aria-label="${escapeHtml(label)}"`;
  return `<svg ${told} viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="3" stroke-linecap="round" stroke-linejoin="round"><path d="${strokes[kind]}"/></svg>`;
}

export interface HtmlDocument {
  /** As it is: it is escaped here. */
  readonly title: string;
  /** Goes with `pageHeaders` of the same style. */
  readonly style: string;
  readonly kind: PageKind;
  /** HTML. */
  readonly body: string;
}

/** A page without script, image or request to anywhere. */
export const htmlDocument = ({ title, style, kind, body }: HtmlDocument): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${escapeHtml(title)}</title>
<link rel="icon" href="data:,">
<style>${style}</style>
</head>
<body class="${kind}">${body}
</body>
</html>
`;

/** Nothing of a page may be kept, framed, or told to the next one, and it may use its own style and nothing else. */
export function pageHeaders(style: string): Readonly<Record<string, string>> {
  const hash = createHash('sha256').update(style).digest('base64');
  return {
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    'content-security-policy': `default-src 'none'; style-src 'sha256-${hash}'; img-src data:; frame-ancestors 'none'; base-uri 'none'; form-action 'none'`,
  };
}

/** The headers of an answer with a page in it. */
export const htmlHeaders = (style: string): Readonly<Record<string, string>> => ({
  ...pageHeaders(style),
  'content-type': 'text/html; charset=utf-8',
});
