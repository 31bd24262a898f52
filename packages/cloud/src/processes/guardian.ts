import { spawn } from 'node:child_process'
import { Socket } from 'node:net'

/** Ends process groups when this process is gone, however it went. */
export interface Guardian {
  /** Nothing when it could not be started: then only `endLeftovers` finds what stays behind. */
  readonly pid: number | undefined
  watch(group: number): void
  forget(group: number): void
  /** Resolves when it has ended, and with it every group that it still watched. */
  close(): Promise<void>
}

/** Seconds that processes have to end after they were asked to, before they are made to. */
export const GUARDIAN_PATIENCE_SECONDS = 5

/**
 * Starts a shell of about 1 MB that reads from a pipe which process groups there are. The pipe ends when this process
 * does, even by `kill -9`; the shell then asks the leaders to end, wakes those that were halted, and after a while ends
 * the groups whole: also what ignores SIGTERM, and what a leader left behind. It does not keep this process alive.
 */
export function startGuardian(): Guardian {
  const child = spawn('/bin/sh', ['-c', SCRIPT, 'terrace-guardian'], {
    cwd: '/',
    env: { PATH: '/usr/bin:/bin' },
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  })
  child.on('error', () => {})
  child.stdin.on('error', () => {})
  child.unref()
  if (child.stdin instanceof Socket) child.stdin.unref()
  return {
    pid: child.pid,
    watch: group => child.stdin.write(`+ ${group}\n`),
    forget: group => child.stdin.write(`- ${group}\n`),
    close: () =>
      new Promise(resolve => {
        if (child.pid === undefined || child.exitCode !== null) return resolve()
        child.ref()
        child.once('exit', () => resolve())
        child.stdin.end()
      }),
  }
}

const SCRIPT = `
groups=
while read -r change group; do
  others=
  for one in $groups; do [ "$one" = "$group" ] || others="$others $one"; done
  groups=$others
  [ "$change" = + ] && groups="$groups $group"
done
for one in $groups; do kill -TERM "$one"; kill -CONT "$one"; done
turns=${GUARDIAN_PATIENCE_SECONDS * 20}
while [ $turns -gt 0 ]; do
  living=
  for one in $groups; do kill -0 "$one" && living=yes; done
  [ "$living" ] || break
  sleep 0.05
  turns=$((turns - 1))
done
for one in $groups; do kill -KILL "-$one"; done
`
