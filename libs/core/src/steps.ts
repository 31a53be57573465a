/** Work in steps, between which others may do theirs. */
export type Steps<Result> = Generator<undefined, Result, undefined>;

/** All steps, one right after the other. */
export function atOnce<Result>(steps: Steps<Result>): Result {
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
  }
}
