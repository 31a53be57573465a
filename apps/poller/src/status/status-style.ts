import { pageColours } from '#platform';

/**
 * The look of the status page. On a narrow screen each row of a table is a card, and the columns' names come from here: a table
 * of fifty tenants would otherwise say them fifty times. Colours only repeat what symbol and words say.
 */
export const statusStyle = `${pageColours}
body{margin:0;padding:1.5rem min(2rem,4vw) 3rem;background:var(--page);color:var(--text);overflow-wrap:anywhere;
font:1rem/1.5 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif;font-variant-numeric:tabular-nums}
header,main,footer{max-width:76rem;margin:0 auto}
header{display:flex;flex-wrap:wrap;gap:.25rem 1.5rem;justify-content:space-between;padding:0 .25rem .75rem;color:var(--soft)}
header b{color:var(--text)}
p,ul,h1,h2{margin:0;padding:0}
a{color:var(--note)}
a:focus-visible{outline:.1875rem solid var(--text);outline-offset:.1875rem}
svg{flex:none;width:1.25em;height:1.25em;padding:.125em;vertical-align:-.3em}
.verdict{display:flex;gap:1.25rem;align-items:center;padding:1.5rem min(1.75rem,5vw);background:var(--own-soft);color:var(--own);
border:1px solid var(--own);border-left-width:.625rem;border-radius:.5rem}
.verdict svg{width:3.5rem;height:3.5rem;padding:.625rem;border-radius:50%;background:var(--own);color:var(--own-soft)}
h1{font-size:min(2.25rem,9vw);line-height:1.15}
.verdict p{margin-top:.375rem}
.findings{margin-top:1rem;list-style:none;display:grid;gap:.75rem}
.findings li{padding:.875rem min(1.25rem,4vw);background:var(--card);border:1px solid var(--line);border-left:.625rem solid var(--own);border-radius:.5rem}
h2{font-size:1.1875rem;line-height:1.35}
.findings p{margin-top:.25rem}
.tag{display:inline-flex;gap:.375rem;align-items:center;padding:0 .5rem 0 .375rem;border-radius:1rem;background:var(--own-soft);color:var(--own);font-size:.875rem;line-height:1.5;font-weight:600;white-space:nowrap;vertical-align:text-bottom}
.findings .tag{margin-bottom:.375rem}
.card{margin-top:1.5rem;padding:1.25rem min(1.5rem,4vw);background:var(--card);border:1px solid var(--line);border-radius:.5rem}
table{width:100%;border-collapse:collapse}
caption{text-align:left;font-size:1.1875rem;font-weight:700;padding-bottom:.5rem}
caption span{font-size:1rem;font-weight:400;color:var(--soft)}
th,td{padding:.625rem 1.25rem .625rem 0;text-align:left;vertical-align:top;border-top:1px solid var(--line)}
th:last-child,td:last-child{padding-right:0}
thead th{white-space:nowrap;border-top:0;color:var(--soft);font-size:.875rem;font-weight:600;padding-top:0}
tbody th{font-weight:600}
.lanes th{white-space:nowrap}
small{display:block;font-size:.875rem;font-weight:400;color:var(--soft)}
td b,small.why{color:var(--own)}
td{overflow-wrap:break-word}
meter{display:block;width:100%;max-width:13rem;height:.625rem;margin:0 0 .5rem}
code{font-family:ui-monospace,Menlo,Consolas,"DejaVu Sans Mono",monospace;font-size:.9375em}
.more,footer{padding-top:.75rem;color:var(--soft)}
@media(max-width:56rem){
thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
table,caption,tbody,tr,th,td{display:block}
tr{padding:.75rem 0;border-top:.125rem solid var(--line)}
th,td{border:0;padding:.125rem 0}
tbody th{padding-bottom:.375rem;font-size:1.0625rem}
td{padding-left:7.5rem}
td::before{float:left;width:7.25rem;margin-left:-7.5rem;color:var(--soft)}
.tenants td:nth-child(2)::before{content:"Polls"}
.tenants td:nth-child(3)::before{content:"Changes wait"}
.tenants td:nth-child(4)::before{content:"Requests left"}
.tenants td:nth-child(5)::before{content:"Athletes"}
.lanes tr{display:grid;grid-template-columns:repeat(3,auto);justify-content:space-between}
.lanes th,.lanes td:last-child{grid-column:1/4}
.lanes td{padding-left:0}
.lanes td::before{width:auto;margin:0 .5rem 0 0}
.lanes td:nth-child(2)::before{content:"Waiting"}
.lanes td:nth-child(3)::before{content:"Oldest"}
.lanes td:nth-child(4)::before{content:"Parked"}
.lanes td:nth-child(5)::before{content:"Publisher"}
}
@media(max-width:30rem){.verdict{gap:1rem}.verdict svg{width:2.75rem;height:2.75rem;padding:.5rem}}
@media(forced-colors:active){.tag{border:1px solid}}
@media print{body{padding:0;background:none}}
`;
