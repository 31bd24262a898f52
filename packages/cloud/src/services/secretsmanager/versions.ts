import { InvalidParameter, InvalidRequest, LimitExceeded, ResourceNotFound } from './errors.ts'
import { LARGEST_VALUE_BYTES, MOST_STAGES, MOST_VERSIONS } from './limits.ts'
import type { NewValue, SecretVersion, StoredSecret, WhichVersion } from './secret.ts'

export const CURRENT = 'AWSCURRENT'
export const PREVIOUS = 'AWSPREVIOUS'
export const PENDING = 'AWSPENDING'

/** @throws ResourceNotFound when there is no such version, it hasn't that stage, or it has no value yet */
export function versionOf({ versions }: StoredSecret, { id, stage }: WhichVersion = {}): SecretVersion {
  const wanted = stage ?? (id === undefined ? CURRENT : undefined)
  const found = versions.find(
    each => (id === undefined || each.id === id) && (wanted === undefined || each.stages.includes(wanted)),
  )
  if (found && hasValue(found)) return found
  const which = id === undefined ? `staging label: ${wanted}` : `VersionId: ${id}`
  throw new ResourceNotFound(`Secrets Manager can't find the specified secret value for ${which}`)
}

export const hasValue = ({ sealed, string, binary }: SecretVersion): boolean =>
  sealed !== undefined || string !== undefined || binary !== undefined

/** The versions with a new one, or with a value for an empty one, and the stages where they are now. */
export function withVersion(versions: readonly SecretVersion[], added: SecretVersion): SecretVersion[] {
  const others = versions.filter(({ id }) => id !== added.id)
  const result = prune([added, ...takeStages(others, added.stages)])
  checkStages(result)
  return result
}

/** A new version takes its stages from the others; where AWSCURRENT was, AWSPREVIOUS is now. */
function takeStages(versions: readonly SecretVersion[], taken: readonly string[]): SecretVersion[] {
  const replacesCurrent = taken.includes(CURRENT)
  return versions.map(version => {
    const wasCurrent = replacesCurrent && version.stages.includes(CURRENT)
    const kept = version.stages.filter(stage => !taken.includes(stage) && !(replacesCurrent && stage === PREVIOUS))
    return { ...version, stages: wasCurrent ? [...kept, PREVIOUS] : kept }
  })
}

/** Versions without a stage are the first to go. */
function prune(versions: readonly SecretVersion[]): SecretVersion[] {
  let surplus = versions.length - MOST_VERSIONS
  if (surplus <= 0) return [...versions]
  return versions
    .toReversed()
    .filter(version => version.stages.length > 0 || surplus-- <= 0)
    .toReversed()
}

/** A stage, and the versions it leaves and comes to. */
export interface StageMove {
  readonly stage: string
  readonly from?: string | undefined
  readonly to?: string | undefined
}

/**
 * Moves, adds or takes away a stage.
 * @throws InvalidParameter, ResourceNotFound, LimitExceeded
 * @see API Reference "UpdateSecretVersionStage"
 */
export function moveStage({ versions }: StoredSecret, { stage, from, to }: StageMove): SecretVersion[] {
  for (const id of [from, to]) {
    if (id !== undefined && !versions.some(version => version.id === id)) {
      throw new ResourceNotFound(`Secrets Manager can't find the specified secret version: ${id}.`)
    }
  }
  const holder = versions.find(version => version.stages.includes(stage))
  if (from !== undefined && holder?.id !== from) {
    throw new InvalidParameter(`The staging label ${stage} isn't attached to version ${from}.`)
  }
  if (holder && from === undefined && holder.id !== to) {
    throw new InvalidParameter(
      `The parameter RemoveFromVersionId can't be empty. Staging label ${stage} is currently attached to version ${holder.id}, so you must explicitly reference that version in RemoveFromVersionId.`,
    )
  }
  if (to === undefined && stage === CURRENT) {
    throw new InvalidParameter(
      "You can only move staging label AWSCURRENT to a different secret version. It can't be completely removed.",
    )
  }
  const target = versions.find(version => version.id === to)
  if (target?.stages.includes(stage)) return [...versions]
  const without = takeStages(versions, target ? [stage] : [])
  const result = without.map(version => {
    // A version that is current again is not the previous one any more.
    const own = version.stages.filter(each => each !== stage && !(stage === CURRENT && each === PREVIOUS))
    if (version.id === to) return { ...version, stages: [...own, stage] }
    return version.id === from ? { ...version, stages: version.stages.filter(each => each !== stage) } : version
  })
  checkStages(result)
  return result
}

function checkStages(versions: readonly SecretVersion[]): void {
  if (versions.flatMap(({ stages }) => stages).length <= MOST_STAGES) return
  throw new LimitExceeded(`The versions of a secret have at most ${MOST_STAGES} staging labels.`)
}

/** @throws InvalidParameter, InvalidRequest */
export function checkValue({ string, binary, stages, token }: NewValue): void {
  if (string !== undefined && binary !== undefined) {
    throw new InvalidParameter(
      "You can't specify both a binary secret value and a string secret value in the same secret.",
    )
  }
  if (string === undefined && binary === undefined) {
    throw new InvalidRequest('You must provide either SecretString or SecretBinary.')
  }
  const size = string === undefined ? Buffer.from(binary ?? '', 'base64').length : Buffer.byteLength(string)
  if (size > LARGEST_VALUE_BYTES) {
    throw new InvalidParameter(`The secret value has ${size} bytes; the limit is ${LARGEST_VALUE_BYTES}.`)
  }
  if (stages?.length === 0) throw new InvalidParameter('VersionStages must not be empty.')
  if (token !== undefined) checkToken(token)
}

/** @throws InvalidParameter */
export function checkToken(token: string): void {
  if (token.length >= 32 && token.length <= 64) return
  throw new InvalidParameter('ClientRequestToken must be 32-64 characters long.')
}
