import { Module } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import { AppLogger, Clock, ProblemFilter } from '#platform';
import { LostFilter } from './lost.filter.ts';

/** A module of its own, because filters are asked from the last module that is imported to the first. */
@Module({
  providers: [
    {
      provide: APP_FILTER,
      useFactory: (log: AppLogger, clock: Clock) => new LostFilter(new ProblemFilter(log, clock)),
      inject: [AppLogger, Clock],
    },
  ],
})
export class LostModule {}
