import { Controller, Get, Header, Injectable } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';

/** One Prometheus registry per process. Names carry a unit (`_seconds`, `_total`); labels are few and bounded. */
@Injectable()
export class Metrics {
  readonly registry = new Registry();

  /** @param service the process' name, by which one sees that it is there */
  constructor(service?: string) {
    collectDefaultMetrics({ register: this.registry });
    if (service !== undefined)
      this.gauge('bridge_service_info', 'A process of the service that answers: always 1', ['service']).set(
        { service },
        1,
      );
  }

  /** Gauges are collected at the same time: what several of them show is read once. @returns `read`, shared while it runs */
  static atOnce<T>(read: () => Promise<T>): () => Promise<T> {
    let reading: Promise<T> | undefined;
    return () => {
      reading ??= read().finally(() => (reading = undefined));
      return reading;
    };
  }

  counter<L extends string = never>(name: string, help: string, labelNames: readonly L[] = []): Counter<L> {
    return new Counter({ name, help, labelNames, registers: [this.registry] });
  }

  /** `collect` is called at each scrape, for values that are cheaper to read than to follow. */
  gauge<L extends string = never>(
    name: string,
    help: string,
    labelNames: readonly L[] = [],
    collect?: (gauge: Gauge<L>) => void | Promise<void>,
  ): Gauge<L> {
    const registers = [this.registry];
    if (collect === undefined) return new Gauge({ name, help, labelNames, registers });
    return new Gauge({
      name,
      help,
      labelNames,
      registers,
      collect() {
        return collect(this);
      },
    });
  }

  histogram<L extends string = never>(
    name: string,
    help: string,
    labelNames: readonly L[] = [],
    buckets: readonly number[] = [0.005, 0.025, 0.1, 0.5, 1, 2.5, 5, 10, 30],
  ): Histogram<L> {
    return new Histogram({ name, help, labelNames, buckets: [...buckets], registers: [this.registry] });
  }
}

@ApiTags('operations')
@Controller('metrics')
export class MetricsController {
  private readonly metrics: Metrics;

  constructor(metrics: Metrics) {
    this.metrics = metrics;
  }

  @Get()
  @ApiOperation({ operationId: 'metrics', summary: 'What Prometheus collects' })
  @ApiOkResponse({
    description: 'In the text format of Prometheus',
    content: { 'text/plain': { schema: { type: 'string' }, example: 'bridge_service_info{service="auth"} 1' } },
  })
  @Header('content-type', Registry.PROMETHEUS_CONTENT_TYPE)
  @Header('cache-control', 'no-store')
  read(): Promise<string> {
    return this.metrics.registry.metrics();
  }
}
