import { ValidateIf } from 'class-validator';

/** The member may be missing; but null is a value, and has to be allowed like any other. */
export const IfGiven = (): PropertyDecorator => ValidateIf((_object, value) => value !== undefined);
