/**
 * Puts a clock in front of this process's own that can be set.
 * @returns sets it, to so many ms ahead of the machine's
 */
export function adjustableClock(): (aheadMs: number) => void {
  const plain = Date;
  let ahead = 0;
  const now = (): number => plain.now() + ahead;
  const adjusted: DateConstructor = new Proxy(plain, {
    get: (target, key) => (key === 'now' ? now : (Reflect.get(target, key) as unknown)),
    apply: () => new plain(now()).toString(),
    construct: (target, args: readonly unknown[], made) =>
      Reflect.construct(target, args.length === 0 ? [now()] : args, made === adjusted ? target : made) as object,
  });
  globalThis.Date = adjusted;
  return (aheadMs) => {
    ahead = aheadMs;
  };
}
