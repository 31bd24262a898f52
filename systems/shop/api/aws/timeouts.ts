/** How long AWS may take to answer, milliseconds: less than a message stays invisible, or a transaction silent. */
export const TIMEOUTS = { connectionTimeout: 2_000, requestTimeout: 5_000 }
