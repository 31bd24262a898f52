import { Duration, Lazy, Stack, Tags, Validations } from 'aws-cdk-lib'
import {
  AdditionalHealthCheckType,
  AutoScalingGroup,
  type CfnAutoScalingGroup,
  GroupMetrics,
  HealthChecks,
  ScalingProcess,
  Signals,
  UpdatePolicy,
} from 'aws-cdk-lib/aws-autoscaling'
import {
  BlockDeviceVolume,
  type Connections,
  EbsDeviceVolumeType,
  type IConnectable,
  InstanceType,
  LaunchTemplate,
  MachineImage,
} from 'aws-cdk-lib/aws-ec2'
import { ApplicationProtocol, ApplicationTargetGroup, Protocol } from 'aws-cdk-lib/aws-elasticloadbalancingv2'
import { Construct, type IDependable } from 'constructs'
import { type InstanceIdentity, instanceIdentity } from './instance-identity.ts'
import type { LoadBalancer } from './load-balancer.ts'
import { type Placement, subnetsOf } from './network.ts'
import { checkScaling, type Scaling } from './scaling.ts'
import { workloadDocument } from './workload/document.ts'
import type { LinuxUsers } from './workload/linux-users.ts'
import { workloadUserData } from './workload/user-data.ts'
import type { Processes } from './workload/workload.ts'

export type AutoScaledServiceProps<P extends Processes> = Placement<'web' | 'app'> & {
  /** The balancer that sends requests to the group. */
  readonly behind: LoadBalancer
  /** What runs on each instance. */
  readonly processes: P
  /** The process that the balancer's requests go to, on its port. */
  readonly serves: keyof P & string
  readonly scaling: Scaling
  /** EC2 type, x86-64. Default `t2.micro`. */
  readonly instanceType?: string
  /** Where the balancer asks whether an instance can serve. Default `/readyz`. */
  readonly healthPath?: string
  /** How long a new instance may fail that question before it is replaced. Default three minutes. */
  readonly healthGrace?: Duration
  /** Security group, role and log group, where they are made elsewhere. Default: its own. */
  readonly identity?: InstanceIdentity
  /** Who works on the instances, by Session Manager, and what each may do. Default nobody beside the administrator. */
  readonly users?: LinuxUsers
}

/**
 * Identical instances of Amazon Linux 2023, spread over the zones, behind a balancer. An instance that the balancer
 * finds unhealthy is replaced; the group follows its average CPU; a new version rolls through one instance at a time
 * and goes back when it does not become ready. No SSH key: Session Manager. IMDSv2 only, encrypted disk.
 */
export class AutoScaledService<const P extends Processes = Processes> extends Construct implements IConnectable {
  readonly group: AutoScalingGroup
  readonly connections: Connections
  readonly targets: ApplicationTargetGroup

  constructor(scope: Construct, id: string, props: AutoScaledServiceProps<P>) {
    super(scope, id)
    checkScaling(this, props.scaling)
    const { network, scaling } = props
    const subnets = subnetsOf(props)
    const identity = props.identity ?? instanceIdentity(this, network.vpc)
    const { role } = identity.role
    identity.role.allow(props.processes)
    this.connections = identity.securityGroup.connections

    this.group = new AutoScalingGroup(this, 'Group', {
      vpc: network.vpc,
      vpcSubnets: subnets,
      launchTemplate: this.#launchTemplate(props, identity),
      minCapacity: scaling.min,
      desiredCapacity: scaling.desired,
      maxCapacity: scaling.max,
      healthChecks: HealthChecks.withAdditionalChecks({
        additionalTypes: [AdditionalHealthCheckType.ELB],
        gracePeriod: props.healthGrace ?? STARTS_WITHIN,
      }),
      defaultInstanceWarmup: STARTS_WITHIN,
      groupMetrics: [GroupMetrics.all()],
      signals: Signals.waitForMinCapacity({ timeout: ROLLS_WITHIN }),
      updatePolicy: UpdatePolicy.rollingUpdate({
        maxBatchSize: 1,
        minInstancesInService: Math.min(scaling.desired, scaling.max - 1),
        pauseTime: ROLLS_WITHIN,
        waitOnResourceSignals: true,
        suspendProcesses: SUSPENDED_WHILE_ROLLING,
      }),
    })
    // An instance that boots before its way out or its permissions are there would start in vain.
    this.startAfter(subnets.internetConnectivityEstablished, role)
    this.group.scaleOnCpuUtilization('Cpu', { targetUtilizationPercent: scaling.cpuPercent ?? 50 })
    this.targets = this.#standBehind(props)
    Validations.of(this.group).acknowledge(
      {
        id: 'annotation::@aws-cdk/aws-autoscaling:desiredCapacitySet',
        reason: 'The desired size is part of the documented architecture; tracking moves it from there.',
      },
      {
        id: 'AwsSolutions-AS3',
        reason: 'Scaling activities are in the group’s history and metrics; nobody is subscribed to a topic.',
      },
    )
  }

  /** Launches no instance before these are there. */
  startAfter(...needed: readonly IDependable[]): void {
    this.#cfnGroup().node.addDependency(...needed)
  }

  #launchTemplate(props: AutoScaledServiceProps<P>, identity: InstanceIdentity): LaunchTemplate {
    const { logGroup, role, securityGroup } = identity
    const template = new LaunchTemplate(this, 'Template', {
      machineImage: MachineImage.latestAmazonLinux2023(),
      instanceType: new InstanceType(props.instanceType ?? 't2.micro'),
      instanceProfile: role.profileFor(this),
      securityGroup,
      requireImdsv2: true,
      detailedMonitoring: true,
      blockDevices: [
        {
          deviceName: '/dev/xvda',
          volume: BlockDeviceVolume.ebs(8, { encrypted: true, volumeType: EbsDeviceVolumeType.GP3 }),
        },
      ],
      userData: workloadUserData(this, workloadDocument(props.processes), {
        logGroupName: logGroup.logGroupName,
        ...(props.users && { users: props.users }),
        // As text, not as a reference: the group refers to this template already.
        signals: Lazy.string({ produce: () => Stack.of(this).getLogicalId(this.#cfnGroup()) }),
      }),
    })
    Tags.of(template).add('Name', `${Stack.of(this).stackName}-${this.node.id.toLowerCase()}`)
    return template
  }

  #standBehind(props: AutoScaledServiceProps<P>): ApplicationTargetGroup {
    const served = props.processes[props.serves]
    if (!served) throw new Error(`${this.node.path}: serves "${props.serves}", which is not among the processes`)
    const targets = new ApplicationTargetGroup(this, 'Targets', {
      vpc: props.network.vpc,
      protocol: ApplicationProtocol.HTTP,
      port: served.port,
      targets: [this.group],
      deregistrationDelay: Duration.seconds(30),
      healthCheck: {
        protocol: Protocol.HTTP,
        path: props.healthPath ?? '/readyz',
        interval: Duration.seconds(5),
        timeout: Duration.seconds(2),
        healthyThresholdCount: 2,
        unhealthyThresholdCount: 2,
        healthyHttpCodes: '200',
      },
    })
    props.behind.forwardTo(targets)
    return targets
  }

  #cfnGroup(): CfnAutoScalingGroup {
    return this.group.node.defaultChild as CfnAutoScalingGroup
  }
}

/** From launch to the first good answer: packages, image, secrets, migrations on a `t2.micro`. */
const STARTS_WITHIN = Duration.seconds(180)
const ROLLS_WITHIN = Duration.minutes(10)
const SUSPENDED_WHILE_ROLLING = [
  ScalingProcess.HEALTH_CHECK,
  ScalingProcess.REPLACE_UNHEALTHY,
  ScalingProcess.AZ_REBALANCE,
  ScalingProcess.ALARM_NOTIFICATION,
  ScalingProcess.SCHEDULED_ACTIONS,
]
