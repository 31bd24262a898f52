import { join } from 'node:path'
import { createAuthorizer } from '../../identity/authorizer.ts'
import type { RunningService, Service } from '../service.ts'
import { Destinations } from './asynchronous/destinations.ts'
import { AsynchronousEvents } from './asynchronous/events.ts'
import { KeptEvents } from './asynchronous/kept-events.ts'
import { CodeStore } from './code.ts'
import { FunctionLogs } from './environment/log.ts'
import { Environments } from './environment/pool.ts'
import { Functions } from './functions.ts'
import { Invoker } from './invoker.ts'
import { operations } from './operations/index.ts'
import { deliverTo, functionsPort } from './port.ts'
import { Mappings } from './queues/mappings.ts'
import { FunctionRoles } from './roles.ts'
import { Store } from './store.ts'
import { bringTemplateFunction, makeTemplateFunctions } from './template-functions.ts'

export type { FunctionAnswer, FunctionCall, FunctionsPort } from './port.ts'

/** Functions that Node runs. Nothing of them runs before their first event. */
export const lambda: Service = {
  name: 'lambda',
  emulates: ['function', 'eventSourceMapping'],
  async start(world): Promise<RunningService> {
    const { architecture, deliveries, folders, ports } = world
    const folder = join(folders.data, 'lambda')
    const store = new Store(folder)
    const codes = new CodeStore(join(folder, 'code'))
    const functions = new Functions(world, store)
    makeTemplateFunctions(architecture, functions, codes)
    const authorizer = createAuthorizer(world)
    const roles = new FunctionRoles(world)
    const environments = new Environments(world, roles, new FunctionLogs(world, authorizer))
    const invoker = new Invoker(world, functions, environments)
    const destinations = new Destinations(world, functions, roles, () => invoker.metrics)
    const events = new AsynchronousEvents(world, functions, invoker, { destinations, kept: new KeptEvents(folder) })
    const mappings = new Mappings({ world, functions, invoker, roles }, store)
    const parts = { world, functions, invoker, events, authorizer }
    ports.provide('functions', functionsPort(parts))
    const stops = [
      deliveries.register('lambda', deliverTo(parts)),
      functions.onChange(name => {
        const record = functions.find(name)
        environments.retire(name, record ? [record.latest, ...record.published] : [])
      }),
    ]
    mappings.start()
    events.start()
    return {
      api: {
        signingName: 'lambda',
        protocol: { kind: 'rest-json' },
        operations: operations({ world, functions, codes, roles, invoker, events, mappings }),
        invalidInput: 'InvalidParameterValueException',
        // A zip of 50 MB in base64.
        longestBody: 70 * 1024 * 1024,
      },
      updates: {
        function: {
          refuses({ before, after }) {
            const versions = [before, after].some(node => node && node.versions.length + node.aliases.length > 0)
            if (before && after && versions)
              return 'versions and aliases of a template are published at the start alone'
            return before && after && before.name !== after.name ? 'another name means another function' : undefined
          },
          async apply({ before, after }) {
            if (after) return bringTemplateFunction(architecture, after, functions, codes)
            const known = before && functions.find(before.name)
            if (known) functions.delete(known)
          },
        },
      },
      async stop() {
        for (const stop of stops) stop()
        events.stop()
        await mappings.stop()
        await environments.stop()
      },
    }
  },
}
