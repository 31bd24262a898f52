import { messageOf, minutes, seconds, TerraceError } from '@terrace/kit'
import { type CompositeAlarm, type Dashboard, nodesOf } from '@terrace/model'
import type { RunningService, Service } from '../service.ts'
import { Dashboards } from './dashboards.ts'
import { DEFAULT_TIMING } from './evaluation/definition.ts'
import { operations } from './operations/index.ts'
import { atMultiplesOf } from './schedule.ts'
import { AlarmsState } from './state.ts'

/** Metrics, alarms and dashboards. */
export const cloudwatch: Service = {
  name: 'cloudwatch',
  emulates: ['alarm', 'compositeAlarm', 'dashboard'],
  async start(world): Promise<RunningService> {
    const { architecture, clock, ports } = world
    const alarms = new AlarmsState(world, DEFAULT_TIMING)
    for (const { alarm } of nodesOf(architecture, 'alarm')) alarms.put(alarm)
    for (const node of nodesOf(architecture, 'compositeAlarm')) putComposite(alarms, node)
    const dashboards = new Dashboards(clock, architecture)
    for (const node of nodesOf(architecture, 'dashboard')) putDashboard(dashboards, node)
    ports.provide('alarms', alarms)
    ports.provide('dashboards', dashboards)
    const stops = [seconds(10), minutes(1)].map(interval =>
      atMultiplesOf(clock, interval, DEFAULT_TIMING.lag, () => alarms.evaluate(interval)),
    )
    return {
      api: {
        signingName: 'monitoring',
        protocols: [
          { kind: 'json', version: '1.0', target: 'GraniteServiceVersion20100801' },
          { kind: 'rpc-v2-cbor', service: 'GraniteServiceVersion20100801' },
          { kind: 'query', version: '2010-08-01', namespace: 'http://monitoring.amazonaws.com/doc/2010-08-01/' },
        ],
        operations: operations(world, alarms, dashboards),
      },
      updates: {
        alarm: {
          async apply({ before, after }) {
            if (before && before.alarm.name !== after?.alarm.name) alarms.remove(before.alarm.name)
            if (after) alarms.put(after.alarm)
          },
        },
        compositeAlarm: {
          async apply({ before, after }) {
            if (before && before.name !== after?.name) alarms.remove(before.name)
            if (after) putComposite(alarms, after)
          },
        },
        dashboard: {
          async apply({ before, after }) {
            if (before && before.name !== after?.name) dashboards.delete([before.name])
            if (after) putDashboard(dashboards, after)
          },
        },
      },
      async stop() {
        for (const stop of stops) stop()
      },
    }
  },
}

function putComposite(alarms: AlarmsState, node: CompositeAlarm): void {
  const { name, arn, description, rule, actions, origin } = node
  try {
    alarms.putComposite({ name, arn, description, rule, actions })
  } catch (cause) {
    throw new TerraceError('ALARM_RULE', `the rule of the composite alarm ${name} is ${rule}: ${messageOf(cause)}`, {
      place: origin.place,
      hint: 'write it as ALARM(a) AND NOT (OK("b") OR INSUFFICIENT_DATA(c))',
      cause,
    })
  }
}

function putDashboard(dashboards: Dashboards, { name, body, origin }: Dashboard): void {
  try {
    dashboards.put(name, body)
  } catch (cause) {
    throw new TerraceError('DASHBOARD_BODY', `the dashboard ${name} is refused: ${messageOf(cause)}`, {
      place: origin.place,
      hint: 'the syntax is in the CloudWatch API Reference, "Dashboard Body Structure and Syntax"',
      cause,
    })
  }
}
