/** A response header by its name. */
export type Headers = Readonly<Record<string, string>>

/**
 * What a browser may do with a page of ours: load only from where the page came from, call the given hosts, be framed
 * by nobody. Hosts stand without a scheme, which means the page's own: HTTPS wherever the page is HTTPS.
 *
 * @param connectTo hosts that scripts may call, `app.example.com` or `app.example.com:4430`
 */
export const contentSecurityPolicy = (connectTo: readonly string[]): string =>
  [
    "default-src 'self'",
    `connect-src ${["'self'", ...connectTo].join(' ')}`,
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ')

/** A year, in seconds. */
export const HSTS_SECONDS = 31_536_000

/** Files whose names carry a hash of their content never change. */
export const CACHE_FOR_GOOD = `public, max-age=${HSTS_SECONDS}, immutable`

/** The page itself is asked for each time, and usually answered with 304. */
export const CACHE_BUT_ASK = 'no-cache'
