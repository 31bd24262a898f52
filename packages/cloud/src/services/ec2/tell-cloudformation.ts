import { messageOf } from '@terrace/kit'
import type { NodeId } from '@terrace/model'
import { AwsError } from '../../gateway/errors.ts'
import type { Principal } from '../../identity/principal.ts'
import type { Host } from '../../workload/host.ts'
import { LaunchFailure } from '../../workload/launch-failure.ts'
import type { World } from '../../world.ts'
import type { ScriptSignal } from './cfn-signal.ts'
import type { ConsoleOutput } from './console-output.ts'

/** Who signals. */
export interface SignalSite {
  readonly world: World
  readonly host: Host
  readonly instance: string
  readonly owner: NodeId
  readonly principal: Principal
  readonly console: ConsoleOutput
  readonly note: (kind: string, message: string) => void
  /** Aborted when the instance stops. */
  readonly signal: AbortSignal
}

/**
 * Sends what the script sends to CloudFormation, over the instance's own network position. `cfn-signal` proves by the
 * instance's identity document that it belongs to the stack and needs no permission; the AWS CLI needs
 * `cloudformation:SignalResource`. What doesn't arrive fails no script: it is in the journal, and on the console.
 *
 * @param because  why the script failed
 * @see CloudFormation User Guide, "cfn-signal": permissions
 */
export async function tellCloudFormation(site: SignalSite, signal: ScriptSignal, because?: string): Promise<void> {
  const { world, console, instance, owner, note } = site
  const signals = await unlessAborted(world.ports.need('resourceSignals'), site.signal)
  if (!signals) return
  const { tool, stack, resource, status } = signal
  const uniqueId = signal.uniqueId ?? instance
  try {
    await reach(site)
    signals.send({
      ...(stack === undefined ? {} : { stack }),
      ...(resource === undefined ? {} : { resource }),
      uniqueId,
      status,
      from: owner,
      ...(tool === 'aws' ? { caller: { principal: site.principal } } : {}),
      ...(because === undefined ? {} : { because }),
    })
  } catch (error) {
    const why = error instanceof LaunchFailure ? reasonOf(error) : messageOf(error)
    const code = error instanceof AwsError ? error.code : 'ConnectTimeout'
    console.write(
      tool === 'aws'
        ? `An error occurred (${code}) when calling the SignalResource operation: ${why}`
        : `${code}: ${why}`,
    )
    signals.lost({ uniqueId, from: owner }, why)
    // An instance that comes later signals, too, and nothing waits for it.
    const late = error instanceof AwsError && error.message.endsWith('state and cannot be signaled')
    if (!late) note('ec2.signalLost', `the signal of ${instance} did not arrive: ${why}`)
  }
}

async function reach({ world, host }: SignalSite): Promise<void> {
  const { region, account } = world.architecture
  await host.reach({
    need: { kind: 'program', name: 'cfn-signal' },
    host: `cloudformation.${region}.amazonaws.com`,
    action: 'cloudformation:SignalResource',
    resource: `arn:aws:cloudformation:${region}:${account}:stack/*`,
  })
}

function reasonOf({ problem, message }: LaunchFailure): string {
  return problem.kind === 'unreachable' ? `no way to ${problem.host}: ${problem.because}` : message
}

async function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T | undefined> {
  const { promise: aborted, resolve } = Promise.withResolvers<undefined>()
  const onAbort = () => resolve(undefined)
  signal.addEventListener('abort', onAbort)
  if (signal.aborted) onAbort()
  return await Promise.race([promise, aborted]).finally(() => signal.removeEventListener('abort', onAbort))
}
