import { findNode, nodesOf, type VpcEndpoint } from '@terrace/model'
import type { Gateway } from '../gateway/gateway.ts'
import type { Network, NetworkInterface } from '../network/network.ts'
import type { World } from '../world.ts'
import type { HostDescription } from './host.ts'

/** The gateway's links of one host, one for each way that its calls can take. */
export interface HostLinks {
  /** The link for calls that leave the VPC, or of a VPC endpoint. */
  linkOf(endpoint: string | undefined): string
  close(): Promise<void>
}

/**
 * Opens what stands behind the names of AWS for one host: a link for the way out, and one for each endpoint of its VPC,
 * with that endpoint's policy and the condition keys of calls through it.
 *
 * @see IAM User Guide "AWS global condition context keys": `aws:SourceVpce`, `aws:SourceVpc`, `aws:VpcSourceIp`
 */
export async function openDoors(
  world: World,
  network: Network,
  gateway: Gateway,
  { networkInterface, principal, metadata, taskMetadata }: HostDescription,
): Promise<HostLinks> {
  const endpoints = endpointsOf(world, networkInterface)
  const vpc = endpoints[0]?.vpc
  const vpcId = vpc === undefined ? undefined : findNode(world.architecture, vpc, 'vpc')?.physicalId
  const aws = await gateway.link(principal)
  const sockets: Record<string, string> = {}
  for (const endpoint of endpoints) {
    sockets[endpoint.id] = await gateway.link(principal, {
      context: {
        ...(vpcId === undefined ? {} : { 'aws:SourceVpc': vpcId }),
        'aws:SourceVpce': endpoint.physicalId,
        'aws:VpcSourceIp': networkInterface.address,
      },
      endpoint: { id: endpoint.physicalId, ...(endpoint.policy ? { policy: endpoint.policy } : {}) },
    })
  }
  network.setDoors(networkInterface.id, {
    aws,
    endpoints: sockets,
    ...(metadata === undefined ? {} : { metadata }),
    ...(taskMetadata === undefined ? {} : { taskMetadata }),
  })
  return {
    linkOf: endpoint => (endpoint === undefined ? aws : (sockets[endpoint] ?? aws)),
    async close() {
      await Promise.all([aws, ...Object.values(sockets)].map(socket => gateway.closeLink(socket)))
    },
  }
}

function endpointsOf({ architecture }: World, { subnet }: NetworkInterface): readonly VpcEndpoint[] {
  const vpc = findNode(architecture, subnet, 'subnet')?.vpc
  return nodesOf(architecture, 'vpcEndpoint').filter(endpoint => endpoint.vpc === vpc)
}
