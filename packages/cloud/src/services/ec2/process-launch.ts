import { rmSync } from 'node:fs'
import { type Duration, milliseconds, minutes, seconds, TerraceError } from '@terrace/kit'
import type { ImageProcess, Machine } from '@terrace/model'
import type { Principal } from '../../identity/principal.ts'
import type { Network, NetworkInterface, Secrets } from '../../ports.ts'
import type { ProcessSpec } from '../../processes/supervisor.ts'

const PRELOAD = new URL('../../network/preload.cts', import.meta.url).pathname

/** What the container runtime waits before a restart: it doubles from the first to the last. */
const FIRST_RESTART_DELAY = milliseconds(100)
const LAST_RESTART_DELAY = minutes(1)

/** A process that ran at least this long starts the doubling anew. */
export const STEADY_AFTER: Duration = seconds(10)

/** @param restarts how many there were in a row */
export const restartDelay = (restarts: number): Duration =>
  Math.min(LAST_RESTART_DELAY, FIRST_RESTART_DELAY * 2 ** restarts)

/** Where a process of a workload runs. */
export interface LaunchSite {
  readonly network: Network
  readonly networkInterface: NetworkInterface
  readonly linkSocket: string
  readonly internalCertificateFile: string
  /** Variables of the local cloud, such as the address of an embedded database. */
  readonly extra: Readonly<Record<string, string>>
}

/**
 * The values of a process's secrets, fetched as the instance does at boot: with its role, over its network.
 * @throws TerraceError EC2_BOOT_FAILED when it has no way to Secrets Manager or its role may not read one
 */
export async function fetchSecrets(
  process: ImageProcess,
  machine: Machine,
  site: Pick<LaunchSite, 'network' | 'networkInterface'>,
  secrets: Secrets,
  principal: Principal,
): Promise<Record<string, string>> {
  const wanted = Object.entries(process.secrets)
  if (wanted.length === 0) return {}
  const way = site.network.reachesAws(site.networkInterface)
  if (!way.reaches) throw bootFailed(`it has no way to Secrets Manager: ${way.because}`)
  if (!machine.role) throw bootFailed('it has no instance profile, and so no credentials to read its secrets with')
  return Object.fromEntries(
    await Promise.all(wanted.map(async ([variable, id]) => [variable, await secrets.read(id, principal)] as const)),
  )
}

/** The command of a process, with an environment that starts empty. @throws TerraceError EC2_BOOT_FAILED */
export function processSpec(
  process: ImageProcess,
  site: LaunchSite,
  secretValues: Readonly<Record<string, string>>,
  onLine: ProcessSpec['onLine'],
): ProcessSpec {
  const { image } = process
  if (image.kind !== 'directory') {
    throw bootFailed(
      `the image ${image.uri} is not built from a directory of the assembly, and nothing here can run it`,
    )
  }
  const [command, ...args] = image.command
  if (command !== 'node') {
    throw bootFailed(
      `its command is ${command ?? 'empty'}, and only Node.js programs are under the control of the network so far`,
    )
  }
  const environment: Record<string, string> = {
    PATH: globalThis.process.env.PATH ?? '',
    ...image.environment,
    ...process.environment,
    ...secretValues,
    ...site.extra,
    HOST: '0.0.0.0',
    TERRACE_LINK: site.linkSocket,
    TERRACE_FOLDER: site.networkInterface.folder,
    NODE_EXTRA_CA_CERTS: site.internalCertificateFile,
  }
  const port = process.port ?? image.exposedPort
  if (port !== undefined) environment.PORT = String(port)
  environment.NODE_OPTIONS = [environment.NODE_OPTIONS, `--require=${PRELOAD}`].filter(Boolean).join(' ')
  return {
    name: process.name,
    command: globalThis.process.execPath,
    args,
    cwd: image.directory,
    environment,
    onLine,
  }
}

/** A process that ended without a stop leaves its sockets behind, and could not listen again. */
export function clearSockets(process: ImageProcess, site: LaunchSite): void {
  const port = process.port ?? (process.image.kind === 'directory' ? process.image.exposedPort : undefined)
  if (port !== undefined) rmSync(site.network.socketOf(site.networkInterface, port), { force: true })
}

export const bootFailed = (because: string): TerraceError =>
  new TerraceError('EC2_BOOT_FAILED', because, { hint: 'on AWS the user data would fail in the same place' })
