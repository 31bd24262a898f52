import type { AwsApi } from '../../../gateway/api.ts'
import type { Network } from '../../../network/network.ts'
import type { World } from '../../../world.ts'
import type { Fleet } from '../fleet.ts'
import { TagStore } from '../tags.ts'
import { catalogueOperations } from './catalogue.ts'
import { instanceOperations } from './instances.ts'
import { launchTemplateOperations } from './launch-templates.ts'
import { lifecycleOperations } from './lifecycle.ts'
import { networkOperations } from './network.ts'
import { networkAclOperations } from './network-acls.ts'
import { routeOperations } from './routes.ts'
import { runInstances } from './run-instances.ts'
import { securityGroupOperations } from './security-groups.ts'
import type { Ec2Site } from './site.ts'
import { tagOperations } from './tags.ts'
import { volumeOperations } from './volumes.ts'

/** The table of EC2. @see Amazon EC2 API Reference, version 2016-11-15 */
export function ec2Api(world: World, network: Network, fleet: Fleet): AwsApi {
  const { architecture } = world
  const site: Ec2Site = { world, architecture, network, fleet, tags: new TagStore(architecture) }
  return {
    signingName: 'ec2',
    protocol: { kind: 'ec2', version: '2016-11-15', namespace: 'http://ec2.amazonaws.com/doc/2016-11-15/' },
    operations: [
      ...instanceOperations(site),
      runInstances(site),
      ...lifecycleOperations(site),
      ...networkOperations(site),
      ...routeOperations(site),
      ...networkAclOperations(site),
      ...securityGroupOperations(site),
      ...volumeOperations(site),
      ...launchTemplateOperations(site),
      ...catalogueOperations(site),
      ...tagOperations(site),
    ],
  }
}
