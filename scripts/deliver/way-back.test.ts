import { createHash } from 'node:crypto'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemApp } from '@terrace/constructs'
import { CfnOutput, Stack } from 'aws-cdk-lib'
import { Asset } from 'aws-cdk-lib/aws-s3-assets'
import { afterAll, describe, expect, it } from 'vitest'
import { stackOf, writeWayBack } from './way-back.ts'

const folder = mkdtempSync(join(tmpdir(), 'way-back-'))
afterAll(() => rmSync(folder, { recursive: true }))

function assembly(name: string, ...ids: readonly string[]): string {
  const app = systemApp({ outdir: join(folder, name) })
  for (const id of ids) {
    const stack = new Stack(app, id, { stackName: `demo-${id}`, env: { region: 'eu-central-1' } })
    new Asset(stack, 'File', { path: import.meta.filename })
    new CfnOutput(stack, 'Version', { value: 'new' })
  }
  return app.synth().directory
}

describe('the way back', () => {
  const next = assembly('next', 'items')
  const back = join(folder, 'back')
  const BEFORE = { Outputs: { Version: { Value: 'old' } } }
  writeWayBack(next, BEFORE, back)
  const read = (file: string) => JSON.parse(readFileSync(join(back, file), 'utf8'))
  const hash = createHash('sha256').update(JSON.stringify(BEFORE)).digest('hex')

  it('I-13: is the same stack by the same roles, with the template of before', () => {
    expect(stackOf(back)).toEqual({ id: 'items', name: 'demo-items', region: 'eu-central-1' })
    expect(read('items.template.json')).toEqual(BEFORE)
    const properties = read('manifest.json').artifacts.items.properties
    expect(properties.stackTemplateAssetObjectUrl).toMatch(new RegExp(`^s3://cdk-.*/${hash}\\.json$`))
    expect(properties.assumeRoleArn).toContain('deploy-role')
  })

  it('I-13: publishes that template alone: what it refers to is where it was put then', () => {
    const files = Object.entries<{ destinations: Record<string, { objectKey: string }> }>(
      read('items.assets.json').files,
    )
    expect(files.map(([id]) => id)).toEqual([hash])
    expect(Object.values(files[0]?.[1].destinations ?? {}).map(({ objectKey }) => objectKey)).toEqual([`${hash}.json`])
  })

  it('I-13: leaves the new assembly as it is', () => {
    const template = JSON.parse(readFileSync(join(next, 'items.template.json'), 'utf8'))
    expect(template.Outputs.Version.Value).toBe('new')
    expect(existsSync(join(back, 'cdk.out'))).toBe(true)
  })

  it('is of one stack', () =>
    expect(() => stackOf(assembly('two', 'a', 'b'))).toThrow('has 2 stacks; a delivery is of one'))
})
