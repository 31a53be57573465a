import { bars, lines, numbers, stacked, table, type Dashboard, type Look } from './panels.ts';

// What every replica tells alike (lanes, quota, what is due) is taken once by max; what each has counted for itself is added up.

const delay: Look = { unit: 's', decimals: 0 };
/** So that two marks of an axis do not read the same. */
const delays: Look = { unit: 's', decimals: 1 };
const perMinute: Look = { unit: 'short', decimals: 1 };
const trouble: Look = { ...perMinute, nothing: 'none seen' };
const count: Look = { unit: 'locale', decimals: 0 };
const share: Look = { unit: 'percentunit', decimals: 0, max: 1 };
const tenant = [{ name: 'tenant', label: 'Tenant', query: 'label_values(bridge_quota_limit_requests, tenant)' }];
/** Of the last quarter of an hour, by some labels. */
const perHour = (name: string, by = ''): string => `3600 * sum${by === '' ? '' : ` by (${by}) `}(rate(${name}[15m]))`;
const rate = (expr: string): string => `60 * rate(${expr}[$__rate_interval])`;
/** A quantile of a histogram, by some labels. Where nothing was observed there is none, and not NaN. */
const quantile = (q: number, name: string, by: string, filter = '', over = '$__rate_interval'): string =>
  `histogram_quantile(${q}, sum by (${[by, 'le'].filter(Boolean).join(', ')}) (rate(${name}_bucket${filter}[${over}]))) >= 0`;

const ofTenant = '{tenant="$tenant"}';
const waited = 'lease_lost|no_carrier|BREAKER_OPEN|BUDGET_EXHAUSTED|TENANT_NOT_SERVED';
const made = `outcome!~"${waited}"`;
const failed = `outcome!~"changed|unchanged|${waited}"`;

const overview: Dashboard = {
  uid: 'accesslink-bridge-overview',
  title: 'AccessLink bridge: overview',
  description: 'Whether all is well, and where it is not. First row: green needs nobody.',
  variables: [],
  rows: [
    {
      height: 5,
      panels: [
        numbers(
          'Processes that answer',
          'Of each service. None: nothing of it can be scraped.',
          { ...count, warn: 1, bad: 0.5 },
          ...['auth', 'poller', 'publisher'].map(
            (name) => [name, `count(bridge_service_info{service="${name}"}) or vector(0)`] as const,
          ),
        ),
        numbers(
          'Alerts that fire',
          'Warnings and worse, of the rules that come with the bridge. The table below names them.',
          { ...count, bad: 1 },
          ['alerts', 'count(ALERTS{alertname=~"Bridge.*", alertstate="firing", severity!="info"}) or vector(0)'],
        ),
        numbers(
          'Tenants without Polar',
          'Those whose requests Polar does not answer. The table of alerts names them.',
          { ...count, bad: 1 },
          ['tenants', 'count(max by (tenant) (bridge_provider_up)) - sum(max by (tenant) (bridge_provider_up))'],
        ),
        numbers(
          'Longest wait for a poll',
          'How long the live target has been due that waits longest. Not how old the data are.',
          { ...delay, warn: 300, bad: 900 },
          ['wait', 'max(bridge_targets_due_oldest_seconds{kind="live"})'],
        ),
        numbers(
          'Longest wait for Kafka',
          'Age of the oldest event of all lanes that is not in Kafka.',
          { ...delay, warn: 60, bad: 300 },
          ['wait', 'max(bridge_lane_lag_seconds)'],
        ),
        numbers(
          'Parked events',
          'What the broker refuses, and what waits behind it. None is 0; no data means that no publisher answers.',
          { ...count, bad: 1 },
          ['events', 'sum(max by (reason) (bridge_parked_events))'],
        ),
      ],
    },
    {
      title: 'Wrong now',
      height: 8,
      panels: [
        table(
          'Alerts that fire',
          'Empty is good. The page of each is in docs/runbooks.',
          count,
          'ALERTS{alertname=~"Bridge.*", alertstate="firing"}',
          ['Value', '__name__', 'alertstate', 'job', 'instance'],
        ),
        stacked('Token refreshes per hour', 'failed and lost bring athletes nearer to another consent.', perMinute, [
          '{{outcome}}',
          perHour('bridge_token_refreshes_total', 'outcome'),
        ]),
        stacked('Schema drift per hour', 'Answers that are not as Polar documents them. None is good.', trouble, [
          '{{tenant}} {{resource}} {{kind}}',
          `${perHour('bridge_schema_drift_total', 'tenant, resource, kind')} > 0`,
        ]),
      ],
    },
    {
      title: 'Freshness',
      height: 9,
      panels: [
        lines(
          'Delay of a change, until its event (median over 30 min)',
          'From the moment that Polar gives for a change, so a watch that syncs late counts, too. Live polls only. A gap: no change came.',
          delays,
          ['{{tenant}}', quantile(0.5, 'bridge_change_delay_seconds', 'tenant', '', '30m')],
        ),
        lines(
          'Delay of a change, until its event (90th percentile over 30 min)',
          'Nine of ten changes came sooner.',
          delays,
          ['{{tenant}}', quantile(0.9, 'bridge_change_delay_seconds', 'tenant', '', '30m')],
        ),
      ],
    },
    {
      title: 'Work',
      height: 9,
      panels: [
        stacked('Polls per minute, by what became of them', 'Capitals are codes of errors.', perMinute, [
          '{{outcome}}',
          `sum by (outcome) (${rate('bridge_polls_total')})`,
        ]),
        lines(
          'Events per minute',
          'Recorded in the outbox, and committed to Kafka. Published stays above recorded while a backlog is worked off or a replay runs.',
          perMinute,
          ['recorded', `sum(${rate('bridge_events_recorded_total')})`],
          ['published', `sum(${rate('bridge_events_published_total')})`],
        ),
        lines(
          'Latency of Polar (95th percentile)',
          'From a request that is sent to its whole answer, without the wait for the quota. REQUEST_TIMEOUT_SECONDS: no answer came.',
          { ...delays, bad: 10 },
          ['{{tenant}}', quantile(0.95, 'bridge_provider_response_seconds', 'tenant')],
        ),
      ],
    },
  ],
};

const oneTenant: Dashboard = {
  uid: 'accesslink-bridge-tenant',
  title: 'AccessLink bridge: tenant',
  description: 'One tenant, resource by resource.',
  variables: tenant,
  rows: [
    {
      height: 4,
      panels: [
        numbers(
          'Provider',
          'Whether Polar answers.',
          { unit: 'short', words: { 0: { text: 'away', color: 'red' }, 1: { text: 'answers', color: 'green' } } },
          ['provider', `max(bridge_provider_up${ofTenant})`],
        ),
        numbers('Live targets due', 'They wait for their turn. Counted up to 10 000.', count, [
          'due',
          `max(bridge_targets_due{tenant="$tenant", kind="live"})`,
        ]),
        numbers('Longest wait for a poll', 'Of the live targets.', { ...delay, warn: 300, bad: 900 }, [
          'wait',
          'max(bridge_targets_due_oldest_seconds{tenant="$tenant", kind="live"})',
        ]),
        numbers(
          'Polls that fail',
          'Of those of the last 15 minutes that did not only wait.',
          { ...share, warn: 0.05, bad: 0.2 },
          [
            'share',
            `(sum(rate(bridge_polls_total{tenant="$tenant", ${failed}}[15m])) or vector(0)) / sum(rate(bridge_polls_total{tenant="$tenant", ${made}}[15m])) >= 0`,
          ],
        ),
        numbers('Events of the last hour', 'Recorded in the outbox, backfills included.', count, [
          'events',
          `sum(increase(bridge_events_recorded_total${ofTenant}[1h]))`,
        ]),
      ],
    },
    {
      title: 'Wrong now',
      height: 7,
      panels: [
        lines(
          'Breakers that are open',
          'What is asked for only now and then, since nothing answers. Zero is good.',
          count,
          ['{{scope}} {{resource}}', `sum by (scope, resource) (bridge_breakers_open${ofTenant})`],
        ),
        stacked('Schema drift per hour', 'None is good. The first of each kind is in the log of the poller.', trouble, [
          '{{resource}} {{kind}}',
          `${perHour(`bridge_schema_drift_total${ofTenant}`, 'resource, kind')} > 0`,
        ]),
        stacked('Consents per hour', 'How they ended.', trouble, [
          '{{outcome}}',
          perHour(`bridge_consents_total${ofTenant}`, 'outcome'),
        ]),
      ],
    },
    {
      title: 'Freshness',
      height: 10,
      panels: [
        bars('Median delay of a change, by resource (6 h)', 'Only those of which anything changed.', delay, [
          '{{resource}}',
          `sort_desc(${quantile(0.5, 'bridge_change_delay_seconds', 'resource', ofTenant, '6h')} > 0)`,
        ]),
        lines(
          'Delay of a change, over 30 min',
          'From the moment that Polar gives for it. A gap: no change came.',
          delays,
          ['median', quantile(0.5, 'bridge_change_delay_seconds', '', ofTenant, '30m')],
          ['90th percentile', quantile(0.9, 'bridge_change_delay_seconds', '', ofTenant, '30m')],
        ),
      ],
    },
    {
      title: 'Polls',
      height: 9,
      panels: [
        stacked('Polls per minute, by what became of them', 'Capitals are codes of errors.', perMinute, [
          '{{outcome}}',
          `sum by (outcome) (${rate(`bridge_polls_total${ofTenant}`)})`,
        ]),
        stacked('Polls per minute, by resource', 'Live and backfill.', perMinute, [
          '{{resource}}',
          `sum by (resource) (${rate(`bridge_polls_total${ofTenant}`)})`,
        ]),
        lines('Targets that are due', 'Backfills may wait for hours: they take what is left.', count, [
          '{{kind}}',
          `max by (kind) (bridge_targets_due${ofTenant})`,
        ]),
      ],
    },
    {
      title: 'Events and answers',
      height: 9,
      panels: [
        stacked('Events per minute, by resource', 'Recorded in the outbox.', perMinute, [
          '{{resource}}',
          `sum by (resource) (${rate(`bridge_events_recorded_total${ofTenant}`)})`,
        ]),
        stacked('Answers per minute, by status', 'none: no answer came.', perMinute, [
          '{{status}}',
          `sum by (status) (${rate(`bridge_provider_response_seconds_count${ofTenant}`)})`,
        ]),
        lines('Latency (95th percentile), by status', 'Without the wait for the quota.', { ...delays, bad: 10 }, [
          '{{status}}',
          quantile(0.95, 'bridge_provider_response_seconds', 'status', ofTenant),
        ]),
      ],
    },
  ],
};

const lanes: Dashboard = {
  uid: 'accesslink-bridge-lanes',
  title: 'AccessLink bridge: lanes',
  description: 'The way from the outbox to Kafka. An athlete has one lane for life.',
  variables: [],
  rows: [
    {
      height: 4,
      panels: [
        numbers(
          'Longest wait for Kafka',
          'Age of the oldest event that is not there.',
          { ...delay, warn: 60, bad: 300 },
          ['wait', 'max(bridge_lane_lag_seconds)'],
        ),
        numbers('Events that wait', 'Of all lanes.', count, ['events', 'sum(max by (lane) (bridge_lane_lag_rows))']),
        numbers('Lanes without a publisher', 'None should be. Absent with Debezium.', { ...count, bad: 1 }, [
          'lanes',
          'count(max by (lane) (bridge_lane_owned)) - sum(max by (lane) (bridge_lane_owned))',
        ]),
        numbers('Athletes with parked events', 'Theirs wait; all others go on.', { ...count, bad: 1 }, [
          'athletes',
          'sum(max by (reason) (bridge_parked_streams))',
        ]),
      ],
    },
    {
      title: 'Lag',
      height: 9,
      panels: [
        lines(
          'Wait of the oldest event, by lane',
          'Rises by a second a second where a lane stands still.',
          { ...delays, bad: 300 },
          ['lane {{lane}}', 'max by (lane) (bridge_lane_lag_seconds)'],
        ),
        lines('Events that wait, by lane', 'As far as the database knows: Kafka may be a second ahead.', count, [
          'lane {{lane}}',
          'max by (lane) (bridge_lane_lag_rows)',
        ]),
      ],
    },
    {
      title: 'Throughput',
      height: 9,
      panels: [
        stacked('Events per minute, by lane', 'Committed to Kafka.', perMinute, [
          'lane {{lane}}',
          `sum by (lane) (${rate('bridge_events_published_total')})`,
        ]),
        lines(
          'Duration of a transaction',
          'From its first request to its commit.',
          delays,
          ['median', quantile(0.5, 'bridge_transaction_seconds', '')],
          ['95th percentile', quantile(0.95, 'bridge_transaction_seconds', '')],
        ),
        lines('Events of a batch', 'Mean. Rises where there is a backlog: up to 1000.', perMinute, [
          'events',
          'sum(rate(bridge_events_published_total[$__rate_interval])) / sum(rate(bridge_batches_total[$__rate_interval])) >= 0',
        ]),
      ],
    },
    {
      title: 'Trouble',
      height: 8,
      panels: [
        stacked(
          'Failed sessions per hour, by lane',
          'Each ends with a new producer. Zero is good; a few at a restart of a broker are none of your concern.',
          perMinute,
          ['lane {{lane}}', perHour('bridge_transactions_aborted_total', 'lane')],
        ),
        lines(
          'Lanes that change hands, per hour',
          'Opened by a publisher, and taken from one that was thought dead.',
          perMinute,
          ['opened', perHour('bridge_lane_takeovers_total')],
          ['fenced', perHour('bridge_lane_fenced_total')],
        ),
        lines('Parked events, by reason', 'Zero is good.', count, [
          '{{reason}}',
          'max by (reason) (bridge_parked_events)',
        ]),
        stacked('Refusals per hour', 'Each try of a parked event counts again.', trouble, [
          '{{reason}}',
          perHour('bridge_events_refused_total', 'reason'),
        ]),
      ],
    },
  ],
};

const ofWindow = 'tenant="$tenant"';
const ofLimit = (part: 'used' | 'left'): string =>
  `max by (window_seconds) (bridge_quota_${part}_requests{${ofWindow}}) / max by (window_seconds) (bridge_quota_limit_requests{${ofWindow}})`;
const budget: Dashboard = {
  uid: 'accesslink-bridge-budget',
  title: 'AccessLink bridge: budget',
  description:
    "A tenant's quota at Polar, and what it is spent on. A full day's window is not wrong by itself: the requests are there to be used.",
  variables: tenant,
  rows: [
    {
      height: 6,
      panels: [
        bars('Used of each window', 'Polls slow down before it is full.', { ...share, warn: 0.95, bad: 1 }, [
          '{{window_seconds}} s',
          ofLimit('used'),
        ]),
        numbers(
          'Left for live polls',
          'A little less than the rest: refreshes of tokens have a share of their own. 0: polls wait.',
          { ...count, warn: 1, bad: 0.5 },
          ['{{window_seconds}} s', `max by (window_seconds) (bridge_quota_left_requests{${ofWindow}})`],
        ),
        numbers(
          'Stretch of the pauses',
          '1: the quota serves everybody. 2: even the longest pauses are twice as long as configured.',
          { unit: 'short', decimals: 2 },
          ['stretch', `max(bridge_poll_stretch_ratio{${ofWindow}})`],
        ),
        numbers(
          'Price of a request',
          'The delay that a request has to save to be made. High: the quota is scarce.',
          delay,
          ['price', `max(bridge_poll_price_seconds{${ofWindow}})`],
        ),
      ],
    },
    {
      height: 9,
      panels: [
        lines(
          'Used of each window, over time',
          'Of what it allows. A window slides: it never falls at once.',
          { unit: 'percentunit', bad: 1 },
          ['{{window_seconds}} s', ofLimit('used')],
        ),
        lines(
          'Left for live polls, over time',
          'Of what the window allows. At 0 polls wait.',
          { unit: 'percentunit' },
          ['{{window_seconds}} s', ofLimit('left')],
        ),
      ],
    },
    {
      height: 9,
      panels: [
        stacked('Requests per minute, by resource', 'Those that wait in vain for the quota included.', perMinute, [
          '{{resource}}',
          `sum by (resource) (${rate(`bridge_provider_request_seconds_count{${ofWindow}}`)})`,
        ]),
        stacked('Requests per minute that came to nothing', 'By the code of the error.', trouble, [
          '{{outcome}}',
          `sum by (outcome) (${rate(`bridge_provider_request_seconds_count{${ofWindow}, outcome!="ok"}`)})`,
        ]),
        lines('Targets overdue when the pace was set', 'Live ones that had not had their turn.', count, [
          'overdue',
          `max(bridge_targets_overdue{${ofWindow}})`,
        ]),
      ],
    },
  ],
};

/** By the name of the file. */
export const dashboards: Readonly<Record<string, Dashboard>> = { overview, tenant: oneTenant, lanes, budget };
