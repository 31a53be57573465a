import {
  type PageKind,
  escapeHtml,
  htmlDocument,
  htmlHeaders as htmlHeadersOf,
  pageHeaders as headersOf,
  pageSymbol,
} from '#platform';
import { pageStyle } from './page-style.ts';

export interface Page {
  /** How it went. */
  readonly kind: Exclude<PageKind, 'warn'>;
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

const labels: Readonly<Record<Page['kind'], string>> = { good: 'Success', bad: 'Not completed', note: 'Note' };

/** What an athlete sees where the tenant has no page of its own. */
export function renderPage({ kind, title, text, next, tenant = null, code = null, again = null }: Page): string {
  const name = tenant === null ? null : escapeHtml(tenant);
  return htmlDocument({
    title: tenant === null ? title : `${title} · ${tenant}`,
    style: pageStyle,
    kind,
    body: `${name === null ? '' : `\n<header><p>On behalf of <strong><bdi>${name}</bdi></strong></p></header>`}
<main>
${pageSymbol(kind, labels[kind])}
<h1>${escapeHtml(title)}</h1>
<p>${escapeHtml(text)}</p>
<h2>What to do now</h2>
<p>${escapeHtml(next)}</p>${again === null ? '' : `\n<p><a class="again" href="${escapeHtml(again)}">Try again</a></p>`}
</main>${code === null ? '' : `\n<footer><p>If you ask for help, mention <code>${escapeHtml(code)}</code></p></footer>`}`,
  });
}

/** The addresses of the consent hold one-time secrets: its answers, pages or not, are not kept and tell the next page nothing. */
export const pageHeaders = headersOf(pageStyle);

export const htmlHeaders = htmlHeadersOf(pageStyle);
