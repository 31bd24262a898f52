import { execFile } from 'node:child_process'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { seconds, TerraceError } from '@terrace/kit'
import type { ProcessSpec } from '../../processes/supervisor.ts'
import { findProgram } from '../../programs/find.ts'
import { installCommand } from '../../programs/programs.ts'
import { LaunchFailure } from '../launch-failure.ts'
import { type NginxSite, type RenderedNginx, renderNginx } from './render.ts'

/** How to run NGINX, and what to clear before. */
export interface NginxLaunch extends Pick<ProcessSpec, 'command' | 'args' | 'cwd' | 'stopSignal'> {
  /** A process that was killed leaves them behind, and could not listen again. */
  readonly sockets: readonly string[]
}

/**
 * Writes the configuration for this host and has NGINX check it, as `nginx -t` does on an instance before it starts.
 *
 * @throws LaunchFailure with NGINX's own message, or when NGINX is not installed here
 */
export async function prepareNginx(
  name: string,
  configuration: string,
  site: NginxSite,
  environment: Readonly<Record<string, string>>,
): Promise<NginxLaunch> {
  const need = { kind: 'program', name } as const
  const command = findProgram(['nginx'], environment.PATH)
  if (!command) {
    const message = `NGINX is not installed on this machine: ${installCommand('nginx')}`
    throw new LaunchFailure(need, { kind: 'notHere', message })
  }
  mkdirSync(site.folder, { recursive: true, mode: 0o700 })
  // NGINX makes the folder of a cache itself, but none above it.
  mkdirSync(join(site.root, 'var/cache'), { recursive: true, mode: 0o700 })
  const { text, sockets } = await rendered(name, configuration, site)
  const file = join(site.folder, 'nginx.conf')
  writeFileSync(file, text, { mode: 0o600 })
  const args = ['-p', `${site.folder}/`, '-c', file, '-e', 'stderr']
  for (const socket of sockets) rmSync(socket, { force: true })
  const complaint = await test(command, [...args, '-t', '-q'], environment)
  if (complaint !== undefined) throw new LaunchFailure(need, { kind: 'unusable', message: complaint })
  return { command, args, cwd: site.folder, stopSignal: 'SIGQUIT', sockets }
}

async function rendered(name: string, configuration: string, site: NginxSite): Promise<RenderedNginx> {
  try {
    return await renderNginx(configuration, site)
  } catch (error) {
    if (!(error instanceof TerraceError)) throw error
    const kind = error.code === 'NGINX_NOT_HERE' ? 'notHere' : 'unusable'
    throw new LaunchFailure({ kind: 'program', name }, { kind, message: error.message }, error)
  }
}

/** What `nginx -t` complains about; nothing when it is content. */
function test(
  command: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<string | undefined> {
  return new Promise(resolve => {
    execFile(command, args, { timeout: seconds(20), env: { ...env } }, (error, _out, complaint) =>
      resolve(error ? complaint.trim() || error.message : undefined),
    )
  })
}
