import type { Stop } from '@terrace/kit'
import type { Deliveries } from '../../../deliveries.ts'
import { at } from '../../../scaling/long-timer.ts'
import type { World } from '../../../world.ts'
import { InvalidRequest } from '../errors.ts'
import type { Rotation, RotationRules, StoredSecret } from '../secret.ts'
import type { SecretsState } from '../state.ts'
import { CURRENT, checkToken, hasValue, moveStage, PENDING } from '../versions.ts'
import { checkRules, nextWindow } from './schedule.ts'

/** In this order. User Guide "Rotation function", "Four steps in a rotation function" */
const STEPS = ['createSecret', 'setSecret', 'testSecret', 'finishSecret'] as const

type Step = (typeof STEPS)[number]

/** What RotateSecret asks for. */
export interface RotationRequest {
  readonly token?: string | undefined
  readonly functionArn?: string | undefined
  readonly rules?: RotationRules | undefined
  /** Otherwise only the configuration is tested. */
  readonly immediately: boolean
}

/** What rotations need. */
export interface RotationWorld extends Pick<World, 'clock' | 'secureRandom'> {
  readonly deliveries: Pick<Deliveries, 'deliver'>
}

/**
 * Has secrets changed by the functions that know how: each is invoked four times for a new version, and makes it the
 * current one in the end.
 */
export class Rotations {
  readonly #state: SecretsState
  readonly #world: RotationWorld
  readonly #timers = new Map<string, Stop>()
  /** The version that is being made, by the secret's name. */
  readonly #running = new Map<string, string>()

  constructor(state: SecretsState, world: RotationWorld) {
    this.#state = state
    this.#world = world
  }

  /** Takes up the schedules of all secrets. @param immediately  secrets that are rotated at once */
  start(immediately: readonly string[] = []): void {
    for (const { name } of this.#state.all) this.#arm(name)
    for (const name of immediately) if (this.#state.find(name)?.rotation?.enabled) this.#begin(name)
  }

  stop(): void {
    for (const stop of this.#timers.values()) stop()
    this.#timers.clear()
    this.#running.clear()
  }

  /** @returns the id of the version that will be current @throws InvalidRequest, InvalidParameter */
  rotate(secret: StoredSecret, { token, functionArn, rules, immediately }: RotationRequest): string {
    if (token !== undefined) checkToken(token)
    if (rules) checkRules(rules)
    const rotation: Rotation = {
      ...secret.rotation,
      enabled: true,
      functionArn: functionArn ?? secret.rotation?.functionArn,
      rules: rules ?? secret.rotation?.rules,
      next: undefined,
    }
    if (!rotation.functionArn) {
      throw new InvalidRequest('No Lambda rotation function ARN is associated with this secret.')
    }
    const left = pendingOf(secret)
    this.#state.change(secret, { rotation })
    this.#arm(secret.name)
    if (left !== undefined && immediately) {
      this.#begin(secret.name)
      throw new InvalidRequest("A previous rotation isn't complete. That rotation will be reattempted.")
    }
    return immediately ? this.#begin(secret.name, token) : this.#test(secret.name, token)
  }

  /** No more rotations; the steps that are left of one under way are not taken. */
  cancel(secret: StoredSecret): string | undefined {
    const running = this.#running.get(secret.name)
    this.#running.delete(secret.name)
    this.#timers.get(secret.name)?.()
    const { rotation } = secret
    this.#state.change(secret, { rotation: { ...rotation, enabled: false, next: undefined } })
    this.#state.note('rotationCancelled', secret, `the rotation of the secret ${secret.name} was turned off`)
    return running
  }

  #begin(name: string, token: string = this.#world.secureRandom.uuid()): string {
    const secret = this.#state.get(name)
    const left = pendingOf(secret)
    const id = left ?? token
    if (this.#running.get(name) === id) return id
    if (left === undefined) this.#state.addEmpty(secret, id, PENDING)
    this.#running.set(name, id)
    void this.#run(name, id)
    return id
  }

  async #run(name: string, id: string): Promise<void> {
    for (const step of STEPS) {
      const secret = this.#state.find(name)
      if (!secret || secret.deletion || this.#running.get(name) !== id) return
      if (await this.#invoke(secret, step, id)) continue
      return this.#end(name, id, `its function failed in the step ${step}`)
    }
    const version = this.#state.find(name)?.versions.find(each => each.id === id)
    const isDone = version !== undefined && hasValue(version) && version.stages.includes(CURRENT)
    this.#end(name, id, isDone ? undefined : `its function has left ${CURRENT} at another version`)
  }

  #end(name: string, id: string, failure: string | undefined): void {
    if (this.#running.get(name) === id) this.#running.delete(name)
    const secret = this.#state.find(name)
    if (!secret) return
    if (failure !== undefined) {
      this.#state.note('rotationFailed', secret, `the secret ${name} was not rotated: ${failure}`)
      return
    }
    const last = this.#world.clock.now()
    this.#state.keep({ ...secret, rotation: { enabled: true, ...secret.rotation, last, next: undefined } })
    this.#state.note('rotated', secret, `the secret ${name} was rotated`)
    this.#arm(name)
  }

  /** Tries the step that changes nothing, with a version that goes away again. API Reference "RotateSecret" */
  #test(name: string, token: string = this.#world.secureRandom.uuid()): string {
    this.#state.addEmpty(this.#state.get(name), token, PENDING)
    const end = (secret: StoredSecret | undefined) => {
      if (!secret?.versions.some(version => version.id === token)) return
      const versions = moveStage(secret, { stage: PENDING, from: token }).filter(({ id }) => id !== token)
      this.#state.keep({ ...secret, versions })
    }
    void this.#invoke(this.#state.get(name), 'testSecret', token).then(passed => {
      const secret = this.#state.find(name)
      end(secret)
      if (secret && !passed) {
        this.#state.note('rotationFailed', secret, `the rotation of the secret ${name} did not pass its test`)
      }
    })
    return token
  }

  /** @returns whether the function has succeeded @see User Guide "Lambda rotation functions" */
  async #invoke({ arn, rotation }: StoredSecret, step: Step, token: string): Promise<boolean> {
    const taken = await this.#world.deliveries.deliver({
      to: rotation?.functionArn ?? '',
      from: { kind: 'service', service: 'secretsmanager.amazonaws.com', sourceArn: arn },
      body: JSON.stringify({
        Step: step,
        SecretId: arn,
        ClientRequestToken: token,
        RotationToken: this.#world.secureRandom.uuid(),
      }),
    })
    return taken
  }

  /** Waits for the next window of the schedule. */
  #arm(name: string): void {
    this.#timers.get(name)?.()
    this.#timers.delete(name)
    const secret = this.#state.find(name)
    const { rotation } = secret ?? {}
    if (!secret || !rotation?.enabled || !rotation.functionArn || !rotation.rules) return
    const { clock } = this.#world
    const since = rotation.last ?? clock.now()
    const next = rotation.next ?? nextWindow(rotation.rules, since)
    if (rotation.next !== next) this.#state.keep({ ...secret, rotation: { ...rotation, next } })
    const stop = at(clock, next, () => {
      const current = this.#state.find(name)
      if (!current?.rotation) return
      // The one after this counts from now, also when this one fails.
      const { rotation: due } = current
      const after = due.rules && nextWindow(due.rules, clock.now())
      this.#state.keep({ ...current, rotation: { ...due, next: after } })
      this.#arm(name)
      if (!current.deletion) this.#begin(name)
    })
    this.#timers.set(name, stop)
  }
}

/** The version that a rotation has begun and not ended. */
const pendingOf = ({ versions }: StoredSecret): string | undefined =>
  versions.find(({ stages }) => stages.includes(PENDING) && !stages.includes(CURRENT))?.id
