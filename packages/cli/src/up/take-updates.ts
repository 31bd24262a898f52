import type { Cloud } from '@terrace/cloud'
import type { UpdateMessage, UpdateQuery } from '@terrace/control'
import { messageOf, TerraceError } from '@terrace/kit'
import type { Target } from '../target/target.ts'
import { outputsOf, readDeployed, writeDeployed } from './deployed.ts'
import { loadSource } from './load-source.ts'

/** What a running system does with a changed template. */
export type TakeUpdate = (query: UpdateQuery) => AsyncIterable<UpdateMessage>

/**
 * Loads it, says what can't be changed in place, and changes the rest; what runs then is kept for the next comparison.
 *
 * @param port  what stands for 443
 */
export const takeUpdates = (cloud: Cloud, { name, stateFolder }: Target, port: number): TakeUpdate =>
  async function* ({ source, parameters, plan }) {
    const { changeSet } = await import('@terrace/loader')
    const { architecture, resources } = await loadSource(source, name, port, parameters)
    const changes = changeSet(readDeployed(stateFolder)?.resources ?? [], resources)
    const refused = await cloud.updateRefusals(architecture)
    if (plan === undefined && refused.length > 0) throw refusal(name, refused)
    yield { kind: 'check', refused }
    if (plan !== undefined) return

    const messages = new Messages()
    // It goes on when nobody listens any more.
    void cloud
      .update({ architecture, resources: changes, onEvent: event => messages.add({ kind: 'event', ...event }) })
      .then(outcome => {
        if (outcome.status === 'UPDATE_COMPLETE') {
          writeDeployed(stateFolder, { resources, outputs: outputsOf(architecture), parameters, port })
        }
        messages.end({ kind: 'end', ...outcome })
      })
      .catch(error => messages.end({ kind: 'end', status: 'UPDATE_FAILED', reason: messageOf(error) }))
    yield* messages.all()
  }

const refusal = (name: string, refused: readonly string[]) =>
  new TerraceError('UPDATE_REFUSED', `${name} cannot be updated while it runs:\n  ${refused.join('\n  ')}`, {
    hint: `nothing was changed; terrace down ${name} and terrace up start it anew`,
  })

/** Messages in the order in which they come, until the last one. */
class Messages {
  readonly #waiting: UpdateMessage[] = []
  #more = Promise.withResolvers<void>()
  #ended = false

  add(message: UpdateMessage): void {
    this.#waiting.push(message)
    this.#more.resolve()
  }

  end(message: UpdateMessage): void {
    this.#ended = true
    this.add(message)
  }

  async *all(): AsyncIterable<UpdateMessage> {
    for (;;) {
      yield* this.#waiting.splice(0)
      if (this.#ended && this.#waiting.length === 0) return
      await this.#more.promise
      this.#more = Promise.withResolvers()
    }
  }
}
