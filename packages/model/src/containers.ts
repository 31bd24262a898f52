import type { Duration } from '@terrace/kit'
import type { ContainerImage, StepScaling, TargetTracking } from './compute.ts'
import type { PolicyDocument } from './data.ts'
import type { BaseNode, NodeId } from './node.ts'

/** `AWS::ECR::Repository`. */
export interface Repository extends BaseNode<'repository'> {
  readonly name: string
  readonly arn: string
  readonly uri: string
  /** Of `RepositoryPolicyText`; its statements name no resource. */
  readonly policy?: PolicyDocument
}

/** `AWS::ECS::Cluster`. */
export interface Cluster extends BaseNode<'cluster'> {
  readonly name: string
  readonly arn: string
  readonly containerInsights: boolean
  /** Where services run that say nothing themselves. */
  readonly defaultCapacityProviders?: readonly string[]
}

/** `AWS::ECS::TaskDefinition` for Fargate. */
export interface TaskDefinition extends BaseNode<'taskDefinition'> {
  readonly family: string
  /** With its revision, which is 1. */
  readonly arn: string
  /** CPU units; 1,024 are one vCPU. */
  readonly cpu: number
  /** MiB. */
  readonly memory: number
  readonly architecture: 'X86_64' | 'ARM64'
  readonly taskRole?: NodeId
  readonly executionRole?: NodeId
  readonly containers: readonly ContainerDefinition[]
}

export interface ContainerDefinition {
  readonly name: string
  readonly image: ContainerImage
  readonly essential: boolean
  /** Absent: those of the image. */
  readonly entryPoint?: readonly string[]
  readonly command?: readonly string[]
  readonly workingDirectory?: string
  readonly ports: readonly number[]
  readonly environment: Readonly<Record<string, string>>
  /** Variable → ARN of a secret (`arn:key:stage:version`) or a parameter's ARN or name. */
  readonly secrets: Readonly<Record<string, string>>
  readonly healthCheck?: ContainerHealthCheck
  readonly dependsOn: readonly {
    readonly container: string
    readonly condition: 'START' | 'COMPLETE' | 'SUCCESS' | 'HEALTHY'
  }[]
  /** Between SIGTERM and SIGKILL; 30 s when the template says nothing. */
  readonly stopTimeout: Duration
  /** How long those that depend on it wait for it. */
  readonly startTimeout?: Duration
  /** MiB. */
  readonly memory?: number
  readonly memoryReservation?: number
  readonly cpu?: number
  readonly readonlyRootFilesystem: boolean
  readonly logs?: {
    readonly driver: string
    readonly group?: string
    readonly streamPrefix?: string
    readonly createGroup: boolean
  }
}

export interface ContainerHealthCheck {
  /** `CMD` or `CMD-SHELL` first. */
  readonly command: readonly string[]
  readonly interval: Duration
  readonly timeout: Duration
  readonly retries: number
  readonly startPeriod: Duration
}

/** `AWS::ECS::Service` on Fargate. */
export interface EcsService extends BaseNode<'ecsService'> {
  readonly name: string
  readonly arn: string
  readonly cluster: NodeId
  readonly taskDefinition: NodeId
  readonly desiredCount: number
  readonly subnets: readonly NodeId[]
  readonly securityGroups: readonly NodeId[]
  readonly assignPublicIp: boolean
  readonly targets: readonly { readonly targetGroup: NodeId; readonly container: string; readonly port: number }[]
  readonly healthCheckGracePeriod: Duration
  /** Percent of the desired count. */
  readonly minimumHealthyPercent: number
  readonly maximumPercent: number
  readonly circuitBreaker: { readonly enabled: boolean; readonly rollback: boolean }
  readonly alarms?: { readonly names: readonly string[]; readonly rollback: boolean }
  readonly zoneRebalancing: boolean
  readonly executeCommand: boolean
}

/** `AWS::ApplicationAutoScaling::ScalableTarget`. */
export interface ScalableTarget extends BaseNode<'scalableTarget'> {
  readonly namespace: string
  /** Such as `service/<cluster>/<service>`. */
  readonly resourceId: string
  readonly dimension: string
  readonly minCapacity: number
  readonly maxCapacity: number
  readonly scheduledActions: readonly {
    readonly name: string
    /** `cron(…)`, `rate(…)` or `at(…)`. */
    readonly schedule: string
    readonly timeZone: string
    readonly minCapacity?: number
    readonly maxCapacity?: number
    readonly start?: number
    readonly end?: number
  }[]
  readonly suspended: {
    readonly dynamicScalingIn: boolean
    readonly dynamicScalingOut: boolean
    readonly scheduled: boolean
  }
}

/** `AWS::ApplicationAutoScaling::ScalingPolicy`. */
export interface ApplicationScalingPolicy extends BaseNode<'applicationScalingPolicy'> {
  readonly name: string
  readonly arn: string
  readonly target: NodeId
  readonly policy:
    | (TargetTracking & {
        readonly type: 'TargetTrackingScaling'
        readonly scaleInCooldown: Duration
        readonly scaleOutCooldown: Duration
      })
    | (StepScaling & { readonly type: 'StepScaling'; readonly cooldown: Duration })
}
