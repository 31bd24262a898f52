import { execFile } from 'node:child_process'
import { findProgram } from '../programs/find.ts'

/**
 * The words to put before a command so that the kernel sends it SIGTERM when its parent dies, in whatever way:
 * `setpriv --pdeathsig` of util-linux 2.33 and later. It replaces itself with the command, so that the process id is
 * the command's. Empty where there is no such thing: not on macOS, not with BusyBox.
 */
export async function parentDeathWords(): Promise<readonly string[]> {
  if (process.platform !== 'linux') return []
  const setpriv = findProgram(['setpriv'])
  if (!setpriv) return []
  const words = [setpriv, '--pdeathsig', 'TERM', '--']
  const works = await new Promise<boolean>(resolve => {
    execFile(setpriv, [...words.slice(1), process.execPath, '--version'], error => resolve(error === null))
  })
  return works ? words : []
}
