import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { operationCoverage } from './coverage-operations.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))

/** Operations that are tested through another client than the SDK's, and why. */
const OTHERWISE: Readonly<Record<string, string>> = {
  'xray PutSpans': 'OTLP, which the SDK has no client for: xray/otlp.test.ts, with exporters of OpenTelemetry',
  'ses SendRawEmail': 'version 1, which the AWS CLI still speaks: ses/version-1.test.ts',
}

it('every operation is called by a test through the SDK', async () => {
  const commands = new Set(
    testsBelow('packages/cloud/src', 'test').flatMap(text => text.match(/\b\w+Command\b/g) ?? []),
  )
  const services = await operationCoverage()
  const uncalled = services
    .flatMap(({ folder, operations }) => operations.map(name => ({ key: `${folder} ${name}`, name })))
    .filter(({ key, name }) => !commands.has(`${name}Command`) && !Object.hasOwn(OTHERWISE, key))
    .map(({ key }) => key)
  expect(uncalled).toEqual([])
})

/** What tests and their helpers say. */
const testsBelow = (...folders: readonly string[]): readonly string[] =>
  folders.flatMap(folder =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
      .filter(name => name.endsWith('.ts') && !name.includes('node_modules'))
      .map(name => readFileSync(join(ROOT, folder, name), 'utf8')),
  )
