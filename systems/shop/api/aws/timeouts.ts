/**
 * How long AWS may take to answer, milliseconds: less than a message stays invisible, or a transaction silent. By itself
 * the SDK only warns of `requestTimeout` and waits on.
 */
export const TIMEOUTS = { connectionTimeout: 2_000, requestTimeout: 5_000, throwOnRequestTimeout: true }

/** Other ones in tests, which don't wait as long. */
export type Timeouts = Readonly<typeof TIMEOUTS>
