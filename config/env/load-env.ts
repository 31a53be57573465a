import { readFileSync } from 'node:fs';
import { BridgeError } from '#core';
import { plainToInstance } from 'class-transformer';
import { type ValidationError, getMetadataStorage, validateSync } from 'class-validator';
import { secretsOf } from './decorators.ts';
import { type EnvSource, processSource } from './source.ts';

type EnvClass<T extends object> = new () => T;

/**
 * Reads and checks the variables of one program. Empty counts as not set. A secret may stand in the file that NAME_FILE names.
 * @throws BridgeError CONFIG_INVALID that lists everything wrong at once, and prints no secret
 */
export function loadEnv<T extends object>(type: EnvClass<T>, source: EnvSource = processSource()): Readonly<T> {
  const { env, problems } = checkEnv(type, source);
  if (problems.length > 0) throw refusal(type.name, problems);
  return env;
}

/**
 * Reads and checks as `loadEnv` does, for whoever goes on with what is right.
 * @returns `env` is whole where there is no problem; else it lacks what the problems name
 */
export function checkEnv<T extends object>(
  type: EnvClass<T>,
  source: EnvSource = processSource(),
): { readonly env: Readonly<T>; readonly problems: readonly EnvProblem[] } {
  const { values, problems } = readVariables(type, source);
  const env = plainToInstance(type, values);
  const unreadable = new Set(problems.map(({ name }) => name));
  for (const error of validateSync(env, { forbidUnknownValues: true, stopAtFirstError: true })) {
    if (!unreadable.has(error.property)) problems.push(describe(type, error, values));
  }
  for (const { name } of problems) Reflect.deleteProperty(env, name);
  return { env: Object.freeze(env), problems };
}

/** What the program runs with, for its first log line. Secrets only say that they are set. */
export function summary(env: object): Record<string, unknown> {
  const secrets = new Set(secretsOf(env.constructor as EnvClass<object>));
  return Object.fromEntries(
    Object.entries(env).map(([name, value]) => [
      name,
      secrets.has(name) ? (value === undefined ? 'unset' : 'set') : value,
    ]),
  );
}

/** What is wrong with a variable. Neither text holds a secret. */
export interface EnvProblem {
  readonly name: string;
  readonly wrong: string;
  /** What is allowed, and what to set. */
  readonly advice: string;
}

function readVariables(
  type: EnvClass<object>,
  source: EnvSource,
): { values: Record<string, string>; problems: EnvProblem[] } {
  const secrets = secretsOf(type);
  const values: Record<string, string> = {};
  const problems: EnvProblem[] = [];
  for (const name of variablesOf(type)) {
    const direct = source[name] === '' ? undefined : source[name];
    const file = secrets.includes(name) && source[`${name}_FILE`] !== '' ? source[`${name}_FILE`] : undefined;
    if (direct !== undefined && file !== undefined) {
      problems.push({ name, wrong: `both ${name} and ${name}_FILE are set`, advice: 'set one of them' });
    } else if (file === undefined) {
      if (direct !== undefined) values[name] = direct;
    } else {
      try {
        values[name] = readFileSync(file, 'utf8').trim();
      } catch (error) {
        problems.push({
          name,
          wrong: `${name}_FILE: ${(error as Error).message}`,
          advice: 'allowed: the path of a file that this process may read',
        });
      }
    }
  }
  return { values, problems };
}

/** The names of the variables that a program reads: every decorated property, those of the base classes included. */
export function variablesOf(type: EnvClass<object>): readonly string[] {
  const rules = getMetadataStorage().getTargetValidationMetadatas(type, '', false, false);
  return [...new Set(rules.map((rule) => rule.propertyName))];
}

/** Whoever is named in a URL may have a password there. */
const namesUser = /@/;

function describe(
  type: EnvClass<object>,
  error: ValidationError,
  values: Readonly<Record<string, string>>,
): EnvProblem {
  const name = error.property;
  const secret = secretsOf(type).includes(name);
  const given = values[name];
  const found =
    given === undefined
      ? 'not set'
      : secret
        ? 'not allowed (the value is secret)'
        : namesUser.test(given)
          ? 'not allowed (it names a user, and so is not shown)'
          : `"${given}" is not allowed`;
  const allowed = Object.values(error.constraints ?? {}).join('; ');
  const where = secret ? `set ${name}, or ${name}_FILE to the path of a file that holds it` : `set ${name}`;
  return { name, wrong: `${name}: ${found}`, advice: `allowed: ${allowed}; ${where}` };
}

function refusal(program: string, problems: readonly EnvProblem[]): BridgeError {
  const lines = problems.map(({ wrong, advice }) => `  - ${wrong}; ${advice}`).join('\n');
  const count =
    problems.length === 1 ? 'One environment variable is' : `${String(problems.length)} environment variables are`;
  return new BridgeError('CONFIG_INVALID', `${count} wrong (${program}):\n${lines}`, {
    fields: { variables: problems.map(({ name }) => name).join(',') },
  });
}
