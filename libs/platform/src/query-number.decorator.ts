import { applyDecorators } from '@nestjs/common';
import { Transform } from 'class-transformer';
import { IsInt, Max, Min } from 'class-validator';

/** A whole number in a query: the text of one, and within these limits. */
export const QueryNumber = (min: number, max: number): PropertyDecorator =>
  applyDecorators(
    // Of what is no number, and of one that is too long to be exact, the rules below say what is wrong.
    Transform(({ value }) =>
      typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) : (value as unknown),
    ),
    IsInt(),
    Min(min),
    Max(max),
  );
