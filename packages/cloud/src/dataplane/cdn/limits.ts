import { type Duration, minutes, seconds } from '@terrace/kit'

/** Longest URL that a viewer may ask for. Source: CloudFront Developer Guide, "Quotas". */
export const MAX_URL_BYTES = 8_192

/** Largest head of a request or of an origin's answer: target and header fields. Source: as above. */
export const MAX_HEAD_BYTES = 32_768

/** What CloudFront compresses. Source: "Serve compressed files". */
export const MIN_COMPRESSED_BYTES = 1_000
export const MAX_COMPRESSED_BYTES = 10_000_000

/** Memory for cached answers, of one distribution. `differs:` an edge location has disks. */
export const CACHE_BYTES = 64 * 1024 * 1024

/** Larger answers are passed on and not kept. `differs:` CloudFront caches objects of up to 50 GB. */
export const MAX_CACHED_BODY_BYTES = 10 * 1024 * 1024

/** How long an error is cached unless the distribution says otherwise. Source: "Control how long CloudFront caches errors". */
export const DEFAULT_ERROR_CACHING_MIN_TTL: Duration = seconds(10)

/** How long S3 may take to answer, and between two packets. Source: "Response timeout": fixed for S3 origins. */
export const S3_READ_TIMEOUT: Duration = seconds(30)

/** How long a connection to an origin is kept for the next request, unless it says otherwise. Source: "Keep-alive timeout". */
export const DEFAULT_KEEP_ALIVE: Duration = seconds(5)

/** A WebSocket on which the origin says nothing for so long is over. Source: "Use WebSockets", Quotas. */
export const WEB_SOCKET_IDLE_TIMEOUT: Duration = minutes(10)

/** How long nothing may come of a body that AWS WAF is to look at. `differs:` CloudFront doesn't document how long it waits. */
export const VIEWER_BODY_TIMEOUT: Duration = seconds(60)

/** CloudFront distributions that a request may have come through before this one. Source: "Quotas". */
export const MAX_CHAINED_DISTRIBUTIONS = 2

/** The one edge location. `differs:` CloudFront has hundreds, each with its own cache. */
export const EDGE_LOCATION = 'IAD89-C1'
