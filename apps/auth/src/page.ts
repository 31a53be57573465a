/** Everything that comes from outside goes through here before it gets into a page. */
export const escapeHtml = (text: string): string =>
  text.replaceAll(/[&<>"']/g, (sign) => `&#${String(sign.codePointAt(0))};`);

export interface Page {
  readonly title: string;
  readonly text: string;
  /** In whose name; null where that isn't known. */
  readonly tenant: string | null;
}

const style = `body{font:1.125rem/1.5 system-ui,sans-serif;max-width:32rem;margin:15vh auto;padding:0 1.5rem;color:#1c1c1c;background:#fff}
h1{font-size:1.6rem;line-height:1.2}footer{margin-top:3rem;color:#595959;font-size:.9rem}
@media(prefers-color-scheme:dark){body{color:#eee;background:#161616}footer{color:#b0b0b0}}`;

/** A page without script, image or request to anywhere: what an athlete sees where the tenant has no page of its own. */
export function renderPage({ title, text, tenant }: Page): string {
  const footer = tenant === null ? '' : `\n<footer>On behalf of ${escapeHtml(tenant)}</footer>`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<style>${style}</style>
</head>
<body>
<main>
<h1>${escapeHtml(title)}</h1>
<p>${escapeHtml(text)}</p>
</main>${footer}
</body>
</html>
`;
}

/** Nothing of the consent may be kept, framed, or told to the next page: the addresses hold one-time secrets. */
export const pageHeaders: Readonly<Record<string, string>> = {
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'content-security-policy':
    "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
};
