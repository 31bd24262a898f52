import type { ResponseHeadersPolicy } from './edge.ts'

const SECURITY = [
  { name: 'Referrer-Policy', value: 'strict-origin-when-cross-origin', override: false },
  { name: 'Strict-Transport-Security', value: 'max-age=31536000', override: false },
  { name: 'X-Content-Type-Options', value: 'nosniff', override: true },
  { name: 'X-Frame-Options', value: 'SAMEORIGIN', override: false },
  { name: 'X-XSS-Protection', value: '1; mode=block', override: false },
]

const simple = {
  allowOrigins: ['*'],
  allowMethods: ['GET', 'HEAD', 'POST'],
  allowHeaders: [],
  exposeHeaders: [],
  allowCredentials: false,
  originOverride: false,
}

const preflight = {
  ...simple,
  allowMethods: ['DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT'],
  exposeHeaders: ['*'],
}

/** By id. @see "Use managed response headers policies" in the CloudFront Developer Guide */
export const MANAGED_RESPONSE_HEADERS_POLICIES: Readonly<Record<string, ResponseHeadersPolicy>> = Object.fromEntries(
  Object.entries<ResponseHeadersPolicy>({
    '67f7725c-6f97-4210-82d7-5512b31e9d03': { name: 'SecurityHeadersPolicy', set: SECURITY, remove: [] },
    '60669652-455b-4ae9-85a4-c4c02393f86c': { name: 'SimpleCORS', set: [], remove: [], cors: simple },
    '5cc3b908-e619-4b99-88e5-2cf7f45965bd': { name: 'CORS-With-Preflight', set: [], remove: [], cors: preflight },
    'e61eb60c-9c35-4d20-a928-2b84e02af89c': {
      name: 'CORS-and-SecurityHeaders',
      set: SECURITY,
      remove: [],
      cors: simple,
    },
    'eaab4381-ed33-4a86-88ca-d9558dc6cd63': {
      name: 'CORS-with-preflight-and-SecurityHeaders',
      set: SECURITY,
      remove: [],
      cors: preflight,
    },
  }).map(([id, policy]) => [id, { ...policy, id }]),
)
