/** How long AWS may take to connect, and between two pieces of an answer, milliseconds. */
export const TIMEOUTS = { connectionTimeout: 2_000, requestTimeout: 15_000 }
