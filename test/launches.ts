import type { Architecture, LifecycleHook } from '@terrace/model'
import type { Running } from './running.ts'

/**
 * The same system whose instances have so many times as long to start and to become healthy. At a time scale of that many
 * it is what the template says by the machine's clock: no process starts sooner because the control loops run faster.
 */
export const withTimeToLaunch = (architecture: Architecture, times: number): Architecture => ({
  ...architecture,
  nodes: architecture.nodes.map(node => {
    if (node.kind !== 'autoScalingGroup') return node
    const { lifecycleHooks, healthChecks } = node
    return {
      ...node,
      lifecycleHooks: lifecycleHooks.map(hook => lasting(hook, times)),
      healthChecks: { ...healthChecks, gracePeriod: healthChecks.gracePeriod * times },
    }
  }),
})

const lasting = (hook: LifecycleHook, times: number): LifecycleHook =>
  hook.transition === 'autoscaling:EC2_INSTANCE_LAUNCHING'
    ? { ...hook, heartbeatTimeout: hook.heartbeatTimeout * times }
    : hook

/** The same system where that is by the clock of the control loops again: for launches that never come to anything. */
export const inHurry = ({ timeScale }: Running, architecture: Architecture): Architecture =>
  withTimeToLaunch(architecture, 1 / timeScale)

/** From now on it is so in a system that runs. @throws Error when that cannot be brought into it */
export async function hurryLaunches(running: Running): Promise<void> {
  const outcome = await running.cloud.update({ architecture: inHurry(running, running.architecture) })
  if (outcome.status !== 'UPDATE_COMPLETE') throw new Error(JSON.stringify(outcome))
}
