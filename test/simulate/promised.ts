type Method = (...args: never[]) => unknown;

/** The methods of a fake, each with its answer or its error as a promise, as its port has it. */
export function promised<Fake extends object, Name extends keyof Fake>(
  fake: Fake,
  ...names: readonly Name[]
): {
  readonly [Each in Name]: Fake[Each] extends (...args: infer Args) => infer Result
    ? (...args: Args) => Promise<Awaited<Result>>
    : never;
} {
  const entries = names.map((name) => {
    const method = (fake[name] as Method).bind(fake);
    return [name, async (...args: never[]): Promise<unknown> => method(...args)];
  });
  return Object.fromEntries(entries) as ReturnType<typeof promised<Fake, Name>>;
}
