import { type Clock, hours } from '@terrace/kit'
import type { EcsService } from '@terrace/model'
import { differingOutside, isSame, type NodeUpdates } from '../../update/node-update.ts'
import type { Deployment } from './scheduling/deployment.ts'
import type { RunningService } from './scheduling/service.ts'
import { configurationOf, type EcsState } from './state.ts'

/** How long CloudFormation waits for a service to become steady. */
const STEADY_WITHIN = hours(3)

/**
 * What an update of the stack changes in ECS: a changed task definition is a new revision, which its services roll out.
 * A deployment that fails fails the update; the tasks before it serve on.
 *
 * differs: the revision before stays registered; CloudFormation deregisters it in its clean-up
 * @see CloudFormation Template Reference, "AWS::ECS::Service", "AWS::ECS::TaskDefinition"
 */
export const ecsUpdates = (state: EcsState, runs: (service: RunningService) => boolean): NodeUpdates => ({
  cluster: {
    refuses: change => because(differingOutside(change, ['containerInsights', 'defaultCapacityProviders'])),
    async apply({ before, after }) {
      if (after) state.bringCluster(after)
      else if (before) state.cluster(before.name).status = 'INACTIVE'
    },
  },
  taskDefinition: {
    async apply({ id, after }) {
      if (after) state.definitions.bring(after)
      else state.definitions.drop(id)
    },
  },
  ecsService: {
    refuses: ({ before, after }) =>
      before && after && (before.name !== after.name || before.cluster !== after.cluster)
        ? 'another name or cluster means another service'
        : undefined,
    async apply({ id, before, after }, signal) {
      const known = state.ofTemplate(id)
      const wait = (service: RunningService) =>
        runs(service) ? steady(service, state.world.clock, signal) : Promise.resolve()
      if (!after) return known && gone(known, signal)
      if (!known || known.status === 'DRAINING') return wait(state.bringService(after))
      change(state, known, before, after)
      await wait(known)
    },
  },
})

const because = (names: readonly string[]) =>
  names.length === 0 ? undefined : `${names.join(', ')} cannot be changed in place`

/**
 * Brings a service to what the template says.
 *
 * differs: the desired count is that of the template only when the template's has changed, so that an update takes
 * nothing back that Application Auto Scaling has added
 */
function change(state: EcsState, service: RunningService, before: EcsService | undefined, after: EcsService): void {
  const { desiredCount, ...wanted } = configurationOf(after)
  const moved = !isSame(before?.targets, after.targets)
  service.configure({
    ...wanted,
    alarms: wanted.alarms ?? { names: [], rollback: false },
    ...(before?.desiredCount === desiredCount ? {} : { desiredCount }),
  })
  const revision = state.definitions.ofTemplate(after.taskDefinition)
  const { primary } = service
  const { subnets, securityGroups, assignPublicIp } = after
  const place = { subnets, securityGroups, assignPublicIp }
  const isPlaced = primary && isSame(placeOf(primary.placement), place)
  if (revision && (moved || !isPlaced || primary.revision !== revision)) service.deploy(revision, place)
}

const placeOf = ({ subnets, securityGroups, assignPublicIp }: Deployment['placement']) => ({
  subnets,
  securityGroups,
  assignPublicIp,
})

/** Resolves when the primary deployment is complete and all that is left. @throws Error in CloudFormation's words */
function steady(service: RunningService, clock: Clock, signal: AbortSignal): Promise<void> {
  const awaited = service.primary
  return until(service, signal, {
    done: () => service.steady,
    problem: () => {
      if (awaited?.rolloutState !== 'FAILED') return undefined
      return awaited.rolloutStateReason.includes('alarm')
        ? awaited.rolloutStateReason
        : 'ECS Deployment Circuit Breaker was triggered.'
    },
    late: stop => clock.after(STEADY_WITHIN, stop),
  })
}

function gone(service: RunningService, signal: AbortSignal): Promise<void> {
  service.drain()
  return until(service, signal, { done: () => service.status === 'INACTIVE', problem: () => undefined })
}

interface Awaited {
  readonly done: () => boolean
  readonly problem: () => string | undefined
  readonly late?: (stop: () => void) => () => void
}

function until(service: RunningService, signal: AbortSignal, { done, problem, late }: Awaited): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const look = () => {
    const because = problem()
    if (because !== undefined) reject(new Error(because))
    else if (done()) resolve()
  }
  const end = () => reject(new Error('the system is being stopped'))
  const stopListening = service.onChange(look)
  const stopTimer = late?.(() => reject(new Error(`${service.name} did not stabilize within 3 hours`)))
  signal.addEventListener('abort', end, { once: true })
  look()
  return promise.finally(() => {
    stopListening()
    stopTimer?.()
    signal.removeEventListener('abort', end)
  })
}
