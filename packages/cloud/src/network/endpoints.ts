import { digest } from '@terrace/kit'
import type { Architecture, VpcEndpoint } from '@terrace/model'
import type { NamedZone, NetworkInterface } from './network.ts'

/** An interface endpoint with the interfaces that it has: one a subnet. */
export interface AttachedEndpoint {
  readonly endpoint: VpcEndpoint
  readonly interfaces: readonly NetworkInterface[]
}

/** Of `com.amazonaws.us-east-1.ecr.api`: `ecr.api`. */
export const serviceOf = ({ service }: VpcEndpoint, region: string): string =>
  service.startsWith(`com.amazonaws.${region}.`) ? service.slice(`com.amazonaws.${region}.`.length) : service

/** Host names, below the region's, of services whose endpoint is called otherwise; `*.` for everything below one. */
const HOSTS: Readonly<Record<string, readonly string[]>> = {
  'ecr.api': ['api.ecr'],
  'ecr.dkr': ['dkr.ecr', '*.dkr.ecr'],
  'ecs-agent': ['ecs-a'],
  'ecs-telemetry': ['ecs-t'],
  'execute-api': ['execute-api', '*.execute-api'],
  s3: ['s3', '*.s3'],
}

/**
 * The private zones that an interface endpoint brings: the public names of its service with private DNS, and its own
 * `vpce-…` names for everybody. @see AWS PrivateLink guide, "Private DNS names"
 */
export function endpointZones({ endpoint, interfaces }: AttachedEndpoint, { region }: Architecture): NamedZone[] {
  const addresses = interfaces.map(({ address }) => address)
  const service = serviceOf(endpoint, region)
  const hosts = (HOSTS[service] ?? [service]).map(host => `${host}.${region}.amazonaws.com`)
  const apexes = hosts.filter(host => !host.startsWith('*.'))
  if (!endpoint.privateDns) return []
  return apexes.map(apex => ({
    id: `${endpoint.id}/${apex}`,
    name: apex,
    vpcs: [endpoint.vpc],
    records: [apex, ...hosts.filter(host => host === `*.${apex}`)].map(name => ({ name, addresses })),
  }))
}

/** The names that an endpoint has by itself: the regional one, and one a zone. They resolve everywhere. */
export function endpointNames({ endpoint, interfaces }: AttachedEndpoint, { region }: Architecture) {
  const id = `${endpoint.physicalId}-${digest(endpoint.id, 8)}`
  const service = serviceOf(endpoint, region)
  const name = (zone: string) => `${id}${zone}.${service}.${region}.vpce.amazonaws.com`
  return [
    { name: name(''), addresses: interfaces.map(({ address }) => address) },
    ...interfaces.map(({ zone, address }) => ({ name: name(`-${zone}`), addresses: [address] })),
  ]
}
