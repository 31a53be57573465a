import 'reflect-metadata';
import { Type } from 'class-transformer';
import { IsArray, IsInt, IsObject, Max, Min, ValidateBy, ValidateIf, ValidateNested } from 'class-validator';

/** The rules that the tenant file is made of. What a rule's name does not tell as JSON Schema, the rule carries with it. */

export interface RuleContext {
  /** The rule as JSON Schema. @param resources names of all resources */
  readonly schema?: (resources: readonly string[]) => object;
  /** What a mapping, or each entry of a list, is. */
  readonly entry?: () => EntryClass;
  /** For a rule about the entries of a list: whether one breaks it. */
  readonly breaks?: (entry: unknown) => boolean;
}

export type EntryClass = new () => object;

const description = Symbol('description');

/** What an editor shows beside the key. */
export const About = (text: string): PropertyDecorator => Reflect.metadata(description, text);

export const descriptionOf = (type: EntryClass, key: string): unknown =>
  Reflect.getMetadata(description, type.prototype as object, key);

export const Between = (least: number, most: number): PropertyDecorator => {
  const message = `a whole number from ${String(least)} to ${String(most)}`;
  return all(IsInt({ message }), Min(least, { message }), Max(most, { message }));
};

export const Nested = (entry: () => EntryClass, message = 'a mapping'): PropertyDecorator =>
  all(Type(entry), IsObject({ message, context: { entry } }), ValidateNested());

export const ListOf = (entry: () => EntryClass, message: string, each: string): PropertyDecorator =>
  all(
    Type(entry),
    IsArray({ message, context: { entry } }),
    EachRule('mappings', each, isMapping, {}),
    ValidateNested({ each: true }),
  );

/** May be left out. A key with nothing behind it (null) is not left out: it is an oversight. */
export const MayBeAbsent = (): PropertyDecorator => ValidateIf((_, value) => value !== undefined);

/** A rule of our own. */
export const Rule = (
  name: string,
  message: string,
  validate: (value: unknown) => boolean,
  context: RuleContext,
): PropertyDecorator => ValidateBy({ name, validator: { validate } }, { message, context });

/** A rule of our own about each entry of a list. */
export const EachRule = (
  name: string,
  message: string,
  validate: (value: unknown) => boolean,
  context: RuleContext,
): PropertyDecorator => {
  const breaks = (entry: unknown): boolean => !validate(entry);
  return ValidateBy({ name, validator: { validate } }, { each: true, message, context: { ...context, breaks } });
};

const all =
  (...decorators: readonly PropertyDecorator[]): PropertyDecorator =>
  (target, key) => {
    for (const decorate of decorators) decorate(target, key);
  };

function isMapping(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
