import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { errnoOf, type Instant, messageOf, TerraceError } from '@terrace/kit'
import { z } from 'zod'
import { sendEvent } from '../../events.ts'
import type { World } from '../../world.ts'
import { InvalidNextTokenException, ResourceNotFoundException, ServiceQuotaExceededException } from './errors.ts'
import { MOST_GREETINGS } from './limits.ts'

/** What is said under a name. */
export interface Greeting {
  readonly name: string
  readonly message: string
  readonly modified: Instant
}

/** Part of a list, and the token that asks for the rest of it. */
export interface Page {
  readonly greetings: readonly Greeting[]
  readonly next: string | undefined
}

type Surroundings = Pick<World, 'architecture' | 'clock' | 'deliveries' | 'folders' | 'journal' | 'metrics' | 'random'>

/** The greetings of the account. They stay until `terrace reset`. */
export class Greetings {
  readonly #world: Surroundings
  readonly #file: string
  #greetings: ReadonlyMap<string, Greeting>

  /** @throws TerraceError HELLO_STATE_CORRUPT */
  constructor(world: Surroundings) {
    this.#world = world
    const folder = join(world.folders.data, 'hello')
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    this.#file = join(folder, 'greetings.json')
    this.#greetings = new Map(readGreetings(this.#file).map(greeting => [greeting.name, greeting]))
  }

  /** @throws ResourceNotFoundException */
  get(name: string): Greeting {
    const found = this.#greetings.get(name)
    if (!found) throw new ResourceNotFoundException(name)
    return found
  }

  /**
   * In the order of their names.
   *
   * @param token  of the page before; the greeting it ended with may be gone by now
   * @throws InvalidNextTokenException
   */
  list(most: number, token?: string): Page {
    const after = token === undefined ? '' : readToken(token)
    const rest = [...this.#greetings.values()]
      .filter(({ name }) => name > after)
      .sort((a, b) => (a.name < b.name ? -1 : 1))
    const greetings = rest.slice(0, most)
    const last = greetings.at(-1)
    return { greetings, next: last && rest.length > most ? writeToken(last.name) : undefined }
  }

  /** A new greeting, or another message under the name of one. @throws ServiceQuotaExceededException */
  put(name: string, message: string): Greeting {
    const isNew = !this.#greetings.has(name)
    if (isNew && this.#greetings.size >= MOST_GREETINGS) throw new ServiceQuotaExceededException(MOST_GREETINGS)
    const greeting: Greeting = { name, message, modified: this.#world.clock.now() }
    this.#keep(new Map(this.#greetings).set(name, greeting))
    this.#announce(name, isNew ? 'CREATED' : 'UPDATED')
    return greeting
  }

  /** @throws ResourceNotFoundException */
  delete(name: string): void {
    this.get(name)
    this.#keep(new Map([...this.#greetings].filter(([each]) => each !== name)))
    this.#announce(name, 'DELETED')
  }

  /** `arn:aws:hello:us-east-1:123456789012:greeting/welcome` */
  arnOf(name: string): string {
    const { region, account } = this.#world.architecture
    return `arn:aws:hello:${region}:${account}:greeting/${name}`
  }

  /** Only what is in the file has happened: a change that can't be written is not made at all. */
  #keep(greetings: ReadonlyMap<string, Greeting>): void {
    writeFileSync(`${this.#file}.new`, JSON.stringify([...greetings.values()]), { mode: 0o600 })
    renameSync(`${this.#file}.new`, this.#file)
    this.#greetings = greetings
  }

  /** Tells people by the journal, alarms by a metric, and rules of EventBridge by an event. */
  #announce(name: string, state: 'CREATED' | 'UPDATED' | 'DELETED'): void {
    const { journal, metrics } = this.#world
    journal.write({
      kind: `hello.${state.toLowerCase()}`,
      message: `the greeting ${name} was ${state.toLowerCase()}`,
      details: { name },
    })
    const value = this.#greetings.size
    metrics.put({ namespace: 'AWS/Hello', name: 'GreetingCount', dimensions: {}, unit: 'Count', value })
    sendEvent(this.#world, {
      source: 'aws.hello',
      detailType: 'Hello Greeting State Change',
      resources: [this.arnOf(name)],
      detail: { name, state },
    })
  }
}

const writeToken = (name: string): string => Buffer.from(`after ${name}`).toString('base64url')

function readToken(token: string): string {
  const text = Buffer.from(token, 'base64url').toString()
  if (!text.startsWith('after ')) throw new InvalidNextTokenException()
  return text.slice('after '.length)
}

const stored: z.ZodType<Greeting> = z.strictObject({ name: z.string(), message: z.string(), modified: z.number() })

function readGreetings(file: string): readonly Greeting[] {
  try {
    return z.array(stored).parse(JSON.parse(readFileSync(file, 'utf8')))
  } catch (cause) {
    if (errnoOf(cause) === 'ENOENT') return []
    throw new TerraceError('HELLO_STATE_CORRUPT', `${file} does not hold greetings: ${messageOf(cause)}`, {
      hint: 'remove that file to lose the greetings, or forget all data with: terrace reset',
      place: { file },
      cause,
    })
  }
}
