import { expect, it } from 'vitest'
import { isInstalled, run } from '../commands.ts'
import type { Target } from './target.ts'

/** One line as an operator types it in a shell, where `$Vpc` is the output `Vpc` of the template, and what it prints. */
export interface Line {
  readonly does: string
  readonly types: string
  readonly prints: string | RegExp
  /** The service refuses: the AWS CLI ends with an error, and `prints` is on the standard error output. */
  readonly fails?: true
}

const missing = isInstalled('aws') ? undefined : 'the AWS CLI is not installed'

/** A session with the AWS CLI: each line is a test of its own; they run side by side, since the CLI starts slowly. */
export function operatorTypes(target: () => Target, lines: readonly Line[]): void {
  for (const { does, types, prints, fails = false } of lines) {
    const title = `the AWS CLI ${does}${missing ? ` (skipped: ${missing})` : ''}`
    it.skipIf(missing).concurrent(title, async () => {
      const { prelude, environment } = target()
      const { code, out, errors } = await run('sh', ['-euc', `${prelude}\n${types}`], environment)
      expect(code === 0 ? '' : errors, types)[fails ? 'not' : 'to'].toBe('')
      expect(fails ? errors : out).toEqual(typeof prints === 'string' ? prints : expect.stringMatching(prints))
    })
  }
}
