import { z } from 'zod'
import { type Operation, operation, shape } from '../../gateway/api.ts'
import { timestamp } from '../../gateway/time.ts'
import type { Access } from '../../identity/authorizer.ts'
import type { World } from '../../world.ts'
import { ValidationError } from './errors.ts'
import { UNIQUE_ID } from './limits.ts'
import { idOfStack, isStack } from './stacks.ts'
import type { Creations } from './state.ts'

/** The table of CloudFormation: what a start of a stack needs from outside. */
export function operations({ architecture, clock }: World, creations: Creations): readonly Operation[] {
  const createdAt = timestamp(clock.now())
  const onStack = (action: string, stack: string): Access => ({
    action: `cloudformation:${action}`,
    resource: idOfStack(architecture, stack) ?? '*',
  })
  return [
    operation({
      name: 'SignalResource',
      input: shape({
        StackName: z.string().min(1),
        LogicalResourceId: z.string(),
        UniqueId: z.string().min(UNIQUE_ID.least).max(UNIQUE_ID.most),
        Status: z.enum(['SUCCESS', 'FAILURE']),
      }),
      authorize: ({ StackName: stack }) => onStack('SignalResource', stack),
      run({ StackName: stack, LogicalResourceId: resource, UniqueId: uniqueId, Status: status }) {
        creations.signal(stack, resource, { uniqueId, status })
        return {}
      },
    }),
    operation({
      name: 'DescribeStackResource',
      input: shape({ StackName: z.string().min(1), LogicalResourceId: z.string() }),
      authorize: ({ StackName: stack }) => onStack('DescribeStackResource', stack),
      run({ StackName: stack, LogicalResourceId: resource }) {
        const id = idOfStack(architecture, stack)
        if (id === undefined) throw new ValidationError(`Stack '${stack}' does not exist`)
        const node = architecture.nodes.find(
          ({ origin }) => origin.logicalId === resource && isStack(architecture, origin.stack, stack),
        )
        if (!node) throw new ValidationError(`Resource ${resource} does not exist for stack ${stack}`)
        const creation = creations.creations.find(each => each.node === node.id)
        return {
          StackResourceDetail: {
            StackName: node.origin.stack,
            StackId: id,
            LogicalResourceId: resource,
            PhysicalResourceId: node.physicalId,
            ResourceType: node.origin.type,
            LastUpdatedTimestamp: createdAt,
            ResourceStatus: creation?.status ?? 'CREATE_COMPLETE',
            ResourceStatusReason: creation?.reason,
            DriftInformation: { StackResourceDriftStatus: 'NOT_CHECKED' },
          },
        }
      },
    }),
  ]
}
