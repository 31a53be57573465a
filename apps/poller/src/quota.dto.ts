import { ApiProperty } from '@nestjs/swagger';
import type { BudgetUsage } from '#core';
import { QueryNumber } from '#platform';
import type { Capacity } from './pricing.ts';

class WindowView {
  @ApiProperty({ type: 'integer', example: 900, description: 'How long the window is.' })
  readonly seconds!: number;

  @ApiProperty({ type: 'integer', example: 3000, description: 'Requests that it allows.' })
  readonly limit!: number;

  @ApiProperty({ type: 'integer', example: 412 })
  readonly used!: number;

  @ApiProperty({
    type: 'integer',
    example: 2528,
    description: 'What live polls may still send: a little less than the rest, which is kept for refreshes.',
  })
  readonly left!: number;

  @ApiProperty({ type: 'integer', example: 1688, description: 'What backfills may still send.' })
  readonly leftForBackfill!: number;
}

export class BudgetView implements Omit<BudgetUsage, 'pausedUntil'> {
  @ApiProperty({ type: [WindowView] })
  readonly windows!: readonly WindowView[];

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'Until when nothing is sent after a 429, or null.',
    example: null,
  })
  readonly pausedUntil!: string | null;
}

export function budgetView({ windows, pausedUntil }: BudgetUsage): BudgetView {
  return { windows, pausedUntil: pausedUntil === null ? null : new Date(pausedUntil).toISOString() };
}

class PaceView {
  @ApiProperty({ example: 42.5, description: 'Seconds of delay of one change that a request has to save to be made.' })
  readonly secondsPerRequest!: number;

  @ApiProperty({ type: 'integer', example: 94_000, description: 'Requests a day for listings and for what they find.' })
  readonly allowedPerDay!: number;

  @ApiProperty({ type: 'integer', example: 93_800, description: 'Those that this price is expected to let through.' })
  readonly expectedPerDay!: number;

  @ApiProperty({ type: 'integer', example: 0, description: 'Targets that were due and had not had their turn yet.' })
  readonly overdue!: number;

  @ApiProperty({
    example: 1,
    description: 'By how much even the longest pauses are exceeded, where the budget asks for it.',
  })
  readonly stretch!: number;

  @ApiProperty({ format: 'date-time', example: '2026-11-27T09:30:00.000Z' })
  readonly setAt!: string;
}

export class QuotaView extends BudgetView {
  @ApiProperty({ example: 'acme' })
  readonly tenant!: string;

  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'integer' },
    description:
      'Requests of the last 24 hours by what they were made for: `listing` looks for changes, `wanted` reads what a listing has found, `final` reads a day once more when it is over, `sweep` looks at what no listing tells of, `suspect` and `control` go around a day that fails, `reconcile` lists older days again. What auth sends is only in the windows.',
    example: { listing: 61_200, wanted: 8400, sweep: 2100, final: 900, backfill: 448 },
  })
  readonly spentLastDay!: Readonly<Record<string, number>>;

  @ApiProperty({ type: PaceView, nullable: true, description: 'Null until it was set for the first time.' })
  readonly pace!: PaceView | null;
}

export class CapacityQuestion {
  @ApiProperty({
    type: 'integer',
    minimum: 0,
    maximum: 1_000_000,
    example: 5000,
    description: 'How many more athletes.',
  })
  @QueryNumber(0, 1_000_000)
  readonly athletes!: number;
}

class CapacityAtView implements Capacity {
  @ApiProperty({ type: 'integer', example: 1200 })
  readonly athletes!: number;

  @ApiProperty({
    type: 'integer',
    example: 95_000,
    description:
      'Expected for listings and for what they find. It is never more than the quota leaves for them: with many athletes it stays there, and the delay grows instead.',
  })
  readonly requestsPerDay!: number;

  @ApiProperty({
    type: 'integer',
    example: 1800,
    description: 'From a change at the provider to the poll that finds it.',
  })
  readonly meanDelaySeconds!: number;
}

export class CapacityView {
  @ApiProperty({ example: 'acme' })
  readonly tenant!: string;

  @ApiProperty({ type: CapacityAtView, description: 'With the athletes that there are.' })
  readonly now!: CapacityAtView;

  @ApiProperty({ type: CapacityAtView, description: 'With those that were asked about as well.' })
  readonly later!: CapacityAtView;
}
