import type { Exit } from '../../../processes/supervisor.ts'
import type { Host, HostDescription, HostedProcess, HostedProcessSpec } from '../../../workload/host.ts'
import { LaunchFailure, type LaunchNeed, type LaunchProblem } from '../../../workload/launch-failure.ts'
import type { TaskSurroundings } from '../tasks/surroundings.ts'

/** What a container does when it is started. */
export type Behaviour =
  | 'runs'
  | { readonly exits: number }
  | { readonly fails: LaunchProblem; readonly need: LaunchNeed }

/** A process that is only a promise. */
export interface FakeProcess extends HostedProcess {
  readonly task: string
  readonly spec: HostedProcessSpec
  end(exit: Exit): void
}

/** Hosts without machines: tests say what containers do, and see what was done with them. */
export class FakeHosts implements Pick<TaskSurroundings, 'openHost' | 'serveMetadata'> {
  /** `start web`, `stop web`, … in their order, without the task. */
  readonly log: string[] = []
  readonly running: FakeProcess[] = []
  /** Of the next process; by default one that no machine has. */
  pid = 1_000_000_000
  /** Asked for every start. */
  behave: (spec: HostedProcessSpec, host: HostDescription) => Behaviour = () => 'runs'
  /** Asked for every image, secret and log; a problem fails the launch. */
  lacks: (need: LaunchNeed) => LaunchProblem | undefined = () => undefined

  readonly openHost: TaskSurroundings['openHost'] = async (_, description) => this.#host(description)

  readonly serveMetadata: TaskSurroundings['serveMetadata'] = async (_, { socket }) => ({ socket, async close() {} })

  #host(description: HostDescription): Host {
    const demand = (need: LaunchNeed) => {
      const problem = this.lacks(need)
      if (problem) throw new LaunchFailure(need, problem)
    }
    const own = () => this.running.filter(({ task }) => task === description.id)
    return {
      description,
      root: '/nowhere',
      aws: {
        open: () => Promise.reject(new Error('a task makes no calls of its own')),
        text: () => Promise.reject(new Error('a task makes no calls of its own')),
      },
      async pull({ uri }) {
        demand({ kind: 'image', uri })
      },
      async secretsOf(references) {
        for (const reference of Object.values(references)) demand({ kind: 'secret', reference })
        return Object.fromEntries(Object.keys(references).map(name => [name, 'secret']))
      },
      async fetch() {},
      async reach() {},
      async openLogStream(group) {
        demand({ kind: 'logs', group })
      },
      start: async spec => this.#start(spec, description),
      get processes() {
        return own()
      },
      place: async () => ({ folder: '/nowhere', environment: {} }),
      close: async () => {
        for (const process of own()) process.end({ code: null, signal: 'SIGKILL' })
      },
    }
  }

  #start(spec: HostedProcessSpec, description: HostDescription): HostedProcess {
    this.log.push(`start ${spec.name}`)
    const behaviour = this.behave(spec, description)
    if (typeof behaviour === 'object' && 'fails' in behaviour) {
      throw new LaunchFailure(behaviour.need, behaviour.fails)
    }
    const exit = Promise.withResolvers<Exit>()
    const end = (how: Exit) => {
      const index = this.running.indexOf(process)
      if (index >= 0) this.running.splice(index, 1)
      exit.resolve(how)
    }
    const process: FakeProcess = {
      name: spec.name,
      pid: this.pid++,
      task: description.id,
      spec,
      exited: exit.promise,
      stop: async () => {
        this.log.push(`stop ${spec.name}`)
        end({ code: 0, signal: null })
        return exit.promise
      },
      kill: () => end({ code: null, signal: 'SIGKILL' }),
      end,
    }
    this.running.push(process)
    if (typeof behaviour === 'object') end({ code: behaviour.exits, signal: null })
    return process
  }
}
