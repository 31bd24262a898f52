import { Duration, Stack, Validations } from 'aws-cdk-lib'
import { type Connections, type IConnectable, Peer, Port, SecurityGroup } from 'aws-cdk-lib/aws-ec2'
import {
  AvailabilityZoneRebalancing,
  FargateService as CdkService,
  Cluster,
  ContainerInsights,
  Secret as ContainerSecret,
  CpuArchitecture,
  ContainerImage as EcsImage,
  FargateTaskDefinition,
  LogDriver,
  OperatingSystemFamily,
} from 'aws-cdk-lib/aws-ecs'
import { ApplicationProtocol, ApplicationTargetGroup, Protocol } from 'aws-cdk-lib/aws-elasticloadbalancingv2'
import type { IGrantable, IPrincipal } from 'aws-cdk-lib/aws-iam'
import type { LogGroup } from 'aws-cdk-lib/aws-logs'
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager'
import { Construct } from 'constructs'
import { acknowledgeWildcards } from './acknowledge.ts'
import { allowTracing, COLLECTOR_ENDPOINT, COLLECTOR_IMAGE, collectorEnvironment } from './collector.ts'
import type { LoadBalancer } from './load-balancer.ts'
import { type Placement, subnetsOf } from './network.ts'
import { operationsLog } from './operations-log.ts'
import type { RunnableImage } from './runnable-image.ts'
import { checkScaling, type Scaling } from './scaling.ts'

export type FargateServiceProps = Placement<'web' | 'app'> & {
  /** The balancer that sends requests to the tasks. */
  readonly behind: LoadBalancer
  readonly image: RunnableImage
  /** TCP port that the program listens on. */
  readonly port: number
  /** Variables, beside `HOST` and `PORT`, which are always set. */
  readonly environment: Readonly<Record<string, string>>
  /** Variables whose values ECS reads from Secrets Manager when a task starts. */
  readonly secrets: Readonly<Record<string, ISecret>>
  readonly scaling: Scaling & TaskScaling
  /** Of a task. Default a quarter of a vCPU and 512 MiB. */
  readonly size?: { readonly cpu: number; readonly memoryLimitMiB: number }
  /** Where the balancer asks whether a task can serve. Default `/readyz`. */
  readonly healthPath?: string
  /** What the tasks speak to the balancer, which takes any certificate. Default `http`. */
  readonly protocol?: 'http' | 'https'
  /** Names for people who look by the command line. Default: generated. */
  readonly names?: { readonly cluster: string; readonly service: string }
  /**
   * A collector of spans beside the program, which finds it by `OTEL_EXPORTER_OTLP_ENDPOINT`; it gives them to X-Ray with
   * the task's role. Default none.
   */
  readonly collector?: boolean
}

/** What else moves the number of tasks. */
export interface TaskScaling {
  /** Requests a minute for each task to hold. Default: the processor alone counts. */
  readonly requestsPerTask?: number
}

/**
 * Identical tasks on Fargate, spread over the zones, behind a balancer: private addresses, logs to CloudWatch, a role for
 * starting them that may read their image, secrets and log group, and one for the program that may do what is granted to
 * this construct: nothing at first. The service follows its average CPU. A new version takes the place of the old one task by task, and goes back when its tasks don't become well.
 */
export class FargateService extends Construct implements IConnectable, IGrantable {
  readonly service: CdkService
  readonly connections: Connections
  readonly targets: ApplicationTargetGroup
  readonly grantPrincipal: IPrincipal

  constructor(scope: Construct, id: string, props: FargateServiceProps) {
    super(scope, id)
    checkScaling(this, props.scaling)
    const { network, scaling } = props
    const subnets = subnetsOf(props)
    const securityGroup = new SecurityGroup(this, 'Group', {
      vpc: network.vpc,
      description: `${id} tasks`,
      allowAllOutbound: false,
    })
    securityGroup.addEgressRule(Peer.anyIpv4(), Port.tcp(443), 'AWS services')
    this.connections = securityGroup.connections
    const taskDefinition = this.#taskDefinition(props)
    this.grantPrincipal = taskDefinition.taskRole
    this.service = new CdkService(this, 'Service', {
      ...(props.names && { serviceName: props.names.service }),
      cluster: new Cluster(this, 'Cluster', {
        ...(props.names && { clusterName: props.names.cluster }),
        vpc: network.vpc,
        containerInsightsV2: ContainerInsights.ENABLED,
      }),
      taskDefinition,
      desiredCount: scaling.desired,
      minHealthyPercent: 100,
      maxHealthyPercent: 200,
      circuitBreaker: { rollback: true },
      healthCheckGracePeriod: STARTS_WITHIN,
      availabilityZoneRebalancing: AvailabilityZoneRebalancing.ENABLED,
      assignPublicIp: false,
      vpcSubnets: { subnets: subnets.subnets },
      securityGroups: [securityGroup],
    })
    this.service.node.addDependency(subnets.internetConnectivityEstablished)
    const tasks = this.service.autoScaleTaskCount({ minCapacity: scaling.min, maxCapacity: scaling.max })
    tasks.scaleOnCpuUtilization('Cpu', { targetUtilizationPercent: scaling.cpuPercent ?? 50 })
    this.targets = this.#standBehind(props)
    const { requestsPerTask: requestsPerTarget } = scaling
    if (requestsPerTarget === undefined) return
    tasks.scaleOnRequestCount('Requests', { requestsPerTarget, targetGroup: this.targets })
  }

  #taskDefinition(props: FargateServiceProps): FargateTaskDefinition {
    const definition = new FargateTaskDefinition(this, 'Tasks', {
      ...(props.size ?? { cpu: 256, memoryLimitMiB: 512 }),
      runtimePlatform: { cpuArchitecture: CpuArchitecture.X86_64, operatingSystemFamily: OperatingSystemFamily.LINUX },
    })
    const logGroup = operationsLog(this, 'Log')
    definition.addContainer(CONTAINER, {
      image: EcsImage.fromRegistry(props.image.uri),
      portMappings: [{ containerPort: props.port }],
      environment: {
        HOST: '0.0.0.0',
        PORT: String(props.port),
        ...(props.collector === true && { OTEL_EXPORTER_OTLP_ENDPOINT: COLLECTOR_ENDPOINT }),
        ...props.environment,
      },
      secrets: Object.fromEntries(
        Object.entries(props.secrets).map(([name, secret]) => [name, ContainerSecret.fromSecretsManager(secret)]),
      ),
      logging: LogDriver.awsLogs({ streamPrefix: CONTAINER, logGroup }),
      readonlyRootFilesystem: true,
      stopTimeout: Duration.seconds(30),
    })
    if (props.collector === true) this.#collect(definition, logGroup)
    props.image.grantPull(definition.obtainExecutionRole())
    acknowledgeWildcards(this, 'ecr:GetAuthorizationToken has no resource that a policy could name.', ['Resource::*'])
    Validations.of(definition).acknowledge({
      id: 'AwsSolutions-ECS2',
      reason: 'The variables are addresses and names; what is secret comes from Secrets Manager.',
    })
    return definition
  }

  /** Requests are served without it: its end is not the task's. */
  #collect(definition: FargateTaskDefinition, logGroup: LogGroup): void {
    definition.addContainer('collector', {
      image: EcsImage.fromRegistry(COLLECTOR_IMAGE.uri),
      essential: false,
      environment: collectorEnvironment(Stack.of(this)),
      logging: LogDriver.awsLogs({ streamPrefix: 'collector', logGroup }),
      memoryReservationMiB: 128,
      readonlyRootFilesystem: true,
    })
    allowTracing(this, definition.taskRole)
  }

  #standBehind(props: FargateServiceProps): ApplicationTargetGroup {
    const secure = props.protocol === 'https'
    const targets = new ApplicationTargetGroup(this, 'Targets', {
      vpc: props.network.vpc,
      protocol: secure ? ApplicationProtocol.HTTPS : ApplicationProtocol.HTTP,
      port: props.port,
      targets: [this.service.loadBalancerTarget({ containerName: CONTAINER, containerPort: props.port })],
      deregistrationDelay: Duration.seconds(30),
      healthCheck: {
        protocol: secure ? Protocol.HTTPS : Protocol.HTTP,
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
}

const CONTAINER = 'app'

/** From the start of a task to its first good answer: migrations may go before. */
const STARTS_WITHIN = Duration.seconds(120)
