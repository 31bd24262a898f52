import { readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import type { ContainerImage, DirectoryImage } from '@terrace/model'
import { isCollector } from './collector/is-collector.ts'

/** What an image runs, as far as it can run here. */
export type ImageProgram =
  /** Arguments of Node.js, and where it runs. */
  | { readonly kind: 'node'; readonly args: readonly string[]; readonly folder: string }
  | { readonly kind: 'nginx' }
  /** A collector of OpenTelemetry, whose stand-in is told the words that it would be run with. */
  | { readonly kind: 'collector'; readonly words: readonly string[] }
  | { readonly kind: 'notHere'; readonly because: string }

/** Programs that only start another one, or wait for it. */
const WRAPPERS = new Set(['docker-entrypoint.sh', 'dumb-init', 'exec', 'tini'])

const MANAGERS = new Set(['npm', 'pnpm', 'yarn'])

/**
 * Which program an image starts: Node.js, also through `npm start` or a shell that does nothing but start it, or NGINX.
 * Any other would not be under the control of the network.
 *
 * @param command  in place of the image's own
 * @param workingDirectory  inside the image; absent: the image's own
 */
export function programOf(image: ContainerImage, command?: readonly string[], workingDirectory?: string): ImageProgram {
  if (isCollector(image.uri)) return { kind: 'collector', words: command ?? [] }
  if (image.kind === 'remote') return notHere('it is not built from a directory of the assembly')
  const [obstacle] = image.obstacles
  if (obstacle !== undefined) return notHere(obstacle)
  const folder = folderOf(image, workingDirectory)
  if (folder === undefined) return notHere(`its working directory ${workingDirectory} is not one of its own`)
  return programFor(command ?? image.command, image, folder)
}

function programFor(command: readonly string[], image: DirectoryImage, folder: string): ImageProgram {
  const [first, ...args] = unwrapped(command)
  const name = first?.slice(first.lastIndexOf('/') + 1)
  if (name === undefined) return notHere('it has no command')
  if (name === 'node' || name === 'nodejs') {
    return { kind: 'node', args: args.map(argument => localPath(argument, image)), folder }
  }
  if (name === 'nginx') return { kind: 'nginx' }
  if (MANAGERS.has(name)) return scriptOf(args, image, folder)
  if (name === 'sh' || name === 'bash') return shellOf(args, image, folder)
  return notHere(`its command is ${name}, and only Node.js programs and NGINX are under the control of the network`)
}

function unwrapped(command: readonly string[]): readonly string[] {
  let rest = command
  for (;;) {
    const [first = '', ...more] = rest
    if (!WRAPPERS.has(first.slice(first.lastIndexOf('/') + 1))) return rest
    rest = more
    while (rest[0]?.startsWith('-')) rest = rest.slice(1)
  }
}

/** `sh -c 'exec node main.js'`: a line of plain words can be taken as they are. */
function shellOf(args: readonly string[], image: DirectoryImage, folder: string): ImageProgram {
  const line = args[0] === '-c' ? args[1] : undefined
  const words = line === undefined ? undefined : plainWords(line)
  if (words) return programFor(words, image, folder)
  return notHere(`its command is a shell script (${(line ?? args.join(' ')).slice(0, 80)})`)
}

/** The words of a line without variables, pipes, lists or redirections; nothing when it has any. */
function plainWords(line: string): readonly string[] | undefined {
  if (/[|&;<>()$`*?[\]{}~\\\n]/.test(line) || /^\s*\w+=/.test(line)) return undefined
  const words = [...line.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(found => found[1] ?? found[2] ?? found[3] ?? '')
  return words.length > 0 ? words : undefined
}

/** `npm start`, `npm run serve`: what the package's own script says. */
function scriptOf(args: readonly string[], image: DirectoryImage, folder: string): ImageProgram {
  const words = args.filter(argument => !argument.startsWith('-') && argument !== 'run' && argument !== 'run-script')
  const name = words[0] ?? 'start'
  const scripts = scriptsIn(folder)
  const line = scripts?.[name]
  if (!scripts || line === undefined) return notHere(`its package.json has no script ${name}`)
  if (scripts[`pre${name}`] !== undefined || scripts[`post${name}`] !== undefined) {
    return notHere(`its script ${name} has others before or after it`)
  }
  const plain = plainWords(line)
  if (!plain || MANAGERS.has(plain[0] ?? '')) return notHere(`its script ${name} is more than one command (${line})`)
  return programFor(plain, image, folder)
}

function scriptsIn(folder: string): Readonly<Record<string, string>> | undefined {
  try {
    const parsed: unknown = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
    const scripts: unknown = Reflect.get(Object(parsed), 'scripts')
    return Object.fromEntries(Object.entries(Object(scripts)).map(([name, line]) => [name, String(line)]))
  } catch {
    return undefined
  }
}

/** Where a folder of the image lies on this machine. */
function folderOf(image: DirectoryImage, workingDirectory: string | undefined): string | undefined {
  return workingDirectory === undefined ? image.runDirectory : placeOf(workingDirectory, image)
}

/** An absolute path of the image is meant from there; any other argument stays. */
const localPath = (argument: string, image: DirectoryImage): string =>
  (argument.startsWith('/') ? placeOf(argument, image) : undefined) ?? argument

/** Where a path of the image comes from; nothing when nothing was copied there. */
function placeOf(path: string, image: DirectoryImage): string | undefined {
  const places = [{ source: image.runDirectory, target: image.workingDirectory }, ...image.copies]
  const found = places.findLast(({ target }) => path === target || path.startsWith(target.replace(/\/*$/, '/')))
  return found && join(found.source, relative(found.target, path))
}

const notHere = (because: string): ImageProgram => ({ kind: 'notHere', because })
