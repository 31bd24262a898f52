import { execFile } from 'node:child_process'
import { seconds } from '@terrace/kit'

/** What a program says about its version, on either stream; nothing when it can't be run or takes too long. */
export function versionOf(program: string, args: readonly string[]): Promise<string | undefined> {
  return new Promise(resolve => {
    execFile(
      program,
      args,
      { timeout: seconds(10), env: { PATH: process.env.PATH ?? '', LC_ALL: 'C' } },
      (error, out, err) => resolve(error ? undefined : `${out}\n${err}`.trim()),
    )
  })
}
