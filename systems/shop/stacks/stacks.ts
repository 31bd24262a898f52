import type { App } from 'aws-cdk-lib'
import type { ShopAssets, ShopOptions } from '../props.ts'
import { ComputeStack } from './compute.ts'
import { DatabaseStack } from './database.ts'
import { NetworkingStack } from './networking.ts'
import { SecurityStack } from './security.ts'

/** The names of the stacks, in the order in which they are deployed; removed in the reverse. */
export const STACKS = ['shop-networking', 'shop-security', 'shop-database', 'shop-compute'] as const

/** The whole system: four stacks, each of which takes what the ones before it give. */
export function addStacks(app: App, props: ShopOptions & ShopAssets): void {
  const { mistake = 'none', deletionProtection = false } = props
  // The account is whichever deploys.
  const env = { region: 'us-east-1' }
  const networking = new NetworkingStack(app, 'shop-networking', { env, mistake, pictures: props.pictures })
  const security = new SecurityStack(app, 'shop-security', { env, networking })
  const database = new DatabaseStack(app, 'shop-database', { env, networking, security, deletionProtection })
  new ComputeStack(app, 'shop-compute', { env, networking, security, database, ...props, mistake, deletionProtection })
}
