import { KEY_FORM, type MakeKey } from './key.ts'

/** What Secrets Manager gives a rotation function. @see Secrets Manager User Guide "Rotation function", "Event" */
export interface RotationEvent {
  readonly Step: string
  /** The ARN. */
  readonly SecretId: string
  /** Id of the version that is being made. */
  readonly ClientRequestToken: string
}

/** The one secret, as the function works with it. */
export interface SecretStore {
  /** The labels of each version, by its id. */
  stages(): Promise<Readonly<Record<string, readonly string[]>>>
  /** The text of a version; nothing while it has none. */
  read(version: string): Promise<string | undefined>
  /** Gives the version that is being made its text. */
  putPending(version: string, text: string): Promise<void>
  /** Makes a version the current one; the one before becomes the previous one. */
  makeCurrent(version: string, before: string | undefined): Promise<void>
}

/**
 * Takes one step of a rotation. Every step may come more than once, and changes nothing the second time.
 *
 * @throws when the event belongs to no rotation that is under way, or the new key is none: the old one stays
 * @see Secrets Manager User Guide "Rotation function", "Four steps in a rotation function"
 */
export async function rotate(event: RotationEvent, store: SecretStore, makeKey: MakeKey): Promise<void> {
  const { Step: step, ClientRequestToken: version } = event
  const stages = await store.stages()
  const own = stages[version]
  if (!own) throw new Error(`the secret has no version ${version}: nobody has begun to rotate it`)
  if (own.includes(CURRENT)) return
  if (!own.includes(PENDING))
    throw new Error(`the version ${version} is not labelled ${PENDING}, but ${own.join(', ')}`)
  const current = Object.keys(stages).find(id => stages[id]?.includes(CURRENT))
  switch (step) {
    case 'createSecret':
      if ((await store.read(version)) === undefined) await store.putPending(version, makeKey())
      return
    case 'setSecret':
      // Nobody else has to be told the key: whoever uses it reads it here.
      return
    case 'testSecret':
      // When a schedule is new, this step alone is tried, with a version that has no text yet.
      check((await store.read(version)) ?? (current && (await store.read(current))))
      return
    case 'finishSecret':
      check(await store.read(version))
      await store.makeCurrent(version, current)
      return
    default:
      throw new Error(`the step "${step}" is not one of createSecret, setSecret, testSecret, finishSecret`)
  }
}

export const CURRENT = 'AWSCURRENT'
export const PENDING = 'AWSPENDING'

/** @throws when it is no key: whatever reads it would stop signing */
function check(key: string | undefined): void {
  if (key === undefined) throw new Error('the version has no key')
  if (!KEY_FORM.test(key)) throw new Error(`a key of ${key.length} characters is not as it has to be, ${KEY_FORM}`)
}
