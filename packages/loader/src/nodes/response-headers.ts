import { seconds } from '@terrace/kit'
import type { ResponseHeadersPolicy } from '@terrace/model'
import type { PropertyReader } from './property-reader.ts'

type Header = ResponseHeadersPolicy['set'][number]

/**
 * A response headers policy: the security headers written out, the custom ones, those removed, and CORS.
 *
 * @see "Understand response headers policies" in the CloudFront Developer Guide
 */
export function responseHeadersOf(config: PropertyReader): ResponseHeadersPolicy {
  config.withoutEffect({ Comment: 'for people' })
  const custom = config.object('CustomHeadersConfig')?.objects('Items') ?? []
  const removed = config.object('RemoveHeadersConfig')?.objects('Items') ?? []
  const cors = config.object('CorsConfig')
  return {
    name: config.requiredText('Name'),
    set: [
      ...securityHeaders(config.object('SecurityHeadersConfig')),
      ...custom.map(item => ({
        name: item.requiredText('Header'),
        value: item.text('Value') ?? '',
        override: item.boolean('Override') ?? false,
      })),
    ],
    remove: removed.map(item => item.requiredText('Header')),
    ...(cors ? { cors: corsOf(cors) } : {}),
    ...serverTiming(config.object('ServerTimingHeadersConfig')),
  }
}

function serverTiming(config: PropertyReader | undefined): Pick<ResponseHeadersPolicy, 'serverTiming'> {
  const rate = config?.number('SamplingRate', { least: 0, most: 100 }) ?? 0
  return config?.boolean('Enabled') && rate > 0 ? { serverTiming: rate } : {}
}

function securityHeaders(config: PropertyReader | undefined): readonly Header[] {
  const header = (key: string, name: string, make: (item: PropertyReader) => string): readonly Header[] => {
    const item = config?.object(key)
    return item ? [{ name, value: make(item), override: item.boolean('Override') ?? false }] : []
  }
  return [
    ...header('ContentSecurityPolicy', 'Content-Security-Policy', item => item.requiredText('ContentSecurityPolicy')),
    ...header('ReferrerPolicy', 'Referrer-Policy', item => item.requiredText('ReferrerPolicy')),
    ...header('StrictTransportSecurity', 'Strict-Transport-Security', strictTransport),
    ...header('ContentTypeOptions', 'X-Content-Type-Options', () => 'nosniff'),
    ...header('FrameOptions', 'X-Frame-Options', item => item.requiredText('FrameOption')),
    ...header('XSSProtection', 'X-XSS-Protection', xssProtection),
  ]
}

function strictTransport(item: PropertyReader): string {
  const subdomains = item.boolean('IncludeSubdomains') ? '; includeSubDomains' : ''
  const preload = item.boolean('Preload') ? '; preload' : ''
  return `max-age=${item.requiredNumber('AccessControlMaxAgeSec')}${subdomains}${preload}`
}

function xssProtection(item: PropertyReader): string {
  if (!item.boolean('Protection')) return '0'
  const report = item.text('ReportUri')
  return `1${item.boolean('ModeBlock') ? '; mode=block' : ''}${report === undefined ? '' : `; report=${report}`}`
}

function corsOf(config: PropertyReader): NonNullable<ResponseHeadersPolicy['cors']> {
  const items = (key: string) => config.object(key)?.texts('Items') ?? []
  const maxAge = config.number('AccessControlMaxAgeSec')
  const methods = items('AccessControlAllowMethods')
  return {
    allowOrigins: items('AccessControlAllowOrigins'),
    allowMethods: methods.includes('ALL') ? ['DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT'] : methods,
    allowHeaders: items('AccessControlAllowHeaders'),
    exposeHeaders: items('AccessControlExposeHeaders'),
    allowCredentials: config.boolean('AccessControlAllowCredentials') ?? false,
    ...(maxAge === undefined ? {} : { maxAge: seconds(maxAge) }),
    originOverride: config.boolean('OriginOverride') ?? false,
  }
}
