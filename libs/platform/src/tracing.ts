import { Injectable, type OnApplicationShutdown } from '@nestjs/common';

/** What a span may say: no text of an athlete, no secret; texts are scrubbed as in the log. */
export type SpanFacts = Readonly<Record<string, string | number | boolean>>;

export interface SpanOptions {
  /** W3C trace context of the span that this one belongs under; without it a trace begins. */
  readonly parent?: string;
  /** What the span does to the world outside of the process. */
  readonly kind?: 'internal' | 'client' | 'producer';
  readonly facts?: SpanFacts;
  /** Trace contexts of spans that it has to do with. */
  readonly links?: readonly string[];
  /** For what is over already. */
  readonly secondsAgo?: number;
}

/** Something that takes time, as a trace shows it. */
export interface OpenSpan {
  /** W3C trace context, for what belongs under it. */
  readonly traceparent: string;
  /** @param failure the code of the error that it ended with */
  end(facts?: SpanFacts, failure?: string): void;
}

export interface Tracer {
  begin(name: string, options: SpanOptions): OpenSpan;
  close(): Promise<void>;
}

export interface TracingOptions {
  /** Base URL of an OTLP receiver; without it nothing is traced. */
  readonly endpoint: string | undefined;
  /** That the receiver wants, such as a key. */
  readonly headers: Readonly<Record<string, string>>;
  readonly sampler: string;
  /** Between 0 and 1. */
  readonly ratio: number;
}

/** Spans of this process. Off, it costs a call that returns at once, and none of OpenTelemetry is loaded. */
@Injectable()
export class Tracing implements OnApplicationShutdown {
  readonly #tracer: Tracer | undefined;

  constructor(tracer?: Tracer) {
    this.#tracer = tracer;
  }

  /** @param service stands in every span as `service.name`, unless OTEL_SERVICE_NAME says otherwise */
  static async open(service: string, options?: TracingOptions): Promise<Tracing> {
    if (options?.endpoint === undefined) return new Tracing();
    // The compiler leaves the extension of a name that is spelled out as it is.
    const file = `./otlp-tracer.${import.meta.url.endsWith('.ts') ? 'ts' : 'js'}`;
    const { openTracer } = (await import(file)) as typeof import('./otlp-tracer.ts');
    return new Tracing(openTracer(service, { ...options, endpoint: options.endpoint }));
  }

  get isOn(): boolean {
    return this.#tracer !== undefined;
  }

  /** @returns undefined where nothing is traced */
  begin(name: string, options: SpanOptions = {}): OpenSpan | undefined {
    return this.#tracer?.begin(name, options);
  }

  /** What is under way ends before: its spans are still sent. */
  async onApplicationShutdown(): Promise<void> {
    await this.#tracer?.close();
  }
}
