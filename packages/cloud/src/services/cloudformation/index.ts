import type { Duration } from '@terrace/kit'
import { isEmulated } from '../../coverage.ts'
import type { RunningService, Service } from '../service.ts'
import { StackHistory } from './history.ts'
import { PATIENCE } from './limits.ts'
import { operations } from './operations.ts'
import { Creations } from './state.ts'
import { Templates } from './templates.ts'

/** How the creation of a stack is watched. */
export interface CloudFormationOptions {
  /** Programs that can't run here are replaced by placeholders, which signal as well. */
  readonly standIns?: boolean
  /** How long, in time of the machine, signals are waited for at least. */
  readonly patience?: Duration
}

/** Creation policies, and the signals that they wait for. */
export const cloudFormationService = ({
  standIns = false,
  patience = PATIENCE,
}: CloudFormationOptions = {}): Service => ({
  name: 'cloudformation',
  emulates: [],
  async start(world): Promise<RunningService> {
    const creations = new Creations(world, {
      patience,
      isAwaited: ({ machine }) => isEmulated(machine, { standIns }),
    })
    const history = new StackHistory(world.journal)
    const templates = new Templates(world, history)
    world.ports.provide('resourceSignals', creations)
    let stopListening = () => {}
    // Instances come whenever EC2 has started.
    void world.ports.need('instances').then(
      instances => {
        stopListening = instances.onChange(({ owner, state }) => {
          if (state === 'running') creations.launched(owner)
        })
      },
      // The start as a whole has failed then, and says so itself.
      () => {},
    )
    return {
      api: {
        signingName: 'cloudformation',
        protocol: {
          kind: 'query',
          version: '2010-05-15',
          namespace: 'http://cloudformation.amazonaws.com/doc/2010-05-15/',
        },
        operations: operations(world, creations, { history, templates }),
      },
      async stop() {
        stopListening()
        templates.stop()
        history.stop()
        creations.stop()
      },
    }
  },
})

/** With the defaults. */
export const cloudformation = cloudFormationService()
