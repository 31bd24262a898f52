import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'

// Inside the workspace, where the app finds CDK.
const workspace = join(import.meta.dirname, '../../..')
mkdirSync(join(workspace, '.build'), { recursive: true })
const folder = mkdtempSync(join(workspace, '.build/app-test-'))
afterAll(() => rmSync(folder, { recursive: true }))

const APP = `import { Stack } from 'aws-cdk-lib'
import { LogBucket, systemApp } from '@terrace/constructs'
const app = systemApp({ outdir: process.env.CDK_OUTDIR ?? 'direct' })
new LogBucket(new Stack(app, 'small'), 'Logs')
app.synth()
`

it("writes the same template by node alone and by the CDK's own command", () => {
  writeFileSync(join(folder, 'app.ts'), APP)
  writeFileSync(join(folder, 'cdk.json'), JSON.stringify({ app: `"${process.execPath}" app.ts` }))
  const cdk = join(workspace, 'node_modules/aws-cdk/bin/cdk')
  const options = { cwd: folder, encoding: 'utf8' } as const
  expect(spawnSync(process.execPath, ['app.ts'], options)).toMatchObject({ status: 0, stderr: '' })
  expect(spawnSync(process.execPath, [cdk, 'synth', '--quiet', '--output', 'by-cdk'], options)).toMatchObject({
    status: 0,
  })

  const direct = readFileSync(join(folder, 'direct/small.template.json'), 'utf8')
  expect(readFileSync(join(folder, 'by-cdk/small.template.json'), 'utf8')).toBe(direct)
  expect(direct).toContain('"aws:cdk:path": "small/Logs/Bucket/Resource"')
  expect(direct).not.toContain('AWS::CDK::Metadata')
})
