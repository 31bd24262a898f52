import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { makeProject, type TestProject } from '../testing/project.ts'
import { typed } from '../testing/typed.ts'

let project: TestProject
beforeEach(() => {
  project = makeProject()
})
afterEach(() => project.remove())

const template = (properties: object) => ({
  Resources: { Site: { Type: 'AWS::S3::Bucket', Properties: properties }, Log: { Type: 'AWS::Logs::LogGroup' } },
})

/** An app whose retention depends on the environment, in stacks that are named after it. */
function writeApp(): void {
  project.write('items/cdk.json', { app: 'node app.js' })
  project.write(
    'items/app.js',
    `const { writeFileSync } = require('node:fs')
const { join } = require('node:path')
const { environment = 'dev' } = JSON.parse(process.env.CDK_CONTEXT_JSON)
const out = process.env.CDK_OUTDIR
const name = 'items-' + environment
writeFileSync(join(out, name + '.template.json'), JSON.stringify({
  Resources: { Log: { Type: 'AWS::Logs::LogGroup', Properties: { RetentionInDays: environment === 'prod' ? 365 : 7 } } },
}))
writeFileSync(join(out, 'manifest.json'), JSON.stringify({
  version: '48.0.0',
  artifacts: { [name]: { type: 'aws:cloudformation:stack', properties: { templateFile: name + '.template.json' } } },
}))
`,
  )
}

describe('terrace diff', () => {
  it('of two equal templates says so, with exit code 0', async () => {
    project.write('one.json', template({}))
    project.write('other.json', template({}))
    const { exitCode: code, out } = await typed(project.root, 'diff', 'one.json', 'other.json')
    expect([code, out.trim()]).toEqual([0, 'one.json and other.json are equal'])
  })

  it('of two templates shows what differs side by side, with exit code 1', async () => {
    project.write('one.json', template({ BucketName: 'site-one' }))
    project.write('other.json', template({ BucketName: 'site-two' }))
    const { exitCode: code, out } = await typed(project.root, 'diff', 'one.json', 'other.json')
    expect(code).toBe(1)
    expect(out).toMatch(/BucketName +site-one +site-two/)
    expect(out).toContain('0 to add, 1 to change (1 replaced), 0 to remove')
  })

  it('I-10: compares two environments of an app, whose stacks have other names', async () => {
    writeApp()
    const { exitCode: code, out } = await typed(project.root, 'diff', 'dev', 'prod', '--target', 'items', '--json')
    expect(code).toBe(1)
    expect(JSON.parse(out).changes).toMatchObject([
      { logicalId: 'Log', action: 'modify', properties: [{ path: 'RetentionInDays', before: 7, after: 365 }] },
    ])
  })

  it('leaves nothing behind', async () => {
    writeApp()
    await typed(project.root, 'diff', 'dev', 'prod', '--target', 'items')
    await typed(project.root, 'diff', 'items', 'items')
    expect(existsSync(join(project.root, '.terrace'))).toBe(false)
    expect(readdirSync(join(project.root, 'items')).sort()).toEqual(['app.js', 'cdk.json'])
  })
})
