import { Transform } from 'class-transformer';

/** A query parameter that may be given several times: given once, it is a list as well. */
export const AsList = (): PropertyDecorator =>
  Transform(({ value }) => (value === undefined || Array.isArray(value) ? (value as unknown) : [value]));
