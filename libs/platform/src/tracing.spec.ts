import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { openOtlpReceiver } from '../../../test/integration/otlp-receiver.ts';
import { redacted } from './redact.ts';
import { Tracing } from './tracing.ts';

const parent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
const unsampled = `${parent.slice(0, -1)}0`;
const settings = { headers: {}, sampler: 'parentbased_always_on', ratio: 1 };

describe('tracing', () => {
  let receiver: Awaited<ReturnType<typeof openOtlpReceiver>>;

  beforeEach(async () => {
    receiver = await openOtlpReceiver();
  });

  afterEach(() => receiver.close());

  const open = (over: object = {}): Promise<Tracing> =>
    Tracing.open('trial', { ...settings, endpoint: `${receiver.endpoint}/`, ...over });

  it('is off without a receiver: nothing begins', async () => {
    const tracing = await Tracing.open('trial', { ...settings, endpoint: undefined });
    expect(tracing.isOn).toBe(false);
    expect(tracing.begin('work')).toBeUndefined();
    await tracing.onApplicationShutdown();
  });

  it('sends what belongs together as one trace, whoever began it, when the process ends at the latest', async () => {
    const tracing = await open();
    const outer = tracing.begin('outer', { parent, links: [unsampled, 'nonsense'] });
    const inner = tracing.begin('inner', {
      kind: 'client',
      secondsAgo: 2,
      ...(outer && { parent: outer.traceparent }),
    });
    inner?.end({ rows: 3, url: 'https://example/?token=abc', accessToken: 'abc' }, 'BROKEN');
    outer?.end();
    await tracing.onApplicationShutdown();

    const [first, second] = receiver.spans;
    expect(first).toMatchObject({
      service: 'accesslink-bridge-trial',
      name: 'inner',
      traceId: '0af7651916cd43dd8448eb211c80319c',
      parentSpanId: second?.spanId,
      isFailure: true,
      facts: { rows: 3, 'error.type': 'BROKEN', accessToken: redacted, url: `https://example/?token=${redacted}` },
    });
    expect(first?.milliseconds).toBeGreaterThanOrEqual(1900);
    expect(second).toMatchObject({ name: 'outer', parentSpanId: 'b7ad6b7169203331', links: ['b7ad6b7169203331'] });
    expect(outer?.traceparent).toBe(`00-${first?.traceId}-${second?.spanId}-01`);
  });

  it('shows the receiver the key that it wants', async () => {
    const tracing = await open({ headers: { 'x-key': 'a,b' } });
    tracing.begin('work')?.end();
    await tracing.onApplicationShutdown();
    expect(receiver.headers).toEqual([expect.objectContaining({ 'x-key': 'a,b' })]);
  });

  it.each([
    ['always_off', 1, undefined, 0],
    ['always_on', 1, unsampled, 1],
    ['parentbased_always_on', 1, unsampled, 0],
    ['parentbased_always_off', 1, parent, 1],
    ['parentbased_always_off', 1, undefined, 0],
    ['traceidratio', 0, undefined, 0],
    ['parentbased_traceidratio', 0, parent, 1],
  ])('keeps what the sampler %s with the ratio %d keeps under %s: %d', async (sampler, ratio, under, kept) => {
    const tracing = await open({ sampler, ratio });
    const span = tracing.begin('work', under === undefined ? {} : { parent: under });
    span?.end();
    await tracing.onApplicationShutdown();
    expect(receiver.spans).toHaveLength(kept);
    expect(span?.traceparent.endsWith(`-0${kept}`)).toBe(true);
  });
});
