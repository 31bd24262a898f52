/**
 * How long AWS may take to connect, and until an answer begins, milliseconds; it includes what is uploaded. By itself the
 * SDK only warns of `requestTimeout` and waits on.
 */
export const TIMEOUTS = { connectionTimeout: 2_000, requestTimeout: 15_000, throwOnRequestTimeout: true }

/** Other ones in tests, which don't wait as long. */
export type Timeouts = Readonly<typeof TIMEOUTS>
