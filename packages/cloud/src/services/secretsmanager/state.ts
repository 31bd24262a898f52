import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { type Clock, digest, errnoOf, HEX, type Instant, messageOf, type Random, TerraceError } from '@terrace/kit'
import { type Architecture, getNode, nodesOf, type Secret } from '@terrace/model'
import type { Folders } from '../../folders.ts'
import { InvalidParameter, InvalidRequest, ResourceExists, ResourceNotFound } from './errors.ts'
import { generateSecret } from './generate.ts'
import { LARGEST_VALUE_BYTES, MOST_VERSIONS } from './limits.ts'
import { managedSecrets } from './managed-secret.ts'

/** One value of a secret: text, or bytes in base64. */
export interface SecretVersion {
  readonly id: string
  readonly stages: readonly string[]
  readonly created: Instant
  readonly string?: string | undefined
  readonly binary?: string | undefined
}

/** A secret as it is kept on disk, readable by the user alone. */
export interface StoredSecret {
  readonly arn: string
  readonly name: string
  readonly description: string
  readonly created: Instant
  readonly changed: Instant
  /** Of the literal text that the template had, so that a change of it is noticed. */
  readonly literalDigest?: string | undefined
  readonly versions: readonly SecretVersion[]
}

/** What goes into a new version. */
export interface NewValue {
  readonly string?: string | undefined
  readonly binary?: string | undefined
  /** Becomes the version's id; the same again does nothing. */
  readonly token?: string | undefined
  /** Absent: AWSCURRENT. */
  readonly stages?: readonly string[] | undefined
}

export interface WhichVersion {
  readonly id?: string | undefined
  /** Absent, and no id either: AWSCURRENT. */
  readonly stage?: string | undefined
}

interface Surroundings {
  readonly architecture: Architecture
  readonly clock: Clock
  readonly secureRandom: Random
  readonly folders: Folders
}

/** The secrets of a template and their versions. */
export class SecretsState {
  readonly #clock: Clock
  readonly #random: Random
  readonly #folder: string
  readonly #secrets = new Map<string, StoredSecret>()

  /** Makes what is not there yet. @throws TerraceError SECRET_RULES, SECRET_STATE_CORRUPT */
  constructor({ architecture, clock, secureRandom, folders }: Surroundings) {
    this.#clock = clock
    this.#random = secureRandom
    this.#folder = join(folders.data, 'secretsmanager')
    mkdirSync(this.#folder, { recursive: true, mode: 0o700 })
    const nodes = [...nodesOf(architecture, 'secret'), ...managedSecrets(architecture)]
    for (const node of nodes) this.#bringUp(node, architecture)
  }

  get all(): readonly StoredSecret[] {
    return [...this.#secrets.values()]
  }

  /** By name, ARN, or ARN without its last six characters. */
  find(id: string): StoredSecret | undefined {
    const name = id.startsWith('arn:') ? id.split(':').slice(6).join(':') : id
    return this.all.find(secret => secret.arn === id || secret.name === name)
  }

  /** @throws ResourceNotFound */
  get(id: string): StoredSecret {
    const secret = this.find(id)
    if (!secret) throw new ResourceNotFound()
    return secret
  }

  /** @throws ResourceNotFound when there is no such version, or it hasn't that stage */
  version(secret: StoredSecret, { id, stage }: WhichVersion = {}): SecretVersion {
    const wanted = stage ?? (id === undefined ? 'AWSCURRENT' : undefined)
    const version = secret.versions.find(
      each => (id === undefined || each.id === id) && (wanted === undefined || each.stages.includes(wanted)),
    )
    if (version) return version
    const which = id === undefined ? `staging label: ${wanted}` : `VersionId: ${id}`
    throw new ResourceNotFound(`Secrets Manager can't find the specified secret value for ${which}`)
  }

  /** Adds a version. @throws InvalidParameter, InvalidRequest, ResourceExists */
  put(id: string, value: NewValue): { readonly secret: StoredSecret; readonly version: SecretVersion } {
    const secret = this.get(id)
    refuseImpossible(value)
    const versionId = value.token ?? uuid(this.#random)
    const present = secret.versions.find(version => version.id === versionId)
    if (present) {
      if (present.string === value.string && present.binary === value.binary) return { secret, version: present }
      throw new ResourceExists(
        `You can't use ClientRequestToken ${versionId} because that value is already in use for a version of secret ${secret.arn}.`,
      )
    }
    const version = {
      id: versionId,
      stages: value.stages ?? ['AWSCURRENT'],
      created: this.#clock.now(),
      ...contentOf(value),
    }
    const versions = prune([version, ...moveStages(secret.versions, version.stages)])
    const changed = { ...secret, versions, changed: version.created }
    this.#save(changed)
    return { secret: changed, version }
  }

  #bringUp(node: Secret, architecture: Architecture): void {
    const stored = this.#load(node)
    const literal = node.value.kind === 'literal' ? node.value.text : undefined
    const literalDigest = literal === undefined ? undefined : createHash('sha256').update(literal).digest('hex')
    const current = stored && this.version(stored).string
    // A template's new text is a new version, as an update of the stack would make it; a generated one stays.
    const basis = literal !== undefined && literalDigest !== stored?.literalDigest ? literal : current
    const text = attach(basis ?? this.#firstText(node), node, architecture)
    if (!stored) {
      const now = this.#clock.now()
      const version = { id: uuid(this.#random), stages: ['AWSCURRENT'], created: now, string: text }
      const { arn, name, description } = node
      this.#save({ arn, name, description, created: now, changed: now, literalDigest, versions: [version] })
      return
    }
    this.#secrets.set(node.name, { ...stored, arn: node.arn, description: node.description, literalDigest })
    if (text !== current) this.put(node.name, { string: text })
  }

  #firstText({ value, origin }: Secret): string {
    return value.kind === 'literal' ? value.text : generateSecret(value.rules, this.#random, origin.place)
  }

  #load({ name }: Secret): StoredSecret | undefined {
    const file = this.#fileOf(name)
    try {
      const stored: StoredSecret = JSON.parse(readFileSync(file, 'utf8'))
      if (stored.name !== name || !Array.isArray(stored.versions)) throw new Error('it has no name or no versions')
      return stored
    } catch (cause) {
      if (errnoOf(cause) === 'ENOENT') return undefined
      throw new TerraceError('SECRET_STATE_CORRUPT', `${file} does not hold the secret ${name}: ${messageOf(cause)}`, {
        hint: 'forget all data, the database that uses this secret too, with: terrace reset',
        place: { file },
        cause,
      })
    }
  }

  #save(secret: StoredSecret): void {
    const file = this.#fileOf(secret.name)
    writeFileSync(`${file}.new`, JSON.stringify(secret), { mode: 0o600 })
    renameSync(`${file}.new`, file)
    this.#secrets.set(secret.name, secret)
  }

  #fileOf(name: string): string {
    return join(this.#folder, `${digest(`secret ${name}`, 32)}.json`)
  }
}

/** Adds the database's address to the secret's JSON; user name and password stay. CloudFormation "SecretTargetAttachment". */
function attach(text: string, node: Secret, architecture: Architecture): string {
  if (node.attachedTo === undefined) return text
  const { engine, endpoint, port, databaseName, identifier } = getNode(architecture, node.attachedTo, 'dbInstance')
  const present: unknown = parseJson(text)
  if (typeof present !== 'object' || present === null) {
    throw new TerraceError(
      'SECRET_NOT_ATTACHABLE',
      `the secret ${node.name} is attached to ${identifier} but is no JSON object`,
      {
        place: node.origin.place,
        hint: 'give it a SecretStringTemplate such as {"username":"admin"} and a GenerateStringKey',
      },
    )
  }
  const database = databaseName ? { dbname: databaseName } : {}
  const attached = { ...present, engine, host: endpoint, port, ...database, dbInstanceIdentifier: identifier }
  // What is there already stays as it was written, so that a restart makes no new version.
  return isDeepStrictEqual(attached, present) ? text : JSON.stringify(attached)
}

/** Nothing when it is no JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** A new version takes its stages from the others; where AWSCURRENT was, AWSPREVIOUS is now. */
function moveStages(versions: readonly SecretVersion[], taken: readonly string[]): readonly SecretVersion[] {
  const replacesCurrent = taken.includes('AWSCURRENT')
  return versions.map(version => {
    const wasCurrent = replacesCurrent && version.stages.includes('AWSCURRENT')
    const kept = version.stages.filter(stage => !taken.includes(stage) && !(replacesCurrent && stage === 'AWSPREVIOUS'))
    return { ...version, stages: wasCurrent ? [...kept, 'AWSPREVIOUS'] : kept }
  })
}

/** Versions without a stage are the first to go. */
function prune(versions: readonly SecretVersion[]): readonly SecretVersion[] {
  let surplus = versions.length - MOST_VERSIONS
  if (surplus <= 0) return versions
  return versions
    .toReversed()
    .filter(version => version.stages.length > 0 || surplus-- <= 0)
    .toReversed()
}

function refuseImpossible({ string, binary, stages, token }: NewValue): void {
  if (string !== undefined && binary !== undefined)
    throw new InvalidParameter(
      "You can't specify both a binary secret value and a string secret value in the same secret.",
    )
  if (string === undefined && binary === undefined)
    throw new InvalidRequest('You must provide either SecretString or SecretBinary.')
  const size = string === undefined ? Buffer.from(binary ?? '', 'base64').length : Buffer.byteLength(string)
  if (size > LARGEST_VALUE_BYTES)
    throw new InvalidParameter(`The secret value has ${size} bytes; the limit is ${LARGEST_VALUE_BYTES}.`)
  if (stages?.length === 0) throw new InvalidParameter('VersionStages must not be empty.')
  if (token !== undefined && (token.length < 32 || token.length > 64))
    throw new InvalidParameter('ClientRequestToken must be 32-64 characters long.')
}

const contentOf = ({ string, binary }: NewValue) => (string === undefined ? { binary } : { string })

function uuid(random: Random): string {
  const digits = random.text(32, HEX)
  return [8, 12, 16, 20, 32].map((end, i, ends) => digits.slice(ends[i - 1] ?? 0, end)).join('-')
}
