import { messageOf } from '@terrace/kit'
import { nodesOf } from '@terrace/model'
import { ResourceConflictException, ResourceNotFoundException } from '../errors.ts'
import { readName } from '../names.ts'
import type { Store } from '../store.ts'
import { checkPattern } from './filter.ts'
import type { Mapping } from './mapping.ts'
import { nameOf, Poller, type PollerParts } from './poller.ts'

/** What a mapping is set to. */
export type MappingSettings = Omit<Mapping, 'uuid' | 'node' | 'modified'>

/** The event source mappings of the account, with what works for them. */
export class Mappings {
  readonly #parts: PollerParts
  readonly #store: Store
  readonly #byId = new Map<string, Mapping>()
  readonly #pollers = new Map<string, Poller>()
  readonly #ending = new Set<Promise<void>>()

  constructor(parts: PollerParts, store: Store) {
    this.#parts = parts
    this.#store = store
  }

  /** Takes up those of the template and those that were kept. */
  start(): void {
    const { architecture, clock } = this.#parts.world
    for (const mapping of this.#store.kept.mappings) this.#put(mapping)
    for (const node of nodesOf(architecture, 'eventSourceMapping')) {
      const { name, qualifier } = readName(node.functionName)
      this.#put({
        uuid: node.physicalId,
        node: node.id,
        functionName: name,
        sourceArn: node.sourceArn,
        enabled: node.enabled,
        batchSize: node.batchSize,
        batchingWindowSeconds: node.batchingWindow / 1000,
        filters: node.filters,
        reportsBatchItemFailures: node.reportsBatchItemFailures,
        modified: clock.now(),
        tags: node.tags,
        ...(qualifier === undefined ? {} : { qualifier }),
        ...(node.maximumConcurrency === undefined ? {} : { maximumConcurrency: node.maximumConcurrency }),
      })
    }
  }

  list(): readonly Mapping[] {
    return [...this.#byId.values()]
  }

  /** @throws ResourceNotFoundException */
  get(uuid: string): Mapping {
    const found = this.#byId.get(uuid)
    if (found) return found
    throw new ResourceNotFoundException('The resource you requested does not exist.')
  }

  /** What went wrong last with it, as `LastProcessingResult` says it. */
  resultOf(uuid: string): string {
    const problem = this.#pollers.get(uuid)?.problem
    return problem === undefined ? 'No records processed' : problem === '' ? 'OK' : `PROBLEM: ${problem}`
  }

  /** @throws ResourceConflictException, ResourceNotFoundException, InvalidParameterValueException */
  create(settings: MappingSettings): Mapping {
    this.#parts.functions.resolve({
      name: settings.functionName,
      ...(settings.qualifier === undefined ? {} : { qualifier: settings.qualifier }),
    })
    const same = this.list().find(
      each => each.sourceArn === settings.sourceArn && each.functionName === settings.functionName,
    )
    if (same) {
      const message = `An event source mapping with SQS arn (" ${settings.sourceArn} ") and function (" ${settings.functionName} ") already exists. Please update or delete the existing mapping with UUID ${same.uuid}`
      throw new ResourceConflictException(message)
    }
    const { clock, random } = this.#parts.world
    return this.#changed({ ...settings, uuid: random.uuid(), modified: clock.now() })
  }

  update(mapping: Mapping, change: Partial<MappingSettings>): Mapping {
    return this.#changed({ ...mapping, ...change, modified: this.#parts.world.clock.now() })
  }

  delete({ uuid }: Mapping): void {
    this.#byId.delete(uuid)
    this.#keep()
    this.#end(uuid)
  }

  async stop(): Promise<void> {
    const pollers = [...this.#pollers.values()]
    this.#pollers.clear()
    await Promise.all([...pollers.map(poller => poller.stop()), ...this.#ending])
  }

  #changed(mapping: Mapping): Mapping {
    for (const pattern of mapping.filters) checkPattern(pattern)
    this.#end(mapping.uuid)
    this.#put(mapping)
    this.#keep()
    return mapping
  }

  #put(mapping: Mapping): void {
    this.#byId.set(mapping.uuid, mapping)
    if (!mapping.enabled) return
    try {
      this.#pollers.set(mapping.uuid, new Poller(this.#parts, mapping))
    } catch (error) {
      const { name } = nameOf(mapping)
      const message = `the function ${name} gets no messages of ${mapping.sourceArn}: ${messageOf(error)}`
      this.#parts.world.journal.write({ kind: 'lambda.pollFailed', message, details: { function: name } })
    }
  }

  #end(uuid: string): void {
    const poller = this.#pollers.get(uuid)
    this.#pollers.delete(uuid)
    if (!poller) return
    const ending = poller.stop().finally(() => this.#ending.delete(ending))
    this.#ending.add(ending)
  }

  #keep(): void {
    this.#store.keep({ mappings: this.list().filter(({ node }) => node === undefined) })
  }
}
