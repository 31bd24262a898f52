import { nodesOf } from '@terrace/model'
import type { Operation } from '../../../gateway/api.ts'
import { tagSet } from '../tags.ts'
import { describing } from './describe.ts'
import { type Ec2Site, physicalIdOf } from './site.ts'

/** DescribeVpcEndpoints. */
export function vpcEndpoints(site: Ec2Site): Operation {
  const { architecture, tags } = site
  return describing({
    name: 'DescribeVpcEndpoints',
    ids: 'VpcEndpointId',
    kind: 'vpcEndpoint',
    leastPage: 1,
    idOf: endpoint => endpoint.physicalId,
    items: () => nodesOf(architecture, 'vpcEndpoint'),
    tagsOf: endpoint => tags.of(endpoint.physicalId, endpoint.tags),
    filters: {
      'vpc-endpoint-id': endpoint => [endpoint.physicalId],
      'vpc-id': endpoint => [physicalIdOf(site, endpoint.vpc)],
      'service-name': endpoint => [endpoint.service],
      'vpc-endpoint-type': endpoint => [TYPES[endpoint.type]],
      'vpc-endpoint-state': () => ['available'],
    },
    write: endpoint => ({
      vpcEndpointId: endpoint.physicalId,
      vpcEndpointType: TYPES[endpoint.type],
      vpcId: physicalIdOf(site, endpoint.vpc),
      serviceName: endpoint.service,
      state: 'available',
      ownerId: architecture.account,
      privateDnsEnabled: endpoint.privateDns,
      policyDocument: JSON.stringify(endpoint.policy ?? EVERYTHING),
      subnetIdSet: endpoint.subnets.map(id => physicalIdOf(site, id)),
      routeTableIdSet: endpoint.routeTables.map(id => physicalIdOf(site, id)),
      groupSet: endpoint.securityGroups.map(id => ({ groupId: physicalIdOf(site, id) })),
      tagSet: tagSet(tags.of(endpoint.physicalId, endpoint.tags)),
    }),
    set: 'vpcEndpointSet',
  })
}

const TYPES = { gateway: 'Gateway', interface: 'Interface' }

/** The policy of an endpoint that has none of its own. */
const EVERYTHING = {
  Version: '2008-10-17',
  Statement: [{ Effect: 'Allow', Principal: '*', Action: '*', Resource: '*' }],
}
