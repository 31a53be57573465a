import { figure, span as spanOf, times, type BudgetUsage } from '#core';
import { escapeHtml, htmlDocument, pageSymbol, type PageKind } from '#platform';
import { waiting, type Finding } from './findings.ts';
import type { LaneStatus, Level, Status, TenantStatus } from './status.ts';
import { statusStyle } from './status-style.ts';
import { limits, type SymptomKind } from './symptoms.ts';

export interface PageOptions {
  /** How often the browser asks again, in seconds; null: when somebody does. */
  readonly refreshSeconds: number | null;
  /** How often it does where somebody wants it. */
  readonly refreshEvery: number;
}

const tags: Readonly<Record<TenantStatus['state'], readonly [kind: PageKind, word: string]>> = {
  good: ['good', 'OK'],
  warn: ['warn', 'Not urgent'],
  bad: ['bad', 'Act now'],
  paused: ['note', 'Paused'],
  unknown: ['note', 'Not known'],
};
const labels: Readonly<Record<Level, string>> = { good: 'All is well', warn: 'Not urgent', bad: 'Wrong' };
/** Which no line break parts. */
const span = (ms: number): string => spanOf(ms).replaceAll(' ', '\u{a0}');

/** In the order of how much they concern an operator. */
const states = { active: 'active', degraded: 'degraded', needs_reauth: 'need consent', paused: 'paused' } as const;

/** What an operator who is woken at night sees: first what is wrong, or that nothing is. */
export function statusPage(status: Status, options: PageOptions): string {
  const headline = headlineOf(status);
  return htmlDocument({
    title: `${headline} · accesslink-bridge`,
    style: statusStyle,
    kind: status.level,
    body: `
<header><p><b>accesslink-bridge</b> as of <time datetime="${new Date(status.at).toISOString()}">${stamp(status.at)}</time></p><p>${refresh(options)}</p></header>
<main>
<div class="verdict">${pageSymbol(status.level, labels[status.level])}<div><h1>${escapeHtml(headline)}</h1><p>${escapeHtml(summary(status))}</p></div></div>
${findings(status.findings)}${tenants(status)}${lanes(status.lanes)}
</main>
<footer><p>All times are UTC. This page stays as it is until it is refreshed.</p></footer>`,
  });
}

function headlineOf({ findings }: Status): string {
  const bad = findings.filter(({ severity }) => severity === 'bad').length;
  const warn = findings.length - bad;
  if (bad > 0) return bad === 1 ? '1 thing is wrong' : `${figure(bad)} things are wrong`;
  return warn === 0 ? 'Nothing is wrong' : 'Nothing is urgent';
}

function summary({ findings, tenants: shown, leftOut, athletes, lanes: all }: Status): string {
  const warn = findings.filter(({ severity }) => severity === 'warn').length;
  const bad = findings.length - warn;
  const size = `${times(shown.length + leftOut.tenants, 'tenant')}${athletes === null ? '' : ` with ${times(athletes, 'athlete')}`}`;
  if (bad > 0) return warn === 0 ? `Act now. ${size}.` : `Act now. ${times(warn, 'more thing')} can wait for the day.`;
  const unsent = (all ?? []).reduce((sum, { lagRows }) => sum + lagRows, 0);
  const later = warn === 0 ? '' : `${times(warn, 'thing')} to look at by day. `;
  return `${later}${size}, and ${unsent === 0 ? 'no event waits' : waiting(unsent)} for Kafka.`;
}

function stamp(at: number): string {
  const [day, time = ''] = new Date(at).toISOString().split('T');
  return `${String(day)} ${time.slice(0, 8)} UTC`;
}

function refresh({ refreshSeconds, refreshEvery }: PageOptions): string {
  return refreshSeconds === null
    ? `<a href="?">Refresh</a> · <a href="?refresh=${String(refreshEvery)}">every ${String(refreshEvery)} s</a>`
    : `Refreshes every ${String(refreshSeconds)} s · <a href="?">Stop</a>`;
}

function findings(all: readonly Finding[]): string {
  if (all.length === 0) return '';
  const items = all.map(
    ({ severity, what, todo }) =>
      `<li class="${severity}">${tag(severity)}<h2>${escapeHtml(what)}</h2><p>${withCode(todo)}</p></li>`,
  );
  return `<ul class="findings">${items.join('\n')}</ul>\n`;
}

const withCode = (text: string): string => escapeHtml(text).replaceAll(/`([^`]+)`/g, '<code>$1</code>');

function tag(state: TenantStatus['state']): string {
  const [kind, word] = tags[state];
  return `<span class="tag ${kind}">${pageSymbol(kind)}${word}</span>`;
}

function tenants({ tenants: shown, leftOut }: Status): string {
  if (shown.length === 0) return '';
  const more =
    leftOut.tenants === 0
      ? ''
      : `<p class="more">${times(leftOut.tenants, 'more tenant')} ${leftOut.tenants === 1 ? 'is' : 'are'} left out here; ${leftOut.wrong === 0 ? 'nothing is' : `something is wrong with ${figure(leftOut.wrong)} of them, told above with the others`}${leftOut.wrong === 0 ? ' wrong with them' : ''}.</p>`;
  return `<section class="card"><table class="tenants"><caption>Tenants</caption>
<thead><tr><th scope="col">Tenant<th scope="col">Polls<th scope="col">Changes wait<th scope="col">Requests left<th scope="col">Athletes</thead>
<tbody>${shown.map(tenantRow).join('\n')}</tbody></table>${more}</section>\n`;
}

/** What a tenant's row says of what the findings above tell in full. */
const reasons: Readonly<Partial<Record<SymptomKind, string>>> = {
  'provider-silent': 'Polar does not answer',
  'refresh-failing': 'tokens not renewed',
  'consent-lost': 'consents lost',
  'polls-failing': 'polls fail',
  'polls-late': 'polls late',
  parked: 'Kafka refuses events',
  'budget-refused': 'Polar refuses requests',
  'budget-used-up': 'no requests left',
  'resource-silent': 'a resource is not answered',
  'quota-short': 'quota too small',
};

function why(troubles: readonly SymptomKind[]): string {
  const told = troubles.flatMap((kind) => reasons[kind] ?? []);
  return told.length === 0 ? '' : `<small class="why">${told.join(',<br>')}</small>`;
}

/** What stands out in a row has the colour of its state. */
const rowOf = (state: TenantStatus['state']): string =>
  state === 'bad' || state === 'warn' ? `<tr class="${state}">` : '<tr>';

function tenantRow(tenant: TenantStatus): string {
  const { id, name, state, troubles } = tenant;
  return `${rowOf(state)}<th scope="row">${escapeHtml(name)}${name === id ? '' : `<small>${escapeHtml(id)}</small>`} ${tag(state)}${why(troubles)}<td>${polls(tenant)}<td>${delays(tenant)}<td>${budget(tenant.budget)}<td>${athletes(tenant)}`;
}

/** Of what stands out, the words say enough: the weight only leads the eye. */
const marked = (isWrong: boolean, html: string): string => (isWrong ? `<b>${html}</b>` : html);

function polls(tenant: TenantStatus): string {
  const { state, lateSeconds, longestPauseSeconds, stretch } = tenant;
  const pause = `pauses up to ${span(longestPauseSeconds * 1000)}${stretch > 1.05 ? `, ${stretch.toFixed(1)} × <code>maxSeconds</code>` : ''}`;
  if (state === 'paused') return 'none';
  if (lateSeconds === null) return 'not known';
  return `${outcome(tenant)}${punctuality(tenant, lateSeconds)}<small>${pause}</small>`;
}

/** Who begins polls on time and gets nothing from them is not well. */
function outcome({ troubles }: TenantStatus): string {
  if (troubles.includes('provider-silent')) return '<b>not answered</b>';
  return troubles.includes('polls-failing') ? '<b>some fail</b>' : '';
}

function punctuality(tenant: TenantStatus, seconds: number): string {
  const fails = outcome(tenant) !== '';
  if (seconds < 60) return fails ? '' : 'on time';
  return `${fails ? '<br>' : ''}${marked(seconds >= limits.lateSeconds.warn, `${span(seconds * 1000)} late`)}`;
}

function delays({ state, expectedDelaySeconds, seenDelay, troubles }: TenantStatus): string {
  if (state === 'paused') return '–';
  const isReckoned = expectedDelaySeconds !== null && !troubles.includes('provider-silent');
  const expected = !isReckoned ? '' : `<small>${span(expectedDelaySeconds * 1000)} expected</small>`;
  if (seenDelay === null) return `none seen in an hour${expected}`;
  return `${span(seenDelay.medianSeconds * 1000)}<small>median of ${figure(seenDelay.changes)} in an hour</small>${expected}`;
}

function budget(usage: BudgetUsage | null): string {
  if (usage === null) return 'not known';
  return usage.windows
    .map(({ seconds, limit, left }) => {
      const kept = Math.max(0, left);
      return `${marked(kept === 0, `${figure(kept)} of ${figure(limit)} in ${span(seconds * 1000)}`)}<meter aria-hidden="true" max="${String(limit)}" low="${String(limit / 10)}" optimum="${String(limit)}" value="${String(kept)}"></meter>`;
    })
    .join('');
}

function athletes({ athletes: counts, troubles }: TenantStatus): string {
  const worrying = { needs_reauth: troubles.includes('consent-lost'), degraded: troubles.includes('refresh-failing') };
  if (counts === null) return 'not known';
  const told = Object.entries(states).flatMap(([status, word]) => {
    const count = counts.find((one) => one.status === status)?.athletes ?? 0;
    const isWrong = status in worrying && worrying[status as keyof typeof worrying];
    return count === 0 ? [] : [marked(isWrong, `${figure(count)} ${word}`)];
  });
  return told.length === 0 ? 'none' : told.join('<br>');
}

function lanes(all: readonly LaneStatus[] | null): string {
  const rows = all?.map(laneRow).join('\n') ?? '';
  const body =
    all === null
      ? '<h2>Lanes to Kafka</h2><p>Not known: PostgreSQL did not tell.</p>'
      : `<table class="lanes"><caption>Lanes to Kafka</caption>
<thead><tr><th scope="col">Lane<th scope="col">Events waiting<th scope="col">Oldest<th scope="col">Athletes parked<th scope="col">Publisher</thead>
<tbody>${rows}</tbody></table>`;
  return `<section class="card">${body}</section>`;
}

function laneRow({ lane, level, owner, lagRows, lagSeconds, parkedAthletes }: LaneStatus): string {
  const oldest =
    lagRows === 0 ? '–' : marked(lagSeconds >= limits.lagSeconds.warn, span(Math.max(1, lagSeconds) * 1000));
  return `${rowOf(level)}<th scope="row">Lane ${String(lane)} ${tag(level)}<td>${figure(lagRows)}<td>${oldest}<td>${marked(parkedAthletes > 0, figure(parkedAthletes))}<td>${owner === null ? '<b>nobody</b>' : escapeHtml(owner)}`;
}

/** What whoever may not see the page, or comes at a bad moment, sees instead. */
export function refusalPage(title: string, text: string): string {
  return htmlDocument({
    title: `${title} · accesslink-bridge`,
    style: statusStyle,
    kind: 'note',
    body: `
<main><div class="verdict">${pageSymbol('note', 'Note')}<div><h1>${escapeHtml(title)}</h1><p>${escapeHtml(text)}</p></div></div></main>`,
  });
}
