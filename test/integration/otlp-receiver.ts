import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';

/** A span as it came by OTLP over HTTP. */
export interface ReceivedSpan {
  readonly service: string;
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  /** Empty for the first span of a trace. */
  readonly parentSpanId: string;
  readonly facts: Readonly<Record<string, string | number | boolean>>;
  /** Ids of spans. */
  readonly links: readonly string[];
  readonly isFailure: boolean;
  readonly milliseconds: number;
}

type Value = { readonly stringValue?: string; readonly intValue?: number | string; readonly boolValue?: boolean };
type Attributes = readonly { readonly key: string; readonly value: Value & { readonly doubleValue?: number } }[];

interface Body {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: Attributes };
    readonly scopeSpans: readonly { readonly spans: readonly WireSpan[] }[];
  }[];
}

interface WireSpan extends Pick<ReceivedSpan, 'name' | 'traceId' | 'spanId'> {
  readonly parentSpanId?: string;
  readonly attributes?: Attributes;
  readonly links?: readonly { readonly spanId: string }[];
  readonly status?: { readonly code?: number };
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
}

/** A small receiver of OTLP over HTTP as JSON, for the real exporter. */
export async function openOtlpReceiver(): Promise<{
  readonly endpoint: string;
  readonly spans: readonly ReceivedSpan[];
  /** Everything that came, as it came. */
  readonly bodies: readonly string[];
  /** Of each request. */
  readonly headers: readonly IncomingHttpHeaders[];
  readonly close: () => Promise<void>;
}> {
  const spans: ReceivedSpan[] = [];
  const bodies: string[] = [];
  const headers: IncomingHttpHeaders[] = [];
  const receive = async (request: IncomingMessage): Promise<void> => {
    const body = (await json(request)) as Body;
    bodies.push(JSON.stringify(body));
    headers.push(request.headers);
    for (const { resource, scopeSpans } of body.resourceSpans) {
      const service = String(factsOf(resource.attributes)['service.name']);
      spans.push(...scopeSpans.flatMap((scope) => scope.spans).map((span) => received(service, span)));
    }
  };
  const server = createServer((request, response) => {
    receive(request).then(
      () => response.writeHead(200, { 'content-type': 'application/json' }).end('{}'),
      () => response.writeHead(400).end(),
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    endpoint: `http://127.0.0.1:${port}`,
    spans,
    bodies,
    headers,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function received(service: string, span: WireSpan): ReceivedSpan {
  const { name, traceId, spanId, parentSpanId = '', attributes = [], links = [], status } = span;
  const nanos = BigInt(span.endTimeUnixNano) - BigInt(span.startTimeUnixNano);
  return {
    service,
    name,
    traceId,
    spanId,
    parentSpanId,
    facts: factsOf(attributes),
    links: links.map((link) => link.spanId),
    isFailure: status?.code === 2,
    milliseconds: Number(nanos) / 1e6,
  };
}

function factsOf(attributes: Attributes): ReceivedSpan['facts'] {
  return Object.fromEntries(
    attributes.map(({ key, value: { stringValue, intValue, doubleValue, boolValue } }) => [
      key,
      stringValue ?? boolValue ?? doubleValue ?? Number(intValue),
    ]),
  );
}
