import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { isAbsolute, join } from 'node:path'
import type { Duration } from '@terrace/kit'
import type { Exit } from '../../../processes/supervisor.ts'
import type { Host } from '../../../workload/host.ts'
import type { World } from '../../../world.ts'
import { SCRIPT_GRACE } from '../limits.ts'

/** What runs on one instance. */
export interface ScriptRequest {
  readonly commandId: string
  readonly instance: string
  readonly commands: readonly string[]
  /** Absolute: as the instance knows it, below the folder of its files. */
  readonly workingDirectory: string | undefined
  readonly timeout: Duration
  readonly signal: AbortSignal
  readonly onLine: (line: string, stream: 'out' | 'err') => void
}

/** How it ended; `late` and `cancelled` name who ended it. */
export type ScriptEnd = { readonly exit: Exit; readonly by: 'itself' | 'late' | 'cancelled' }

/**
 * Runs the lines of a command as one script, as `AWS-RunShellScript` does: by `sh`, unless its first line names another
 * interpreter. The script's environment has what the agent gives it.
 *
 * differs: it runs as the user of this machine, not as root
 * @see Systems Manager User Guide "AWS-RunShellScript", "Using environment variables in Run Command scripts"
 */
export async function runScript(world: World, host: Host, request: ScriptRequest): Promise<ScriptEnd> {
  const { commandId, instance, commands, workingDirectory, timeout, signal, onLine } = request
  const { folder, environment } = await host.place()
  const scripts = join(folder, '.ssm', commandId)
  mkdirSync(scripts, { recursive: true, mode: 0o700 })
  const script = join(scripts, '_script.sh')
  writeFileSync(script, `${commands.join('\n')}\n`, { mode: 0o700 })
  const cwd =
    workingDirectory === undefined ? folder : join(folder, isAbsolute(workingDirectory) ? '.' : '', workingDirectory)
  mkdirSync(cwd, { recursive: true })
  const { region } = world.architecture
  try {
    const process = await world.supervisor.start({
      name: `${instance} command ${commandId}`,
      command: 'sh',
      args: ['-c', script],
      cwd,
      environment: {
        ...environment,
        AWS_SSM_COMMAND_ID: commandId,
        AWS_SSM_INSTANCE_ID: instance,
        AWS_SSM_REGION_NAME: region,
      },
      zone: host.description.networkInterface.zone,
      onLine,
    })
    let by: ScriptEnd['by'] = 'itself'
    const end = (who: ScriptEnd['by']) => {
      by = who
      void process.stop(SCRIPT_GRACE)
    }
    const cancel = () => end('cancelled')
    if (signal.aborted) cancel()
    signal.addEventListener('abort', cancel, { once: true })
    const stopWaiting = world.clock.after(timeout, () => end('late'))
    const exit = await process.exited
    stopWaiting()
    signal.removeEventListener('abort', cancel)
    return { exit, by }
  } finally {
    rmSync(scripts, { recursive: true, force: true })
  }
}
