import { seconds } from '@terrace/kit'
import type { LoadBalancer, TargetGroup } from '@terrace/model'
import { InvalidConfigurationRequest, ValidationError } from '../errors.ts'
import type { NamedListener } from '../state.ts'

/** How one attribute is read from, and written to, a node of the model. */
export interface Attribute<Node> {
  readonly key: string
  get(node: Node): string
  /** @throws ValidationError, InvalidConfigurationRequest */
  set(node: Node, value: string): Partial<Node>
}

const flag = (value: string, key: string): boolean => {
  if (value === 'true' || value === 'false') return value === 'true'
  throw new ValidationError(`'${key}' must be one of: 'true', 'false'`)
}

const whole = (value: string, key: string, least: number, most: number): number => {
  const number = Number(value)
  if (/^\d+$/.test(value) && number >= least && number <= most) return number
  throw new ValidationError(`'${key}' must be a number between ${least} and ${most}, not '${value}'`)
}

function oneOf<T extends string>(value: string, key: string, allowed: readonly T[]): T {
  const found = allowed.find(each => each === value)
  if (found !== undefined) return found
  throw new ValidationError(`'${key}' must be one of: ${allowed.map(each => `'${each}'`).join(', ')}`)
}

/** An attribute that has one value here and can't get another. */
const fixed = <Node>(key: string, value: string): Attribute<Node> => ({
  key,
  get: () => value,
  set(_, wanted) {
    if (wanted === value) return {}
    throw new InvalidConfigurationRequest(`The attribute ${key} can only be '${value}' in the local cloud`)
  },
})

/** @see ELB User Guide for Application Load Balancers, "Edit attributes for your Application Load Balancer" */
export const LOAD_BALANCER_ATTRIBUTES: readonly Attribute<LoadBalancer>[] = [
  logs(
    'access_logs.s3.enabled',
    ({ accessLogs }) => String(accessLogs !== undefined),
    (node, value, key) => (flag(value, key) ? (node.accessLogs ?? { bucket: '', prefix: '' }) : undefined),
  ),
  logs(
    'access_logs.s3.bucket',
    ({ accessLogs }) => accessLogs?.bucket ?? '',
    ({ accessLogs }, bucket) => (bucket ? { prefix: '', ...accessLogs, bucket } : undefined),
  ),
  logs(
    'access_logs.s3.prefix',
    ({ accessLogs }) => accessLogs?.prefix ?? '',
    ({ accessLogs }, prefix) => (accessLogs ? { ...accessLogs, prefix } : undefined),
  ),
  {
    key: 'client_keep_alive.seconds',
    get: ({ clientKeepAlive }) => String(clientKeepAlive / 1000),
    set: (_, value) => ({ clientKeepAlive: seconds(whole(value, 'client_keep_alive.seconds', 60, 604_800)) }),
  },
  {
    key: 'deletion_protection.enabled',
    get: ({ deletionProtection }) => String(deletionProtection),
    set: (_, value) => ({ deletionProtection: flag(value, 'deletion_protection.enabled') }),
  },
  {
    key: 'idle_timeout.timeout_seconds',
    get: ({ idleTimeout }) => String(idleTimeout / 1000),
    set: (_, value) => ({ idleTimeout: seconds(whole(value, 'idle_timeout.timeout_seconds', 1, 4000)) }),
  },
  {
    key: 'load_balancing.cross_zone.enabled',
    get: ({ crossZone }) => String(crossZone),
    set(_, value) {
      if (value === 'true') return { crossZone: true }
      throw new InvalidConfigurationRequest('Cross-zone load balancing is always on for Application Load Balancers')
    },
  },
  {
    key: 'routing.http.desync_mitigation_mode',
    get: ({ desyncMitigation }) => desyncMitigation,
    set: (_, value) => ({
      desyncMitigation: oneOf(value, 'routing.http.desync_mitigation_mode', ['monitor', 'defensive', 'strictest']),
    }),
  },
  {
    key: 'routing.http.drop_invalid_header_fields.enabled',
    get: ({ dropInvalidHeaderFields }) => String(dropInvalidHeaderFields),
    set: (_, value) => ({
      dropInvalidHeaderFields: flag(value, 'routing.http.drop_invalid_header_fields.enabled'),
    }),
  },
  {
    key: 'routing.http.preserve_host_header.enabled',
    get: ({ preserveHostHeader }) => String(preserveHostHeader),
    set: (_, value) => ({ preserveHostHeader: flag(value, 'routing.http.preserve_host_header.enabled') }),
  },
  {
    key: 'routing.http.x_amzn_tls_version_and_cipher_suite.enabled',
    get: ({ tlsHeaders = false }) => String(tlsHeaders),
    set: (_, value) => ({
      tlsHeaders: flag(value, 'routing.http.x_amzn_tls_version_and_cipher_suite.enabled'),
    }),
  },
  {
    key: 'routing.http.xff_client_port.enabled',
    get: ({ xffClientPort }) => String(xffClientPort),
    set: (_, value) => ({ xffClientPort: flag(value, 'routing.http.xff_client_port.enabled') }),
  },
  {
    key: 'routing.http.xff_header_processing.mode',
    get: ({ xffHeaderProcessing }) => xffHeaderProcessing,
    set: (_, value) => ({
      xffHeaderProcessing: oneOf(value, 'routing.http.xff_header_processing.mode', ['append', 'preserve', 'remove']),
    }),
  },
  {
    key: 'routing.http2.enabled',
    get: ({ http2 }) => String(http2),
    set: (_, value) => ({ http2: flag(value, 'routing.http2.enabled') }),
  },
  fixed('waf.fail_open.enabled', 'false'),
]

function logs(
  key: string,
  get: (node: LoadBalancer) => string,
  change: (node: LoadBalancer, value: string, key: string) => LoadBalancer['accessLogs'],
): Attribute<LoadBalancer> {
  return {
    key,
    get,
    set(node, value) {
      const accessLogs = change(node, value, key)
      return { accessLogs } as Partial<LoadBalancer>
    },
  }
}

/** @see ELB User Guide for Application Load Balancers, "HTTP header modification for your Application Load Balancer" */
export const LISTENER_ATTRIBUTES: readonly Attribute<NamedListener>[] = [
  {
    key: 'routing.http.response.server.enabled',
    get: ({ serverHeader = true }) => String(serverHeader),
    set: (_, value) => ({ serverHeader: flag(value, 'routing.http.response.server.enabled') }),
  },
]

const DAY_SECONDS = 86_400

/** @see ELB User Guide for Application Load Balancers, "Edit target group attributes for your Application Load Balancer" */
export const TARGET_GROUP_ATTRIBUTES: readonly Attribute<TargetGroup>[] = [
  {
    key: 'deregistration_delay.timeout_seconds',
    get: ({ deregistrationDelay }) => String(deregistrationDelay / 1000),
    set: (_, value) => ({
      deregistrationDelay: seconds(whole(value, 'deregistration_delay.timeout_seconds', 0, 3600)),
    }),
  },
  {
    key: 'load_balancing.algorithm.type',
    get: ({ algorithm }) => algorithm,
    set: ({ slowStart }, value) => {
      const algorithms = ['round_robin', 'least_outstanding_requests', 'weighted_random'] as const
      const algorithm = oneOf(value, 'load_balancing.algorithm.type', algorithms)
      if (algorithm !== 'round_robin' && slowStart > 0) throw slowStartNeedsRoundRobin()
      return { algorithm }
    },
  },
  fixed('load_balancing.algorithm.anomaly_mitigation', 'off'),
  {
    key: 'load_balancing.cross_zone.enabled',
    get: ({ crossZone }) => String(crossZone),
    set: ({ stickiness }, value) => {
      const modes = ['true', 'false', 'use_load_balancer_configuration'] as const
      const mode = oneOf(value, 'load_balancing.cross_zone.enabled', modes)
      if (mode === 'false' && stickiness) {
        throw new InvalidConfigurationRequest('Stickiness is not supported when cross-zone load balancing is off')
      }
      return { crossZone: mode === 'use_load_balancer_configuration' ? mode : mode === 'true' }
    },
  },
  {
    key: 'slow_start.duration_seconds',
    get: ({ slowStart }) => String(slowStart / 1000),
    set: ({ algorithm }, value) => {
      const duration = value === '0' ? 0 : whole(value, 'slow_start.duration_seconds', 30, 900)
      if (duration > 0 && algorithm !== 'round_robin') throw slowStartNeedsRoundRobin()
      return { slowStart: seconds(duration) }
    },
  },
  {
    key: 'stickiness.enabled',
    get: ({ stickiness }) => String(stickiness !== undefined),
    set: ({ stickiness }, value) =>
      sticky(
        flag(value, 'stickiness.enabled')
          ? (stickiness ?? { type: 'lb_cookie', duration: seconds(DAY_SECONDS) })
          : undefined,
      ),
  },
  {
    key: 'stickiness.type',
    get: ({ stickiness }) => stickiness?.type ?? 'lb_cookie',
    set: ({ stickiness }, value) => {
      const type = oneOf(value, 'stickiness.type', ['lb_cookie', 'app_cookie'])
      if (!stickiness || stickiness.type === type) return {}
      const { duration } = stickiness
      return sticky(type === 'lb_cookie' ? { type, duration } : { type, duration, cookie: '' })
    },
  },
  {
    key: 'stickiness.lb_cookie.duration_seconds',
    get: ({ stickiness }) => durationOf(stickiness, 'lb_cookie'),
    set: ({ stickiness }, value) => {
      const duration = seconds(whole(value, 'stickiness.lb_cookie.duration_seconds', 1, 604_800))
      return stickiness?.type === 'lb_cookie' ? sticky({ ...stickiness, duration }) : {}
    },
  },
  {
    key: 'stickiness.app_cookie.cookie_name',
    get: ({ stickiness }) => (stickiness?.type === 'app_cookie' ? stickiness.cookie : ''),
    set: ({ stickiness }, cookie) => {
      if (/^AWSALB/.test(cookie)) throw new ValidationError(`'stickiness.app_cookie.cookie_name' can't be '${cookie}'`)
      return stickiness?.type === 'app_cookie' ? sticky({ ...stickiness, cookie }) : {}
    },
  },
  {
    key: 'stickiness.app_cookie.duration_seconds',
    get: ({ stickiness }) => durationOf(stickiness, 'app_cookie'),
    set: ({ stickiness }, value) => {
      const duration = seconds(whole(value, 'stickiness.app_cookie.duration_seconds', 1, 604_800))
      return stickiness?.type === 'app_cookie' ? sticky({ ...stickiness, duration }) : {}
    },
  },
  fixed('target_group_health.dns_failover.minimum_healthy_targets.count', '1'),
  fixed('target_group_health.dns_failover.minimum_healthy_targets.percentage', 'off'),
  {
    key: 'target_group_health.unhealthy_state_routing.minimum_healthy_targets.count',
    get: ({ minimumHealthyTargets }) => String(minimumHealthyTargets),
    set: (_, value) => ({
      minimumHealthyTargets: whole(
        value,
        'target_group_health.unhealthy_state_routing.minimum_healthy_targets.count',
        1,
        1000,
      ),
    }),
  },
  fixed('target_group_health.unhealthy_state_routing.minimum_healthy_targets.percentage', 'off'),
]

/** The same page: none of the others applies to a group of the type `lambda`. */
export const FUNCTION_GROUP_ATTRIBUTES: readonly Attribute<TargetGroup>[] = [
  {
    key: 'lambda.multi_value_headers.enabled',
    get: ({ multiValueHeaders = false }) => String(multiValueHeaders),
    set: (_, value) => ({ multiValueHeaders: flag(value, 'lambda.multi_value_headers.enabled') }),
  },
]

const sticky = (stickiness: TargetGroup['stickiness']) => ({ stickiness }) as Partial<TargetGroup>

const durationOf = (stickiness: TargetGroup['stickiness'], type: 'lb_cookie' | 'app_cookie'): string =>
  String(stickiness?.type === type ? stickiness.duration / 1000 : DAY_SECONDS)

const slowStartNeedsRoundRobin = () =>
  new InvalidConfigurationRequest('Slow start is supported with the round_robin algorithm only')

/** Every attribute with its value. */
export const describeAttributes = <Node>(attributes: readonly Attribute<Node>[], node: Node) =>
  attributes.map(({ key, get }) => ({ Key: key, Value: get(node) }))

/** The changes that these attributes ask for, one after the other. @throws ValidationError for an unknown key */
export function changeBy<Node extends object>(
  attributes: readonly Attribute<Node>[],
  node: Node,
  wanted: readonly { readonly Key: string; readonly Value: string }[],
): Partial<Node> {
  let changed = node
  let change: Partial<Node> = {}
  for (const { Key, Value } of wanted) {
    const attribute = attributes.find(({ key }) => key === Key)
    if (!attribute) throw new ValidationError(`Attribute key '${Key}' is not recognized`)
    const one = attribute.set(changed, Value)
    change = { ...change, ...one }
    changed = { ...changed, ...one }
  }
  return change
}
