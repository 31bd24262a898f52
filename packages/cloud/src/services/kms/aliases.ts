import type { Clock } from '@terrace/kit'
import {
  AlreadyExistsException,
  InvalidAliasNameException,
  LimitExceededException,
  NotFoundException,
} from './errors.ts'
import type { Alias } from './key.ts'
import { MOST_ALIASES } from './limits.ts'

/** Other names of keys. */
export class Aliases {
  readonly #clock: Clock
  readonly #save: (aliases: readonly Alias[]) => void
  #aliases: ReadonlyMap<string, Alias>

  constructor(clock: Clock, aliases: readonly Alias[], save: (aliases: readonly Alias[]) => void) {
    this.#clock = clock
    this.#save = save
    this.#aliases = new Map(aliases.map(alias => [alias.name, alias]))
  }

  /** By name. */
  get all(): readonly Alias[] {
    return [...this.#aliases.values()].sort((a, b) => (a.name < b.name ? -1 : 1))
  }

  find(name: string): Alias | undefined {
    return this.#aliases.get(name)
  }

  /** @param arn  of the alias, as the error names it @throws NotFoundException */
  get(name: string, arn: string): Alias {
    const alias = this.#aliases.get(name)
    if (alias) return alias
    throw new NotFoundException(`Alias ${arn} is not found.`)
  }

  of(keyId: string): readonly Alias[] {
    return this.all.filter(alias => alias.keyId === keyId)
  }

  /** @param arn  of the alias @throws AlreadyExistsException, InvalidAliasNameException, LimitExceededException */
  create(name: string, keyId: string, arn: string): void {
    checkName(name)
    if (this.#aliases.has(name)) throw new AlreadyExistsException(`An alias with the name ${arn} already exists`)
    this.#checkRoom(keyId)
    this.set(name, keyId)
  }

  /** Another key for an alias that is there. @throws LimitExceededException */
  move(name: string, keyId: string): void {
    this.#checkRoom(keyId)
    this.set(name, keyId)
  }

  /** Whether it is there or not. */
  set(name: string, keyId: string): void {
    const now = this.#clock.now()
    const created = this.#aliases.get(name)?.created ?? now
    this.#keep(new Map(this.#aliases).set(name, { name, keyId, created, updated: now }))
  }

  delete(name: string): void {
    this.#keep(new Map([...this.#aliases].filter(([each]) => each !== name)))
  }

  deleteAllOf(keyId: string): void {
    this.#keep(new Map([...this.#aliases].filter(([, alias]) => alias.keyId !== keyId)))
  }

  #checkRoom(keyId: string): void {
    if (this.of(keyId).length < MOST_ALIASES) return
    throw new LimitExceededException(`The key ${keyId} has ${MOST_ALIASES} aliases, which is the quota.`)
  }

  #keep(aliases: ReadonlyMap<string, Alias>): void {
    this.#save([...aliases.values()])
    this.#aliases = aliases
  }
}

/** @throws InvalidAliasNameException @see API Reference "CreateAlias" */
export function checkName(name: string): void {
  if (!name.startsWith('alias/') || name === 'alias/') {
    throw new InvalidAliasNameException('Alias must start with the prefix "alias/". Please see the documentation.')
  }
  if (name.startsWith('alias/aws/')) {
    throw new InvalidAliasNameException('Alias must not start with the prefix "alias/aws/", which is reserved for AWS.')
  }
}
