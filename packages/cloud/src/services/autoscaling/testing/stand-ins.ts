import type { RunningService, Service } from '../../service.ts'
import { BareInstances } from './bare-instances.ts'
import { BareTargets } from './bare-targets.ts'

/** The services that groups wait for, as far as they look at them: instances and targets that are only numbers. */
export function standIns(): Service & { readonly made: () => { instances: BareInstances; targets: BareTargets } } {
  let made: { instances: BareInstances; targets: BareTargets } | undefined
  return {
    name: 'stand-ins',
    emulates: [],
    made() {
      if (!made) throw new Error('the stand-ins have not started')
      return made
    },
    async start(world): Promise<RunningService> {
      const instances = new BareInstances(world.architecture, world.clock)
      const targets = new BareTargets(instances.log, 'healthy')
      made = { instances, targets }
      world.ports.provide('instances', instances)
      world.ports.provide('targetGroups', targets)
      world.ports.provide('databases', {
        all: [],
        finalSnapshots: async () => [],
        of(id) {
          throw new Error(`there is no database ${id}`)
        },
      })
      return { stop: async () => {} }
    },
  }
}
