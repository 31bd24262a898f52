import { nodesOf } from '@terrace/model'
import { attachmentIdOf } from '../../../metadata/attachment-id.ts'
import type { NetworkInterface } from '../../../ports.ts'
import type { Ec2Site } from './site.ts'

/**
 * What a service of AWS writes on an interface that it makes; those of instances have none.
 *
 * @see Elastic Load Balancing User Guide, "ELB app/…"; Amazon VPC User Guide, "Interface for NAT Gateway"; what
 *   DescribeNetworkInterfaces shows for interfaces of RDS, ECS and VPC endpoints
 */
export function descriptionOf({ architecture }: Pick<Ec2Site, 'architecture'>, each: NetworkInterface): string {
  const { owner, type } = each
  if (type === 'natGateway') return `Interface for NAT Gateway ${owner}`
  if (type === 'vpcEndpoint') return `VPC Endpoint Interface ${owner}`
  const balancer = nodesOf(architecture, 'loadBalancer').find(({ name }) => name === owner)
  // The ARN ends in `loadbalancer/app/<name>/<id>`.
  if (balancer) return `ELB ${balancer.arn.slice(balancer.arn.indexOf('loadbalancer/') + 'loadbalancer/'.length)}`
  if (owner.startsWith('i-')) return ''
  const { region, account } = architecture
  if (/^[0-9a-f]{32}$/.test(owner)) return `arn:aws:ecs:${region}:${account}:attachment/${attachmentIdOf(each.id)}`
  return 'RDSNetworkInterface'
}
