import { z } from 'zod'
import { type Operation, operation, shape } from '../../../gateway/api.ts'
import type { Access } from '../../../identity/authorizer.ts'
import { describeDefinition } from '../definitions/describe-definition.ts'
import { readDefinition, roleOf } from '../definitions/read-definition.ts'
import { type WireTaskDefinition, wireTaskDefinition } from '../definitions/wire-shape.ts'
import { ClientException } from '../errors.ts'
import { anywhere, definitionArn, describeTags, type EcsContext, passedRoles, readTags } from './context.ts'
import { pageOf, paging } from './paging.ts'

const STATUS = z.enum(['ACTIVE', 'INACTIVE', 'DELETE_IN_PROGRESS'])

/** Task definitions: families of revisions. */
export const taskDefinitionOperations = (context: EcsContext): readonly Operation[] => {
  const { state } = context
  const { architecture } = state.world
  return [
    operation({
      name: 'RegisterTaskDefinition',
      input: wireTaskDefinition,
      authorize: input => registering(context, input),
      run(input) {
        const spec = readDefinition(input, { architecture, image: uri => state.definitions.image(uri) })
        const revision = state.definitions.register(input.family, spec, readTags(input.tags))
        return { taskDefinition: describeDefinition(revision, architecture), tags: describeTags(revision.tags) }
      },
    }),
    operation({
      name: 'DescribeTaskDefinition',
      input: shape({ taskDefinition: z.string(), include: z.array(z.literal('TAGS')).optional() }),
      authorize: () => anywhere('DescribeTaskDefinition'),
      run({ taskDefinition, include = [] }) {
        const revision = state.definitions.get(taskDefinition)
        return {
          taskDefinition: describeDefinition(revision, architecture),
          tags: include.includes('TAGS') ? describeTags(revision.tags) : undefined,
        }
      },
    }),
    operation({
      name: 'DeregisterTaskDefinition',
      input: shape({ taskDefinition: z.string() }),
      authorize: () => anywhere('DeregisterTaskDefinition'),
      run({ taskDefinition }) {
        if (!/:\d+$/.test(taskDefinition)) {
          throw new ClientException(`Revision is missing. Task definition: ${taskDefinition}`)
        }
        const revision = state.definitions.get(taskDefinition)
        state.definitions.deregister(revision)
        return { taskDefinition: describeDefinition(revision, architecture) }
      },
    }),
    operation({
      name: 'ListTaskDefinitions',
      input: shape({
        familyPrefix: z.string().optional(),
        status: STATUS.optional(),
        sort: z.enum(['ASC', 'DESC']).optional(),
        ...paging,
      }),
      authorize: () => anywhere('ListTaskDefinitions'),
      run({ familyPrefix, status = 'ACTIVE', sort = 'ASC', ...page }) {
        const families = state.definitions.families.filter(name => familyPrefix === undefined || name === familyPrefix)
        const all = families.flatMap(name => state.definitions.revisionsOf(name)).filter(each => each.status === status)
        const { items, nextToken } = pageOf(sort === 'ASC' ? all : all.toReversed(), page)
        return { taskDefinitionArns: items.map(({ arn }) => arn), nextToken }
      },
    }),
    operation({
      name: 'ListTaskDefinitionFamilies',
      input: shape({
        familyPrefix: z.string().optional(),
        status: z.enum(['ACTIVE', 'INACTIVE', 'ALL']).optional(),
        ...paging,
      }),
      authorize: () => anywhere('ListTaskDefinitionFamilies'),
      run({ familyPrefix = '', status = 'ALL', ...page }) {
        const isActive = (name: string) =>
          state.definitions.revisionsOf(name).some(revision => revision.status === 'ACTIVE')
        const families = state.definitions.families
          .filter(name => name.startsWith(familyPrefix))
          .filter(name => status === 'ALL' || isActive(name) === (status === 'ACTIVE'))
        const { items, nextToken } = pageOf(families, page)
        return { families: items, nextToken }
      },
    }),
  ]
}

// A role that doesn't exist is the registration's error, not one of permission.
function registering(context: EcsContext, input: WireTaskDefinition): Access[] {
  const { architecture } = context.state.world
  const taskRole = roleOf(input.taskRoleArn, architecture)?.id
  const executionRole = roleOf(input.executionRoleArn, architecture)?.id
  const roles = passedRoles(architecture, {
    ...(taskRole === undefined ? {} : { taskRole }),
    ...(executionRole === undefined ? {} : { executionRole }),
  })
  const resource = definitionArn(context, `${input.family}:*`)
  return [{ action: 'ecs:RegisterTaskDefinition', resource }, ...roles]
}
