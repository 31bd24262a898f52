import { type Duration, type Instant, messageOf, minutes, type Stop } from '@terrace/kit'
import type { AlarmActions } from '@terrace/model'
import type { World } from '../../world.ts'
import { ActionRunner } from './actions/actions.ts'
import type { TriggeringAlarm } from './actions/notification.ts'
import type { AlarmState, AlarmStateValue, Alarms } from './alarms.ts'
import { alarmsIn, holds, parseAlarmRule } from './composite-rule.ts'
import {
  type AlarmTiming,
  DEFAULT_TIMING,
  evaluationInterval,
  type MetricAlarmDefinition,
} from './evaluation/definition.ts'
import { evaluateAlarm } from './evaluation/evaluate-alarm.ts'
import { AlarmHistory } from './history.ts'
import {
  type CompositeAlarmDefinition,
  type FullState,
  initialState,
  type StoredAlarm,
  type StoredCompositeAlarm,
  type StoredMetricAlarm,
  typeOf,
} from './stored-alarm.ts'
import { alarmTime, longTime } from './wording.ts'

type Surroundings = Pick<World, 'architecture' | 'clock' | 'random' | 'deliveries' | 'journal' | 'metrics'>

type NewState = Pick<FullState, 'value' | 'reason' | 'data'>

/** The alarms of one cloud, what state they are in, and how it changes. */
export class AlarmsState implements Alarms {
  readonly history: AlarmHistory
  readonly #world: Surroundings
  readonly #timing: AlarmTiming
  readonly #actions: ActionRunner
  readonly #alarms = new Map<string, StoredAlarm>()
  /** Why alarms could not be evaluated, so that it is said once. */
  readonly #failures = new Map<string, string>()

  constructor(world: Surroundings, timing: AlarmTiming = DEFAULT_TIMING) {
    this.#world = world
    this.#timing = timing
    this.history = new AlarmHistory(world.clock)
    this.#actions = new ActionRunner(world, this.history)
  }

  get all(): readonly StoredAlarm[] {
    return [...this.#alarms.values()]
  }

  find(name: string): StoredAlarm | undefined {
    return this.#alarms.get(name)
  }

  /** The ARN of an alarm with that name, whether or not it exists. */
  arnOf(name: string): string {
    const { region, account } = this.#world.architecture
    return `arn:aws:cloudwatch:${region}:${account}:alarm:${name}`
  }

  stateOf(name: string): AlarmState | undefined {
    return this.#alarms.get(name)?.state
  }

  onAction(prefix: string, act: Parameters<Alarms['onAction']>[1]): Stop {
    return this.#actions.onAction(prefix, act)
  }

  put(definition: MetricAlarmDefinition): void {
    const known = this.#alarms.get(definition.name)
    const metricId = known?.kind === 'metric' ? known.metricId : this.#world.random.uuid()
    this.#keep({ kind: 'metric', definition, metricId, ...this.#newOrKept(known, definition) })
  }

  /** @throws AlarmRuleError */
  putComposite(definition: CompositeAlarmDefinition): void {
    const rule = parseAlarmRule(definition.rule)
    const known = this.#alarms.get(definition.name)
    this.#keep({ kind: 'composite', definition, rule, ...this.#newOrKept(known, definition) })
  }

  remove(name: string): void {
    const alarm = this.#alarms.get(name)
    if (!alarm) return
    this.#alarms.delete(name)
    this.#noteConfiguration(alarm, 'deleted')
  }

  /** Turns the actions of alarms on or off; names that don't exist are passed over, as AWS does. */
  setActionsEnabled(names: readonly string[], enabled: boolean): void {
    for (const alarm of names.flatMap(name => this.#alarms.get(name) ?? [])) {
      const actions: AlarmActions = { ...alarm.definition.actions, enabled }
      const changed: StoredAlarm =
        alarm.kind === 'metric'
          ? { ...alarm, definition: { ...alarm.definition, actions } }
          : { ...alarm, definition: { ...alarm.definition, actions } }
      this.#alarms.set(alarm.name, changed)
      this.#noteConfiguration(changed, 'updated')
    }
  }

  /** Until the next evaluation. Actions follow as from any other change. @see CloudWatch API Reference "SetAlarmState" */
  setState(name: string, state: NewState): void {
    const alarm = this.#alarms.get(name)
    if (alarm) this.#enter(alarm, state, [])
  }

  /** Looks at the alarms whose turn it is. @param interval  of the tick: 10 s or a minute */
  evaluate(interval: Duration): void {
    const now = this.#world.clock.now()
    const before = new Map(this.all.map(alarm => [alarm.name, alarm.state.transitioned]))
    for (const alarm of this.all) {
      if (alarm.kind === 'metric' && isDue(alarm, interval, now)) this.#evaluateMetric(alarm, now)
      else if (alarm.kind === 'composite') this.#evaluateComposite(alarm, undefined, [])
    }
    if (interval === minutes(1)) this.#repeatActions(before)
  }

  #evaluateMetric({ name, definition }: StoredMetricAlarm, now: Instant): void {
    try {
      const { state, reason, reasonData, newest } = evaluateAlarm(definition, this.#world.metrics, now, this.#timing)
      const alarm = this.#alarms.get(name)
      if (!alarm) return
      const { newest: _, ...rest } = alarm
      const looked = newest === undefined ? rest : { ...rest, newest }
      this.#alarms.set(name, looked)
      if (state !== 'keep') this.#enter(looked, { value: state, reason, data: reasonData }, [])
    } catch (error) {
      this.#saveFromFailure(name, error)
    }
  }

  // An expression that can't be computed must not keep the other alarms from being looked at.
  #saveFromFailure(name: string, error: unknown): void {
    const because = messageOf(error)
    if (this.#failures.get(name) !== because) {
      this.#failures.set(name, because)
      const message = `the alarm ${name} can't be evaluated: ${because}`
      this.#world.journal.write({ kind: 'cloudwatch.alarmFailed', message, details: { alarm: name } })
    }
    const alarm = this.#alarms.get(name)
    if (alarm) this.#enter(alarm, { value: 'INSUFFICIENT_DATA', reason: `Insufficient Data: ${because}` }, [])
  }

  /** @param path  the composite alarms whose change led here: a circle ends where it closes */
  #evaluateComposite(alarm: StoredCompositeAlarm, cause: StoredAlarm | undefined, path: readonly string[]): void {
    if (path.includes(alarm.name)) return
    const value = holds(alarm.rule, name => this.#alarms.get(name)?.state.value) ? 'ALARM' : 'OK'
    if (value === alarm.state.value) return
    const trigger = cause ?? this.#newestChild(alarm)
    this.#enter(alarm, trigger ? causedBy(trigger, value) : { value, reason: 'AlarmRule was evaluated' }, [
      ...path,
      alarm.name,
    ])
  }

  #newestChild({ rule }: StoredCompositeAlarm): StoredAlarm | undefined {
    return alarmsIn(rule)
      .flatMap(name => this.#alarms.get(name) ?? [])
      .sort((a, b) => b.state.transitioned - a.state.transitioned)[0]
  }

  #enter(alarm: StoredAlarm, state: NewState, path: readonly string[]): void {
    const { value: from } = alarm.state
    if (state.value === from) return
    const at = this.#world.clock.now()
    const to: FullState = { ...state, since: at, transitioned: at }
    const changed: StoredAlarm = { ...alarm, state: to, before: from }
    this.#alarms.set(alarm.name, changed)
    this.#noteChange(changed, alarm.state)
    this.#actions.changed({ alarm: changed, from: alarm.state, to, at })
    for (const parent of this.all) {
      if (parent.kind === 'composite' && alarmsIn(parent.rule).includes(alarm.name))
        this.#evaluateComposite(parent, changed, path)
    }
  }

  #repeatActions(before: ReadonlyMap<string, Instant>): void {
    const at = this.#world.clock.now()
    for (const alarm of this.all) {
      // A new alarm has not come into its state by any change.
      if (alarm.before === alarm.state.value || before.get(alarm.name) !== alarm.state.transitioned) continue
      this.#actions.lasts({ alarm, from: { ...alarm.state, value: alarm.before }, to: alarm.state, at })
    }
  }

  #newOrKept(known: StoredAlarm | undefined, { name, arn }: { readonly name: string; readonly arn: string }) {
    const configured = this.#world.clock.now()
    const { state, before } = known ?? { state: initialState(configured), before: 'INSUFFICIENT_DATA' as const }
    return { name, arn, configured, state, before }
  }

  #keep(alarm: StoredAlarm): void {
    const known = this.#alarms.has(alarm.name)
    this.#alarms.set(alarm.name, alarm)
    this.#noteConfiguration(alarm, known ? 'updated' : 'created')
  }

  #noteConfiguration(alarm: StoredAlarm, what: 'created' | 'updated' | 'deleted'): void {
    const summary = `Alarm "${alarm.name}" ${what}`
    const type = { created: 'Create', updated: 'Update', deleted: 'Delete' }[what]
    const data = { version: '1.0', type, [`${what}Alarm`]: alarm.definition }
    this.history.write({ alarm: alarm.name, alarmType: typeOf(alarm), type: 'ConfigurationUpdate', summary, data })
  }

  #noteChange(alarm: StoredAlarm, from: FullState): void {
    const { name, state } = alarm
    const summary = `Alarm updated from ${from.value} to ${state.value}`
    const data = { version: '1.0', oldState: historyState(from), newState: historyState(state) }
    this.history.write({ alarm: name, alarmType: typeOf(alarm), type: 'StateUpdate', summary, data })
    this.#world.journal.write({
      kind: 'cloudwatch.alarm',
      message: `the alarm ${name} went from ${from.value} to ${state.value}: ${state.reason}`,
      details: { alarm: name, from: from.value, to: state.value, reason: state.reason },
    })
  }
}

const historyState = ({ value, reason, data }: FullState) => ({
  stateValue: value,
  stateReason: reason,
  ...(data === undefined ? {} : { stateReasonData: data }),
})

/** An alarm that is looked at each hour has its turn in the hour's first minute. */
function isDue({ definition }: StoredMetricAlarm, interval: Duration, now: Instant): boolean {
  const own = evaluationInterval(definition)
  if (own < minutes(1) || interval < minutes(1)) return own === interval
  return Math.floor(now / interval) % (own / interval) === 0
}

function causedBy({ arn, state }: StoredAlarm, value: AlarmStateValue): NewState {
  const child: TriggeringAlarm = { arn, state: { value: state.value, timestamp: alarmTime(state.transitioned) } }
  const reason = `${arn} transitioned to ${state.value} at ${longTime(state.transitioned)}`
  return { value, reason, data: { triggeringAlarms: [child] } }
}
