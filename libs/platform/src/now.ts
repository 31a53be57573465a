/** Epoch milliseconds. For programs without Nest; whatever has to be tested at another time takes a `Clock`, or the time. */
export const now = (): number => Date.now();
