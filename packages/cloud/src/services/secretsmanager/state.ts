import { isDeepStrictEqual } from 'node:util'
import { type Clock, days, type Instant, type Random, type Stop } from '@terrace/kit'
import type { Architecture } from '@terrace/model'
import type { Folders } from '../../folders.ts'
import type { Caller } from '../../identity/authorizer.ts'
import type { Journal } from '../../journal.ts'
import { at } from '../../scaling/long-timer.ts'
import { InvalidParameter, InvalidRequest, ResourceExists, ResourceNotFound } from './errors.ts'
import { RECOVERY_DAYS } from './limits.ts'
import {
  dayOf,
  type NewSecret,
  type NewValue,
  owningService,
  type SecretContent,
  type SecretVersion,
  type StoredSecret,
} from './secret.ts'
import { SecretStore } from './store.ts'
import type { Vault } from './vault.ts'
import { CURRENT, checkValue, hasValue, withVersion } from './versions.ts'

/** What the secrets need. */
export interface SecretsWorld {
  readonly architecture: Architecture
  readonly clock: Clock
  readonly secureRandom: Random
  readonly folders: Folders
  readonly journal: Journal
}

const SUFFIX = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'

/** The secrets of the account and their versions. */
export class SecretsState {
  readonly #world: SecretsWorld
  readonly #vault: Vault
  readonly #store: SecretStore
  readonly #secrets = new Map<string, StoredSecret>()
  readonly #gone: Set<string>
  readonly #deletions = new Map<string, Stop>()

  /** @throws TerraceError SECRET_STATE_CORRUPT */
  constructor(world: SecretsWorld, vault: Vault) {
    this.#world = world
    this.#vault = vault
    this.#store = new SecretStore(world.folders.data)
    const { secrets, gone } = this.#store.load()
    this.#gone = new Set(gone)
    for (const secret of secrets) this.#hold(secret)
  }

  /** In the order in which they were made. */
  get all(): readonly StoredSecret[] {
    return [...this.#secrets.values()].sort((a, b) => a.created - b.created)
  }

  get now(): Instant {
    return this.#world.clock.now()
  }

  /** By name, ARN, or ARN without its last six characters. */
  find(id: string): StoredSecret | undefined {
    const name = id.startsWith('arn:') ? id.split(':').slice(6).join(':') : id
    return (
      this.#secrets.get(name) ?? (name === id ? undefined : [...this.#secrets.values()].find(({ arn }) => arn === id))
    )
  }

  /** @throws ResourceNotFound */
  get(id: string): StoredSecret {
    const secret = this.find(id)
    if (!secret) throw new ResourceNotFound()
    return secret
  }

  /** One that isn't marked for deletion. @throws ResourceNotFound, InvalidRequest */
  live(id: string): StoredSecret {
    const secret = this.get(id)
    if (!secret.deletion) return secret
    throw new InvalidRequest("You can't perform this operation on the secret because it was marked for deletion.")
  }

  /** Whether the template's secret of that name was deleted, and no other has been made. */
  isGone(name: string): boolean {
    return this.#gone.has(name)
  }

  /** @throws AccessDenied, DecryptionFailure */
  open(secret: StoredSecret, version: SecretVersion, caller?: Caller): SecretContent {
    return this.#vault.open(version, { arn: secret.arn, versionId: version.id, caller })
  }

  /** @throws ResourceExists, InvalidRequest, InvalidParameter, AccessDenied, EncryptionFailure */
  create({ name, description, keyId, tags, value }: NewSecret, caller?: Caller): StoredSecret {
    const present = this.#secrets.get(name)
    if (present) return this.#sameAs(present, value)
    if (value) checkValue(value)
    const { region, account } = this.#world.architecture
    const arn = `arn:aws:secretsmanager:${region}:${account}:secret:${name}-${this.#world.secureRandom.text(6, SUFFIX)}`
    const now = this.now
    const base = { arn, name, description, created: now, changed: now, versions: [], madeBy: 'caller', keyId } as const
    const empty: StoredSecret = { ...base, versions: [], tags: { ...tags } }
    const secret = value ? this.#withValue(empty, value, caller) : empty
    this.keep(secret)
    this.note('created', secret, `the secret ${name} was created`)
    return secret
  }

  /** Adds a version. @throws InvalidParameter, InvalidRequest, ResourceExists, AccessDenied, EncryptionFailure */
  put(
    id: string,
    value: NewValue,
    caller?: Caller,
  ): { readonly secret: StoredSecret; readonly version: SecretVersion } {
    const secret = this.live(id)
    checkValue(value)
    const present = secret.versions.find(version => version.id === value.token)
    if (present && hasValue(present)) {
      if (this.#holds(secret, present, value)) return { secret, version: present }
      throw new ResourceExists(
        `You can't use ClientRequestToken ${present.id} because that value is already in use for a version of secret ${secret.arn}.`,
      )
    }
    const changed = this.#withValue(secret, value, caller)
    this.keep(changed)
    const [version = changed.versions[0]] = changed.versions
    if (!version) throw new ResourceNotFound()
    return { secret: changed, version }
  }

  /**
   * Another key: the versions that have a stage are encrypted with it.
   * @throws AccessDenied, EncryptionFailure, DecryptionFailure
   */
  withKey(secret: StoredSecret, keyId: string | undefined, caller?: Caller): StoredSecret {
    const versions = secret.versions.map(version => {
      if (version.stages.length === 0 || !hasValue(version)) return version
      const { id, stages, created } = version
      const content = this.open(secret, version, caller)
      return { id, stages, created, ...this.#vault.seal(content, { arn: secret.arn, versionId: id, keyId, caller }) }
    })
    return { ...secret, keyId, versions }
  }

  /** Replaces a secret by what became of it. */
  change(secret: StoredSecret, changes: Partial<StoredSecret>): StoredSecret {
    const changed = { ...secret, ...changes, changed: this.now }
    this.keep(changed)
    return changed
  }

  /** A version without a value, that a rotation is to fill. */
  addEmpty(secret: StoredSecret, id: string, stage: string): StoredSecret {
    const version = { id, stages: [stage], created: this.now }
    return this.change(secret, { versions: withVersion(secret.versions, version) })
  }

  /** Marks it for deletion. @throws InvalidRequest, InvalidParameter */
  markDeleted(secret: StoredSecret, windowDays: number): StoredSecret {
    const { least, most } = RECOVERY_DAYS
    if (windowDays < least || windowDays > most) {
      throw new InvalidParameter(
        `The RecoveryWindowInDays value must be between ${least} and ${most} days (inclusive).`,
      )
    }
    this.#refuseManaged(secret)
    if (secret.deletion) this.live(secret.name)
    const marked = this.now
    const changed = this.change(secret, { deletion: { marked, at: marked + days(windowDays) } })
    this.note('deletionScheduled', secret, `the secret ${secret.name} will be deleted in ${windowDays} days`)
    return changed
  }

  /** At once, without a way back. @throws InvalidRequest */
  delete(secret: StoredSecret): void {
    this.#refuseManaged(secret)
    if (secret.madeBy === 'caller') this.#store.delete(secret.name)
    else {
      this.#store.bury(secret.name, this.now)
      this.#gone.add(secret.name)
    }
    this.#secrets.delete(secret.name)
    this.#deletions.get(secret.name)?.()
    this.#deletions.delete(secret.name)
    this.note('deleted', secret, `the secret ${secret.name} was deleted`)
  }

  /** Takes note of the day on which it was read. */
  accessed(secret: StoredSecret): void {
    const accessed = dayOf(this.now)
    if (secret.accessed !== accessed) this.keep({ ...secret, accessed })
  }

  /** Says in the journal what happened to a secret. */
  note(what: string, secret: StoredSecret, message: string): void {
    this.#world.journal.write({ kind: `secretsmanager.${what}`, message, details: { secret: secret.arn } })
  }

  /** Only what is in the file has happened. */
  keep(secret: StoredSecret): void {
    this.#store.save(secret)
    this.#gone.delete(secret.name)
    this.#hold(secret)
  }

  /** Nothing falls due any more. */
  stop(): void {
    for (const stop of this.#deletions.values()) stop()
    this.#deletions.clear()
  }

  #hold(secret: StoredSecret): void {
    this.#secrets.set(secret.name, secret)
    this.#deletions.get(secret.name)?.()
    this.#deletions.delete(secret.name)
    if (!secret.deletion) return
    const stop = at(this.#world.clock, secret.deletion.at, () => {
      const current = this.#secrets.get(secret.name)
      if (current?.deletion) this.delete(current)
    })
    this.#deletions.set(secret.name, stop)
  }

  #withValue(secret: StoredSecret, value: NewValue, caller: Caller | undefined): StoredSecret {
    const { arn, keyId } = secret
    const id = value.token ?? this.#world.secureRandom.uuid()
    const { string, binary } = value
    const kept = this.#vault.seal(string === undefined ? { binary } : { string }, { arn, versionId: id, keyId, caller })
    const empty = secret.versions.find(version => version.id === id)
    const isFirst = secret.versions.every(version => !hasValue(version))
    const asked = [...new Set([...(empty?.stages ?? []), ...(value.stages ?? [CURRENT])])]
    // The first value is the current one, whatever was asked for. API Reference "PutSecretValue".
    const stages = isFirst && !asked.includes(CURRENT) ? [...asked, CURRENT] : asked
    const created = this.now
    return { ...secret, versions: withVersion(secret.versions, { id, stages, created, ...kept }), changed: created }
  }

  #sameAs(present: StoredSecret, value: NewValue | undefined): StoredSecret {
    if (present.deletion) {
      throw new InvalidRequest(
        "You can't create this secret because a secret with this name is already scheduled for deletion.",
      )
    }
    const version = present.versions.find(({ id }) => id === value?.token)
    if (version && value && this.#holds(present, version, value)) return present
    throw new ResourceExists(`The operation failed because the secret ${present.name} already exists.`)
  }

  #holds(secret: StoredSecret, version: SecretVersion, { string, binary }: SecretContent): boolean {
    const present = this.open(secret, version)
    return isDeepStrictEqual([present.string, present.binary], [string, binary])
  }

  #refuseManaged(secret: StoredSecret): void {
    const owner = owningService(secret)
    if (owner === undefined) return
    throw new InvalidRequest(`You can't delete the secret ${secret.name}, because it is managed by ${owner}.`)
  }
}

/** Nothing when it is no JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
