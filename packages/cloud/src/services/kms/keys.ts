import { createHash, randomBytes } from 'node:crypto'
import { type Clock, days, type Instant, type Stop } from '@terrace/kit'
import type { Architecture, KmsKeySpec } from '@terrace/model'
import { sendEvent } from '../../events.ts'
import { at } from '../../scaling/long-timer.ts'
import type { World } from '../../world.ts'
import { Aliases } from './aliases.ts'
import { InvalidArnException, NotFoundException } from './errors.ts'
import type { Key, Material, NewKey } from './key.ts'
import { managedKeyOf, managedPolicy } from './managed-keys.ts'
import { isAsymmetric } from './specs.ts'
import { KeyStore } from './store.ts'

/** What the keys of an account need. */
export type KeysWorld = Pick<World, 'architecture' | 'clock' | 'deliveries' | 'folders' | 'journal' | 'random'>

/** A key, and the alias that it was asked for by. */
export interface Resolved {
  readonly key: Key
  /** `alias/orders` */
  readonly alias?: string
}

/** The keys of the account. They stay until their deletion comes, or until `terrace reset`. */
export class Keys {
  readonly aliases: Aliases
  readonly #world: KeysWorld
  readonly #store: KeyStore
  readonly #keys = new Map<string, Key>()
  readonly #gone: Set<string>
  readonly #timers = new Map<string, Stop>()

  /** @throws TerraceError KMS_STATE_CORRUPT */
  constructor(world: KeysWorld) {
    this.#world = world
    this.#store = new KeyStore(world.folders.data)
    const { keys, gone, aliases } = this.#store.load()
    this.#gone = new Set(gone)
    this.aliases = new Aliases(world.clock, aliases, changed => this.#store.saveAliases(changed))
    for (const key of keys) this.#keys.set(key.id, key)
    for (const key of keys) this.#arm(key)
  }

  /** The oldest first. */
  get all(): readonly Key[] {
    return [...this.#keys.values()].sort((a, b) => a.created - b.created || (a.id < b.id ? -1 : 1))
  }

  get architecture(): Architecture {
    return this.#world.architecture
  }

  get clock(): Clock {
    return this.#world.clock
  }

  find(id: string): Key | undefined {
    return this.#keys.get(id)
  }

  /** Whether there was such a key, and its deletion has come. */
  isGone(id: string): boolean {
    return this.#gone.has(id)
  }

  /** `arn:aws:kms:us-east-1:123456789012:key/…`, or of an alias. */
  arnOf(resource: string): string {
    const { region, account } = this.#world.architecture
    return `arn:aws:kms:${region}:${account}:${resource}`
  }

  /** By id or ARN, as the operations take it that manage keys. @throws NotFoundException, InvalidArnException */
  get(reference: string): Key {
    const id = this.#ownResource(reference).replace(/^key\//, '')
    if (id.startsWith('alias/')) throw new NotFoundException(`Invalid keyId '${reference}'`)
    const key = this.#keys.get(id)
    if (key) return key
    throw new NotFoundException(`Key '${this.arnOf(`key/${id}`)}' does not exist`)
  }

  /**
   * By id, ARN, alias or ARN of an alias, as the operations take it that use keys. The keys of AWS's services are made when
   * they are first asked for.
   *
   * @throws NotFoundException, InvalidArnException
   */
  resolve(reference: string): Resolved {
    const name = this.#ownResource(reference)
    if (!name.startsWith('alias/')) return { key: this.get(reference) }
    const alias = this.aliases.find(name)
    const key = alias ? this.#keys.get(alias.keyId) : this.#makeManaged(name)
    if (key) return { key, alias: name }
    throw new NotFoundException(`Alias ${this.arnOf(name)} is not found.`)
  }

  create(draft: NewKey, secret: Buffer): Key {
    const now = this.#world.clock.now()
    const key: Key = {
      ...draft,
      arn: this.arnOf(`key/${draft.id}`),
      created: now,
      state: 'Enabled',
      tags: { ...draft.tags },
      grants: [],
      materials: [materialOf(draft.id, secret, now, 'CREATED')],
    }
    this.#keep(key)
    this.#tell('created', key, `the key ${nameOf(key)} was created`)
    return key
  }

  /** Replaces a key by what became of it. */
  change(key: Key, changes: Partial<Key>): Key {
    const changed = { ...key, ...changes }
    this.#keep(changed)
    return changed
  }

  /** New material for a symmetric key: it encrypts from now on, the older ones still decrypt. */
  rotate(key: Key, how: 'AUTOMATIC' | 'ON_DEMAND'): Key {
    const now = this.#world.clock.now()
    const secret = randomBytes(Buffer.from(newestOf(key).secret, 'base64').length)
    const { rotation } = key
    const changed = this.change(key, {
      materials: [...key.materials, materialOf(key.id, secret, now, how)],
      // A rotation on demand leaves the schedule as it is.
      ...(rotation && how === 'AUTOMATIC' ? { rotation: { ...rotation, next: now + days(rotation.periodDays) } } : {}),
    })
    const reason = how === 'AUTOMATIC' ? 'by its schedule' : 'on demand'
    this.#tell('rotated', changed, `the key ${nameOf(key)} was rotated ${reason}`)
    this.#event('KMS CMK Rotation', changed)
    return changed
  }

  /** Says in the journal what happened to a key. */
  note(what: string, key: Key, message: string): void {
    this.#tell(what, key, message)
  }

  /** Nothing falls due any more. */
  stop(): void {
    for (const stop of this.#timers.values()) stop()
    this.#timers.clear()
  }

  #ownResource(reference: string): string {
    if (!reference.startsWith('arn:')) return reference
    const [, , service, region = '', account, ...rest] = reference.split(':')
    const own = this.#world.architecture
    const resource = rest.join(':')
    if (service !== 'kms' || !/^(key|alias)\//.test(resource)) throw new InvalidArnException(`Invalid arn ${reference}`)
    if (region !== own.region) throw new NotFoundException(`Invalid arn ${region}`)
    if (account !== own.account) throw new NotFoundException(`Key '${reference}' does not exist`)
    return resource
  }

  #makeManaged(alias: string): Key | undefined {
    const managed = managedKeyOf(alias)
    if (!managed) return undefined
    const key = this.create(
      {
        id: this.#world.random.uuid(),
        description: managed.description,
        spec: 'SYMMETRIC_DEFAULT' satisfies KmsKeySpec,
        usage: 'ENCRYPT_DECRYPT',
        manager: 'AWS',
        policy: managedPolicy(managed, this.#world.architecture),
        tags: {},
      },
      randomBytes(32),
    )
    this.aliases.set(alias, key.id)
    // AWS rotates its own keys every year. Developer Guide "Rotate AWS KMS keys".
    return this.change(key, { rotation: { periodDays: 365, next: key.created + days(365) } })
  }

  /** Only what is in the file has happened. */
  #keep(key: Key): void {
    this.#store.save(key)
    this.#keys.set(key.id, key)
    this.#arm(key)
  }

  #arm(key: Key): void {
    this.#timers.get(key.id)?.()
    this.#timers.delete(key.id)
    const due = nextMoment(key)
    if (due === undefined) return
    const stop = at(this.#world.clock, due, () => {
      // It may have changed since.
      const current = this.#keys.get(key.id)
      if (!current) return
      if (current.state === 'PendingDeletion') this.#delete(current)
      else this.rotate(current, 'AUTOMATIC')
    })
    this.#timers.set(key.id, stop)
  }

  #delete(key: Key): void {
    this.#store.bury(key.id, this.#world.clock.now())
    this.#gone.add(key.id)
    this.#keys.delete(key.id)
    this.#timers.delete(key.id)
    this.aliases.deleteAllOf(key.id)
    this.#tell('deleted', key, `the key ${nameOf(key)} was deleted: what it encrypted can never be read again`)
    this.#event('KMS CMK Deletion', key)
  }

  #tell(what: string, key: Key, message: string): void {
    this.#world.journal.write({ kind: `kms.${what}`, message, details: { key: key.arn } })
  }

  /** @see AWS KMS Developer Guide "Monitor KMS keys with Amazon EventBridge" */
  #event(detailType: string, key: Key): void {
    sendEvent(this.#world, {
      source: 'aws.kms',
      detailType,
      resources: [key.arn],
      detail: { 'key-id': key.id },
    })
  }
}

/** The material that encrypts. */
export function newestOf({ id, materials }: Key): Material {
  const newest = materials.at(-1)
  if (newest) return newest
  throw new NotFoundException(`Key '${id}' has no key material`)
}

/** For people: its description where it has one. */
export const nameOf = ({ id, description }: Key): string => (description === '' ? id : `${id} (${description})`)

/** Whether AWS could rotate it: symmetric keys that encrypt. */
export const isRotatable = ({ spec, usage }: Key): boolean => !isAsymmetric(spec) && usage === 'ENCRYPT_DECRYPT'

function nextMoment({ state, deletion, rotation }: Key): Instant | undefined {
  if (state === 'PendingDeletion') return deletion?.at
  // A key that is disabled is rotated when it is enabled again.
  return state === 'Enabled' ? rotation?.next : undefined
}

function materialOf(keyId: string, secret: Buffer, made: Instant, how: Material['how']): Material {
  const id = createHash('sha256').update(`${keyId} `).update(secret).digest('hex')
  return { id, secret: secret.toString('base64'), made, how }
}
