import { AttributeList } from './attributes.ts'
import { type BuilderTable, fold, node, notModelled } from './build-context.ts'
import { actionOf } from './listener-action.ts'
import { conditionsOf } from './listener-condition.ts'
import type { PropertyReader } from './property-reader.ts'

/** Listeners with their rules and further certificates. */
export const listener: BuilderTable = {
  'AWS::ElasticLoadBalancingV2::Listener': node(context => {
    const { properties, resource } = context
    const balancer = context.need(properties, 'LoadBalancerArn', 'loadBalancer')
    const protocol = properties.text('Protocol') ?? 'HTTP'
    if (protocol !== 'HTTP' && protocol !== 'HTTPS') {
      throw notModelled(properties, 'Protocol', `listeners with the protocol ${protocol} are not modelled`)
    }
    // CloudFormation's default, which its console counterpart no longer is.
    const sslPolicy = properties.text('SslPolicy') ?? (protocol === 'HTTPS' ? 'ELBSecurityPolicy-2016-08' : undefined)
    refuseMutualAuthentication(properties)
    const attributes = new AttributeList(context, 'ListenerAttributes')
    const serverHeader = attributes.flag('routing.http.response.server.enabled', true)
    attributes.finish()
    return {
      ...context.base('listener'),
      arn: resource.physicalId,
      loadBalancer: balancer,
      port: properties.requiredNumber('Port', { least: 1, most: 65_535 }),
      protocol,
      ...(sslPolicy === undefined ? {} : { sslPolicy }),
      certificates: properties.objects('Certificates').map(item => item.requiredText('CertificateArn')),
      ...(serverHeader ? {} : { serverHeader }),
      rules: [{ priority: 'default', conditions: [], action: actionOf(context, properties, 'DefaultActions') }],
    }
  }),
  'AWS::ElasticLoadBalancingV2::ListenerRule': fold(context => {
    const { properties, resource } = context
    if (properties.has('Transforms'))
      throw notModelled(properties, 'Transforms', 'transforms of requests are not modelled')
    const id = context.find(properties, 'ListenerArn', 'listener')
    const rule = {
      arn: resource.physicalId,
      priority: properties.requiredNumber('Priority', { least: 1, most: 50_000 }),
      conditions: conditionsOf(properties),
      action: actionOf(context, properties, 'Actions'),
    }
    if (id === undefined) return
    context.update(id, 'listener', old => ({
      ...old,
      rules: [...old.rules, rule].sort((a, b) => order(a.priority) - order(b.priority)),
    }))
  }),
  'AWS::ElasticLoadBalancingV2::ListenerCertificate': fold(context => {
    const { properties } = context
    const id = context.find(properties, 'ListenerArn', 'listener')
    const added = properties.objects('Certificates').map(item => item.requiredText('CertificateArn'))
    if (id !== undefined) {
      context.update(id, 'listener', old => ({ ...old, certificates: [...old.certificates, ...added] }))
    }
  }),
}

/** Clients without a certificate would be let in. */
function refuseMutualAuthentication(properties: PropertyReader): void {
  const mode = properties.object('MutualAuthentication')?.text('Mode') ?? 'off'
  if (mode !== 'off') {
    throw notModelled(properties, 'MutualAuthentication', `mutual authentication (${mode}) is not modelled`)
  }
}

const order = (priority: number | 'default') => (priority === 'default' ? Number.POSITIVE_INFINITY : priority)
