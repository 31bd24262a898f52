import type { TargetGroup } from '@terrace/model'
import { z } from 'zod'
import { type Operation, operation, shape, wireInteger, wireList } from '../../../gateway/api.ts'
import type { NetworkInterface } from '../../../ports.ts'
import { InvalidTarget, TooMany, ValidationError } from '../errors.ts'
import { NOT_REGISTERED } from '../health.ts'
import { MAX_TARGETS } from '../limits.ts'
import { changing, looking, type OperationContext, targetGroupOf } from './context.ts'

const TARGET = shape({ Id: z.string(), Port: wireInteger().optional() })
const TARGETS = wireList(TARGET)

/** Operations on the targets of a group. */
export const targetOperations = (context: OperationContext): readonly Operation[] => [
  operation({
    name: 'RegisterTargets',
    input: shape({ TargetGroupArn: z.string(), Targets: TARGETS }),
    authorize: ({ TargetGroupArn }) => changing('RegisterTargets', TargetGroupArn),
    async run({ TargetGroupArn, Targets }) {
      const group = targetGroupOf(context, TargetGroupArn)
      if (group.targetType === 'lambda') {
        await registerFunction(context, group, Targets)
        return {}
      }
      if (context.registry.registrations(group.id).length + Targets.length > MAX_TARGETS)
        throw new TooMany('Targets', 'The maximum number of targets has been reached')
      const found = await Promise.all(
        Targets.map(async target => ({ ...target, networkInterface: await interfaceOf(context, group, target.Id) })),
      )
      for (const { Id, Port, networkInterface } of found) {
        const port = Port === undefined ? {} : { port: Port }
        context.registry.register(group.id, { id: Id, networkInterface, ...port })
      }
      return {}
    },
  }),
  operation({
    name: 'DeregisterTargets',
    input: shape({ TargetGroupArn: z.string(), Targets: TARGETS }),
    authorize: ({ TargetGroupArn }) => changing('DeregisterTargets', TargetGroupArn),
    run({ TargetGroupArn, Targets }) {
      const group = targetGroupOf(context, TargetGroupArn)
      // The answer doesn't wait for the draining.
      for (const { Id, Port } of Targets) void context.registry.deregister(group.id, Id, Port)
      return {}
    },
  }),
  operation({
    name: 'DescribeTargetHealth',
    input: shape({ TargetGroupArn: z.string(), Targets: TARGETS.optional() }),
    authorize: looking('DescribeTargetHealth'),
    run({ TargetGroupArn, Targets }) {
      const group = targetGroupOf(context, TargetGroupArn)
      const registered = context.registry.registrations(group.id)
      if (!Targets?.length) return { TargetHealthDescriptions: registered.map(each => describe(context, group, each)) }
      return {
        TargetHealthDescriptions: Targets.flatMap(({ Id, Port }) => {
          const found = registered.filter(({ id, port }) => id === Id && (Port === undefined || Port === port))
          if (found.length > 0) return found.map(each => describe(context, group, each))
          const port = group.targetType === 'lambda' ? {} : { Port: Port ?? group.port }
          return [{ Target: { Id, ...port }, TargetHealth: inWords(NOT_REGISTERED) }]
        }),
      }
    },
  }),
]

function describe({ registry }: OperationContext, group: TargetGroup, { id, port }: { id: string; port: number }) {
  const { healthCheck } = group
  if (group.targetType === 'lambda') {
    return { Target: { Id: id }, TargetHealth: inWords(registry.healthOf(group.id, id)) }
  }
  return {
    Target: { Id: id, Port: port },
    HealthCheckPort: String(healthCheck.port === 'traffic' ? port : healthCheck.port),
    TargetHealth: inWords(registry.healthOf(group.id, id, port)),
  }
}

const inWords = ({ state, reason, description }: { state: string; reason?: string; description?: string }) => ({
  State: state,
  Reason: reason,
  Description: description,
})

/** There is one function at most in a group. */
async function registerFunction(
  { registry, functions }: OperationContext,
  group: TargetGroup,
  targets: readonly { readonly Id: string; readonly Port?: number | undefined }[],
): Promise<void> {
  const ids = new Set(targets.map(({ Id }) => Id))
  const registered = registry.registrations(group.id).filter(({ draining }) => !draining)
  if (new Set([...ids, ...registered.map(({ id }) => id)]).size > 1)
    throw new TooMany('Targets', 'A target group of the type lambda can have one target only')
  for (const { Id, Port } of targets) {
    if (Port !== undefined) throw new ValidationError('A port cannot be specified for a target of the type lambda')
    await functions.check(group, Id)
    registry.registerFunction(group.id, Id)
  }
}

async function interfaceOf({ world }: OperationContext, group: TargetGroup, id: string): Promise<NetworkInterface> {
  const instances = await world.ports.need('instances')
  if (group.targetType === 'instance') {
    const instance = instances.list().find(each => each.id === id)
    if (!instance) throw new InvalidTarget(`The following targets are not valid: '${id}'`)
    if (instance.state !== 'running')
      throw new InvalidTarget(`The following targets are not in a running state and cannot be registered: '${id}'`)
    return instance.networkInterface
  }
  const owner = instances.list().find(({ networkInterface }) => networkInterface.address === id)
  if (owner) return owner.networkInterface
  throw new InvalidTarget(`The following targets are not valid: '${id}' is the address of no instance`)
}
