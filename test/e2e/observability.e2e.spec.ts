import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startServices, type Services } from '../../deploy/local/services/index.ts';
import { freePort } from '../../deploy/local/services/port.ts';
import { startSimulatedProvider, type SimulatedProvider } from '../../deploy/local/stack/simulated-provider.ts';
import { consent, returnUrl, Stack } from '../../deploy/local/stack/stack.ts';
import { until } from '../../deploy/local/stack/until.ts';
import { deviations, documentedMetrics, scrapedMetrics } from '../deploy/observability/metrics-page.ts';
import { openOtlpReceiver, type ReceivedSpan } from '../integration/otlp-receiver.ts';
import type { SentMessage } from '../integration/received-record.ts';
import { readTopics } from './read-topics.ts';

/** What the running services tell of themselves, about an athlete who connects: numbers, lines, traces. */
const say = (line: string): void => void process.stderr.write(`${line}\n`);
const secret = 'only-for-this-simulator';

describe('the running services', () => {
  const messages: SentMessage[] = [];
  const urls = new Map<string, string>();
  const cleanups: (() => Promise<unknown>)[] = [];
  let services: Services;
  let stack: Stack;
  let simulator: SimulatedProvider;
  let receiver: Awaited<ReturnType<typeof openOtlpReceiver>>;

  beforeAll(async () => {
    receiver = await openOtlpReceiver();
    cleanups.unshift(() => receiver.close());
    services = await startServices({ ways: ['local'], progress: say });
    cleanups.unshift(() => services.stop());
    const authPort = await freePort();
    const folder = await mkdtemp(join(tmpdir(), 'observability-'));
    cleanups.unshift(() => rm(folder, { recursive: true, force: true }));
    simulator = await startSimulatedProvider({
      folder,
      args: [
        '--athletes',
        '1',
        '--days',
        '10',
        '--client',
        `acme:${secret}:http://127.0.0.1:${authPort}/oauth/callback`,
      ],
    });
    cleanups.unshift(() => simulator.stop());
    stack = await Stack.prepare({
      services,
      authPort,
      progress: say,
      env: { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.endpoint },
      tenants: [
        {
          id: 'acme',
          clientId: 'acme',
          clientSecret: secret,
          apiUrl: simulator.apiUrl,
          authUrl: simulator.authUrl,
          resources: ['sleeps', 'nightly-recharge-results'],
          polling: { minSeconds: 1, maxSeconds: 2, backfillDays: 10, confirmDeletionSeconds: 2, finaliseSeconds: 8 },
        },
      ],
    });
    cleanups.unshift(() => stack.stop());
    for (const app of ['auth', 'poller', 'publisher'] as const) urls.set(app, (await stack.start(app)).url);
    cleanups.unshift(
      await readTopics({
        brokers: services.kafkaBrokers,
        prefix: 'polar.',
        chunks: 'names',
        onMessage: (message) => void messages.push(message),
      }),
    );
    const { athletes } = (await simulator.control('GET', '/athletes')) as { athletes: { name: string }[] };
    const name = athletes[0]?.name ?? '';
    await consent(await stack.connectLink('acme', name, returnUrl(stack.authUrl)), name);
    await until('a sleep on Kafka', 60, async () => messages.some(isSleep));
  }, 300_000);

  afterAll(async () => {
    for (const cleanup of cleanups) await cleanup();
  }, 120_000);

  it("send one trace from the provider's answer to the header of the message", async () => {
    const header = messages.find(isSleep)?.headers['ce_traceparent'] ?? '';
    const [, trace, poll] = header.split('-');
    const found = (name: string): ReceivedSpan | undefined =>
      receiver.spans.find((span) => span.traceId === trace && span.name === name);
    await until(
      'all spans of the trace',
      30,
      async () => found('poll') !== undefined && found('publish') !== undefined,
    );

    expect(found('poll')).toMatchObject({
      service: 'accesslink-bridge-poller',
      spanId: poll,
      parentSpanId: '',
      facts: { tenant: 'acme', resource: 'sleeps', outcome: 'changed' },
    });
    for (const name of ['provider request', 'record', 'publish']) expect(found(name)?.parentSpanId).toBe(poll);
    expect(found('provider request')?.facts).toMatchObject({ 'http.response.status_code': 200, resource: 'sleeps' });
    expect(found('publish')).toMatchObject({
      service: 'accesslink-bridge-publisher',
      facts: { 'messaging.destination.name': expect.stringContaining('polar.acme.sleep.v1') },
    });
    const batch = receiver.spans.find(({ spanId }) => spanId === found('publish')?.links[0]);
    expect(batch).toMatchObject({ name: 'publish batch', links: expect.arrayContaining([poll]) });
  });

  it('log each poll and each batch in one line', async () => {
    const lineOf = async (app: string, message: string, more: string): Promise<unknown> =>
      (await logOf(app))
        .split('\n')
        .flatMap((line) =>
          line.includes(`"message":"${message}"`) && line.includes(more) ? [JSON.parse(line)] : [],
        )[0];
    const number = expect.any(Number);
    expect(await lineOf('poller', 'poll', '"outcome":"changed"')).toMatchObject({
      level: 'info',
      tenant: 'acme',
      traceparent: expect.stringMatching(/^00-/),
      waitedMs: number,
      requests: number,
      bytes: number,
      items: number,
      events: number,
      fetchMs: number,
      diffMs: number,
      recordMs: number,
      milliseconds: number,
    });
    expect(await lineOf('publisher', 'batch', '')).toMatchObject({
      level: 'info',
      lane: number,
      rows: number,
      bytes: number,
      claimMs: number,
      publishMs: number,
      settleMs: number,
    });
  });

  it('keep secrets out of lines and spans', async () => {
    const told = [...receiver.bodies, ...(await Promise.all([...urls.keys()].map(logOf)))].join('\n');
    expect(told).toContain('provider request');
    expect(told).not.toContain(secret);
    expect(told).not.toContain(stack.adminToken);
    expect(told).not.toMatch(/Bearer [^[]/);
  });

  it('have the metrics that docs/metrics.md says', async () => {
    const scraped = await Promise.all(
      [...urls].map(async ([app, url]) => scrapedMetrics(app, await (await fetch(`${url}/metrics`)).text())),
    );
    expect(deviations(await documentedMetrics(), scraped)).toEqual([]);
    const series = scraped.flatMap((one) => [...one.values()]).filter(({ labels }) => labels.size > 0);
    expect(series.length).toBeGreaterThan(15);
  });

  const logOf = (app: string): Promise<string> => readFile(join(stack.folder, `${app}.log`), 'utf8');
});

const isSleep = ({ topic }: SentMessage): boolean => topic === 'polar.acme.sleep.v1';
