import { alarm } from './alarm.ts'
import { applicationScaling } from './application-scaling.ts'
import { autoScaling } from './auto-scaling.ts'
import { bucketDeployment } from './bucket-deployment.ts'
import type { Builder, BuilderTable } from './build-context.ts'
import { containers } from './containers.ts'
import { dashboard } from './dashboard.ts'
import { database } from './database.ts'
import { distribution } from './distribution.ts'
import { ecsService } from './ecs-service.ts'
import { edgePolicies } from './edge-policies.ts'
import { eventRule } from './event-rule.ts'
import { flowLog } from './flow-log.ts'
import { functions } from './function.ts'
import { identityAccess } from './identity-access.ts'
import { keys } from './keys.ts'
import { launching } from './launching.ts'
import { lifecycleHook } from './lifecycle-hook.ts'
import { listener } from './listener.ts'
import { loadBalancer } from './load-balancer.ts'
import { logFilters } from './log-filters.ts'
import { logs } from './logs.ts'
import { mail } from './mail.ts'
import { names } from './names.ts'
import { networkAcl } from './network-acl.ts'
import { parameters } from './parameters.ts'
import { queue } from './queue.ts'
import { routing } from './routing.ts'
import { scheduledAction } from './scheduled-action.ts'
import { secrets } from './secrets.ts'
import { securityGroup } from './security-group.ts'
import { storage } from './storage.ts'
import { tables } from './tables.ts'
import { targetGroup } from './target-group.ts'
import { taskDefinition } from './task-definition.ts'
import { topic } from './topic.ts'
import { tracing } from './tracing.ts'
import { volume } from './volume.ts'
import { vpc } from './vpc.ts'
import { webAcl } from './web-acl.ts'

/** Every type that becomes part of the model. A new one is an entry in its service's file; a new service a line here. */
export const BUILDERS: BuilderTable = {
  ...autoScaling,
  ...bucketDeployment,
  ...dashboard,
  ...database,
  ...distribution,
  ...edgePolicies,
  ...eventRule,
  ...functions,
  ...identityAccess,
  ...keys,
  ...launching,
  ...listener,
  ...loadBalancer,
  ...logFilters,
  ...logs,
  ...mail,
  ...names,
  ...networkAcl,
  ...parameters,
  ...queue,
  ...routing,
  ...secrets,
  ...securityGroup,
  ...storage,
  ...tables,
  ...targetGroup,
  ...topic,
  ...tracing,
  ...lifecycleHook,
  ...scheduledAction,
  ...flowLog,
  ...alarm,
  ...containers,
  ...taskDefinition,
  ...ecsService,
  ...applicationScaling,
  ...volume,
  ...vpc,
  ...webAcl,
}

/** Nothing for a type that is not read. */
export const builderOf = (type: string): Builder | undefined =>
  Object.hasOwn(BUILDERS, type) ? BUILDERS[type] : undefined
