import type { ArchitectureNode, Stack } from '@terrace/model'
import { z } from 'zod'
import { accepted, type Operation, operation, shape } from '../../gateway/api.ts'
import { timestamp } from '../../gateway/time.ts'
import type { Access } from '../../identity/authorizer.ts'
import type { World } from '../../world.ts'
import { ValidationError } from './errors.ts'
import type { StackHistory } from './history.ts'
import { RESOURCES_PAGE, UNIQUE_ID } from './limits.ts'
import { idOfStack, isStack, stacksOf } from './stacks.ts'
import type { Creations } from './state.ts'
import type { Templates } from './templates.ts'

/** The table of CloudFormation: what a start of a stack needs from outside. */
export function operations(
  { architecture, clock }: World,
  creations: Creations,
  { history, templates }: { readonly history: StackHistory; readonly templates: Templates },
): readonly Operation[] {
  const createdAt = timestamp(clock.now())
  const lastTouched = (node: ArchitectureNode) => {
    const last = history.lastOfNode(node.id)
    return last ? timestamp(last.at) : createdAt
  }
  const onStack = (action: string, stack: string): Access => ({
    action: `cloudformation:${action}`,
    resource: idOfStack(architecture, stack) ?? '*',
  })
  /** @throws ValidationError */
  const stackNamed = (nameOrId: string): Stack & { readonly id: string } => {
    const found = stacksOf(architecture).find(({ name, id }) => name === nameOrId || id === nameOrId)
    if (found) return found
    throw new ValidationError(`Stack with id ${nameOrId} does not exist`)
  }
  const resourcesOf = (stack: string) => architecture.nodes.filter(({ origin }) => origin.stack === stack)
  const stateOf = (node: ArchitectureNode) => {
    const last = history.lastOfNode(node.id)
    const creation = creations.creations.find(each => each.node === node.id)
    return {
      LogicalResourceId: node.origin.logicalId,
      PhysicalResourceId: node.physicalId,
      ResourceType: node.origin.type,
      ResourceStatus: last?.status ?? creation?.status ?? 'CREATE_COMPLETE',
      ResourceStatusReason: last ? last.reason : creation?.reason,
    }
  }
  const describe = (stack: Stack & { readonly id: string }) => {
    const last = history.last(stack.name, stack.name)
    return {
      StackId: stack.id,
      StackName: stack.name,
      Description: stack.description === '' ? undefined : stack.description,
      CreationTime: createdAt,
      LastUpdatedTime: last && timestamp(last.at),
      StackStatus: last?.status ?? creations.statusOf(stack.name),
      StackStatusReason: last?.reason,
      DisableRollback: false,
      EnableTerminationProtection: false,
      Parameters: Object.entries(stack.parameters).map(([key, value]) => ({
        ParameterKey: key,
        ParameterValue: value,
      })),
      Outputs: stack.outputs.map(({ name, value, description, exportName }) => ({
        OutputKey: name,
        OutputValue: value,
        Description: description === '' ? undefined : description,
        ExportName: exportName,
      })),
      Tags: [],
      DriftInformation: { StackDriftStatus: 'NOT_CHECKED' },
    }
  }
  return [
    operation({
      name: 'DescribeStacks',
      input: shape({ StackName: z.string().min(1).optional(), NextToken: z.string().optional() }),
      authorize: ({ StackName: stack }) =>
        stack === undefined
          ? { action: 'cloudformation:DescribeStacks', resource: '*' }
          : onStack('DescribeStacks', stack),
      run: ({ StackName: name }) => ({
        Stacks: (name === undefined ? stacksOf(architecture) : [stackNamed(name)]).map(describe),
      }),
    }),
    operation({
      name: 'ListStackResources',
      input: shape({ StackName: z.string().min(1), NextToken: z.string().optional() }),
      authorize: ({ StackName: stack }) => onStack('ListStackResources', stack),
      run({ StackName: stack, NextToken: token }) {
        const all = resourcesOf(stackNamed(stack).name)
        const from = token === undefined ? 0 : Number(token)
        if (!Number.isInteger(from) || from < 0 || from > all.length) {
          throw new ValidationError('The given NextToken is not one of this stack')
        }
        const page = all.slice(from, from + RESOURCES_PAGE)
        return {
          StackResourceSummaries: page.map(node => ({
            ...stateOf(node),
            LastUpdatedTimestamp: lastTouched(node),
            DriftInformation: { StackResourceDriftStatus: 'NOT_CHECKED' },
          })),
          NextToken: from + RESOURCES_PAGE < all.length ? String(from + RESOURCES_PAGE) : undefined,
        }
      },
    }),
    operation({
      name: 'DescribeStackResources',
      input: shape({ StackName: z.string().min(1), LogicalResourceId: z.string().optional() }),
      authorize: ({ StackName: stack }) => onStack('DescribeStackResources', stack),
      run({ StackName: name, LogicalResourceId: logicalId }) {
        const stack = stackNamed(name)
        const wanted = resourcesOf(stack.name).filter(
          ({ origin }) => logicalId === undefined || origin.logicalId === logicalId,
        )
        if (logicalId !== undefined && wanted.length === 0) {
          throw new ValidationError(`Resource ${logicalId} does not exist for stack ${name}`)
        }
        return {
          // At most the first hundred, as on AWS: ListStackResources has them all.
          StackResources: wanted.slice(0, RESOURCES_PAGE).map(node => ({
            StackName: stack.name,
            StackId: stack.id,
            ...stateOf(node),
            Timestamp: lastTouched(node),
          })),
        }
      },
    }),
    operation({
      name: 'DescribeStackEvents',
      input: shape({ StackName: z.string().min(1), NextToken: z.string().optional() }),
      authorize: ({ StackName: stack }) => onStack('DescribeStackEvents', stack),
      run({ StackName: name }) {
        const stack = stackNamed(name)
        return {
          StackEvents: history.of(stack.name).map(event => ({
            StackId: stack.id,
            StackName: stack.name,
            EventId: event.id,
            LogicalResourceId: event.logicalId,
            PhysicalResourceId: event.physicalId,
            ResourceType: event.type,
            ResourceStatus: event.status,
            ResourceStatusReason: event.reason,
            Timestamp: timestamp(event.at),
          })),
        }
      },
    }),
    operation({
      name: 'GetTemplate',
      input: shape({
        StackName: z.string().min(1),
        TemplateStage: accepted(z.enum(['Original', 'Processed']).optional(), 'a template is told as it was written'),
      }),
      authorize: ({ StackName: stack }) => onStack('GetTemplate', stack),
      run({ StackName: name }) {
        const stack = stackNamed(name)
        const text = templates.textOf(stack.name)
        if (text === undefined) throw new ValidationError(`Stack ${stack.name} comes from no template`)
        return { TemplateBody: text, StagesAvailable: ['Original', 'Processed'] }
      },
    }),
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
        return {
          StackResourceDetail: {
            StackName: node.origin.stack,
            StackId: id,
            ...stateOf(node),
            LastUpdatedTimestamp: lastTouched(node),
            DriftInformation: { StackResourceDriftStatus: 'NOT_CHECKED' },
          },
        }
      },
    }),
  ]
}
