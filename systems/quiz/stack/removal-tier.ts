import {
  type AgentConfiguration,
  AutoScaledService,
  COLLECTOR_ENDPOINT,
  COLLECTOR_IMAGE,
  ContainerImage,
  collectorEnvironment,
  instanceIdentity,
  LoadBalancer,
  type LogBucket,
  type ThreeTierNetwork,
} from '@terrace/constructs'
import { Duration, Stack } from 'aws-cdk-lib'
import { Schedule } from 'aws-cdk-lib/aws-autoscaling'
import type { IConnectable } from 'aws-cdk-lib/aws-ec2'
import { Construct } from 'constructs'
import { CUTOUT_PORT } from './names.ts'
import type { TierSize, WorkingHours } from './parameters.ts'

export interface RemovalTierProps {
  readonly network: ThreeTierNetwork<'app'>
  readonly logs: LogBucket
  /** Build context of its image. */
  readonly image: string
  readonly size: TierSize
  readonly workingHours: WorkingHours
  /** What becomes of an instance that is not ready in time. */
  readonly lateLaunch: 'ABANDON' | 'CONTINUE'
  readonly deletionProtection: boolean
}

/** Two cores, 4 GiB: a worker for each core. */
const INSTANCE_TYPE = 'c6i.large'

/** Where the CloudWatch agent of the tier puts its metrics, and the service its own. */
export const CUTOUT_METRICS = 'Quiz/Cutout'

/**
 * The service that removes backgrounds, in a tier of its own: internal balancer on 8000 → instances in two private
 * subnets. An instance is in service when it has answered `/healthcheck` and has said so itself. How many there are in
 * working hours and outside is a schedule; what moves their number within is given in {@link scaleRemovalTier}.
 */
export class RemovalTier extends Construct {
  readonly balancer: LoadBalancer
  readonly service: AutoScaledService
  /** Known to the instances, which complete their own lifecycle action. */
  readonly groupName: string

  constructor(scope: Construct, id: string, props: RemovalTierProps) {
    super(scope, id)
    const { network, logs, size, deletionProtection } = props
    this.groupName = `${Stack.of(this).stackName}-cutout`
    this.balancer = new LoadBalancer(this, 'Balancer', {
      exposure: 'internal',
      network,
      tier: 'app',
      port: CUTOUT_PORT,
      logs,
      deletionProtection,
    })
    const identity = instanceIdentity(this, network.vpc)
    identity.role.allowTracing()
    this.service = new AutoScaledService(this, 'Service', {
      network,
      tier: 'app',
      behind: this.balancer,
      scaling: size,
      policies: 'elsewhere',
      instanceType: INSTANCE_TYPE,
      identity,
      processes: {
        cutout: {
          kind: 'image',
          image: new ContainerImage(this, 'Image', { directory: props.image }),
          port: CUTOUT_PORT,
          environment: {
            OTEL_SERVICE_NAME: 'quiz-cutout',
            OTEL_EXPORTER_OTLP_ENDPOINT: COLLECTOR_ENDPOINT,
            METRICS_NAMESPACE: CUTOUT_METRICS,
          },
        },
        collector: { kind: 'helper', image: COLLECTOR_IMAGE, environment: collectorEnvironment(Stack.of(this)) },
      },
      serves: 'cutout',
      healthPath: '/healthcheck',
      agent: agent(identity.logGroup.logGroupName),
      launchHook: {
        name: 'lifecycle-hook',
        groupName: this.groupName,
        heartbeat: Duration.seconds(450),
        defaultResult: props.lateLaunch,
      },
    })
    this.#keepHours(size, props.workingHours)
  }

  get host(): string {
    return this.balancer.balancer.loadBalancerDnsName
  }

  get targetGroupArn(): string {
    return this.service.targets.targetGroupArn
  }

  allowFrom(client: IConnectable, description: string): void {
    this.balancer.allowFrom(client, description)
  }

  #keepHours({ min, desired, max }: TierSize, { begin, end, timeZone }: WorkingHours): void {
    const { group } = this.service
    const at = (hour: string, days: string) => Schedule.expression(`0 ${hour} * * ${days}`)
    group.scaleOnSchedule('development-up', {
      schedule: at(begin, '1-5'),
      timeZone,
      minCapacity: min,
      desiredCapacity: desired,
      maxCapacity: max,
    })
    // One stays: who makes a quiz on a Sunday waits longer, not in vain.
    group.scaleOnSchedule('development-down', {
      schedule: at(end, '1-5'),
      timeZone,
      minCapacity: 1,
      desiredCapacity: 1,
      maxCapacity: max,
    })
  }
}

/** Processor at short intervals for the alarms of 30 s; memory and disk; what the set-up has printed. */
const agent = (logGroupName: string): AgentConfiguration => ({
  agent: { metrics_collection_interval: 60 },
  metrics: {
    namespace: CUTOUT_METRICS,
    append_dimensions: { AutoScalingGroupName: '${aws:AutoScalingGroupName}' },
    aggregation_dimensions: [['AutoScalingGroupName']],
    metrics_collected: {
      cpu: { measurement: ['usage_active'], totalcpu: true, metrics_collection_interval: 10 },
      mem: { measurement: ['used_percent'] },
      disk: { measurement: ['used_percent'], resources: ['/'], drop_device: true },
    },
  },
  logs: {
    logs_collected: {
      files: {
        collect_list: [
          {
            file_path: '/var/log/cloud-init-output.log',
            log_group_name: logGroupName,
            log_stream_name: 'set-up/{instance_id}',
          },
        ],
      },
    },
  },
})
