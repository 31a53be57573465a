import { describe, expect, it } from '@jest/globals';
import { deviations, scrapedMetrics } from './metrics-page.ts';
import { faultsOf } from './promql.ts';

const text = `# HELP bridge_polls_total Polls
# TYPE bridge_polls_total counter
bridge_polls_total{tenant="acme",outcome="a\\"}b"} 1
# HELP bridge_wait_seconds Wait
# TYPE bridge_wait_seconds histogram
bridge_wait_seconds_bucket{le="+Inf",tenant="acme"} 2
bridge_wait_seconds_sum{tenant="acme"} 2
bridge_wait_seconds_count{tenant="acme"} 2
# HELP bridge_silent Nothing yet
# TYPE bridge_silent gauge
# HELP nodejs_version_info Node
# TYPE nodejs_version_info gauge
nodejs_version_info{version="v24"} 1
`;
const metrics = scrapedMetrics('poller', text);

describe('the queries of dashboards and alerts', () => {
  it.each([
    ['sum by (tenant, outcome) (rate(bridge_polls_total{outcome!="ok"}[$__rate_interval]))'],
    ['histogram_quantile(0.9, sum by (tenant, le) (rate(bridge_wait_seconds_bucket{tenant="$tenant"}[5m]))) > 10'],
    ['sum(bridge_wait_seconds_count) by (job) / on () group_left sum(bridge_polls_total)'],
    ['count(ALERTS{alertstate="firing"}) or vector(0)'],
  ])('are right: %s', (query) => {
    expect(faultsOf(query, metrics)).toEqual([]);
  });

  it.each([
    ['sum by (tenant) (bridge_polls)', 'there is no metric bridge_polls'],
    ['bridge_wait_seconds', 'there is no metric bridge_wait_seconds'],
    ['bridge_polls_total_bucket', 'there is no metric bridge_polls_total_bucket'],
    ['bridge_polls_total{lane="1"}', 'bridge_polls_total has no label lane'],
    ['sum by (lane) (bridge_polls_total)', 'nothing has the label lane, by which it groups'],
    ['sum by (le) (bridge_wait_seconds_sum)', 'nothing has the label le, by which it groups'],
    ['sum(bridge_polls_total', 'is no PromQL at ""'],
    ['1 + 1', 'asks for no metric'],
  ])('are wrong: %s', (query, fault) => {
    expect(faultsOf(query, metrics)).toContain(fault);
  });
});

describe('the page of metrics', () => {
  it('differs where a metric, its type, its help or its labels do', () => {
    expect(deviations(metrics, [metrics])).toEqual([]);
    const [polls] = metrics.values();
    if (polls === undefined) throw new Error('nothing was scraped');
    const other = { ...polls, type: 'gauge', help: 'Other', labels: new Set(['lane']) };
    const found = deviations(
      new Map([
        [polls.name, other],
        ['bridge_gone', { ...polls, name: 'bridge_gone' }],
      ]),
      [metrics],
    );
    expect(found).toEqual([
      'bridge_gone of poller is documented, and not there',
      'bridge_wait_seconds of poller is there, and not documented',
      'bridge_silent of poller is there, and not documented',
      'bridge_polls_total is a counter, not a gauge',
      'bridge_polls_total says "Polls", and the page "Other"',
      'bridge_polls_total has the labels tenant, outcome, not lane',
    ]);
  });
});
