import { createHash } from 'node:crypto'
import { Duration, Lazy, Stack, Tags, Validations } from 'aws-cdk-lib'
import {
  AmazonLinuxCpuType,
  BlockDeviceVolume,
  EbsDeviceVolumeType,
  HttpTokens,
  Instance,
  InstanceInitiatedShutdownBehavior,
  InstanceType,
  type ISubnet,
  type IVpc,
  MachineImage,
} from 'aws-cdk-lib/aws-ec2'
import type { Construct } from 'constructs'
import type { Processor } from './container-image.ts'
import type { InstanceIdentity } from './instance-identity.ts'
import { workloadDocument } from './workload/document.ts'
import type { UserDataOptions } from './workload/options.ts'
import { workloadUserData } from './workload/user-data.ts'
import type { Processes } from './workload/workload.ts'

export interface SingleInstanceProps extends Omit<UserDataOptions, 'lifecycle'> {
  readonly vpc: IVpc
  readonly subnet: ISubnet
  readonly identity: InstanceIdentity
  /** What people see in lists, below the stack's name. */
  readonly label: string
  readonly processes: Processes
  /** EC2 type. Default `t3.micro`. */
  readonly instanceType?: string
  /** The processor of that type. Default `x86-64`. */
  readonly processor?: Processor
  /**
   * How another version of the user data gets there. `replace`: by another instance, in the place of this one. `restart`:
   * the instance is stopped, started again and carries it out once more, which one needs that has a volume of its own:
   * its successor could not attach that. Default `replace`.
   */
  readonly update?: 'replace' | 'restart'
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
  const restarts = props.update === 'restart'
  identity.role.allow(processes)
  const userDataFor = (signals: string) =>
    workloadUserData(scope, workloadDocument(processes), {
      ...(props.agent && { agent: props.agent }),
      ...(props.volume && { volume: props.volume }),
      ...(props.endWhenUnused && { endWhenUnused: props.endWhenUnused }),
      logGroupName: identity.logGroup.logGroupName,
      before: `${restarts ? ALWAYS : ''}${props.before ?? ''}`,
      signals,
    })
  const instance: Instance = new Instance(scope, id, {
    vpc,
    vpcSubnets: { subnets: [subnet] },
    machineImage: MachineImage.latestAmazonLinux2023(
      props.processor === 'arm64' ? { cpuType: AmazonLinuxCpuType.ARM_64 } : {},
    ),
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
    ...(props.endWhenUnused && { instanceInitiatedShutdownBehavior: InstanceInitiatedShutdownBehavior.TERMINATE }),
  })
  if (!restarts) {
    const stack = Stack.of(scope)
    const version = hashOf(JSON.stringify(stack.resolve(userDataFor('').render())))
    instance.instance.overrideLogicalId(`${stack.getLogicalId(instance.instance)}${version}`)
  }
  // An instance that boots before its way out or its permissions are there would start in vain.
  instance.node.addDependency(subnet.internetConnectivityEstablished, identity.role.role)
  Tags.of(instance).add('Name', `${Stack.of(scope).stackName}-${props.label}`)
  Validations.of(instance).acknowledge(
    {
      id: 'AwsSolutions-EC26',
      reason: 'Its disk is encrypted. The rule takes any launch template of the stack for the one of this instance.',
    },
    {
      id: 'AwsSolutions-EC29',
      reason: 'Its name leads to it; a stack that is deleted takes it away, which termination protection would refuse.',
    },
  )
  return instance
}

// User data runs at the first boot alone: another one needs another instance. CDK's own `userDataCausesReplacement` would
// leave the script with a name that the resource no longer has.
const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 8)

/**
 * Has the user data carried out at every start, not at the first one alone.
 *
 * @see AWS Knowledge Center "How do I use user data to automatically run a script with every restart of my EC2 instance?"
 */
const ALWAYS = `cat > /etc/cloud/cloud.cfg.d/99-terrace.cfg <<'CLOUD'
cloud_final_modules:
  - [scripts-user, always]
CLOUD
`

const STARTS_WITHIN = Duration.minutes(20)
