import type { Clock } from '@terrace/kit'
import type { WorkloadProcess } from '@terrace/model'
import type { LogEvent } from '../../../ports.ts'
import { type Directive, parseNginx } from '../../../workload/nginx/parse.ts'
import type { ConsoleOutput } from '../console-output.ts'

/** What came to a file since it was asked last. */
export type Take = () => readonly LogEvent[]

/** What cloud-init writes the output of the user data to. */
const SET_UP_LOG = '/var/log/cloud-init-output.log'

/** What the script that starts NGINX on an instance writes around a configuration that says nothing of it. */
const ACCESS_LOG = '/var/log/nginx/access.log'
const ERROR_LOG = '/var/log/nginx/error.log'

/** Lines of one file that wait to be taken, at most: the oldest go first. */
const MOST_WAITING = 10_000

type Stream = 'out' | 'err'

/**
 * The log files of an instance that an agent can follow: what the user data prints, and what NGINX writes. Both come as
 * lines, and no file grows on this machine.
 *
 * differs: the first is the console output, which has what cloud-init itself says, too; NGINX that writes several access
 * logs has all lines in the one that its configuration names first
 */
export class LogFiles {
  readonly #clock: Clock
  readonly #console: ConsoleOutput
  /** By process and stream. */
  readonly #paths = new Map<string, string>()
  readonly #waiting = new Map<string, LogEvent[]>()

  constructor(clock: Clock, console: ConsoleOutput, processes: readonly WorkloadProcess[]) {
    this.#clock = clock
    this.#console = console
    for (const process of processes) {
      if (process.kind !== 'nginx') continue
      const directives = directivesOf(process.configuration)
      this.#paths.set(keyOf(process.name, 'out'), pathIn(directives, 'access_log') ?? ACCESS_LOG)
      this.#paths.set(keyOf(process.name, 'err'), pathIn(directives, 'error_log') ?? ERROR_LOG)
    }
  }

  /** Begins to follow a file; nothing when there is no such file here. */
  follow(path: string): Take | undefined {
    if (path === SET_UP_LOG) return this.#followConsole()
    if (![...this.#paths.values()].includes(path)) return undefined
    this.#waiting.set(path, [])
    return () => {
      const taken = this.#waiting.get(path) ?? []
      this.#waiting.set(path, [])
      return taken
    }
  }

  /** A line of a process. */
  line(process: string, message: string, stream: Stream): void {
    const waiting = this.#waiting.get(this.#paths.get(keyOf(process, stream)) ?? '')
    if (!waiting || message === '') return
    waiting.push({ at: this.#clock.now(), message })
    if (waiting.length > MOST_WAITING) waiting.shift()
  }

  #followConsole(): Take {
    let sent = 0
    return () => {
      const lines = this.#console.since(sent)
      sent = this.#console.written
      const at = this.#clock.now()
      return lines.filter(line => line !== '').map(message => ({ at, message }))
    }
  }
}

const keyOf = (process: string, stream: Stream): string => `${stream} ${process}`

/** What NGINX can't read it complains about itself, when it starts. */
function directivesOf(configuration: string): readonly Directive[] {
  try {
    return allOf(parseNginx(configuration))
  } catch {
    return []
  }
}

const allOf = (tree: readonly Directive[]): readonly Directive[] =>
  tree.flatMap(each => [each, ...allOf(each.block ?? [])])

const pathIn = (directives: readonly Directive[], name: string): string | undefined =>
  directives.find(each => each.name === name && each.words[0]?.text.startsWith('/'))?.words[0]?.text
