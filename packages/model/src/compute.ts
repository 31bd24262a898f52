import type { Duration } from '@terrace/kit'
import type { ContainerHealthCheck } from './containers.ts'
import type { BaseNode, NodeId, Zone } from './node.ts'

export interface LaunchTemplate extends BaseNode<'launchTemplate'> {
  readonly name: string
  readonly machine: Machine
}

/** What a launch needs to know about the machine it starts. */
export interface Machine {
  readonly imageId: string
  readonly instanceType: string
  readonly securityGroups: readonly NodeId[]
  /** The role of the instance profile. */
  readonly role?: NodeId
  readonly imdsv2Required: boolean
  /** How many hops an answer of the metadata service may take; with 1 a container behind a bridge gets none. */
  readonly metadataHopLimit: number
  /** The metadata service answers nothing at all. */
  readonly metadataDisabled?: boolean
  /** Metrics of EC2 each minute instead of each five. */
  readonly detailedMonitoring: boolean
  /** Of `TagSpecifications` for instances. */
  readonly tags?: Readonly<Record<string, string>>
  /** Of `TagSpecifications` for volumes. */
  readonly volumeTags?: Readonly<Record<string, string>>
  /** `shutdown` on the instance terminates it; absent: it is stopped. */
  readonly terminatesOnShutdown?: boolean
  /** Decoded user data, with every value of the template in its place. */
  readonly userData: string
  /** What it runs; absent when the user data starts no workload. */
  readonly workload?: Workload
}

/** What runs on an instance or in a task. Its processes share one address and one localhost. */
export interface Workload {
  readonly processes: readonly WorkloadProcess[]
}

export type WorkloadProcess = ImageProcess | NginxProcess | PostgresProcess

export interface ImageProcess {
  readonly kind: 'image'
  readonly name: string
  readonly image: ContainerImage
  readonly port?: number
  readonly environment: Readonly<Record<string, string>>
  /** Environment variable → secret ARN, optionally with `:key`. */
  readonly secrets: Readonly<Record<string, string>>
  readonly files: readonly WorkloadFile[]
  readonly restart: 'always' | 'no'
}

export interface NginxProcess {
  readonly kind: 'nginx'
  readonly name: string
  readonly configuration: string
  readonly port: number
  readonly files: readonly WorkloadFile[]
  readonly restart: 'always' | 'no'
}

/** PostgreSQL on the instance itself, for its localhost alone. */
export interface PostgresProcess {
  readonly kind: 'postgres'
  readonly name: string
  /** Of the official image, such as `16`. */
  readonly version: string
  readonly database: string
  /** Who owns the database and administers the server. */
  readonly username: string
  /** ARN of a secret, optionally with `:key`, or of a parameter of SSM. */
  readonly password: string
  /** Absolute path of its data directory on the instance. */
  readonly data: string
  readonly port: number
  readonly backups?: PostgresBackups
  readonly files: readonly WorkloadFile[]
  readonly restart: 'always' | 'no'
}

/** Dumps that an instance puts into a bucket. */
export interface PostgresBackups {
  /** `s3://bucket/prefix/` */
  readonly target: string
  /** `rate(6 hours)` or `cron(0 3 * * ? *)`, in UTC. */
  readonly schedule: string
  /** How many of the newest stay; at least 1. */
  readonly keep: number
}

export interface WorkloadFile {
  /** `s3://bucket/key`; a key that ends in `/` stands for everything below it. */
  readonly source: string
  readonly path: string
}

/** An image built from a directory of the cloud assembly can run here; one from elsewhere cannot. */
export type ContainerImage = DirectoryImage | { readonly kind: 'remote'; readonly uri: string }

/** An image as its Dockerfile describes it; nothing is built. */
export interface DirectoryImage {
  readonly kind: 'directory'
  readonly uri: string
  /** Absolute path of the build context. */
  readonly directory: string
  /** What it starts from in the end, such as `node:24-slim` or `scratch`. */
  readonly from: string
  /** Entry point and command together. */
  readonly command: readonly string[]
  /** The first part of `command`, of `ENTRYPOINT`. Who replaces it drops the rest, too. */
  readonly entryPoint: readonly string[]
  readonly environment: Readonly<Record<string, string>>
  readonly exposedPort?: number
  readonly labels: Readonly<Record<string, string>>
  readonly user?: string
  /** `SIGTERM` when absent. */
  readonly stopSignal?: string
  readonly healthCheck?: ContainerHealthCheck
  /** Where the command runs in the image. */
  readonly workingDirectory: string
  /** Absolute path of the directory on this machine that stands for the working directory. */
  readonly runDirectory: string
  /** Where its files come from, in the order in which they are copied: later ones win. */
  readonly copies: readonly ImageCopy[]
  /** Why it can't run here, each with Dockerfile, line and instruction; empty when it can. */
  readonly obstacles: readonly string[]
}

/** A file, or a directory's content, and its place in the image. Both paths are absolute. */
export interface ImageCopy {
  readonly source: string
  readonly target: string
}

export interface AutoScalingGroup extends BaseNode<'autoScalingGroup'> {
  readonly name: string
  readonly machine: Machine
  readonly subnets: readonly NodeId[]
  readonly minSize: number
  readonly maxSize: number
  readonly desiredCapacity: number
  readonly targetGroups: readonly NodeId[]
  readonly healthChecks: { readonly elb: boolean; readonly gracePeriod: Duration }
  readonly defaultCooldown: Duration
  readonly defaultInstanceWarmup?: Duration
  readonly groupMetrics: readonly string[]
  readonly terminationPolicies: readonly string[]
  readonly suspendedProcesses: readonly string[]
  /** New instances are not chosen when the group shrinks. */
  readonly newInstancesProtected: boolean
  readonly maxInstanceLifetime?: Duration
  /** Of `LifecycleHookSpecificationList` and of `AWS::AutoScaling::LifecycleHook`. */
  readonly lifecycleHooks: readonly LifecycleHook[]
  /** Those of its tags that its instances get, by `PropagateAtLaunch`. */
  readonly instanceTags?: Readonly<Record<string, string>>
  readonly notifications: readonly { readonly topic: string; readonly types: readonly string[] }[]
  /** Of `InstanceMaintenancePolicy`, in percent of the desired capacity. */
  readonly maintenance?: { readonly minHealthyPercentage: number; readonly maxHealthyPercentage: number }
  readonly zoneDistribution: 'balanced-best-effort' | 'balanced-only'
  readonly creation?: CreationPolicy
  readonly update?: GroupUpdatePolicy
}

/** `UpdatePolicy` of a group: how CloudFormation takes a change through its instances. */
export interface GroupUpdatePolicy {
  readonly rolling?: RollingUpdate
  /** Of `AutoScalingReplacingUpdate`: a new group takes the place of the old one. */
  readonly willReplace: boolean
  /** An update leaves sizes alone that the template has not changed. */
  readonly keepsSizes: boolean
}

/** `AutoScalingRollingUpdate`. */
export interface RollingUpdate {
  readonly maxBatchSize: number
  readonly minInstancesInService: number
  readonly minSuccessfulPercent: number
  readonly pauseTime: Duration
  /** The pause is how long signals are waited for. */
  readonly waitOnSignals: boolean
  readonly suspendProcesses: readonly string[]
}

/** `CreationPolicy`: the creation of a resource waits for signals from what it has made. */
export interface CreationPolicy {
  /** How many success signals are waited for. */
  readonly signals: number
  /** How long at most. */
  readonly timeout: Duration
  /** Of an Auto Scaling group: how many in a hundred of the signals have to be successes; 100 when absent. */
  readonly minSuccessfulPercent?: number
}

/** An instance waits in this place of its life until somebody completes the action, or the time is over. */
export interface LifecycleHook {
  readonly name: string
  readonly transition: 'autoscaling:EC2_INSTANCE_LAUNCHING' | 'autoscaling:EC2_INSTANCE_TERMINATING'
  readonly heartbeatTimeout: Duration
  readonly defaultResult: 'ABANDON' | 'CONTINUE'
  /** ARN of an SNS topic or SQS queue that is told, beside EventBridge. */
  readonly notificationTarget?: string
  readonly notificationMetadata?: string
  /** ARN of the role that the notification is sent with. */
  readonly role?: string
  /** Of `AWS::AutoScaling::LifecycleHook`: it is made after the group, whose first instances don't wait for it. */
  readonly addedLater?: boolean
}

export interface ScalingPolicy extends BaseNode<'scalingPolicy'> {
  readonly name: string
  readonly arn: string
  readonly group: NodeId
  readonly policy: GroupPolicy
}

/** What a policy of an Auto Scaling group does. */
export type GroupPolicy =
  | (TargetTracking & { readonly type: 'TargetTrackingScaling'; readonly instanceWarmup?: Duration })
  | (StepScaling & { readonly type: 'StepScaling'; readonly instanceWarmup?: Duration })
  | {
      readonly type: 'SimpleScaling'
      readonly adjustmentType: AdjustmentType
      readonly adjustment: number
      readonly minAdjustmentMagnitude?: number
      /** Absent: the group's default cooldown. */
      readonly cooldown?: Duration
    }

/** Keeps a metric near a value, by alarms that the policy makes itself. */
export interface TargetTracking {
  readonly metric: TrackedMetric
  readonly target: number
  readonly disableScaleIn: boolean
}

export type TrackedMetric =
  /** Such as `ASGAverageCPUUtilization` or `ECSServiceAverageMemoryUtilization`. */
  | { readonly kind: 'predefined'; readonly type: string; readonly resourceLabel?: string }
  | {
      readonly kind: 'customized'
      readonly namespace: string
      readonly name: string
      readonly dimensions: Readonly<Record<string, string>>
      readonly statistic: string
      readonly unit?: string
      readonly period?: Duration
    }

/** Adds or removes by how far an alarm's metric is from its threshold. */
export interface StepScaling {
  readonly adjustmentType: AdjustmentType
  readonly aggregation: 'Average' | 'Minimum' | 'Maximum'
  readonly minAdjustmentMagnitude?: number
  readonly steps: readonly StepAdjustment[]
}

export type AdjustmentType = 'ChangeInCapacity' | 'PercentChangeInCapacity' | 'ExactCapacity'

/** Bounds are relative to the alarm's threshold; an absent one is infinite. */
export interface StepAdjustment {
  readonly lower?: number
  readonly upper?: number
  readonly adjustment: number
}

/** `AWS::AutoScaling::ScheduledAction`. */
export interface ScheduledAction extends BaseNode<'scheduledAction'> {
  readonly name: string
  readonly group: NodeId
  readonly minSize?: number
  readonly maxSize?: number
  readonly desiredCapacity?: number
  /** A cron expression of five fields; absent: once, at `start`. */
  readonly recurrence?: string
  /** IANA name; `UTC` when the template says none. */
  readonly timeZone: string
  /** Milliseconds since 1970. */
  readonly start?: number
  readonly end?: number
}

/** A single EC2 instance of the template, outside any group. */
export interface Instance extends BaseNode<'instance'> {
  readonly machine: Machine
  readonly subnet: NodeId
  readonly zone: Zone
  readonly publicAddress: boolean
  /** The private address that the template asks for; absent when any of the subnet will do. */
  readonly privateAddress?: string
  /** Beside its root volume. */
  readonly volumes?: readonly AttachedVolume[]
  readonly creation?: CreationPolicy
}

/** A volume and the device that it is on an instance. */
export interface AttachedVolume {
  readonly volume: NodeId
  /** `/dev/sdf` */
  readonly device: string
}
