import { messageOf, TerraceError } from '@terrace/kit'
import { nodesOf, type TraceGroup } from '@terrace/model'
import type { RunningService, Service } from '../service.ts'
import { Groups } from './groups/groups.ts'
import { operations, REFUSED } from './operations/index.ts'
import { SamplingRules } from './sampling/rules.ts'
import { SamplingTargets } from './sampling/targets.ts'
import { Settings } from './store.ts'
import { TraceStore } from './traces/store.ts'
import { viewOf } from './traces-view.ts'

/** Traces: segments and spans in, traces and the graph of the services out. */
export const xray: Service = {
  name: 'xray',
  emulates: ['samplingRule', 'traceGroup'],
  async start(world): Promise<RunningService> {
    const { architecture, clock, realtime, folders, ports, random } = world
    const settings = new Settings(folders.data)
    const store = new TraceStore(folders.data, realtime)
    const rules = new SamplingRules(settings, clock, architecture)
    const groups = new Groups(settings, architecture, random)
    const adoptRules = () => rules.adopt(nodesOf(architecture, 'samplingRule'))
    const adoptGroups = () => adopt(groups, nodesOf(architecture, 'traceGroup'))
    adoptRules()
    adoptGroups()
    ports.provide('traces', viewOf(store))
    const targets = new SamplingTargets(rules, clock)
    return {
      api: {
        signingName: 'xray',
        protocol: { kind: 'rest-json' },
        operations: operations({ world, store, settings, rules, targets, groups }),
        refused: REFUSED,
        invalidInput: 'InvalidRequestException',
      },
      updates: { samplingRule: { apply: async () => adoptRules() }, traceGroup: { apply: async () => adoptGroups() } },
      async stop() {},
    }
  },
}

function adopt(groups: Groups, nodes: readonly TraceGroup[]): void {
  try {
    groups.adopt(nodes)
  } catch (cause) {
    throw new TerraceError('XRAY_GROUP', `a group of the template is refused: ${messageOf(cause)}`, {
      ...(nodes[0] ? { place: nodes[0].origin.place } : {}),
      hint: 'the syntax is in the X-Ray Developer Guide, "Using filter expressions"',
      cause,
    })
  }
}
