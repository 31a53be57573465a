import { applyDecorators } from '@nestjs/common';
import { ApiParam } from '@nestjs/swagger';
import { IsString, Length, Matches } from 'class-validator';

export const exampleId = '6f0e7a5e-7a39-4c02-a7a0-5b7a0f3f7d6c';

export const ApiTenant = () =>
  ApiParam({ name: 'tenant', description: 'The id of a tenant of the tenant file.', example: 'acme' });

export const ApiConnectionId = () =>
  ApiParam({ name: 'id', format: 'uuid', description: 'The id of a connection.', example: exampleId });

/** How the description shows a name of an athlete. */
export const userReferenceSchema = {
  description: "The tenant's own name for the athlete; it comes back in every event. No control characters.",
  minLength: 1,
  maxLength: 200,
  pattern: String.raw`^[^\u0000-\u001f\u007f-\u009f]+$`,
  example: 'athlete-4711',
};

/** Control characters have no place in what goes through logs and headers, and half a character in no database. */
export const IsUserReference = (): PropertyDecorator =>
  applyDecorators(IsString(), Length(1, 200), Matches(/^[^\p{Cc}\p{Cs}]*$/u, { message: 'no control characters' }));
