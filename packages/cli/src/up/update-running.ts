import type { ControlClient, UpdateMessage } from '@terrace/control'
import { formatDuration } from '@terrace/kit'
import { type Context, EXIT } from '../context.ts'
import { CliErrors } from '../errors.ts'
import { countChanges, describeChanges } from '../output/describe-changes.ts'
import { sourceOf } from '../synth/source.ts'
import type { Target } from '../target/target.ts'
import { announce, readyLine } from './announce.ts'
import { outputsOf, readDeployed } from './deployed.ts'
import { loadSource } from './load-source.ts'
import type { UpOptions } from './up-options.ts'

/** What `terrace up` is told for a system that runs. */
export interface UpdateOptions extends Pick<UpOptions, 'parameters' | 'context' | 'json'> {
  /** Shows the change set, and changes nothing. */
  readonly plan: boolean
}

/**
 * Brings a changed template into a system that runs: shows what differs, then asks the system, and tells how it goes.
 *
 * @returns 0 when it was updated or nothing has changed, 1 when it was rolled back or, with `plan`, would be refused
 * @throws TerraceError CLI_ALREADY_RUNNING while it is starting, UPDATE_REFUSED
 */
export async function updateRunning(
  target: Target,
  client: ControlClient,
  options: UpdateOptions,
  context: Context,
): Promise<number> {
  const { name, stateFolder } = target
  const status = await client.status()
  const deployed = readDeployed(stateFolder)
  if (Object.keys(status.urls).length === 0 || !deployed) throw CliErrors.alreadyRunning(name, status.urls)
  const begun = context.clock.now()
  const { source } = await sourceOf(target, options.context, context)
  const parameters = { ...deployed.parameters, ...options.parameters }
  const { architecture, resources } = await loadSource(source, name, deployed.port, parameters)
  const { changeSet } = await import('@terrace/loader')
  const changes = changeSet(deployed.resources, resources)
  const sameOutputs = JSON.stringify(deployed.outputs) === JSON.stringify(outputsOf(architecture))

  const ready = { ready: true, name, urls: status.urls, embedded: status.embedded, pid: status.pid } as const
  if (changes.length === 0 && sameOutputs) {
    if (options.plan && options.json) context.say(JSON.stringify({ changes, refused: [] }))
    else if (options.json) context.say(readyLine(ready))
    else {
      context.note(`nothing has changed since ${name} was started or updated`)
      announce(ready, '', context)
    }
    return EXIT.good
  }
  const query = { source, parameters }
  if (options.plan) return await plan(client.update({ ...query, plan: 'true' }))

  context.note(describeChanges(changes, context.colors))
  context.note(`\n${countChanges(changes)}\n`)
  let last: UpdateMessage | undefined
  for await (const message of client.update(query)) {
    if (message.kind === 'event') tell(message, context)
    last = message
  }
  if (last?.kind === 'end' && last.status === 'UPDATE_COMPLETE') {
    const { urls } = await client.status()
    if (options.json) context.say(readyLine({ ...ready, urls }))
    else announce({ ...ready, urls }, `updated in ${formatDuration(context.clock.now() - begun)}`, context)
    return EXIT.good
  }
  const why = last?.kind === 'end' ? `${last.status}: ${last.reason ?? ''}` : 'it ended before the update was complete'
  context.note(context.colors.red(`${name} was not updated: ${why}`))
  return EXIT.findings

  async function plan(messages: AsyncIterable<UpdateMessage>): Promise<number> {
    let refused: readonly string[] = []
    for await (const message of messages) if (message.kind === 'check') refused = message.refused
    if (options.json) context.say(JSON.stringify({ changes, refused }))
    else {
      context.say(describeChanges(changes, context.colors))
      context.say(`\n${countChanges(changes)}`)
      if (refused.length > 0) {
        context.say(context.colors.yellow(`\ncannot be changed while ${name} runs:\n  ${refused.join('\n  ')}`))
        context.say(`terrace down ${name} and terrace up start it anew`)
      }
    }
    return refused.length > 0 ? EXIT.findings : EXIT.good
  }
}

function tell({ status, type, logicalId, reason }: UpdateMessage & { readonly kind: 'event' }, context: Context): void {
  const { green, red, yellow, dim } = context.colors
  const bad = status.includes('FAILED') || status.includes('ROLLBACK')
  const color = bad ? red : status.endsWith('COMPLETE') ? green : yellow
  context.note(`  ${color(status.padEnd(36))} ${logicalId} ${dim(type)}${reason === undefined ? '' : `  ${reason}`}`)
}
