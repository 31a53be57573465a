import { setTimeout as sleep } from 'node:timers/promises';
import {
  type BeforeApplicationShutdown,
  Controller,
  Get,
  HttpCode,
  Injectable,
  type OnModuleDestroy,
  Res,
} from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';

/** Resolves when the thing works, rejects when it doesn't. */
export type HealthCheck = () => Promise<unknown>;

export interface Readiness {
  readonly status: 'ready' | 'unavailable' | 'stopping';
  readonly checks: Readonly<Record<string, 'up' | 'down'>>;
  /** What is good to know, and does not decide. */
  readonly notes?: Readonly<Record<string, string>>;
}

/** What must work before the process takes traffic. Whoever opens a connection registers its check here. */
@Injectable()
export class Health implements OnModuleDestroy, BeforeApplicationShutdown {
  /** How long it answers that it stops, at least, before the HTTP server closes. */
  lingerMs = 0;
  private readonly checks = new Map<string, HealthCheck>();
  private readonly notes = new Map<string, () => string>();
  /** Resolves when it has answered so for long enough. */
  private stopping: Promise<void> | undefined;

  register(name: string, check: HealthCheck): void {
    this.checks.set(name, check);
  }

  /** Something that the readiness tells beside its checks. */
  annotate(name: string, note: () => string): void {
    this.notes.set(name, note);
  }

  async readiness(timeoutMs = 2000): Promise<Readiness> {
    if (this.stopping !== undefined) return { status: 'stopping', checks: {} };
    const checks = Object.fromEntries(
      await Promise.all(
        [...this.checks].map(async ([name, check]) => [name, await verdict(check, timeoutMs)] as const),
      ),
    );
    const status = Object.values(checks).includes('down') ? 'unavailable' : 'ready';
    const notes = Object.fromEntries([...this.notes].map(([name, note]) => [name, note()]));
    return { status, checks, ...(this.notes.size > 0 && { notes }) };
  }

  get isStopping(): boolean {
    return this.stopping !== undefined;
  }

  /** The first hook of a shutdown: traffic is sent elsewhere while the work in hand is finished. */
  onModuleDestroy(): void {
    this.stopping = sleep(this.lingerMs);
  }

  /** Whoever sends traffic looks at the readiness every few seconds, and sends it here until then. */
  async beforeApplicationShutdown(): Promise<void> {
    await this.stopping;
  }
}

async function verdict(check: HealthCheck, timeoutMs: number): Promise<'up' | 'down'> {
  const patience = new AbortController();
  try {
    return await Promise.race([
      (async () => check())().then(() => 'up' as const),
      sleep(timeoutMs, 'down' as const, { signal: patience.signal }),
    ]);
  } catch {
    return 'down';
  } finally {
    patience.abort();
  }
}

const readinessSchema = (statuses: readonly Readiness['status'][]) => ({
  type: 'object',
  required: ['status', 'checks'],
  properties: {
    status: { type: 'string', enum: [...statuses] },
    checks: {
      type: 'object',
      additionalProperties: { type: 'string', enum: ['up', 'down'] },
      example: { postgresql: statuses.includes('ready') ? 'up' : 'down' },
    },
    notes: { type: 'object', additionalProperties: { type: 'string' }, example: {} },
  },
});

@ApiTags('operations')
@Controller('health')
export class HealthController {
  private readonly health: Health;

  constructor(health: Health) {
    this.health = health;
  }

  @Get('live')
  @HttpCode(200)
  @ApiOperation({ operationId: 'live', summary: 'Whether the process runs' })
  @ApiOkResponse({
    description: 'It runs',
    schema: { type: 'object', properties: { status: { type: 'string', enum: ['live'] } }, required: ['status'] },
  })
  live(): { status: 'live' } {
    return { status: 'live' };
  }

  @Get('ready')
  @ApiOperation({ operationId: 'ready', summary: 'Whether it can take traffic, and what it needs and does not have' })
  @ApiOkResponse({ description: 'Ready', schema: readinessSchema(['ready']) })
  @ApiResponse({ status: 503, description: 'Not ready', schema: readinessSchema(['unavailable', 'stopping']) })
  async ready(@Res({ passthrough: true }) reply: FastifyReply): Promise<Readiness> {
    const readiness = await this.health.readiness();
    reply.status(readiness.status === 'ready' ? 200 : 503);
    return readiness;
  }
}
