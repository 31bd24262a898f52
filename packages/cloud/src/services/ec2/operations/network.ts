import type { Operation } from '../../../gateway/api.ts'
import { flowLogs } from './flow-logs.ts'
import { addresses, internetGateways, natGateways } from './gateways.ts'
import { networkInterfaces } from './network-interfaces.ts'
import type { Ec2Site } from './site.ts'
import { vpcEndpoints } from './vpc-endpoints.ts'
import { subnets, vpcs } from './vpcs.ts'

/** What the template says about the network: VPCs, subnets, gateways, endpoints, and the interfaces that use them. */
export const networkOperations = (site: Ec2Site): readonly Operation[] => [
  vpcs(site),
  subnets(site),
  internetGateways(site),
  natGateways(site),
  networkInterfaces(site),
  vpcEndpoints(site),
  addresses(site),
  flowLogs(site),
]
