import { messageOf, type Stop } from '@terrace/kit'
import { sendEvent } from '../../../events.ts'
import type { World } from '../../../world.ts'
import type { AlarmTransition } from '../alarms.ts'
import type { AlarmHistory } from '../history.ts'
import { actionsFor, typeOf } from '../stored-alarm.ts'
import { lambdaPayload, stateChangeEvent } from './event.ts'
import { type Account, type Change, notificationOf, subjectOf } from './notification.ts'

type Act = (action: string, transition: AlarmTransition) => void | Promise<void>

/** Actions that are carried out again each minute. @see CloudWatch User Guide, "Using Amazon CloudWatch alarms" */
const REPEATED = 'arn:aws:autoscaling:'

type Surroundings = Pick<World, 'architecture' | 'clock' | 'random' | 'deliveries' | 'journal'>

/** Carries out what alarms are told to do when they change. */
export class ActionRunner {
  readonly #world: Surroundings
  readonly #account: Account
  readonly #history: AlarmHistory
  readonly #actors = new Set<{ readonly prefix: string; readonly act: Act }>()

  constructor(world: Surroundings, history: AlarmHistory) {
    this.#world = world
    this.#account = world.architecture
    this.#history = history
  }

  /** Several may ask for the same prefix: each sees which ARNs are its own. */
  onAction(prefix: string, act: Act): Stop {
    const actor = { prefix, act }
    this.#actors.add(actor)
    return () => this.#actors.delete(actor)
  }

  /** All actions of the new state, and the event. */
  changed(change: Change): void {
    for (const action of actionsFor(change.alarm, change.to.value)) void this.#run(action, change)
    sendEvent(this.#world, stateChangeEvent(change))
  }

  /** The actions that go on while the state lasts. */
  lasts(change: Change): void {
    for (const action of actionsFor(change.alarm, change.to.value)) {
      if (action.startsWith(REPEATED)) void this.#run(action, change)
    }
  }

  async #run(action: string, change: Change): Promise<void> {
    const { alarm, to } = change
    try {
      const published = await this.#carryOut(action, change)
      const data = {
        actionState: 'Succeeded',
        stateUpdateTimestamp: to.since,
        notificationResource: action,
        ...(published === undefined ? {} : { publishedMessage: published }),
        error: null,
      }
      this.#note(change, `Successfully executed action ${action}`, data)
    } catch (error) {
      const because = messageOf(error)
      const data = {
        actionState: 'Failed',
        stateUpdateTimestamp: to.since,
        notificationResource: action,
        publishedMessage: null,
        error: because,
      }
      this.#note(change, `Failed to execute action ${action}`, data)
      this.#world.journal.write({
        kind: 'cloudwatch.actionFailed',
        message: `the action ${action} of the alarm ${alarm.name} failed: ${because}`,
        details: { alarm: alarm.name, action },
      })
    }
  }

  /** @returns what was published */
  async #carryOut(action: string, change: Change): Promise<string | undefined> {
    const actors = [...this.#actors].filter(({ prefix }) => action.startsWith(prefix))
    if (actors.length > 0) {
      await Promise.all(actors.map(({ act }) => act(action, transitionOf(change))))
      return undefined
    }
    const service = action.split(':')[2]
    const { deliveries } = this.#world
    if (service === 'sns') {
      const body = notificationOf(change, this.#account)
      await deliveries.deliver({
        to: action,
        from: { kind: 'service', service: 'cloudwatch.amazonaws.com', sourceArn: change.alarm.arn },
        subject: subjectOf(change, this.#account),
        body,
      })
      return body
    }
    if (service === 'lambda') {
      const body = lambdaPayload(change, this.#account)
      await deliveries.deliver({
        to: action,
        from: { kind: 'service', service: 'lambda.alarms.cloudwatch.amazonaws.com', sourceArn: change.alarm.arn },
        body,
      })
      return body
    }
    throw new Error('nothing here carries it out')
  }

  #note({ alarm }: Change, summary: string, data: unknown): void {
    this.#history.write({ alarm: alarm.name, alarmType: typeOf(alarm), type: 'Action', summary, data })
  }
}

function transitionOf({ alarm, from, to, at }: Change): AlarmTransition {
  const { name, arn, newest } = alarm
  const threshold = alarm.kind === 'metric' ? { threshold: alarm.definition.threshold } : {}
  return {
    alarm: { name, arn, ...threshold },
    from: from.value,
    to: to.value,
    reason: to.reason,
    at,
    ...(newest === undefined ? {} : { metricValue: newest }),
  }
}
