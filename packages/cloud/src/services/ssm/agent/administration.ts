import { seconds } from '@terrace/kit'
import type { Instance } from '../../../ports.ts'
import type { World } from '../../../world.ts'
import { baseName } from './users.ts'

/** Grace of a stop by hand, as systemd's own default is far longer than anybody waits here. */
const STOP_GRACE = seconds(10)

/** Lines of a log that are shown, unless the command says how many. */
const SHOWN_LINES = 100

/** What a command said and how it ended. */
export interface Said {
  readonly lines: readonly string[]
  readonly code: number
}

type Verb = 'status' | 'start' | 'stop' | 'restart' | 'logs'

/** What an administrator's command asks for here. */
interface Request {
  readonly verb: Verb
  /** Names of processes; none: all. */
  readonly units: readonly string[]
  readonly lines: number
}

/**
 * Carries out what `systemctl`, `service`, `docker` and `journalctl` do on the instance itself: here its processes are
 * those of this machine, and there is no systemd. Plain words (`status`, `stop api`, `logs`) work as well.
 *
 * differs: the names of units are those of the workload document; `docker` and `nginx` stand for all of that kind; a log is
 *   that of the whole instance
 * @returns nothing for a command that is none of these
 */
export async function administer(
  world: World,
  instance: Instance,
  words: readonly string[],
): Promise<Said | undefined> {
  const request = readRequest(words)
  if (!request) return undefined
  const { units } = instance
  if (!units) return { lines: ['nothing has been started on this instance'], code: 1 }
  if (request.verb === 'logs') return logsOf(world, instance, request.lines)
  const chosen = units.units.filter(
    unit => request.units.length === 0 || request.units.some(name => isNamed(unit, name)),
  )
  if (chosen.length === 0) {
    const known = units.units.map(({ name }) => name).join(', ') || 'none'
    return { lines: [`there is no unit ${request.units.join(', ')} here; there is ${known}`], code: 5 }
  }
  for (const { name } of chosen) {
    if (request.verb === 'stop' || request.verb === 'restart') await units.stopUnit(name, STOP_GRACE)
    if (request.verb === 'start' || request.verb === 'restart') await units.startUnit(name)
  }
  if (request.verb !== 'status') return { lines: [], code: 0 }
  const now = units.units.filter(({ name }) => chosen.some(each => each.name === name))
  const lines = now.map(({ name, pid }) => (pid === undefined ? `${name}  inactive` : `${name}  active  pid ${pid}`))
  // systemctl: 3 where something of it doesn't run.
  return { lines, code: now.every(({ pid }) => pid !== undefined) ? 0 : 3 }
}

const isNamed = (
  unit: { readonly name: string; readonly kind: 'image' | 'nginx' | 'postgres' },
  name: string,
): boolean => {
  const plain = name.replace(/\.service$/, '')
  return (
    plain === unit.name || (plain === 'nginx' && unit.kind === 'nginx') || (plain === 'docker' && unit.kind !== 'nginx')
  )
}

const isVerb = (word: string | undefined): word is Verb =>
  word !== undefined && ['status', 'start', 'stop', 'restart', 'logs'].includes(word)

const OTHER_WORDS: Readonly<Record<string, Verb>> = {
  ps: 'status',
  'list-units': 'status',
  'is-active': 'status',
  reload: 'restart',
}

function readRequest(given: readonly string[]): Request | undefined {
  const [program = '', ...args] = given[0] === 'sudo' ? given.slice(1) : given
  const lines = linesIn(args)
  const words = args.filter((word, index) => !word.startsWith('-') && !takesValue(args[index - 1]))
  const read = (verb: string | undefined, units: readonly string[]): Request | undefined => {
    const known = isVerb(verb) ? verb : OTHER_WORDS[verb ?? '']
    return known && { verb: known, units, lines }
  }
  switch (baseName(program)) {
    case 'systemctl':
    case 'docker':
      return read(words[0], words.slice(1))
    case 'service':
      return read(words[1], words.slice(0, 1))
    case 'journalctl':
      return { verb: 'logs', units: [], lines }
    default:
      return isVerb(program) ? read(program, words) : undefined
  }
}

const takesValue = (word: string | undefined): boolean =>
  ['-u', '--unit', '-n', '--lines', '--tail'].includes(word ?? '')

function linesIn(args: readonly string[]): number {
  const at = args.findIndex(word => ['-n', '--lines', '--tail'].includes(word))
  const text = at < 0 ? args.map(word => /^--(?:lines|tail)=(.+)$/.exec(word)?.[1]).find(Boolean) : args[at + 1]
  const count = Number(text)
  return Number.isInteger(count) && count > 0 ? count : SHOWN_LINES
}

function logsOf({ logs }: World, { id }: Instance, count: number): Said {
  const lines = logs.recent(({ kind, resource }) => kind === 'application' && resource === id)
  return { lines: lines.slice(-count).map(({ line }) => line), code: 0 }
}
