/**
 * Limits of Application Load Balancers on heads, bytes.
 * @see ELB User Guide for Application Load Balancers, "Quotas for your Application Load Balancers"
 */
export const MAX_REQUEST_LINE_BYTES = 16_384
export const MAX_HEADER_BYTES = 16_384
export const MAX_REQUEST_HEADERS_BYTES = 65_536
export const MAX_RESPONSE_HEADERS_BYTES = 32_768

/** Longest Location that an ALB writes, bytes; beyond it the answer is 507. */
export const MAX_LOCATION_BYTES = 8192

/**
 * Longest body of a request for a function, and longest answer of one as JSON, bytes.
 * @see ELB User Guide for Application Load Balancers, "Use Lambda functions as targets of an Application Load Balancer"
 */
export const MAX_FUNCTION_BODY_BYTES = 1_048_576
export const MAX_FUNCTION_ANSWER_BYTES = 1_048_576

/** More addresses than these in X-Forwarded-For are answered with 463. */
export const MAX_FORWARDED_ADDRESSES = 30

/** Connections of clients that one node takes: AWS documents no number, it is what one thread can look after here. */
export const MAX_CONNECTIONS = 10_000

/** An X-Amzn-Trace-Id longer than this is replaced, bytes. @see "Request tracing for your Application Load Balancer" */
export const MAX_TRACE_BYTES = 7168
