/** Where variables come from: the process' environment, or a plain object in a test. */
export type EnvSource = Readonly<Record<string, string | undefined>>;

/** The one place that reads the real environment. */
export const processSource = (): EnvSource => process.env;
