import { ROOT_CONTEXT, SpanKind, SpanStatusCode, trace, TraceFlags, type SpanContext } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { defaultResource, detectResources, envDetector, resourceFromAttributes } from '@opentelemetry/resources';
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  BatchSpanProcessor,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
  TracerProvider,
  type Sampler,
} from '@opentelemetry/sdk-trace';
import { patiently } from './patience.ts';
import { redact } from './redact.ts';
import type { OpenSpan, SpanFacts, SpanOptions, Tracer, TracingOptions } from './tracing.ts';

/** A receiver that does not answer must not keep a process from ending. */
const longestCloseMs = 3000;

const kinds = { internal: SpanKind.INTERNAL, client: SpanKind.CLIENT, producer: SpanKind.PRODUCER };

/** Sends spans in batches, over HTTP as JSON. Loaded only where it is wanted: see `Tracing`. */
export function openTracer(service: string, options: TracingOptions & { readonly endpoint: string }): Tracer {
  const provider = new TracerProvider({
    sampler: samplerOf(options),
    resource: defaultResource()
      .merge(resourceFromAttributes({ 'service.name': `accesslink-bridge-${service}` }))
      .merge(detectResources({ detectors: [envDetector] })),
    spanProcessors: [
      new BatchSpanProcessor({
        exporter: new OTLPTraceExporter({
          url: `${options.endpoint.replace(/\/$/, '')}/v1/traces`,
          headers: { ...options.headers },
        }),
      }),
    ],
  });
  const tracer = provider.getTracer('accesslink-bridge');

  const begin = (name: string, { parent, kind, facts, links = [], secondsAgo }: SpanOptions): OpenSpan => {
    const known = parent === undefined ? undefined : contextOf(parent);
    const span = tracer.startSpan(
      name,
      {
        kind: kinds[kind ?? 'internal'],
        attributes: safe(facts),
        links: links.flatMap((link) => contextOf(link) ?? []).map((context) => ({ context })),
        ...(secondsAgo !== undefined && { startTime: Date.now() - secondsAgo * 1000 }),
      },
      known === undefined ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, known),
    );
    return {
      traceparent: traceparentOf(span.spanContext()),
      end(more, failure) {
        span.setAttributes(safe(more));
        if (failure !== undefined) {
          span.setAttribute('error.type', failure);
          span.setStatus({ code: SpanStatusCode.ERROR });
        }
        span.end();
      },
    };
  };

  return {
    begin,
    async close() {
      await patiently(longestCloseMs, provider.shutdown());
    },
  };
}

function samplerOf({ sampler, ratio }: TracingOptions): Sampler {
  const [, isByParent, name] = /^(parentbased_)?(.*)$/.exec(sampler) ?? [];
  const root =
    name === 'always_off'
      ? new AlwaysOffSampler()
      : name === 'traceidratio'
        ? new TraceIdRatioBasedSampler(ratio)
        : new AlwaysOnSampler();
  return isByParent === undefined ? root : new ParentBasedSampler({ root });
}

function safe(facts: SpanFacts = {}): SpanFacts {
  return redact(facts) as SpanFacts;
}

/** @returns undefined for what is no W3C trace context */
function contextOf(traceparent: string): SpanContext | undefined {
  const [, traceId, spanId, flags] = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/.exec(traceparent) ?? [];
  if (traceId === undefined || spanId === undefined) return undefined;
  const traceFlags = Number.parseInt(flags ?? '0', 16) & TraceFlags.SAMPLED;
  return { traceId, spanId, traceFlags, isRemote: true };
}

function traceparentOf({ traceId, spanId, traceFlags }: SpanContext): string {
  return `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`;
}
