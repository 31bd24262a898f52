import { type Architecture, nodesOf } from '@terrace/model'
import { z } from 'zod'
import { accepted, onlyOff, onlyOne, shape } from '../../../gateway/api.ts'
import type { Access } from '../../../identity/authorizer.ts'
import { requirePassRole } from '../../../identity/pass-role.ts'
import type { TargetGroups } from '../../../ports.ts'
import type { Revision, TaskSpec } from '../definitions/task-definitions.ts'
import { InvalidParameter } from '../errors.ts'
import { LIMITS } from '../limits.ts'
import { shortName } from '../names.ts'
import type { Placement } from '../scheduling/deployment.ts'
import type { EcsState } from '../state.ts'
import { TASKS_SERVICE } from '../tasks/task-roles.ts'

/** What the operations work with. */
export interface EcsContext {
  readonly state: EcsState
  readonly targetGroups: TargetGroups
}

/** Permission for what knows no resource. */
export const anywhere = (action: string): Access => ({ action: `ecs:${action}`, resource: '*' })

/** Permission on something of a cluster; `ecs:cluster` is the key that conditions ask for. */
export function inCluster(
  { state }: EcsContext,
  action: string,
  cluster: string | undefined,
  resource?: string,
): Access {
  const arn = state.names.cluster(shortName(cluster ?? 'default'))
  return { action: `ecs:${action}`, resource: resource ?? arn, context: { 'ecs:cluster': arn } }
}

/** @param service  name or ARN */
export const onService = (context: EcsContext, action: string, cluster: string | undefined, service: string): Access =>
  inCluster(context, action, cluster, context.state.names.service(shortName(cluster ?? 'default'), shortName(service)))

/** @param task  id or ARN */
export const onTask = (context: EcsContext, action: string, cluster: string | undefined, task: string): Access =>
  inCluster(context, action, cluster, context.state.names.task(shortName(cluster ?? 'default'), shortName(task)))

/** The ARN of what a reference to a task definition stands for; a family alone is any of its revisions when it has none. */
export function definitionArn({ state }: EcsContext, reference: string): string {
  const found = state.definitions.find(reference)
  if (found) return found.arn
  const [family = '', revision = '*'] = shortName(reference).split(':')
  return state.names.definition(family, 0).replace(/:0$/, `:${revision}`)
}

/** Who starts tasks hands their roles to them. @see ECS Developer Guide, "Amazon ECS task execution IAM role", iam:PassRole */
export function passedRoles(architecture: Architecture, spec: Pick<TaskSpec, 'taskRole' | 'executionRole'>): Access[] {
  const ids = new Set([spec.taskRole, spec.executionRole])
  return nodesOf(architecture, 'role')
    .filter(({ id }) => ids.has(id))
    .map(role => requirePassRole(role, TASKS_SERVICE))
}

/** The same for a revision that may not exist. */
export const passedRolesOf = ({ state }: EcsContext, revision: Revision | undefined): Access[] =>
  revision ? passedRoles(state.world.architecture, revision) : []

/** `networkConfiguration` of services and tasks. */
export const wireNetwork = shape({
  awsvpcConfiguration: shape({
    subnets: z.array(z.string()),
    securityGroups: z.array(z.string()).optional(),
    assignPublicIp: z.enum(['ENABLED', 'DISABLED']).optional(),
  }).optional(),
})

const launchType = () =>
  onlyOne('FARGATE', ['EC2', 'EXTERNAL', 'MANAGED_INSTANCES'], 'any other launch type than FARGATE')

/** Of lists: what isn't Fargate has nothing in it. */
export const listedLaunchType = z.enum(['EC2', 'FARGATE', 'EXTERNAL', 'MANAGED_INSTANCES']).optional()

/** How services and tasks are launched. */
export const wireLaunch = {
  launchType: launchType(),
  capacityProviderStrategy: accepted(
    z
      .array(
        shape({
          capacityProvider: z.enum(['FARGATE', 'FARGATE_SPOT']),
          weight: z.int().optional(),
          base: z.int().optional(),
        }),
      )
      .optional(),
    'all tasks run on Fargate, and no Spot task is interrupted',
  ),
  platformVersion: accepted(z.enum(['LATEST', '1.4.0']).optional(), 'LATEST is 1.4.0, the only one here'),
  propagateTags: accepted(
    z.enum(['TASK_DEFINITION', 'SERVICE', 'NONE']).optional(),
    'tags of tasks are for people and for bills',
  ),
  enableECSManagedTags: accepted(z.boolean().optional(), 'tags of tasks are for people and for bills'),
  enableExecuteCommand: onlyOff('ECS Exec'),
}

/** Subnets and groups by their ids. @throws InvalidParameter with AWS's text */
export function readNetwork(input: z.output<typeof wireNetwork> | undefined, architecture: Architecture): Placement {
  const configuration = input?.awsvpcConfiguration
  if (!configuration) {
    throw new InvalidParameter("Network Configuration must be provided when networkMode 'awsvpc' is specified.")
  }
  const { subnets, securityGroups = [], assignPublicIp = 'DISABLED' } = configuration
  if (subnets.length === 0) throw new InvalidParameter('subnets can not be empty.')
  if (subnets.length > LIMITS.subnets) throw new InvalidParameter(`subnets can have at most ${LIMITS.subnets} items.`)
  if (securityGroups.length > LIMITS.securityGroups) {
    throw new InvalidParameter(`securityGroups can have at most ${LIMITS.securityGroups} items.`)
  }
  const known = nodesOf(architecture, 'subnet')
  const groups = nodesOf(architecture, 'securityGroup')
  return {
    subnets: subnets.map(id => idOf(known, id, `The subnet ID '${id}' does not exist`)),
    securityGroups: securityGroups.map(id => idOf(groups, id, `The security group '${id}' does not exist`)),
    assignPublicIp: assignPublicIp === 'ENABLED',
  }
}

function idOf(nodes: readonly { readonly id: string; readonly physicalId: string }[], id: string, otherwise: string) {
  const found = nodes.find(({ physicalId }) => physicalId === id)
  if (!found) throw new InvalidParameter(`Error retrieving network information for [${id}]: ${otherwise}`)
  return found.id
}

/** Tags as a record. */
export const readTags = (tags: readonly { readonly key: string; readonly value?: string | undefined }[] | undefined) =>
  Object.fromEntries((tags ?? []).map(({ key, value = '' }) => [key, value]))

/** Tags in AWS's words. */
export const describeTags = (tags: ReadonlyMap<string, string>) => [...tags].map(([key, value]) => ({ key, value }))
