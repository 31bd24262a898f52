import { createHash } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import { type Random, TerraceError } from '@terrace/kit'
import { type Architecture, getNode, nodesOf, type Secret } from '@terrace/model'
import { AwsError } from '../../gateway/errors.ts'
import { generateSecret } from './generate.ts'
import { managedSecrets } from './managed-secret.ts'
import type { StoredSecret } from './secret.ts'
import { parseJson, type SecretsState } from './state.ts'
import { versionOf } from './versions.ts'

interface Surroundings {
  readonly architecture: Architecture
  readonly secureRandom: Random
}

/**
 * Makes the secrets of a template that aren't there yet, and takes over what it says anew; those that somebody has deleted
 * stay so.
 *
 * @returns the secrets whose rotation the template has just set or changed, and wants done at once
 * @throws TerraceError SECRET_RULES, SECRET_NOT_ATTACHABLE
 */
export function bringUpTemplateSecrets(state: SecretsState, world: Surroundings): readonly string[] {
  const nodes = [...nodesOf(world.architecture, 'secret'), ...managedSecrets(world.architecture)]
  return nodes.filter(node => !state.isGone(node.name) && bringUp(state, node, world)).map(({ name }) => name)
}

function bringUp(state: SecretsState, node: Secret, { architecture, secureRandom }: Surroundings): boolean {
  const stored = state.find(node.name)
  const literal = node.value.kind === 'literal' ? node.value.text : undefined
  const literalDigest = literal === undefined ? undefined : digestOf(literal)
  const templateDigest = digestOf([node.description, node.tags, node.policy, node.kmsKeyId, node.rotation])
  const isNews = stored?.templateDigest !== templateDigest
  const current = stored && textOf(state, stored)
  const now = state.now
  const base: StoredSecret = stored ?? {
    arn: node.arn,
    name: node.name,
    description: '',
    created: now,
    changed: now,
    versions: [],
  }
  const { madeBy: _, ...old } = base
  const said = isNews ? saidBy(node, base) : {}
  const renewed = { ...old, arn: node.arn, ...said, literalDigest, templateDigest }
  const isMoved = stored !== undefined && isNews && stored.keyId !== node.kmsKeyId
  // A key that can't be used leaves the secret as it is: what reads it is told why.
  if (stored && current === undefined) state.keep({ ...renewed, keyId: stored.keyId })
  else state.keep(isMoved ? state.withKey(renewed, node.kmsKeyId) : renewed)
  const basis = literal !== undefined && literalDigest !== stored?.literalDigest ? literal : current
  if (stored === undefined || basis !== undefined) {
    // A template's new text is a new version, as an update of the stack would make it; a generated one stays.
    const text = attach(basis ?? firstText(node, secureRandom), node, architecture)
    if (text !== current && !stored?.deletion) state.put(node.name, { string: text })
  }
  return isNews && (node.rotation?.immediately ?? false)
}

/** What of a secret the template decides, apart from its value. */
function saidBy(node: Secret, { rotation }: StoredSecret): Partial<StoredSecret> {
  const functionArn = node.rotation?.functionArn
  return {
    description: node.description,
    tags: { ...node.tags },
    policy: node.policy && JSON.stringify(node.policy),
    keyId: node.kmsKeyId,
    rotation: node.rotation && {
      enabled: functionArn !== undefined,
      functionArn,
      rules: node.rotation.rules && { ...node.rotation.rules },
      last: rotation?.last,
    },
  }
}

function textOf(state: SecretsState, secret: StoredSecret): string | undefined {
  try {
    return state.open(secret, versionOf(secret)).string
  } catch (error) {
    if (!(error instanceof AwsError)) throw error
    state.note('unreadable', secret, `the secret ${secret.name} can't be read: ${error.message}`)
    return undefined
  }
}

const firstText = ({ value, origin }: Secret, random: Random): string =>
  value.kind === 'literal' ? value.text : generateSecret(value.rules, random, origin.place)

const digestOf = (value: unknown): string =>
  createHash('sha256')
    .update(typeof value === 'string' ? value : JSON.stringify(value))
    .digest('hex')

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
