import { pageColours } from '#platform';

/**
 * The look of the athlete's pages. Everything is in rem, so that it grows with the reader's own text size, and narrow enough
 * for a phone of 320 pixels.
 */
export const pageStyle = `${pageColours}body{margin:0;padding:1.5rem min(1rem,4vw);background:var(--page);color:var(--text);overflow-wrap:anywhere;
font:1.0625rem/1.55 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
header,main,footer{max-width:34rem;margin:0 auto}
header{padding:0 .25rem .75rem;color:var(--soft)}
header strong{color:var(--text)}
main{padding:2.25rem min(1.5rem,6vw) 2rem;background:var(--card);border:1px solid var(--line);
border-top:.375rem solid var(--own);border-radius:.375rem .375rem .75rem .75rem}
svg{display:block;width:3.5rem;height:3.5rem;padding:.75rem;border-radius:50%;background:var(--own-soft);color:var(--own)}
h1{margin:1.25rem 0 .75rem;font-size:min(1.625rem,12vw);line-height:1.25}
h2{margin:1.75rem 0 .25rem;font-size:1.0625rem}
p{margin:0}
a.again{display:inline-block;margin-top:1.25rem;padding:.75rem min(1.5rem,6vw);border-radius:.5rem;background:var(--note);color:var(--card);
font-weight:600;text-decoration:none}
a.again:hover{text-decoration:underline}
a.again:focus-visible{outline:.1875rem solid var(--text);outline-offset:.1875rem}
footer{padding:.75rem .25rem 0;color:var(--soft);font-size:.9375rem}
code{font-family:ui-monospace,Menlo,Consolas,"DejaVu Sans Mono",monospace;color:var(--text)}
@media(min-width:40rem){body{padding-top:12vh}main{padding:2.75rem 2.5rem 2.5rem}}
@media(forced-colors:active){a.again{border:.125rem solid LinkText}}
@media print{body{padding:0;background:none}main{border:0}}
`;
