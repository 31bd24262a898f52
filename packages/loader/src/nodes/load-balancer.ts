import { seconds } from '@terrace/kit'
import { AttributeList } from './attributes.ts'
import { type BuilderTable, node, notModelled } from './build-context.ts'

/** Application load balancers. @see "Edit attributes for your Application Load Balancer" for the defaults */
export const loadBalancer: BuilderTable = {
  'AWS::ElasticLoadBalancingV2::LoadBalancer': node(context => {
    const { properties, resource } = context
    const type = properties.oneOf('Type', ['application', 'network', 'gateway']) ?? 'application'
    if (type !== 'application')
      throw notModelled(properties, 'Type', `load balancers of the type ${type} are not modelled`)
    properties.withoutEffect({
      IpAddressType: 'nodes have IPv4 addresses here',
      EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic: 'it concerns network load balancers',
    })
    const attributes = new AttributeList(context, 'LoadBalancerAttributes')
    const arn = resource.physicalId
    const name = arn.split('/').at(-2) ?? ''
    properties.readElsewhere('Name')
    const logging = attributes.flag('access_logs.s3.enabled', false)
    const bucket = attributes.text('access_logs.s3.bucket') ?? ''
    const prefix = attributes.text('access_logs.s3.prefix') ?? ''
    const tlsHeaders = attributes.flag('routing.http.x_amzn_tls_version_and_cipher_suite.enabled', false)
    const built = {
      ...context.base('loadBalancer'),
      name,
      arn,
      dnsName: context.attribute('DNSName'),
      hostedZoneId: context.attribute('CanonicalHostedZoneID'),
      scheme: properties.oneOf('Scheme', ['internet-facing', 'internal']) ?? 'internet-facing',
      subnets: properties.has('SubnetMappings')
        ? properties.objects('SubnetMappings').flatMap(mapping => context.find(mapping, 'SubnetId', 'subnet') ?? [])
        : context.findAll(properties, 'Subnets', 'subnet'),
      securityGroups: context.findAll(properties, 'SecurityGroups', 'securityGroup'),
      idleTimeout: seconds(attributes.number('idle_timeout.timeout_seconds', 60, { least: 1, most: 4000 })),
      clientKeepAlive: seconds(attributes.number('client_keep_alive.seconds', 3600, { least: 60, most: 604_800 })),
      http2: attributes.flag('routing.http2.enabled', true),
      dropInvalidHeaderFields: attributes.flag('routing.http.drop_invalid_header_fields.enabled', false),
      desyncMitigation: attributes.oneOf(
        'routing.http.desync_mitigation_mode',
        ['monitor', 'defensive', 'strictest'],
        'defensive',
      ),
      preserveHostHeader: attributes.flag('routing.http.preserve_host_header.enabled', false),
      xffHeaderProcessing: attributes.oneOf(
        'routing.http.xff_header_processing.mode',
        ['append', 'preserve', 'remove'],
        'append',
      ),
      xffClientPort: attributes.flag('routing.http.xff_client_port.enabled', false),
      crossZone: attributes.flag('load_balancing.cross_zone.enabled', true),
      deletionProtection: attributes.flag('deletion_protection.enabled', false),
      ...(logging ? { accessLogs: { bucket, prefix } } : {}),
      ...(tlsHeaders ? { tlsHeaders } : {}),
    } as const
    attributes.withoutEffect({ 'waf.fail_open.enabled': 'there is no firewall that could fail' })
    attributes.notDone(['connection_logs.s3.enabled', 'health_check_logs.s3.enabled'], 'only access logs are written')
    for (const kind of ['connection_logs', 'health_check_logs']) {
      const because = `${kind}.s3.enabled is listed when it is on`
      attributes.withoutEffect({ [`${kind}.s3.bucket`]: because, [`${kind}.s3.prefix`]: because })
    }
    attributes.notDone(['zonal_shift.config.enabled'], 'zones are not shifted away from')
    attributes.finish()
    return built
  }),
}
