import { createHash } from 'node:crypto'
import { Duration, Lazy, Stack, Tags, Validations } from 'aws-cdk-lib'
import {
  BlockDeviceVolume,
  EbsDeviceVolumeType,
  HttpTokens,
  Instance,
  InstanceType,
  type ISubnet,
  type IVpc,
  MachineImage,
} from 'aws-cdk-lib/aws-ec2'
import type { Construct } from 'constructs'
import type { InstanceIdentity } from './instance-identity.ts'
import { workloadDocument } from './workload/document.ts'
import { workloadUserData } from './workload/user-data.ts'
import type { Processes } from './workload/workload.ts'

export interface SingleInstanceProps {
  readonly vpc: IVpc
  readonly subnet: ISubnet
  readonly identity: InstanceIdentity
  /** What people see in lists, below the stack's name. */
  readonly label: string
  readonly processes: Processes
  /** EC2 type, x86-64. Default `t3.micro`. */
  readonly instanceType?: string
  /** Lines of a script that runs before the processes start. */
  readonly before?: string
}

/**
 * One instance of Amazon Linux 2023 that stands for itself: IMDSv2 only, encrypted disk, no SSH key. CloudFormation waits
 * until its processes have answered. EC2 starts it again on another host when its own fails.
 *
 * @see EC2 User Guide "Automatic instance recovery": simplified automatic recovery is on by default
 */
export function singleInstance(scope: Construct, id: string, props: SingleInstanceProps): Instance {
  const { vpc, subnet, identity, processes } = props
  identity.role.allow(processes)
  const userDataFor = (signals: string) =>
    workloadUserData(scope, workloadDocument(processes), {
      logGroupName: identity.logGroup.logGroupName,
      ...(props.before === undefined ? {} : { before: props.before }),
      signals,
    })
  const instance: Instance = new Instance(scope, id, {
    vpc,
    vpcSubnets: { subnets: [subnet] },
    machineImage: MachineImage.latestAmazonLinux2023(),
    instanceType: new InstanceType(props.instanceType ?? 't3.micro'),
    instanceProfile: identity.role.profile,
    securityGroup: identity.securityGroup,
    httpTokens: HttpTokens.REQUIRED,
    detailedMonitoring: true,
    blockDevices: [
      {
        deviceName: '/dev/xvda',
        volume: BlockDeviceVolume.ebs(8, { encrypted: true, volumeType: EbsDeviceVolumeType.GP3 }),
      },
    ],
    // As text, not as a reference: the instance cannot refer to itself.
    userData: userDataFor(Lazy.string({ produce: () => instance.instance.logicalId })),
    resourceSignalTimeout: STARTS_WITHIN,
  })
  const stack = Stack.of(scope)
  const version = hashOf(JSON.stringify(stack.resolve(userDataFor('').render())))
  instance.instance.overrideLogicalId(`${stack.getLogicalId(instance.instance)}${version}`)
  // An instance that boots before its way out or its permissions are there would start in vain.
  instance.node.addDependency(subnet.internetConnectivityEstablished, identity.role.role)
  Tags.of(instance).add('Name', `${Stack.of(scope).stackName}-${props.label}`)
  Validations.of(instance).acknowledge({
    id: 'AwsSolutions-EC29',
    reason: 'Its name leads to it; a stack that is deleted takes it away, which termination protection would refuse.',
  })
  return instance
}

// User data runs at the first boot alone: another one needs another instance. CDK's own `userDataCausesReplacement` would
// leave the script with a name that the resource no longer has.
const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 8)

const STARTS_WITHIN = Duration.minutes(20)
