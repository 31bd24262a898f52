import { join } from 'node:path'
import { type ConfigurationSet as ConfigurationSetNode, type EventDestination, nodesOf } from '@terrace/model'
import { z } from 'zod'
import type { World } from '../../world.ts'
import { AlreadyExistsException, LimitExceededException, NotFoundException, noConfigurationSet } from './errors.ts'
import { KeptTable } from './kept-table.ts'
import { MOST_CONFIGURATION_SETS, MOST_EVENT_DESTINATIONS } from './limits.ts'
import { type Page, pageOf } from './pages.ts'

/** What happens to the mails that name it. */
export interface ConfigurationSet extends Pick<ConfigurationSetNode, 'name' | 'sendingEnabled' | 'eventDestinations'> {
  readonly fromTemplate: boolean
  /** Absent: as the account has it. */
  readonly suppressedReasons?: ConfigurationSetNode['suppressedReasons'] | undefined
  readonly tags: Readonly<Record<string, string>>
}

const stored: z.ZodType<ConfigurationSet> = z.strictObject({
  name: z.string(),
  fromTemplate: z.boolean(),
  sendingEnabled: z.boolean(),
  suppressedReasons: z.array(z.enum(['BOUNCE', 'COMPLAINT'])).optional(),
  tags: z.record(z.string(), z.string()),
  eventDestinations: z.array(
    z.strictObject({
      name: z.string(),
      enabled: z.boolean(),
      events: z.array(z.string()),
      to: z.discriminatedUnion('kind', [
        z.strictObject({ kind: z.literal('sns'), topic: z.string() }),
        z.strictObject({ kind: z.literal('eventBridge'), bus: z.string() }),
      ]),
    }),
  ),
})

/** The configuration sets of the account. */
export class ConfigurationSets {
  readonly #world: Pick<World, 'architecture' | 'folders'>
  readonly #table: KeptTable<ConfigurationSet>

  constructor(world: Pick<World, 'architecture' | 'folders'>) {
    this.#world = world
    const nodes = nodesOf(world.architecture, 'configurationSet')
    this.#table = new KeptTable(join(world.folders.data, 'ses', 'configuration-sets.json'), stored, () =>
      nodes.map(rowOf),
    )
  }

  /** @throws NotFoundException */
  get(name: string): ConfigurationSet {
    const found = this.#table.get(name)
    if (!found) throw noConfigurationSet(name)
    return found
  }

  list(most: number, token?: string): Page<ConfigurationSet> {
    return pageOf(this.#table.all, most, token)
  }

  /** @throws AlreadyExistsException, LimitExceededException */
  create(set: Omit<ConfigurationSet, 'fromTemplate' | 'eventDestinations'>): void {
    const { name } = set
    if (this.#table.get(name)) throw new AlreadyExistsException(`Configuration set <${name}> already exists.`)
    if (this.#table.size >= MOST_CONFIGURATION_SETS) {
      throw new LimitExceededException(`The account already has ${MOST_CONFIGURATION_SETS} configuration sets.`)
    }
    this.#table.put({ ...set, fromTemplate: false, eventDestinations: [] })
  }

  /** @throws NotFoundException */
  change(name: string, part: Partial<Pick<ConfigurationSet, 'sendingEnabled' | 'suppressedReasons'>>): void {
    this.#table.put({ ...this.get(name), ...part })
  }

  /** @throws NotFoundException */
  delete(name: string): void {
    this.get(name)
    this.#table.delete(name)
  }

  /** @throws NotFoundException, AlreadyExistsException, LimitExceededException */
  createDestination(name: string, destination: EventDestination): void {
    const set = this.get(name)
    if (set.eventDestinations.some(each => each.name === destination.name)) {
      throw new AlreadyExistsException(`An event destination with name <${destination.name}> already exists.`)
    }
    if (set.eventDestinations.length >= MOST_EVENT_DESTINATIONS) {
      throw new LimitExceededException(`A configuration set has at most ${MOST_EVENT_DESTINATIONS} event destinations.`)
    }
    this.#table.put({ ...set, eventDestinations: [...set.eventDestinations, destination] })
  }

  /** @throws NotFoundException */
  updateDestination(name: string, destination: EventDestination): void {
    const { set, others } = this.#without(name, destination.name)
    this.#table.put({ ...set, eventDestinations: [...others, destination] })
  }

  /** @throws NotFoundException */
  deleteDestination(name: string, destination: string): void {
    const { set, others } = this.#without(name, destination)
    this.#table.put({ ...set, eventDestinations: others })
  }

  arnOf(name: string): string {
    const { region, account } = this.#world.architecture
    return `arn:aws:ses:${region}:${account}:configuration-set/${name}`
  }

  #without(name: string, destination: string) {
    const set = this.get(name)
    const others = set.eventDestinations.filter(each => each.name !== destination)
    if (others.length === set.eventDestinations.length) {
      throw new NotFoundException(`Event destination <${destination}> does not exist.`, 'EventDestinationDoesNotExist')
    }
    return { set, others }
  }
}

const rowOf = ({
  name,
  sendingEnabled,
  suppressedReasons,
  eventDestinations,
  tags,
}: ConfigurationSetNode): ConfigurationSet => ({
  name,
  fromTemplate: true,
  sendingEnabled,
  suppressedReasons,
  eventDestinations,
  tags,
})
