import { seconds } from '@terrace/kit'
import type { HealthCheck, TargetGroup } from '@terrace/model'
import { AttributeList } from './attributes.ts'
import { type BuildContext, type BuilderTable, node, notModelled } from './build-context.ts'
import type { PropertyReader } from './property-reader.ts'

/**
 * Target groups of application load balancers.
 *
 * @see "Health checks for Application Load Balancer target groups" and "Edit target group attributes" for the defaults
 */
export const targetGroup: BuilderTable = {
  'AWS::ElasticLoadBalancingV2::TargetGroup': node(context => {
    const { properties, resource } = context
    const protocol = protocolOf(properties)
    const version = properties.text('ProtocolVersion') ?? 'HTTP1'
    if (version !== 'HTTP1') {
      const message = `targets are reached by HTTP/1.1 here, not ${version}`
      context.gap('property', properties.pathOf('ProtocolVersion'), properties.placeOf('ProtocolVersion').line, message)
    }
    properties.readElsewhere('Name')
    properties.withoutEffect({ IpAddressType: 'targets have IPv4 addresses here' })
    const attributes = new AttributeList(context, 'TargetGroupAttributes')
    const targetType = properties.oneOf('TargetType', ['instance', 'ip', 'lambda', 'alb']) ?? 'instance'
    const vpc = context.find(properties, 'VpcId', 'vpc')
    const port = properties.number('Port', { least: 1, most: 65_535 }) ?? (protocol === 'HTTPS' ? 443 : 80)
    const lambda = targetType === 'lambda'
    const stickiness = stickinessOf(attributes)
    const multiValueHeaders = attributes.flag('lambda.multi_value_headers.enabled', false)
    if (lambda && stickiness) {
      throw properties.bad(
        'TargetGroupAttributes',
        'a list without stickiness.enabled, for there is one function alone',
      )
    }
    const functionArn = lambda ? functionOf(properties) : undefined
    const slowStart = attributes.number('slow_start.duration_seconds', 0, { least: 0, most: 900 })
    if (slowStart > 0 && slowStart < 30) {
      throw properties.bad(
        'TargetGroupAttributes',
        'a list in which slow_start.duration_seconds is 0 or from 30 to 900',
      )
    }
    const anomalyMitigation =
      attributes.oneOf('load_balancing.algorithm.anomaly_mitigation', ['on', 'off'], 'off') === 'on'
    const built: TargetGroup = {
      ...context.base('targetGroup'),
      name: resource.physicalId.split('/').at(-2) ?? '',
      arn: resource.physicalId,
      ...(vpc === undefined ? {} : { vpc }),
      protocol,
      port,
      targetType,
      healthCheck: healthCheckOf(properties, lambda),
      deregistrationDelay: seconds(
        attributes.number('deregistration_delay.timeout_seconds', 300, { least: 0, most: 3600 }),
      ),
      slowStart: seconds(slowStart),
      algorithm: attributes.oneOf(
        'load_balancing.algorithm.type',
        ['round_robin', 'least_outstanding_requests', 'weighted_random'],
        'round_robin',
      ),
      ...(stickiness ? { stickiness } : {}),
      crossZone: crossZoneOf(attributes),
      ...thresholdsOf(attributes),
      ...(anomalyMitigation ? { anomalyMitigation } : {}),
      ...(functionArn === undefined ? {} : { function: functionArn }),
      ...(lambda && multiValueHeaders ? { multiValueHeaders } : {}),
      targets: lambda ? [] : targetsOf(context, port),
    }
    attributes.finish()
    return built
  }),
}

function protocolOf(properties: PropertyReader): 'HTTP' | 'HTTPS' {
  const protocol = properties.text('Protocol') ?? 'HTTP'
  if (protocol === 'HTTP' || protocol === 'HTTPS') return protocol
  throw notModelled(properties, 'Protocol', `target groups with the protocol ${protocol} are not modelled`)
}

function healthCheckOf(properties: PropertyReader, lambda: boolean): HealthCheck {
  const protocol = properties.text('HealthCheckProtocol') ?? 'HTTP'
  if (protocol !== 'HTTP' && protocol !== 'HTTPS') {
    throw notModelled(properties, 'HealthCheckProtocol', `health checks by ${protocol} are not modelled`)
  }
  const port = properties.text('HealthCheckPort') ?? 'traffic-port'
  const range = { least: 2, most: 10 }
  return {
    enabled: properties.boolean('HealthCheckEnabled') ?? !lambda,
    protocol,
    port:
      port === 'traffic-port' ? 'traffic' : (properties.number('HealthCheckPort', { least: 1, most: 65_535 }) ?? 80),
    path: properties.text('HealthCheckPath') ?? '/',
    interval: seconds(properties.number('HealthCheckIntervalSeconds', { least: 5, most: 300 }) ?? (lambda ? 35 : 30)),
    timeout: seconds(properties.number('HealthCheckTimeoutSeconds', { least: 2, most: 120 }) ?? (lambda ? 30 : 5)),
    healthyThreshold: properties.number('HealthyThresholdCount', range) ?? 5,
    unhealthyThreshold: properties.number('UnhealthyThresholdCount', range) ?? 2,
    matcher: properties.object('Matcher')?.text('HttpCode') ?? '200',
  }
}

function stickinessOf(attributes: AttributeList): TargetGroup['stickiness'] {
  const enabled = attributes.flag('stickiness.enabled', false)
  const type = attributes.oneOf('stickiness.type', ['lb_cookie', 'app_cookie'], 'lb_cookie')
  const day = 86_400
  const range = { least: 1, most: 604_800 }
  const balancerSeconds = attributes.number('stickiness.lb_cookie.duration_seconds', day, range)
  const applicationSeconds = attributes.number('stickiness.app_cookie.duration_seconds', day, range)
  const cookie = attributes.text('stickiness.app_cookie.cookie_name') ?? ''
  if (!enabled) return undefined
  return type === 'lb_cookie'
    ? { type, duration: seconds(balancerSeconds) }
    : { type, cookie, duration: seconds(applicationSeconds) }
}

function crossZoneOf(attributes: AttributeList): TargetGroup['crossZone'] {
  const value = attributes.oneOf(
    'load_balancing.cross_zone.enabled',
    ['use_load_balancer_configuration', 'true', 'false'],
    'use_load_balancer_configuration',
  )
  return value === 'use_load_balancer_configuration' ? value : value === 'true'
}

/** @see "Target group health" in the Application Load Balancer guide */
function thresholdsOf(
  attributes: AttributeList,
): Pick<TargetGroup, 'minimumHealthyTargets' | 'minimumHealthyPercentage' | 'dnsFailover'> {
  const count = { least: 1, most: 1000 }
  const percentage = { least: 1, most: 100 }
  const routing = 'target_group_health.unhealthy_state_routing.minimum_healthy_targets'
  const dns = 'target_group_health.dns_failover.minimum_healthy_targets'
  const minimumHealthyPercentage = attributes.numberOrOff(`${routing}.percentage`, undefined, percentage)
  const dnsPercentage = attributes.numberOrOff(`${dns}.percentage`, undefined, percentage)
  return {
    minimumHealthyTargets: attributes.numberOrOff(`${routing}.count`, 1, count) ?? 0,
    ...(minimumHealthyPercentage === undefined ? {} : { minimumHealthyPercentage }),
    dnsFailover: {
      minimumHealthyTargets: attributes.numberOrOff(`${dns}.count`, 1, count) ?? 0,
      ...(dnsPercentage === undefined ? {} : { minimumHealthyPercentage: dnsPercentage }),
    },
  }
}

/** @see ELB User Guide for Application Load Balancers, "Register your targets": one function for each group */
function functionOf(properties: PropertyReader): string | undefined {
  const [target, ...others] = properties.objects('Targets')
  if (others.length > 0) throw properties.bad('Targets', 'a list of one function')
  if (target?.has('Port')) throw target.bad('Port', 'left out, for a function has no port')
  target?.withoutEffect({ AvailabilityZone: 'a function belongs to every zone' })
  return target?.requiredText('Id')
}

function targetsOf(context: BuildContext, port: number): TargetGroup['targets'] {
  return context.properties.objects('Targets').flatMap(target => {
    target.withoutEffect({ AvailabilityZone: 'the zone is the one of the instance' })
    const targetPort = target.number('Port', { least: 1, most: 65_535 }) ?? port
    const instance = context.find(target, 'Id', 'instance')
    return instance === undefined ? [] : [{ instance, port: targetPort }]
  })
}
