/**
 * The look of the athlete's pages. Everything is in rem, so that it grows with the reader's own text size, and narrow enough
 * for a phone of 320 pixels. Colours only repeat what symbol and words say; all text has a contrast of 7:1 or more.
 */
export const pageStyle = `
:root{color-scheme:light dark;--page:#f3f4f6;--card:#fff;--line:#d4d8de;--text:#16191d;--soft:#474d55;
--good:#0b5132;--good-soft:#d9f2e4;--bad:#8a1616;--bad-soft:#fbe1df;--note:#1d3f73;--note-soft:#dfe9f8}
@media(prefers-color-scheme:dark){:root{--page:#0f1114;--card:#1a1d21;--line:#3a4048;--text:#f1f3f5;--soft:#c0c6cd;
--good:#8fe3b4;--good-soft:#123625;--bad:#ffb9b3;--bad-soft:#491d1b;--note:#b0ccf6;--note-soft:#1b2f4d}}
.good{--own:var(--good);--own-soft:var(--good-soft)}
.bad{--own:var(--bad);--own-soft:var(--bad-soft)}
.note{--own:var(--note);--own-soft:var(--note-soft)}
*{box-sizing:border-box}
body{margin:0;padding:1.5rem min(1rem,4vw);background:var(--page);color:var(--text);overflow-wrap:anywhere;
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
