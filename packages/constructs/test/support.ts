import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Stack } from 'aws-cdk-lib'
import { Template } from 'aws-cdk-lib/assertions'
import { systemApp } from '../src/index.ts'

/** An empty folder for one test's files. */
export const temporaryFolder = (): string => mkdtempSync(join(tmpdir(), 'constructs-'))

/** The template of a stack called `test`, filled by `fill`. */
export function templateOf(fill: (stack: Stack) => void): Template {
  const app = systemApp({ outdir: join(temporaryFolder(), 'cdk.out') })
  const stack = new Stack(app, 'test', { env: { region: 'us-east-1' } })
  fill(stack)
  return Template.fromStack(stack)
}
