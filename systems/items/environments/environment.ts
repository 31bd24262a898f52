import type { Scaling, TaskScaling } from '@terrace/constructs'

/** The environments that there are. */
export const ENVIRONMENTS = ['dev', 'prod'] as const

export type EnvironmentName = (typeof ENVIRONMENTS)[number]

/** All that tells one environment from another. Each is one file beside this one; the parts of the stack know none by name. */
export interface Environment {
  readonly name: EnvironmentName
  /** Where the system is, unless the parameter `DomainName` says otherwise. */
  readonly domainName: string
  readonly network: NetworkSettings
  readonly frontend: FrontendSettings
  readonly api: ApiSettings
  readonly table: TableSettings
  /** Requests of one address in five minutes, above which the web ACL blocks it; at least 10. */
  readonly requestsPerAddress: number
  /** Days that log groups are kept, one of the numbers that CloudWatch Logs knows. */
  readonly logDays: 7 | 30 | 90 | 365
  /** Part of the requests whose traces are kept, 0 to 1. */
  readonly tracedPart: number
  /** Days between two keys of the cursors, 1 to 1000. */
  readonly rotationDays: number
  /** Balancers and table refuse to be deleted. */
  readonly deletionProtection: boolean
  readonly alarms: AlarmThresholds
}

export interface NetworkSettings {
  /** Addresses of the VPC; environments that are to be joined one day must not overlap. */
  readonly cidr: string
  readonly zones: 3
  /** One NAT gateway in each zone, or one for all: the loss of its zone takes the way out of the others, too. */
  readonly nat: 'per-zone' | 'single'
}

export interface FrontendSettings {
  /** EC2 type, x86-64. */
  readonly instanceType: string
  readonly scaling: Scaling
}

export interface ApiSettings {
  /** Of one task, program and collector together; CPU units and MiB, a pair that Fargate knows. */
  readonly size: { readonly cpu: number; readonly memoryLimitMiB: number }
  readonly scaling: Scaling & Required<TaskScaling>
}

export interface TableSettings {
  /** Days back to any second of which the table can be restored, 1 to 35. */
  readonly recoveryDays: number
  /** What becomes of the items with the stack. */
  readonly whenDeleted: 'keep' | 'delete'
}

/** From these values on somebody is told. */
export interface AlarmThresholds {
  /** Average of a tier, percent. */
  readonly cpuPercent: number
  readonly memoryPercent: number
  /** Of the fullest disk, percent. */
  readonly diskPercent: number
  /** Answers 500 to 599 in a minute, of a tier or of its balancer. */
  readonly failuresPerMinute: number
  /** The slowest hundredth of a minute's answers, seconds. */
  readonly slowestHundredthSeconds: number
  /** Requests that the table refuses in a minute. */
  readonly throttledPerMinute: number
}
