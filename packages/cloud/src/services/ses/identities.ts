import { join } from 'node:path'
import { type EmailIdentity, nodesOf, type PolicyDocument } from '@terrace/model'
import { z } from 'zod'
import { readPolicy } from '../../identity/read-policy.ts'
import type { World } from '../../world.ts'
import { domainOf, isDomain, readAddress } from './addresses.ts'
import { proofOf, tokensOf } from './dkim.ts'
import {
  AlreadyExistsException,
  BadRequestException,
  LimitExceededException,
  NotFoundException,
  noIdentity,
} from './errors.ts'
import { KeptTable } from './kept-table.ts'
import { MOST_IDENTITIES, MOST_POLICIES } from './limits.ts'
import { type Page, pageOf } from './pages.ts'

/** An address or a domain that mail may be sent from. */
export interface Identity {
  /** `orders@example.com` or `example.com`. */
  readonly name: string
  readonly fromTemplate: boolean
  /** Of a domain; none of an address. */
  readonly dkimTokens: readonly string[]
  readonly configurationSet?: string | undefined
  /** Who else may send from it: name → JSON. */
  readonly policies: Readonly<Record<string, string>>
  readonly tags: Readonly<Record<string, string>>
}

const stored: z.ZodType<Identity> = z.strictObject({
  name: z.string(),
  fromTemplate: z.boolean(),
  dkimTokens: z.array(z.string()),
  configurationSet: z.string().optional(),
  policies: z.record(z.string(), z.string()),
  tags: z.record(z.string(), z.string()),
})

type Surroundings = Pick<World, 'architecture' | 'folders' | 'journal'>

/** Whose mails may be sent. */
export class Identities {
  readonly #world: Surroundings
  /** What was found for each: the zones of the template don't change. */
  readonly #proven = new WeakMap<Identity, boolean>()
  readonly #table: KeptTable<Identity>

  constructor(world: Surroundings) {
    this.#world = world
    const nodes = nodesOf(world.architecture, 'emailIdentity')
    this.#table = new KeptTable(join(world.folders.data, 'ses', 'identities.json'), stored, kept =>
      nodes.map(node => rowOf(node, kept(node.identity))),
    )
    for (const identity of this.#table.all) this.#explain(identity)
  }

  /** @throws NotFoundException */
  get(name: string): Identity {
    const found = this.#table.get(identityName(name))
    if (!found) throw noIdentity(name)
    return found
  }

  list(most: number, token?: string): Page<Identity> {
    return pageOf(this.#table.all, most, token)
  }

  /** @throws AlreadyExistsException, BadRequestException, LimitExceededException */
  create(text: string, rest: Pick<Identity, 'configurationSet' | 'tags'>): Identity {
    const name = identityName(text)
    if (!name.includes('@') && !isDomain(name)) throw new BadRequestException(`Invalid domain name ${name}.`)
    if (this.#table.get(name)) throw new AlreadyExistsException(`Email identity ${name} already exist.`)
    if (this.#table.size >= MOST_IDENTITIES) throw new LimitExceededException('You have reached the identity limit.')
    const dkimTokens = name.includes('@') ? [] : tokensOf(name)
    const identity: Identity = { name, fromTemplate: false, dkimTokens, policies: {}, ...rest }
    this.#table.put(identity)
    this.#world.journal.write({
      kind: 'ses.identityCreated',
      message: `mail may be sent from ${name} now`,
      details: { name },
    })
    this.#explain(identity)
    return identity
  }

  /** @throws NotFoundException */
  delete(text: string): void {
    const { name } = this.get(text)
    this.#table.delete(name)
    this.#world.journal.write({
      kind: 'ses.identityDeleted',
      message: `mail may no longer be sent from ${name}`,
      details: { name },
    })
  }

  /** @throws NotFoundException */
  setConfigurationSet(name: string, configurationSet: string | undefined): void {
    this.#table.put({ ...this.get(name), configurationSet })
  }

  /** @throws NotFoundException, BadRequestException, AlreadyExistsException, LimitExceededException */
  putPolicy(name: string, policy: string, text: string, change: 'create' | 'update'): void {
    const identity = this.get(name)
    const known = Object.hasOwn(identity.policies, policy)
    if (change === 'create' && known) throw new AlreadyExistsException(`Policy ${policy} already exists.`)
    if (change === 'update' && !known) throw new NotFoundException(`Policy ${policy} does not exist.`)
    if (!readPolicy(text)) throw new BadRequestException('The policy is not a valid policy document.')
    if (!known && Object.keys(identity.policies).length >= MOST_POLICIES) {
      throw new LimitExceededException(`An identity has at most ${MOST_POLICIES} policies.`)
    }
    this.#table.put({ ...identity, policies: { ...identity.policies, [policy]: text } })
  }

  /** Deleting what isn't there is a success, as on AWS. @throws NotFoundException when there is no such identity */
  deletePolicy(name: string, policy: string): void {
    const identity = this.get(name)
    const policies = Object.fromEntries(Object.entries(identity.policies).filter(([each]) => each !== policy))
    this.#table.put({ ...identity, policies })
  }

  /** The identity that an address is sent under: the address itself, else the nearest domain above it. */
  coveringOf(address: string): Identity | undefined {
    const own = this.#table.get(address)
    if (own) return own
    for (let domain = domainOf(address); domain.includes('.'); domain = domain.slice(domain.indexOf('.') + 1)) {
      const found = this.#table.get(domain)
      if (found) return found
    }
    return undefined
  }

  /** Whether mail may come from there, or in the sandbox go there. An address of its own doesn't need its domain. */
  isVerified(address: string): boolean {
    const identity = this.coveringOf(address)
    return identity !== undefined && this.isProven(identity)
  }

  /**
   * Whether somebody has shown that it is theirs. A domain whose zone is in the template needs its DKIM records there.
   *
   * differs: an address, and a domain whose DNS is kept elsewhere, are verified at once: there is no one to click a link
   */
  isProven(identity: Identity): boolean {
    const known = this.#proven.get(identity)
    if (known !== undefined) return known
    const { name, dkimTokens } = identity
    const proven = name.includes('@') || proofOf(this.#world.architecture, name, dkimTokens).kind !== 'missing'
    this.#proven.set(identity, proven)
    return proven
  }

  /** `arn:aws:ses:us-east-1:123456789012:identity/example.com` */
  arnOf(name: string): string {
    const { region, account } = this.#world.architecture
    return `arn:aws:ses:${region}:${account}:identity/${name}`
  }

  /** What the identity's own policies say, as one. */
  policyOf({ name, policies }: Identity): { readonly name: string; readonly document: PolicyDocument } | undefined {
    const documents = Object.values(policies).flatMap(text => readPolicy(text) ?? [])
    if (documents.length === 0) return undefined
    const Statement = documents.flatMap(document => document.Statement)
    return { name: `the policies of the identity ${name}`, document: { Version: '2012-10-17', Statement } }
  }

  #explain({ name, dkimTokens }: Identity): void {
    const proof = name.includes('@') ? undefined : proofOf(this.#world.architecture, name, dkimTokens)
    if (proof?.kind !== 'missing') return
    this.#world.journal.write({
      kind: 'ses.unverified',
      message: `mail can't be sent from ${name}: its zone is in the template, without ${proof.records.join(', ')}`,
      details: { name, records: proof.records },
    })
  }
}

/** The template knows no policies: those that the API has made stay. */
const rowOf = (
  { identity, dkimTokens, configurationSet, tags }: EmailIdentity,
  kept: Identity | undefined,
): Identity => ({
  name: identity,
  fromTemplate: true,
  dkimTokens,
  ...(configurationSet === undefined ? {} : { configurationSet }),
  policies: kept?.policies ?? {},
  tags,
})

/** As it is kept: domains know no capital letters. @throws BadRequestException for an address that is none */
const identityName = (text: string): string => (text.includes('@') ? readAddress(text).address : text.toLowerCase())
