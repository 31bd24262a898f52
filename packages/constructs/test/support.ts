import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Stack } from 'aws-cdk-lib'
import { Template } from 'aws-cdk-lib/assertions'
import { afterAll } from 'vitest'
import { systemApp } from '../src/index.ts'

const folders: string[] = []
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true })
})

/** An empty folder for one test's files; gone after the last test of the file. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'constructs-'))
  folders.push(folder)
  return folder
}

/** The template of a stack called `test`, filled by `fill`. */
export function templateOf(fill: (stack: Stack) => void): Template {
  const app = systemApp({ outdir: join(temporaryFolder(), 'cdk.out') })
  const stack = new Stack(app, 'test', { env: { region: 'us-east-1' } })
  fill(stack)
  return Template.fromStack(stack)
}
