import { type Architecture, findNode, nodesOf } from '@terrace/model'
import type { InstanceFacts } from '../../metadata/metadata.ts'
import type { Instance } from './instances.ts'

/** What the metadata service tells an instance about itself. */
export function factsOf(
  architecture: Architecture,
  instance: Instance,
  lifecycleState: string | undefined,
): InstanceFacts {
  const { networkInterface, machine } = instance
  const subnet = findNode(architecture, networkInterface.subnet, 'subnet')
  const vpc = subnet && findNode(architecture, subnet.vpc, 'vpc')
  const role = machine.role === undefined ? undefined : findNode(architecture, machine.role, 'role')
  const groups = nodesOf(architecture, 'securityGroup').filter(({ id }) => networkInterface.securityGroups.includes(id))
  const publicIp = networkInterface.publicIp
  return {
    instanceId: instance.id,
    instanceType: machine.instanceType,
    imageId: machine.imageId,
    zone: instance.zone,
    localAddress: networkInterface.address,
    ...(publicIp === undefined ? {} : { publicAddress: publicIp }),
    interfaceId: networkInterface.id,
    securityGroups: groups.map(({ name }) => name),
    subnetId: subnet?.physicalId ?? '',
    vpcId: vpc?.physicalId ?? '',
    userData: machine.userData,
    launchedAt: instance.launchedAt,
    ...(role ? { instanceProfileArn: profileArn(role.arn), roleName: role.name } : {}),
    tags: instance.tags,
    ...(lifecycleState === undefined ? {} : { lifecycleState }),
  }
}

/** differs: an instance profile has its role's name here; in a template its name is made up by CloudFormation */
export const profileArn = (roleArn: string): string => roleArn.replace(':role/', ':instance-profile/')
