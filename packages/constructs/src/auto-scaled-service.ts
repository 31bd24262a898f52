import { Duration, Lazy, Stack, Tags, Token, Validations } from 'aws-cdk-lib'
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
import { PolicyStatement, type Role } from 'aws-cdk-lib/aws-iam'
import { Construct, type IDependable } from 'constructs'
import { acknowledgeWildcards } from './acknowledge.ts'
import { type InstanceIdentity, instanceIdentity } from './instance-identity.ts'
import type { LoadBalancer } from './load-balancer.ts'
import { type Placement, subnetsOf } from './network.ts'
import { checkScaling, type Scaling } from './scaling.ts'
import { workloadDocument } from './workload/document.ts'
import type { LinuxUsers } from './workload/linux-users.ts'
import type { AgentConfiguration } from './workload/options.ts'
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
  /** What moves the size: the average CPU, or what is added to the group elsewhere. Default `cpu`. */
  readonly policies?: 'cpu' | 'elsewhere'
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
  /** Metrics that EC2 itself doesn't have, in a namespace that the role is let write to. Default none. */
  readonly agent?: AgentConfiguration
  /** Holds a new instance back until its processes have answered. Default: it is in service when it runs. */
  readonly launchHook?: LaunchHook
  /**
   * The port on which NGINX takes TLS from the balancer, with the certificate that the instance makes for itself
   * (`INSTANCE_CERTIFICATE`); health checks go there, too. Default: plain HTTP to the port of what serves.
   */
  readonly tlsPort?: number
  /** How long a browser stays with the instance that answered it first. Default: it doesn't. */
  readonly stickiness?: Duration
  /**
   * What a changed launch template does. `rolling-update`: CloudFormation replaces the instances, and goes back. `elsewhere`:
   * nothing, until somebody starts an instance refresh. Default `rolling-update`.
   */
  readonly rollout?: 'rolling-update' | 'elsewhere'
  /** The tag `Name` of the instances. Default `<stack>-<id>`. */
  readonly label?: string
}

/** A lifecycle hook at the launch, and what happens when the instance does not complete it in time. */
export interface LaunchHook {
  readonly name: string
  /** The group needs a name that its own instances can know. */
  readonly groupName: string
  /** How long an instance may take. */
  readonly heartbeat: Duration
  /** What becomes of one that took longer: ended and replaced, or in service all the same. */
  readonly defaultResult: 'ABANDON' | 'CONTINUE'
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
    const { network, scaling, launchHook, agent } = props
    const subnets = subnetsOf(props)
    const identity = props.identity ?? instanceIdentity(this, network.vpc)
    const { role } = identity.role
    identity.role.allow(props.processes)
    if (agent) identity.role.allowMetrics(agent.metrics.namespace)
    this.connections = identity.securityGroup.connections

    this.group = new AutoScalingGroup(this, 'Group', {
      ...(launchHook && { autoScalingGroupName: launchHook.groupName }),
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
      ...(props.rollout !== 'elsewhere' && { updatePolicy: oneByOne(scaling) }),
    })
    // An instance that boots before its way out or its permissions are there would start in vain.
    this.startAfter(subnets.internetConnectivityEstablished, role)
    if (launchHook) this.#holdBack(launchHook, role)
    if (props.policies !== 'elsewhere') {
      this.group.scaleOnCpuUtilization('Cpu', { targetUtilizationPercent: scaling.cpuPercent ?? 50 })
    }
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
        ...(props.agent && { agent: props.agent }),
        ...(props.tlsPort !== undefined && { selfSigned: true }),
        ...(props.launchHook && {
          lifecycle: { hookName: props.launchHook.name, groupName: props.launchHook.groupName },
        }),
        // As text, not as a reference: the group refers to this template already.
        signals: Lazy.string({ produce: () => Stack.of(this).getLogicalId(this.#cfnGroup()) }),
      }),
    })
    Tags.of(template).add('Name', props.label ?? `${Stack.of(this).stackName}-${this.node.id.toLowerCase()}`)
    return template
  }

  /** In the group itself: a hook that is a resource of its own comes too late for the first instances. */
  #holdBack({ name, groupName, heartbeat, defaultResult }: LaunchHook, role: Role): void {
    this.#cfnGroup().lifecycleHookSpecificationList = [
      {
        lifecycleHookName: name,
        lifecycleTransition: 'autoscaling:EC2_INSTANCE_LAUNCHING',
        heartbeatTimeout: heartbeat.toSeconds(),
        defaultResult,
      },
    ]
    const { region, account } = Stack.of(this)
    const group = `arn:aws:autoscaling:${region}:${account}:autoScalingGroup:*:autoScalingGroupName/${groupName}`
    role.addToPolicy(new PolicyStatement({ actions: ['autoscaling:CompleteLifecycleAction'], resources: [group] }))
    acknowledgeWildcards(role, 'The ARN of a group has an id that is known when it is there.', [`Resource::${group}`])
  }

  #standBehind(props: AutoScaledServiceProps<P>): ApplicationTargetGroup {
    const served = props.processes[props.serves]
    if (!served?.port) {
      throw new Error(`${this.node.path}: serves "${props.serves}", which is not among the processes that have a port`)
    }
    const targets = new ApplicationTargetGroup(this, 'Targets', {
      vpc: props.network.vpc,
      protocol: props.tlsPort === undefined ? ApplicationProtocol.HTTP : ApplicationProtocol.HTTPS,
      port: props.tlsPort ?? served.port,
      targets: [this.group],
      deregistrationDelay: Duration.seconds(30),
      ...(props.stickiness && { stickinessCookieDuration: props.stickiness }),
      healthCheck: {
        protocol: props.tlsPort === undefined ? Protocol.HTTP : Protocol.HTTPS,
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

/** One instance after the other; back to the old version when one does not tell that it is well. */
const oneByOne = (scaling: Scaling): UpdatePolicy =>
  UpdatePolicy.rollingUpdate({
    maxBatchSize: 1,
    minInstancesInService: stayingInService(scaling),
    pauseTime: ROLLS_WITHIN,
    waitOnResourceSignals: true,
    suspendProcesses: SUSPENDED_WHILE_ROLLING,
  })

/** While a new version rolls; with a size that is a parameter, one. */
const stayingInService = ({ desired, max }: Scaling): number =>
  Token.isUnresolved(desired) || Token.isUnresolved(max) ? 1 : Math.min(desired, max - 1)

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
