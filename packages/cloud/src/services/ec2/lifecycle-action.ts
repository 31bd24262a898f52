import { type Duration, messageOf, milliseconds, seconds } from '@terrace/kit'
import type { Host } from '../../workload/host.ts'
import { LaunchFailure } from '../../workload/launch-failure.ts'
import type { World } from '../../world.ts'
import type { ConsoleOutput } from './console-output.ts'
import { filledIn, linesOf, optionsOf, variablesOf } from './script-calls.ts'
import { toolOutput } from './tool-words.ts'

const START_LIMIT: Duration = seconds(20)
const PAUSE: Duration = milliseconds(100)

/** The completion of a lifecycle action, as a script asks for it; absent is what only the running script knows. */
export interface LifecycleCompletion {
  readonly hook: string | undefined
  readonly group: string | undefined
  readonly result: string | undefined
  /** Absent: named by the instance. */
  readonly token: string | undefined
}

/**
 * The last `aws autoscaling complete-lifecycle-action` in the text of a user data; nothing when there is none.
 *
 * @see AWS CLI Command Reference, "complete-lifecycle-action"
 */
export function completionIn(userData: string): LifecycleCompletion | undefined {
  const script = linesOf(userData)
  const variables = variablesOf(script)
  const calls = script.flatMap(line => /\bautoscaling\s+complete-lifecycle-action\s+(.*)$/.exec(line)?.[1] ?? [])
  const call = calls.at(-1)
  if (call === undefined) return undefined
  const options = optionsOf(call)
  const value = (name: string): string | undefined => {
    const given = options.get(name)
    return given === undefined ? undefined : filledIn(given, variables)
  }
  return {
    hook: value('--lifecycle-hook-name'),
    group: value('--auto-scaling-group-name'),
    result: value('--lifecycle-action-result'),
    token: value('--lifecycle-action-token'),
  }
}

/** Who completes. */
export interface CompletionSite {
  readonly world: World
  readonly host: Host
  readonly instance: string
  readonly console: ConsoleOutput
  readonly note: (kind: string, message: string) => void
  /** Aborted when the instance stops. */
  readonly signal: AbortSignal
}

/**
 * Completes a lifecycle action as the AWS CLI on the instance does: with its role, over its network position. What fails
 * completes nothing, and fails no script: the hook's time and default result decide, and the journal says why.
 */
export async function completeLifecycleAction(site: CompletionSite, completion: LifecycleCompletion): Promise<void> {
  const { world, host, instance, console, note } = site
  const { hook, group, result, token } = completion
  const { region } = world.architecture
  const failed = (why: string) => note('ec2.lifecycleNotCompleted', `the lifecycle action of ${instance}: ${why}`)
  if (hook === undefined || group === undefined || result === undefined) {
    return failed('its hook, group or result is known to the running script alone, so that nothing is completed here')
  }
  await world.ports.need('groups')
  const parameters = new URLSearchParams({
    Action: 'CompleteLifecycleAction',
    Version: '2011-01-01',
    LifecycleHookName: hook,
    AutoScalingGroupName: group,
    LifecycleActionResult: result,
    ...(token === undefined ? { InstanceId: instance } : { LifecycleActionToken: token }),
  })
  const call = () =>
    host.aws.text({
      need: { kind: 'call', purpose: `complete the lifecycle action of ${hook}` },
      service: 'autoscaling',
      title: 'Auto Scaling',
      operation: 'CompleteLifecycleAction',
      host: `autoscaling.${region}.amazonaws.com`,
      headers: { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' },
      body: parameters.toString(),
    })
  try {
    await whenServed(world, call, site.signal)
  } catch (error) {
    for (const line of wordsOf(error)) console.write(line)
    failed(`${messageOf(error)}; the hook's own time and default result decide`)
  }
}

/** At the start of the cloud instances may boot before everything that they call is there. */
async function whenServed({ realtime }: World, call: () => Promise<string>, signal: AbortSignal): Promise<string> {
  const giveUp = realtime.now() + START_LIMIT
  for (;;) {
    try {
      return await call()
    } catch (error) {
      if (!/the service \S+ is not emulated/.test(messageOf(error)) || realtime.now() > giveUp) throw error
      await realtime.sleep(PAUSE, signal)
    }
  }
}

function wordsOf(error: unknown): readonly string[] {
  if (!(error instanceof LaunchFailure)) return [messageOf(error)]
  return toolOutput(error).lines
}
