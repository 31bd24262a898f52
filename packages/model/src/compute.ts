import type { Duration } from '@terrace/kit'
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
  /** Decoded user data, with every value of the template in its place. */
  readonly userData: string
  /** What it runs; absent when the user data starts no workload. */
  readonly workload?: Workload
}

/** What runs on an instance or in a task. Its processes share one address and one localhost. */
export interface Workload {
  readonly processes: readonly WorkloadProcess[]
}

export type WorkloadProcess = ImageProcess | NginxProcess

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

export interface WorkloadFile {
  /** `s3://bucket/key`; a key that ends in `/` stands for everything below it. */
  readonly source: string
  readonly path: string
}

/** An image built from a directory of the cloud assembly can run here; one from elsewhere cannot. */
export type ContainerImage =
  | {
      readonly kind: 'directory'
      readonly uri: string
      /** Absolute path of the build context. */
      readonly directory: string
      readonly command: readonly string[]
      readonly environment: Readonly<Record<string, string>>
      readonly exposedPort?: number
      readonly labels: Readonly<Record<string, string>>
    }
  | { readonly kind: 'remote'; readonly uri: string }

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
  /** Of `CreationPolicy`: how many success signals the creation waits for, and how long at most. */
  readonly creation?: { readonly signals: number; readonly timeout: Duration }
}

export interface ScalingPolicy extends BaseNode<'scalingPolicy'> {
  readonly group: NodeId
  readonly policy:
    | {
        readonly type: 'TargetTrackingScaling'
        readonly metric: string
        readonly resourceLabel?: string
        readonly target: number
        readonly disableScaleIn: boolean
      }
    | { readonly type: 'StepScaling' | 'SimpleScaling'; readonly properties: unknown }
}

/** A single EC2 instance of the template, outside any group. */
export interface Instance extends BaseNode<'instance'> {
  readonly machine: Machine
  readonly subnet: NodeId
  readonly zone: Zone
  readonly publicAddress: boolean
  /** The private address that the template asks for; absent when any of the subnet will do. */
  readonly privateAddress?: string
}
