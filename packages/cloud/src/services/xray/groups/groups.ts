import type { Random } from '@terrace/kit'
import type { TraceGroup } from '@terrace/model'
import { InvalidRequestException, ResourceNotFoundException } from '../errors.ts'
import { type Filter, parseFilter } from '../filter/parse.ts'
import { MOST_GROUPS } from '../limits.ts'
import type { Settings, StoredGroup } from '../store.ts'

/** The group that every account has: all traces. @see X-Ray Developer Guide, "Using groups" */
export const DEFAULT_GROUP = 'Default'

/** Groups by name. */
export class Groups {
  readonly #settings: Settings
  readonly #home: { readonly region: string; readonly account: string }
  readonly #random: Random

  constructor(settings: Settings, home: { readonly region: string; readonly account: string }, random: Random) {
    this.#settings = settings
    this.#home = home
    this.#random = random
  }

  /** The one that has all traces first. */
  get all(): readonly StoredGroup[] {
    return [
      { name: DEFAULT_GROUP, arn: this.#arnOf(DEFAULT_GROUP, 'default'), isOfTemplate: false },
      ...this.#settings.groups,
    ]
  }

  /** By one of both. @throws InvalidRequestException, ResourceNotFoundException */
  get(name: string | undefined, arn: string | undefined): StoredGroup {
    if (name === undefined && arn === undefined) throw new InvalidRequestException('GroupName or GroupARN is required.')
    const found = this.all.find(group => group.name === name || group.arn === arn)
    if (!found) throw new ResourceNotFoundException(`Group not found: ${name ?? arn}`)
    return found
  }

  /** Its filter; nothing for one that has all traces. @throws ResourceNotFoundException */
  filterOf(name: string): Filter | undefined {
    const { filter } = this.get(name, undefined)
    return filter === undefined ? undefined : parseFilter(filter)
  }

  /** @throws InvalidRequestException */
  create(name: string, filter: string | undefined): StoredGroup {
    if (this.all.some(group => group.name === name)) throw new InvalidRequestException(`Group already exists: ${name}`)
    if (this.#settings.groups.length >= MOST_GROUPS) {
      throw new InvalidRequestException(`You have reached the maximum number of groups: ${MOST_GROUPS}.`)
    }
    const id = this.#random.uuid().replaceAll('-', '').toUpperCase()
    return this.#put(name, this.#arnOf(name, id), filter, false)
  }

  /** @throws InvalidRequestException */
  update(group: StoredGroup, filter: string): StoredGroup {
    if (group.name === DEFAULT_GROUP) throw new InvalidRequestException('The default group cannot be changed.')
    return this.#put(group.name, group.arn, filter, group.isOfTemplate)
  }

  /** @throws InvalidRequestException */
  delete({ name, arn }: StoredGroup): void {
    if (name === DEFAULT_GROUP) throw new InvalidRequestException('The default group cannot be deleted.')
    this.#settings.setTags(arn, {})
    this.#settings.setGroups(this.#settings.groups.filter(group => group.name !== name))
  }

  /** Makes the groups of the template, with what it says now; those that an earlier one had go. */
  adopt(nodes: readonly TraceGroup[]): void {
    const gone = this.#settings.groups.filter(
      ({ name, isOfTemplate }) => isOfTemplate && !nodes.some(node => node.name === name),
    )
    for (const group of gone) this.delete(group)
    for (const { name, arn, filter, tags } of nodes) {
      this.#put(name, arn, filter, true)
      this.#settings.setTags(arn, tags)
    }
  }

  #put(name: string, arn: string, filter: string | undefined, isOfTemplate: boolean): StoredGroup {
    if (filter !== undefined && filter !== '') refersToNoGroup(parseFilter(filter))
    const group = { name, arn, ...(filter === undefined || filter === '' ? {} : { filter }), isOfTemplate }
    const others = this.#settings.groups.filter(each => each.name !== name)
    this.#settings.setGroups([...others, group])
    return group
  }

  #arnOf(name: string, id: string): string {
    const { region, account } = this.#home
    return `arn:aws:xray:${region}:${account}:group/${name}/${id}`
  }
}

/** A circle of groups would have no end. */
function refersToNoGroup(filter: Filter): void {
  switch (filter.kind) {
    case 'group':
      throw new InvalidRequestException('The filter of a group cannot refer to a group.')
    case 'and':
    case 'or':
      refersToNoGroup(filter.left)
      return refersToNoGroup(filter.right)
    case 'not':
      return refersToNoGroup(filter.of)
    case 'service':
      if (filter.of) refersToNoGroup(filter.of)
  }
}
