import type { Instant } from '@terrace/kit'

/** A metadata service of one instance or task, on a socket that only its network position reaches. */
export interface MetadataServer {
  /** Path of the Unix socket that stands for `169.254.169.254:80` or `169.254.170.2:80`. */
  readonly socket: string
  close(): Promise<void>
}

/** What an instance may learn about itself. @see EC2 User Guide, "Instance metadata categories" */
export interface InstanceFacts {
  readonly instanceId: string
  readonly instanceType: string
  readonly imageId: string
  readonly zone: string
  readonly localAddress: string
  readonly publicAddress?: string
  readonly interfaceId: string
  /** Names. */
  readonly securityGroups: readonly string[]
  readonly securityGroupIds?: readonly string[]
  readonly subnetId: string
  readonly subnetCidr?: string
  readonly vpcId: string
  readonly vpcCidr?: string
  readonly userData: string
  readonly launchedAt: Instant
  readonly instanceProfileArn?: string
  readonly roleName?: string
  readonly tags: Readonly<Record<string, string>>
  /** Whether `tags/instance` is there (`InstanceMetadataTags`); default: it isn't. */
  readonly tagsShown?: boolean
  /** Of the Auto Scaling group: `InService`, `Terminated`… */
  readonly lifecycleState?: string
}
