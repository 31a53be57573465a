/** Called at a point: returns, throws, or ends the process. */
export type Pass = (point: string) => void;

/** One step with the points around it. */
export async function step<T>(pass: Pass, name: string, effect: () => T | Promise<T>): Promise<T> {
  pass(`${name}.before`);
  const result = await effect();
  pass(`${name}.after`);
  return result;
}

type Methods = Readonly<Record<string, (plain: (...args: readonly unknown[]) => unknown) => unknown>>;

/** The same object, but for some methods, each made out of the plain one. Fields that are private to it stay within reach. */
export function around<T extends object>(target: T, methods: Methods): T {
  return new Proxy(target, {
    get(plain, key) {
      const value: unknown = Reflect.get(plain, key, plain);
      if (typeof value !== 'function') return value;
      const bound = value.bind(plain) as (...args: readonly unknown[]) => unknown;
      return typeof key === 'string' && Object.hasOwn(methods, key) ? methods[key]?.(bound) : bound;
    },
  });
}
