import { CACHE_BUT_ASK, CACHE_FOR_GOOD, contentSecurityPolicy, HSTS_SECONDS } from './headers.ts'

/** The resolver that every VPC has at this address. */
export const VPC_RESOLVER = '169.254.169.253'

/** Compression of what is text, and how long browsers keep what: the variable `$cache_control`. */
export const nginxBasics = `gzip on;
gzip_comp_level 5;
gzip_types text/css text/javascript application/javascript application/json image/svg+xml;
map $uri $cache_control {
  default "${CACHE_BUT_ASK}";
  ~^/assets/ "${CACHE_FOR_GOOD}";
}
`

/** The headers of a page and its files. @param connectTo  hosts that scripts may call, without scheme */
export const pageHeaders = (connectTo: readonly string[]): string => `  add_header Cache-Control $cache_control always;
  add_header Content-Security-Policy "${contentSecurityPolicy(connectTo)}" always;
  add_header Strict-Transport-Security "max-age=${HSTS_SECONDS}; includeSubDomains" always;
  add_header X-Content-Type-Options nosniff always;
  add_header X-Frame-Options DENY always;
  add_header Referrer-Policy strict-origin-when-cross-origin always;
`

/** NGINX is there, whatever stands behind it. */
export const nginxReady = `  location = /readyz {
    access_log off;
    return 200 "ready\\n";
  }
`
